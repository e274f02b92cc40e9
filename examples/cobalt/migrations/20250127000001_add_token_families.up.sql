-- A token that was made for another one is of the same family: all of them go when one that is spent comes
-- again. What is there already had no successors that are known: each is a family by itself, since the default
-- is made anew for every row.
ALTER TABLE refresh_tokens ADD COLUMN family_id UUID NOT NULL DEFAULT gen_random_uuid();

CREATE INDEX idx_refresh_tokens_family_id ON refresh_tokens (family_id);
