/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_SET_H
#define TN_MIGRATE_SET_H

#include <tenon/migrate.h>

#include "lex/lex.h"

/* The most files in a folder, and the most bytes in one. */
#define TN__MIGRATION_MAX_FILES 100000
#define TN__MIGRATION_MAX_BYTES ((size_t)64 << 20)

/* tn_migration_set_load(), of files in that SQL. */
TN_NODISCARD int tn__migration_set_load(tn_migration_set *out, enum tn__dialect dialect,
                                        const char *dir, tn_arena *arena, tn_migration_place *place,
                                        tn_error *err);

/* The migration of a version; NULL: there is none. */
const tn_migration *tn__migration_set_find(const tn_migration_set *set, int64_t version);

/* Whether versions ascend and every migration has its parts: sets may be written by hand. */
TN_NODISCARD int tn__migration_set_check(const tn_migration_set *set, tn_error *err);

/* Whether a stored checksum is that of the text with other line ends, or with or without a BOM. */
bool tn__checksum_is_variant(const uint8_t stored[48], tn_text text, tn_arena *arena);

#endif
