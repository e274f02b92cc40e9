DROP INDEX idx_users_admins;
DROP TABLE email_verifications;
