/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_SQLITE_SQLITE_H
#define TN_GEN_SQLITE_SQLITE_H

#include "gen/plan.h"
#include "util/buf.h"

/* Private to this folder: generated C for SQLite, which calls the engine itself and tenon/gen_sqlite.h. */

/* --- params.c ----------------------------------------------------------------------------------- */

/* The texts of enums of which there may be a list. */
void tn__sgen_emit_texts(struct tn__buf *out, const struct tn__planned_query *planned);
/* rc = bind(stmt, 1, id); and so on; leaves rc at the first that fails. `lists` is the array for lists. */
void tn__sgen_emit_binds(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *indent, const char *lists);

/* --- rows.c ------------------------------------------------------------------------------------- */

/* static int read_NAME(row, use, err) and copy_NAME(row, arena, use, err) of a query's row, where they are
 * needed; of a group they leave the items out, which have read_NAME_item and copy_NAME_item. */
void tn__sgen_emit_row_functions(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__sgen_emit_item_functions(struct tn__buf *out, const struct tn__planned_query *planned);

/* --- source.c, group.c, bulk.c ------------------------------------------------------------------ */

/* use and stmt, acquired and bound; rc is the engine's: SQLITE_OK, or why something could not be bound. */
void tn__sgen_emit_open(struct tn__buf *out, const struct tn__planned_query *planned);
/* The body of NAME_begin. */
void tn__sgen_emit_begin(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__sgen_emit_group(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__sgen_emit_bulk(struct tn__buf *out, const struct tn__planned_query *planned);

#endif
