/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_LEAVES_H
#define TN_INFER_LEAVES_H

#include "infer/analysis.h"

/* Say of each result column, and of each term of ORDER BY, which relation of the block it comes from; and list the
 * relations. For a statement that is one SELECT, after it has been inferred; `columns` are the
 * answer's. `order_by` is NULL of a server's statement. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__leaves_write(struct tn__analysed *out, struct tn__analysed_column *columns,
                                  const struct tn__ir_block *block,
                                  const struct tn__ast_items *order_by, tn_arena *arena);

#endif
