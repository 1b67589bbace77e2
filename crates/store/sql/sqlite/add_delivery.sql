-- Adds an undelivered delivery of a notification by a route.
INSERT INTO delivery (notification_id, route) VALUES (:notification, :route)
