-- What the operator chose for the verification of one integration's requests; null for the provider's default.
ALTER TABLE integration ADD COLUMN verification text CHECK (verification IN ('require', 'prefer', 'off'));
