/* SPDX-License-Identifier: MIT */
#include "search.h"

#include "workspace.h"

enum {
    LIMIT_DEFAULT = 100
};

enum ait42_error_kind ait42_session_search(struct a42_session_summary_rows *out, tn_db *db,
                                           const struct ait42_search *search, tn_arena *arena,
                                           struct ait42_error *err)
{
    struct a42_session_search_args by = search->by;
    ait42_error_clear(err);
    if (by.limit <= 0)
        by.limit = LIMIT_DEFAULT;
    if (search->workspace) {
        struct a42_workspace workspace;
        enum ait42_error_kind kind =
            ait42_workspace_find(&workspace, db, search->workspace, arena, err);
        if (kind != AIT42_NO_ERROR)
            return kind;
        by.workspace_id = (struct a42_opt_workspace_id){true, workspace.id};
    }
    int rc = a42_session_search_all(out, db, &by, arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}
