/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_MARKS_H
#define TN_CHECK_MARKS_H

#include "check/read/variants.h"

/* Between variants.c and marks.c: everything of *out but the keys; NULL if there are no marks. TN_OK,
 * TN_ENOMEM; faults are findings, and the query is broken. */
TN_NODISCARD int tn__read_marks(struct tn__variants **out, struct tn__reader *reader,
                                struct tn__query *query);

#endif
