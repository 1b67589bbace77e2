-- Whose data this store holds.
SELECT world FROM store_identity
