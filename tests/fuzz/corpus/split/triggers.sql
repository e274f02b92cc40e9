-- updated_at is kept by the database, whoever writes. An UPDATE that sets it itself is left alone
-- (a restore wants the old value). SQLite's 'now' stands still within one statement, so the second
-- half of the condition ends the matter after one write, even with recursive_triggers on.
CREATE TRIGGER tasks_updated_at
AFTER UPDATE ON tasks
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
 AND NEW.updated_at IS NOT strftime('%Y-%m-%d %H:%M:%f', 'now')
BEGIN
    UPDATE tasks
    SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
    WHERE id = NEW.id;
END;

CREATE TRIGGER workflows_updated_at
AFTER UPDATE ON workflows
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
 AND NEW.updated_at IS NOT strftime('%Y-%m-%d %H:%M:%f', 'now')
BEGIN
    UPDATE workflows
    SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
    WHERE id = NEW.id;
END;

CREATE TRIGGER sessions_updated_at
AFTER UPDATE ON sessions
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
 AND NEW.updated_at IS NOT strftime('%Y-%m-%d %H:%M:%f', 'now')
BEGIN
    UPDATE sessions
    SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
    WHERE id = NEW.id;
END;

CREATE TRIGGER configurations_updated_at
AFTER UPDATE ON configurations
FOR EACH ROW
WHEN NEW.updated_at IS OLD.updated_at
 AND NEW.updated_at IS NOT strftime('%Y-%m-%d %H:%M:%f', 'now')
BEGIN
    UPDATE configurations
    SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
    WHERE key = NEW.key;
END;
