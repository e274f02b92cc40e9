DROP TRIGGER configurations_updated_at;
DROP TRIGGER sessions_updated_at;
DROP TRIGGER workflows_updated_at;
DROP TRIGGER tasks_updated_at;
