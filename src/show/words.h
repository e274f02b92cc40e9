/* SPDX-License-Identifier: MIT */
#ifndef TN_SHOW_WORDS_H
#define TN_SHOW_WORDS_H

#include "render/grid.h"
#include "schema/catalog.h"
#include "util/buf.h"

/* Between the files of src/show. */

/* The next cell of a grid is what is in the buffer, which is empty then. */
void tn__words_cell(struct tn__grid *grid, struct tn__buf *cell);

/* The columns of the primary key, in its order: the index's, or the rowid alias. NULL past the end. */
const struct tn__column *tn__words_key(const struct tn__table *table, size_t i);

/* The bytes of an expression; the NULL text if there is none. */
tn_text tn__words_expr(const struct tn__sql *text, const struct tn__ast_expr *expr);
/* Append it on one line, without comments; nothing, and false, if there is none. */
bool tn__words_line(struct tn__buf *out, const struct tn__sql *text,
                    const struct tn__ast_expr *expr);

/* "table", "strict table", "view", "fts5": append what kind of a table it is. */
void tn__words_kind(struct tn__buf *out, const struct tn__table *table);
/* "a, b": append names. */
void tn__words_names(struct tn__buf *out, const char *const *names, size_t count);
/* Append the key of an index: "owner, lower(title) COLLATE nocase DESC". */
void tn__words_parts(struct tn__buf *out, const struct tn__index *index);
/* Append the parent's columns of a foreign key: those written, or its primary key's. */
void tn__words_parents(struct tn__buf *out, const struct tn__catalog *catalog,
                       const struct tn__foreign_key *key);
/* "AFTER UPDATE OF a, b": what a trigger waits for; nothing if its text could not be parsed. */
void tn__words_event(struct tn__buf *out, const struct tn__trigger *trigger);

#endif
