/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_AUTHOR_H
#define TN_MIGRATE_AUTHOR_H

#include <tenon/migrate.h>
#include <tenon/time.h>

#include "lex/lex.h"

/* How a new migration is written; the zero values take over what the folder has. */
enum tn__add_form {
    TN__ADD_AS_FOUND,
    TN__ADD_REVERSIBLE,
    TN__ADD_SIMPLE
};
enum tn__add_numbering {
    TN__ADD_NUMBERING_AS_FOUND,
    TN__ADD_SEQUENTIAL,
    TN__ADD_TIMESTAMP
};

struct tn__migration_add {
    const char *dir;
    const char *name; /* blanks become underscores */
    enum tn__add_form form;
    enum tn__add_numbering numbering;
    tn_timestamp now;
};

/*
 * Create the file, or the pair, of a new migration, and the folder if there is none. In an empty
 * folder it is a pair with a timestamp. Paths are the arena's.
 *
 * TN_OK; TN_EINVAL (a name that is empty or has other than letters, digits, '_' and '-'; a bad
 * version in the folder); TN_EREFUSED (the file exists); TN_EPERM, TN_EIO, TN_EFULL, TN_ENOMEM.
 */
TN_NODISCARD int tn__migration_add(const char *out_paths[2], size_t *out_count,
                                   const struct tn__migration_add *how, tn_arena *arena,
                                   tn_error *err);

struct tn__migration_embed {
    const tn_migration_set *set;
    const char *path;   /* of the source; must end in ".c" */
    const char *prefix; /* of the set's name in C: <prefix>_migrations; "": migrations */
    bool is_check;      /* write nothing: `is_changed` says whether something would be */
    enum tn__dialect dialect;
    /* Of a project for both engines; then `set` is SQLite's, and the names are <prefix>_sqlite_migrations and
     * <prefix>_postgres_migrations. Else NULL. */
    const tn_migration_set *postgres;
};

struct tn__migration_embedded {
    const char *source;
    const char *header;
    const char *symbol;
    const char *postgres_symbol; /* NULL: there is one set */
    bool is_changed;             /* one of the files has been written, or would be */
};

/*
 * Write a set, or two, as C: a source with the scripts as bytes, and a header that declares the set. Nothing
 * in them depends on the day or on where the folder lies. Strings are the arena's.
 *
 * TN_OK; TN_EINVAL (path, prefix); TN_EREFUSED (one of the files exists and is not one of these:
 * neither is written); TN_ESYNTAX with the place (a script that cannot be split); and
 * what writing a file gives.
 */
TN_NODISCARD int tn__migration_embed(struct tn__migration_embedded *out,
                                     const struct tn__migration_embed *how, tn_arena *arena,
                                     tn_migration_place *place, tn_error *err);

#endif
