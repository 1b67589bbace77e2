SELECT world FROM store_identity
