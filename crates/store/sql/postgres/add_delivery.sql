-- Adds undelivered deliveries of a notification by some routes, an array.
INSERT INTO delivery (notification_id, route) SELECT :notification, route FROM unnest(:routes::text[]) AS chosen (route)
