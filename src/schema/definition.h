/* SPDX-License-Identifier: MIT */
#ifndef TN_SCHEMA_DEFINITION_H
#define TN_SCHEMA_DEFINITION_H

#include "sql/statement.h"

/*
 * CREATE TABLE as the engine keeps it, read by its tokens alone: columns come first, each ends at a
 * comma outside of parentheses, and the words that are asked for are reserved, so that no name can
 * look like one.
 */

/* What stands between the parentheses; empty if there are none. */
struct tn__sql_span tn__definition_body(const struct tn__sql *sql);
/* The column or constraint that begins at *at, which moves behind its comma. */
struct tn__sql_span tn__definition_piece(const struct tn__sql *sql, size_t *at, size_t end);
/* The first of this word in a piece, outside of parentheses; the piece's end if there is none. */
size_t tn__definition_word(const struct tn__sql *sql, struct tn__sql_span piece, const char *word);
/* Token i as a name, which may be a string, too. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__definition_name(tn_text *out, const struct tn__sql *sql, size_t i,
                                     tn_arena *arena);
/* Of each foreign key, in the order of writing, whether it is DEFERRABLE INITIALLY DEFERRED. False if
 * there are not `count` of them. */
bool tn__definition_deferred(bool *out, size_t count, const struct tn__sql *sql);
/* Behind USING: the module of a virtual table; the text's end if there is none. */
size_t tn__definition_module(const struct tn__sql *sql);
/* Whether a word stands behind the parentheses of a table: STRICT, ROWID of WITHOUT ROWID. */
bool tn__definition_has_option(const struct tn__sql *sql, const char *word);

#endif
