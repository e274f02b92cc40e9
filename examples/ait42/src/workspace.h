/* SPDX-License-Identifier: MIT */
#ifndef AIT42_WORKSPACE_H
#define AIT42_WORKSPACE_H

#include "a42_tables.h"
#include "error.h"

/*
 * A workspace is a folder that agents work in. It is known by the SHA-256 of its canonical path, so
 * that `.`, a link and the long way round are one workspace.
 */

#define AIT42_HASH_SIZE 65 /* 64 hexadecimal digits and a NUL */

struct ait42_place {
    char path[AIT42_PATH_MAX]; /* canonical: realpath() of what was given */
    char hash[AIT42_HASH_SIZE];
};

/* SHA-256 of a text, in lower-case hex. IoError if libcrypto has none. */
TN_NODISCARD enum ait42_error_kind ait42_hash(char out[AIT42_HASH_SIZE], tn_text text,
                                              struct ait42_error *err);

/*
 * Where a path leads. One that leads nowhere any more stands for itself, if it is absolute: the
 * sessions of a folder that has been removed can still be found.
 * @return WorkspaceNotFound: relative, and not there; IoError: it cannot be followed
 */
TN_NODISCARD enum ait42_error_kind ait42_workspace_locate(struct ait42_place *out, const char *path,
                                                          struct ait42_error *err);

/* The workspace of an existing folder: found or made, and touched (last_accessed_at). IoError where
 * the folder is not there. */
TN_NODISCARD enum ait42_error_kind ait42_workspace_open(struct a42_workspace *out, tn_db *db,
                                                        const char *path, tn_arena *arena,
                                                        struct ait42_error *err);

/* One that is known, not touched. WorkspaceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_workspace_find(struct a42_workspace *out, tn_db *db,
                                                        const char *path, tn_arena *arena,
                                                        struct ait42_error *err);

/* All, the one used last first. */
TN_NODISCARD enum ait42_error_kind ait42_workspace_list(struct a42_workspace_rows *out, tn_db *db,
                                                        tn_arena *arena, struct ait42_error *err);

/* Remove it from the database, with all its sessions. The folder stays. WorkspaceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_workspace_delete(tn_db *db, const char *path,
                                                          struct ait42_error *err);

#endif
