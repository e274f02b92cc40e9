-- One for each foreign key, with what "newest first" needs behind it.
CREATE INDEX idx_apps_project ON apps (project_id, created_at);
CREATE INDEX idx_apps_created ON apps (created_at);
CREATE INDEX idx_deployments_app ON deployments (app_id, created_at);
CREATE INDEX idx_deployments_created ON deployments (created_at);
CREATE INDEX idx_deployments_status ON deployments (status, created_at);
CREATE INDEX idx_deployment_logs_deployment ON deployment_logs (deployment_id);
