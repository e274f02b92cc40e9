/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_POSTGRES_POSTGRES_H
#define TN_GEN_POSTGRES_POSTGRES_H

#include "gen/plan.h"
#include "util/buf.h"

/* Private to this folder: generated C for PostgreSQL, which calls tenon/gen_postgres.h. */

struct tn__call;

/* --- forms.c ------------------------------------------------------------------------------------ */

/* In which form the values of a type travel, and which functions serve it. */
struct tn__pgen_form {
    uint32_t oid;       /* of the built-in type with that form; 0: it is known by its text alone */
    uint32_t array_oid; /* of arrays of it; 0: as above */
    const char *name;   /* of tn_pg_bind_int8 and tn_pg_read_int8 */
    const char *type;   /* "TN_INT": what C has of it */
    bool is_scalar;     /* that may be NULL is two members, has and value */
};

/* Of a value, or of an element of an array. */
const struct tn__pgen_form *tn__pgen_form(struct tn__typing typing);
/* As struct tn_pg_types has it: "20", "TN_PG_LIKE | 25". */
void tn__pgen_param_type(char *out, size_t size, const struct tn__query_param *param);
/* Of a column: 0: known by its text alone, so that all columns of the row come as texts. */
uint32_t tn__pgen_column_type(struct tn__typing typing);
/* Whether a parameter travels as text. */
bool tn__pgen_is_word(const struct tn__query_param *param);
/* Whether the rows of a query are texts. */
bool tn__pgen_has_text_rows(const struct tn__query *query);
/* How a column's values get to C. */
enum tn__pgen_way {
    TN__PGEN_IN_PLACE, /* read from the result, and borrowed from it where they are texts or blobs */
    TN__PGEN_MADE,     /* in an arena: numerics, arrays, all but texts where rows are texts */
};
enum tn__pgen_way tn__pgen_way(const struct tn__query *query, struct tn__typing typing);
/* What binds and reads what behind a member's name: ".has" (NULL: nothing) and ".value". */
const char *tn__pgen_has_of(const struct tn__member *member);
const char *tn__pgen_value_of(const struct tn__member *member);

/* --- params.c ----------------------------------------------------------------------------------- */

/* The variables that binding needs, for a query with parameters. */
void tn__pgen_emit_param_locals(struct tn__buf *out, const struct tn__planned_query *planned);
/* tn_pg_params_init(…), and the binders. Whether they leave a status in `rc`, which is TN_OK before. */
bool tn__pgen_emit_binds(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *indent, const char *use);

/* --- rows.c ------------------------------------------------------------------------------------- */

/* Whether reading the group's row, or an item of it, takes an arena; whether something is left to copy. */
bool tn__pgen_is_made(const struct tn__planned_query *planned, bool is_item);
bool tn__pgen_is_borrowed(const struct tn__planned_query *planned, bool is_item);
/* read_NAME and copy_NAME; read_NAME_item and copy_NAME_item. */
void tn__pgen_emit_readers(struct tn__buf *out, const struct tn__planned_query *planned,
                           bool is_item);
/* rc = read_NAME(row, use, rows, arena, err); the arena only where it takes one. */
void tn__pgen_emit_read(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *indent, bool is_item, const char *row, const char *use,
                        const char *rows, const char *arena);
/* if (rc == TN_OK) rc = copy_NAME(row, arena, use, err); nothing where there is nothing to copy. */
void tn__pgen_emit_copy(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *indent, bool is_item, const char *row, const char *use);

/* --- copy.c ------------------------------------------------------------------------------------- */

/* NAME_targets and NAME_into, of a statement that a COPY can stand for; false, and nothing is written: of another. */
bool tn__pgen_emit_copy_of(struct tn__buf *out, const struct tn__planned_query *planned);

/* --- source.c, group.c, bulk.c ------------------------------------------------------------------ */

/* use, rows and rc, acquired, bound and run. */
void tn__pgen_emit_open(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__pgen_emit_begin(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__pgen_emit_group(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__pgen_emit_bulk(struct tn__buf *out, const struct tn__planned_query *planned);

#endif
