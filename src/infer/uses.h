/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_USES_H
#define TN_INFER_USES_H

#include "infer/analysis.h"

/* Between the files of src/infer: what becomes of tn__analyse_options.wants_uses. */

/* Note what a block, which has been resolved, does with columns. */
void tn__uses_note(struct tn__analysis *an, const struct tn__ir_block *block);
/* Copy what has been noted. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__uses_write(struct tn__analysed *out, const struct tn__analysis *an,
                                tn_arena *arena);

#endif
