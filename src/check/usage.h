/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_USAGE_H
#define TN_CHECK_USAGE_H

#include "check/check.h"

/* Between the files of src/check: the program's own sources. */

struct tn__usage_files {
    const char *const *paths; /* sorted by byte, each once */
    size_t count;
    bool is_cut; /* there are too many: nothing can be said of what they do not use */
};

/*
 * The C and C++ files below the folders, and the files of the patterns. Hidden and build folders and that
 * of generated files are left out; what cannot be read is passed over. A source that names no file is a
 * finding.
 *
 * TN_OK, TN_ENOMEM.
 */
TN_NODISCARD int tn__usage_find(struct tn__usage_files *out, const struct tn__program *program,
                                tn_arena *arena, struct tn__diags *diags, tn_error *err);

/* Read one. TN_OK; TN_NONE: it is none of the program's texts, or cannot be read; TN_ENOMEM. */
TN_NODISCARD int tn__usage_read(tn_text *out, const char *path, tn_arena *arena);

#endif
