/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_PROJECT_H
#define TN_CLI_PROJECT_H

#include <tenon/arena.h>
#include <tenon/error.h>

/* The files of a new project: those of cli/new/common and of one of the folders beside it. */
struct project {
    const char *dir;
    const char *build; /* "cmake", "make" or "meson" */
    const char *name;  /* of the program, and the prefix of what is generated */
};

/* What the project in a folder is called: the folder's name in letters, digits and underscores. NULL:
 * nothing is left of it, or there is no memory. */
const char *project_name_of(const char *dir, tn_arena *arena);

/* TN_EINVAL: it cannot be the name of a C function's beginning and of a target of the build. */
TN_NODISCARD int project_check_name(const char *name, tn_error *err);

/*
 * Write them. TN_EREFUSED: one is there already, and nothing has been written; on another failure those
 * that had been written are gone again, folders that were made stay.
 */
TN_NODISCARD int project_write(const char *const **out_paths, size_t *out_count,
                               const struct project *project, tn_arena *arena, tn_error *err);

#endif
