-- SPDX-License-Identifier: MIT Each filter that is NULL lets everything pass. `text` is looked
-- for in the task as it stands, without regard to the case of ASCII letters: % and _ are nothing
-- special in it.

-- name: session_search :many
-- returns session_summary
-- param workspace_id int nullable
-- param type nullable
-- param status nullable
-- param model text nullable
-- param text text nullable
-- param since timestamp nullable
-- param until timestamp nullable
-- param sort int
SELECT * FROM session_complete
WHERE (:workspace_id IS NULL OR workspace_id = :workspace_id)
  AND (:type IS NULL OR type = :type)
  AND (:status IS NULL OR status = :status)
  AND (:model IS NULL OR model = :model)
  AND (:text IS NULL
       OR task LIKE '%'
          || replace(replace(replace(:text, '\', '\\'), '%', '\%'), '_', '\_')
          || '%' ESCAPE '\')
  AND (:since IS NULL OR created_at >= strftime('%Y-%m-%dT%H:%M:%fZ', :since))
  AND (:until IS NULL OR created_at < strftime('%Y-%m-%dT%H:%M:%fZ', :until))
ORDER BY
    CASE :sort WHEN 0 THEN created_at END DESC,
    CASE :sort WHEN 1 THEN created_at END,
    CASE :sort WHEN 2 THEN updated_at END DESC,
    CASE :sort WHEN 3 THEN task END,
    id DESC
LIMIT :limit;
