-- Adds a message to people.
INSERT INTO notification (name, kind, at) VALUES (:name, :kind, :at)
