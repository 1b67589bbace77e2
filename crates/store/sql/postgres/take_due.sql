-- Takes the deliveries by some routes, an array, that are due, and counts the attempt.
UPDATE delivery SET attempts = attempts + 1, tried_at = :now
WHERE state = 'undelivered' AND attempts < :attempts AND (tried_at IS NULL OR :now - tried_at >= :wait)
  AND route = ANY (:routes)
RETURNING delivery_id, notification_id, route
