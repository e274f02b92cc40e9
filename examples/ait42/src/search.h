/* SPDX-License-Identifier: MIT */
#ifndef AIT42_SEARCH_H
#define AIT42_SEARCH_H

#include "a42_tables.h"
#include "error.h"
#include "search.tenon.h"

/*
 * Zero-initialised it finds everything, the newest first. `by` is the query's own: created at
 * `since` or later, before `until`; `text` somewhere in the task, ASCII letters in either case.
 */
struct ait42_search {
    const char *workspace;             /* a path; NULL: in all of them, or by.workspace_id */
    struct a42_session_search_args by; /* a limit of 0 is 100 */
};

/* What every filter lets pass, in order. WorkspaceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_search(struct a42_session_summary_rows *out,
                                                        tn_db *db,
                                                        const struct ait42_search *search,
                                                        tn_arena *arena, struct ait42_error *err);

#endif
