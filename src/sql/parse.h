/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_PARSE_H
#define TN_SQL_PARSE_H

#include "sql/ast.h"

/* What the parser cannot make sense of, and where. */
struct tn__parse_fault {
    struct tn__sql_span span; /* empty at the end of the text */
    const char *message;      /* "near 'FORM': syntax error", lower case, without a full stop */
    const char *expected;     /* "FROM", "a name or '('"; NULL if it is too much to say */
    const struct tn__parse_fault *next;
};

/* Deeper expressions, subqueries and joins are refused, as the engine does (SQLITE_MAX_EXPR_DEPTH):
 * a little later, as it does not count all that is counted here. */
#define TN__PARSE_DEPTH_MAX 1020

/*
 * Parse one statement. The tree and the faults are the arena's; the text is borrowed.
 *
 * TN_OK: *out is the tree. TN_ESYNTAX: *out_faults lists at least one fault, in the order of the
 * text; the parser goes on behind one where it can, at most 10. TN_ERANGE: nested too deeply, with one fault
 * that says so. TN_ENOMEM. `out_faults` may be NULL.
 */
TN_NODISCARD int tn__sql_parse(const struct tn__ast_stmt **out,
                               const struct tn__parse_fault **out_faults, const struct tn__sql *sql,
                               tn_arena *arena);

/* The bytes of tokens [begin, end), from the first byte of the first to the last of the last. */
tn_text tn__sql_bytes(const struct tn__sql *sql, struct tn__sql_span span);

#endif
