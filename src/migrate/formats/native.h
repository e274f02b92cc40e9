/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_FORMATS_NATIVE_H
#define TN_MIGRATE_FORMATS_NATIVE_H

#include <tenon/migrate.h>

/* File names, by sqlx's rules: V_name.sql, V_name.up.sql, V_name.down.sql. */
enum tn__migration_file_type {
    TN__MIGRATION_SIMPLE,
    TN__MIGRATION_UP,
    TN__MIGRATION_DOWN
};

struct tn__migration_file {
    enum tn__migration_file_type type;
    int64_t version;
    size_t version_size; /* of the version as written, from the start of the name */
    bool is_date_number; /* 20250115_001_name.sql: a date, a number, together the version */
    tn_text name;        /* "create_tasks" */
};

/*
 * TN_OK; TN_NONE: not a migration's name; TN_EINVAL: a .sql file with an underscore, but what
 * stands before it is no version; TN_ERANGE: a version beyond 64 bits.
 */
TN_NODISCARD int tn__migration_file_parse(struct tn__migration_file *out, const char *name);

/* Whether a name that is none looks as if it were meant to be: "1.sql", "0001-users.up.sql". */
bool tn__migration_file_is_near(const char *name);

/* A version as it may be typed: "20250115_001", "20250115001", "0001". TN_OK, TN_EINVAL, TN_ERANGE. */
TN_NODISCARD int tn__migration_version_parse(int64_t *out, tn_text text);

/* The description that the history keeps: underscores become blanks. NULL: no memory. */
char *tn__migration_description(const struct tn__migration_file *file, tn_arena *arena);

/* The version as sqlx reads such a name: only the date of a date and a number. */
int64_t tn__migration_sqlx_version(const char *version_text, int64_t version);

#endif
