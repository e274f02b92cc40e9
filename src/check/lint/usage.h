/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_USAGE_H
#define TN_CHECK_USAGE_H

#include "check/check.h"

/* Between the files of src/check: the program's own sources. */

/*
 * The C and C++ files below the folders, and the files of the patterns. Hidden and build folders are left
 * out; what cannot be read is passed over.
 *
 * TN_OK; TN_ENOTFOUND and what tn__glob() gives, with a finding; TN_ENOMEM.
 */
TN_NODISCARD int tn__usage_find(struct tn__program_files *out, const struct tn__program *program,
                                tn_arena *arena, struct tn__diags *diags, tn_error *err);

/* Read one. TN_OK; TN_NONE: it is none of the program's texts, or cannot be read; TN_ENOMEM. */
TN_NODISCARD int tn__usage_read(tn_text *out, const char *path, tn_arena *arena);

#endif
