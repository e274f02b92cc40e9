/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_ANSWER_H
#define TN_INFER_ANSWER_H

#include "infer/analysis.h"

/* Parts of an answer, in memory of the caller's. */

/* NULL text stays NULL text. Without memory *status is TN_ENOMEM. */
tn_text tn__answer_text(int *status, tn_arena *arena, tn_text text);
/* The tables of a map. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__answer_tables(struct tn__analysed *out, const struct tn__map *map,
                                   tn_arena *arena);

#endif
