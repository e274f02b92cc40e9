/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_PROJECT_H
#define TN_CLI_PROJECT_H

#include <tenon/arena.h>
#include <tenon/error.h>

/* The files of a new project: those of cli/new/common, of its build's folder there and of its engine's. */
struct project {
    const char *dir;
    const char *build;  /* "cmake", "make" or "meson" */
    const char *name;   /* of the program, and the prefix of what is generated */
    const char *engine; /* "sqlite" or "postgres" */
    const char *url;    /* as .env has it */
};

/* What the project in a folder is called: the folder's name in letters, digits and underscores. NULL:
 * nothing is left of it, or there is no memory. */
const char *project_name_of(const char *dir, tn_arena *arena);

/* TN_EINVAL: it cannot be the name of a C function's beginning and of a target of the build. */
TN_NODISCARD int project_check_name(const char *name, tn_error *err);

/* Its engine and URL: those of the one given, or, of NULL, a file of the project's name. TN_OK; TN_EINVAL: it
 * is none, or nothing that may stand in .env.example; TN_ENOMEM. */
TN_NODISCARD int project_set_url(struct project *project, const char *url, tn_arena *arena,
                                 tn_error *err);

/*
 * Write them. TN_EREFUSED: one is there already, and nothing has been written; on another failure those
 * that had been written are gone again, folders that were made stay.
 */
TN_NODISCARD int project_write(const char *const **out_paths, size_t *out_count,
                               const struct project *project, tn_arena *arena, tn_error *err);

#endif
