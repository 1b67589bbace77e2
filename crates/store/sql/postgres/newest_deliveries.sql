-- The newest deliveries.
SELECT notification_id, route, attempts, state, error, delivered_at
FROM delivery ORDER BY delivery_id DESC LIMIT :at_most
