-- Nobody has ever said what a NULL here would mean, and `NOT email_verified` did not find it.
UPDATE users SET email_verified = FALSE WHERE email_verified IS NULL;
ALTER TABLE users ALTER COLUMN email_verified SET NOT NULL;
