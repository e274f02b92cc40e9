-- SPDX-License-Identifier: MIT
-- A filter that is not given is not in the statement, so that an index serves each of them.
-- `text` is looked for in the task as it stands, without regard to the case of ASCII letters.

-- name: session_search :many
-- returns session_summary
-- param since timestamp
-- param until timestamp
SELECT * FROM session_complete
WHERE TRUE
  /*? workspace_id */ AND workspace_id = :workspace_id /*?*/
  /*? type */ AND type = :type /*?*/
  /*? status */ AND status = :status /*?*/
  /*? model */ AND model = :model /*?*/
  /*? text */ AND instr(lower(task), lower(:text)) > 0 /*?*/
  /*? since */ AND created_at >= strftime('%Y-%m-%dT%H:%M:%fZ', :since) /*?*/
  /*? until */ AND created_at < strftime('%Y-%m-%dT%H:%M:%fZ', :until) /*?*/
ORDER BY /*: sort newest */ created_at DESC, id DESC
         /*: oldest = created_at, id :*/
         /*: updated = updated_at DESC, id DESC :*/
         /*: task = task, id :*/
LIMIT :limit;
