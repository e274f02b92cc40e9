/* SPDX-License-Identifier: MIT */
#include "search.h"

#include "search.tenon.h"
#include "workspace.h"

enum {
    LIMIT_DEFAULT = 100
};

bool ait42_sort_parse(enum ait42_sort *out, const char *text)
{
    static const char *const words[] = {
        [AIT42_SORT_NEWEST] = "newest",
        [AIT42_SORT_OLDEST] = "oldest",
        [AIT42_SORT_UPDATED] = "updated",
        [AIT42_SORT_TASK] = "task",
    };
    for (int sort = AIT42_SORT_NEWEST; sort <= AIT42_SORT_TASK; sort++) {
        if (strcmp(text, words[sort]) == 0) {
            *out = (enum ait42_sort)sort;
            return true;
        }
    }
    return false;
}

enum ait42_error_kind ait42_session_search(struct a42_session_summary_rows *out, tn_db *db,
                                           const struct ait42_search *search, tn_arena *arena,
                                           struct ait42_error *err)
{
    struct a42_session_search_args args = {
        .type = search->type,
        .status = search->status,
        .model = search->model,
        .text = search->text,
        .since = search->since,
        .until = search->until,
        .sort = search->sort,
        .limit = search->limit > 0 ? search->limit : LIMIT_DEFAULT,
    };
    ait42_error_clear(err);
    if (search->workspace) {
        struct a42_workspace workspace;
        enum ait42_error_kind kind =
            ait42_workspace_find(&workspace, db, search->workspace, arena, err);
        if (kind != AIT42_NO_ERROR)
            return kind;
        args.workspace_id = tn_some_int(workspace.id);
    }
    int rc = a42_session_search_all(out, db, &args, arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}
