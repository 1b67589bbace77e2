-- Documents may be stored compressed. Those that are there stay as they are.
ALTER TABLE published_document ADD COLUMN encoding TEXT COLLATE "C" NOT NULL DEFAULT 'identity';
