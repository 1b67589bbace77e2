-- What was written to be read back.
DELETE FROM probe WHERE at = :at
