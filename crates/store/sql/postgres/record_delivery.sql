-- What came of a delivery.
UPDATE delivery SET state = :state, error = :error, delivered_at = :delivered_at
WHERE route = :route AND notification_id = (SELECT notification_id FROM notification WHERE name = :name)
