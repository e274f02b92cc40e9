/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_KIND_H
#define TN_CORE_KIND_H

#include <tenon/error.h>
#include <tenon/value.h>

/* What the words of a statement tell before the engine has seen it. */
struct tn__sql_kind {
    bool is_read; /* SELECT and the like: try a reading connection. The engine has the last word */
    bool is_change;      /* INSERT, UPDATE, DELETE, REPLACE; or WITH, where that is open */
    bool is_transaction; /* BEGIN, COMMIT, END, ROLLBACK; SAVEPOINT, RELEASE */
    bool is_savepoint;   /* of the last: SAVEPOINT, RELEASE, ROLLBACK TO */
};

struct tn__sql_kind tn__sql_kind_of(tn_text sql);

#endif
