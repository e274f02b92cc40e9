/* SPDX-License-Identifier: MIT */
#ifndef TN_SHOW_WORDS_H
#define TN_SHOW_WORDS_H

#include "render/grid.h"
#include "render/json.h"
#include "show/show.h"

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

/* A server's objects beside tables: rows of the overview, a page, the JSON. */
void tn__show_objects(struct tn__grid *grid, const struct tn__catalog *catalog,
                      struct tn__buf *cell);
void tn__show_object(struct tn__buf *out, const struct tn__catalog *catalog,
                     const struct tn__shown *shown, bool is_colored);
bool tn__show_find_object(struct tn__shown *out, const struct tn__catalog *catalog, tn_text name);
void tn__show_json_table(struct tn__json *json, const struct tn__table *table);
void tn__show_json_index(struct tn__json *json, const struct tn__index *index);
void tn__show_json_objects(struct tn__json *json, const struct tn__catalog *catalog,
                           const struct tn__shown *shown);

/* The declared type of a column, without the schema where a query can do without. */
const char *tn__words_declared(const struct tn__catalog *catalog, const struct tn__column *column);
/* "user_role", "auth.level": append what a query has to call an object of a server. */
void tn__words_object(struct tn__buf *out, const struct tn__catalog *catalog, const char *schema,
                      const char *name);
/* What a server has of a user's: no row type, and no type or function that comes with another thing. */
bool tn__words_is_shown(const struct tn__server_type *type);
/* Whether a function of a user has the name of another; NULL: it has not. */
bool tn__words_is_overload(const struct tn__server_function *function,
                           const struct tn__server_function *other);
/* "enum", "domain", "function", …: static. */
const char *tn__words_type_kind(const struct tn__server_type *type);
const char *tn__words_function_kind(const struct tn__server_function *function);
/* Append a condition without the parentheses around all of it. */
void tn__words_condition(struct tn__buf *out, const char *sql);

#endif
