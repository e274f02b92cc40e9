ALTER TABLE refresh_tokens DROP COLUMN family_id; -- and its index with it
