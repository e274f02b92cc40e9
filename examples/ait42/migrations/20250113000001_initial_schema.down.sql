DROP VIEW session_complete;
-- Everything belongs to a workspace, and goes with it; then the tables go in any order.
DELETE FROM workspaces;
DROP TABLE chat_messages;
DROP TABLE session_runtime_mix;
DROP TABLE sessions;
DROP TABLE instances;
DROP TABLE workspaces;
DROP TABLE migration_metadata;
