/* SPDX-License-Identifier: MIT */
#ifndef AIT42_SEARCH_H
#define AIT42_SEARCH_H

#include "a42_tables.h"
#include "error.h"

enum ait42_sort {
    AIT42_SORT_NEWEST = 0,
    AIT42_SORT_OLDEST,
    AIT42_SORT_UPDATED, /* the last change first */
    AIT42_SORT_TASK     /* by its text */
};

/* Zero-initialised it finds everything: a filter that is not given lets all pass. */
struct ait42_search {
    const char *workspace; /* a path; NULL: in all of them */
    struct a42_opt_session_type type;
    struct a42_opt_session_status status;
    tn_text model;
    tn_text
        text; /* somewhere in the task; ASCII letters in either case, and no character is special */
    tn_opt_timestamp since; /* created then or later */
    tn_opt_timestamp until; /* created before */
    enum ait42_sort sort;
    int64_t limit; /* 0: 100 */
};

/* "newest", "oldest", "updated", "task". False: none of them. */
bool ait42_sort_parse(enum ait42_sort *out, const char *text);

/* What every filter lets pass, in order. WorkspaceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_search(struct a42_session_summary_rows *out,
                                                        tn_db *db,
                                                        const struct ait42_search *search,
                                                        tn_arena *arena, struct ait42_error *err);

#endif
