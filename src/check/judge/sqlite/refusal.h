/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_SQLITE_REFUSAL_H
#define TN_CHECK_SQLITE_REFUSAL_H

#include "check/judge/judge.h"

/* Between the files refusal*.c: what is said of a statement that the engine refuses. */

/* Findings of one statement. */
enum {
    TN__MOST_REFUSALS = 10
};

/* The engine's refusal, and what Tenon makes of the statement. */
struct tn__refusal {
    struct tn__judge *judge;
    int status;
    const tn_error *err;
    size_t token;                               /* that the engine points at; SIZE_MAX: none */
    const struct tn__ast_stmt *stmt;            /* NULL: it cannot be parsed; then: */
    const struct tn__parse_fault *parse_faults; /* may be NULL all the same */
    const struct tn__name_fault *name_faults;
};

/* The place of tokens; of the end of the statement if they are none. */
struct tn__place tn__refusal_place(const struct tn__refusal *refusal, struct tn__sql_span span);

/* TN_ESYNTAX: the engine's, and the parser's others. */
void tn__refuse_syntax(struct tn__refusal *refusal);
/* A name that the engine does not find, takes for ambiguous, or calls with a wrong number of
 * arguments, and all others; false: it is none. */
bool tn__refuse_names(struct tn__refusal *refusal);
/* Where the statement shows what the engine refuses without pointing at it. */
bool tn__refusal_find(struct tn__sql_span *out, const struct tn__refusal *refusal);

/* What a statement calls. */
struct tn__callee {
    const char *name;
    int64_t arg_count; /* negative: any number */
};

/* What the engine can call, by name. */
struct tn__callees {
    const struct tn__callee *items;
    size_t count;
};
/* TN_OK, TN_ENOMEM, or an error of the engine. */
TN_NODISCARD int tn__callees_read(struct tn__callees *out, const struct tn__judge *judge);
const char *tn__callees_nearest(const struct tn__callees *callees, tn_text name, tn_arena *arena);
enum tn__call_fit {
    TN__CALL_FITS,
    TN__CALL_UNKNOWN,
    TN__CALL_MISCOUNTED
};
enum tn__call_fit tn__callees_fit(const struct tn__callees *callees, tn_text name,
                                  size_t arg_count);
/* "2 or 3 arguments"; NULL: nothing can be said, or no memory. */
const char *tn__callees_takes(const struct tn__callees *callees, tn_text name, tn_arena *arena);

#endif
