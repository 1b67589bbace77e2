-- Same bytes, same payload: landing them again adds nothing.
INSERT INTO raw_payload (hash, source, subject, fetched_at, encoding, size, body, attempt_id)
VALUES (:hash, :source, :subject, :fetched_at, :encoding, :size, :body, :attempt)
ON CONFLICT (hash) DO NOTHING
