/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_KIND_H
#define TN_CORE_KIND_H

#include <tenon/error.h>
#include <tenon/value.h>

#include "lex/lex.h"

/* What the words of a statement tell before the engine has seen it. */
struct tn__sql_kind {
    bool is_read; /* SELECT and the like: try a reading connection. The engine has the last word */
    bool is_change; /* INSERT, UPDATE, DELETE, REPLACE, MERGE, SELECT INTO; or WITH, where that is
                     * open, in SQLite */
    bool is_transaction; /* BEGIN, START, COMMIT, END, ROLLBACK, ABORT; SAVEPOINT, RELEASE */
    bool is_savepoint;   /* of the last: SAVEPOINT, RELEASE, ROLLBACK TO */
    bool is_copy;        /* PostgreSQL: COPY, whose rows come and go beside it */
    bool is_session;     /* PostgreSQL: SET, FETCH, LISTEN, SELECT pg_advisory_lock(1): it
                             * concerns the session alone */
    bool is_left;        /* PostgreSQL: SET, DISCARD, CREATE TEMP TABLE, SELECT pg_advisory_lock(1):
                              * what it does stays in the session behind it */
    bool is_listen;      /* PostgreSQL: LISTEN */
};

struct tn__sql_kind tn__sql_kind_of(tn_text sql, enum tn__dialect dialect);

/* Whether a statement writes nothing as far as its words go, for an engine that does not tell. What the
 * functions do that it calls is not in the words. */
bool tn__sql_is_readonly(tn_text sql, enum tn__dialect dialect);

/* The one of PostgreSQL, in kind_postgres.c. */
struct tn__sql_kind tn__sql_kind_postgres(tn_text sql);

#endif
