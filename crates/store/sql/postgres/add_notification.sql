-- Adds a message to people, and tells its number.
INSERT INTO notification (name, kind, at) VALUES (:name, :kind, :at) RETURNING notification_id
