/* SPDX-License-Identifier: MIT */
#ifndef TN_SETTINGS_SETTINGS_H
#define TN_SETTINGS_SETTINGS_H

#include <tenon/migrate.h>

#include "diag/diag.h"
#include "util/url.h"

/*
 * The settings of a project: flags, then the environment, then .env, then tenon.ini, then a
 * default. Every value knows where it comes from.
 *
 * tenon.ini is looked for in the working directory and above, up to a folder that holds .git, $HOME
 * or the root. Its folder is the project's: .env is read there (in the working directory if there
 * is no tenon.ini), and relative paths in both files are relative to it. All paths handed out are
 * usable from the working directory.
 */

/* A flag's value, and how it was written. */
struct tn__settings_flag {
    const char *value; /* NULL: not given */
    const char *name;  /* "--database-url"; NULL: as it is called in the table */
};

/* What the command line says. Relative paths are the working directory's. */
struct tn__settings_flags {
    const char *config; /* --config: this file instead of a tenon.ini above; NULL: not given */
    struct tn__settings_flag url;        /* --url */
    struct tn__settings_flag migrations; /* --migrations */
};

/* [types]: what C makes of a column, and how it is stored. */
enum tn__logical_type {
    TN__LOGICAL_BOOL,
    TN__LOGICAL_JSON,
    TN__LOGICAL_TIMESTAMP,
    TN__LOGICAL_TEXT, /* and no more: no enum */
    TN__LOGICAL_INT,  /* no bool */
    TN__LOGICAL_ENUM, /* of this name */
    TN__LOGICAL_REAL, /* numbers of either class: of a NUMERIC column */
    TN__LOGICAL_KEY   /* the key type of this name */
};
enum tn__timestamp_form {
    TN__FORM_ANY, /* not a timestamp, or no form declared */
    TN__FORM_SECONDS,
    TN__FORM_MS,
    TN__FORM_TEXT,
    TN__FORM_RFC3339
};

/* One line of [types]. Whether table and column exist is for the checker to say, at `place`. */
struct tn__settings_type {
    const char *table;
    const char *column;      /* NULL: the line names the table's struct */
    const char *struct_name; /* with column == NULL, or of an enum or key type; an identifier */
    enum tn__logical_type logical; /* with column != NULL */
    enum tn__timestamp_form form;
    struct tn__place place; /* of the key */
};

/* One line of [lint] large. Whether there is such a table is for the checker to say, at `place`. */
struct tn__settings_large {
    const char *table;
    struct tn__place place;
};

/* [functions]: what the program registers on each of its connections. */
#define TN__FUNCTION_ARGS_MAX 100 /* every engine takes so many */

/* One line of [functions]. Whether the engine has it already is for the checker to say, at `place`. */
struct tn__settings_function {
    const char *name;        /* an identifier */
    const char *const *args; /* types: of tn__function_types, as the result */
    size_t arg_count;
    bool is_variadic; /* the last one any number of times, or not at all */
    bool is_aggregate;
    bool is_not_null;
    bool is_strict; /* NULL for a NULL argument, and for nothing else */
    const char *result;
    struct tn__place place; /* of the key */
};

/* The words that a type is; ended by NULL. */
extern const char *const tn__function_types[];

/* One line of `config --explain`. */
struct tn__setting_origin {
    const char *name;  /* "database.url" */
    const char *value; /* a password is "***"; "" if there is none */
    /* "flag --url" as it was written, "environment DATABASE_URL", ".env:1", "tenon.ini:3" or "default". */
    const char *origin;
};

struct tn__settings {
    const char *config_file;  /* as shown: "tenon.ini", "../tenon.ini"; NULL: none */
    const char *project_dir;  /* ".", "..", the folder of --config */
    const char *database_url; /* with its password; NULL: none */
    bool is_url_flag;         /* that is a flag's */
    const char *direct_url;   /* the same, past a pooler; NULL: none */
    const char *check_url;    /* PostgreSQL to check queries on; NULL: none */
    const char
        *lone_variable; /* POSTGRES_USER or the like, without a host or a database; NULL: none */
    const char *unset_variable; /* of a database.url that is this variable alone; NULL: none */
    const char *unset_origin;   /* where that stands: "tenon.ini:3" */
    enum tn__url_engine engine;
    bool is_engine_given;       /* by a URL or by [database] engine; else it is the default */
    const char *migrations_dir; /* of `engine` */
    /* [migrations] sqlite, postgres; NULL: not given. With both of them the project is for both engines. */
    const char *sqlite_migrations;
    const char *postgres_migrations;
    enum tn_migrate_out_of_order out_of_order;
    const char *const *query_sources; /* patterns for tn__glob() */
    size_t query_source_count;
    const char *generate_out;
    const char *generate_prefix; /* an identifier, or "" */
    bool generate_json;
    const struct tn__settings_type *types; /* in the order of the file */
    size_t type_count;
    const struct tn__settings_function *functions; /* in the order of the file */
    size_t function_count;
    const enum tn__lint_level *lint_levels; /* by row of tn__diag_codes */
    const char *const *lint_sources;        /* folders, and patterns for tn__glob() */
    size_t lint_source_count;
    const struct tn__settings_large *large; /* of PostgreSQL, in the order of the file */
    size_t large_count;
    const struct tn__setting_origin *explain; /* in a stable order */
    size_t explain_count;
};

/*
 * Find, read and judge the settings. Everything handed out is the arena's.
 *
 * TN_OK; TN_EINVAL if something in them is wrong: `diags` has the findings (unknown-setting,
 * bad-setting, settings-syntax, env-syntax) and the texts that they point into, err a summary;
 * TN_ENOTFOUND, TN_EPERM, TN_EIO, TN_ERANGE if a file cannot be read; TN_ENOMEM. *out is set on
 * success only.
 */
TN_NODISCARD int tn__settings_load(struct tn__settings *out, const struct tn__settings_flags *flags,
                                   tn_arena *arena, struct tn__diags *diags, tn_error *err);

/* One key of tenon.ini, for the help. All strings are static. */
struct tn__setting_doc {
    const char *section;
    const char *key;
    const char *meaning;
    const char *flag;           /* "--url"; NULL: none */
    const char *variable;       /* of the environment and .env; NULL: none */
    const char *const *choices; /* ended by NULL; NULL: free text */
    const char *fallback;       /* the default, or the first of several; NULL: none */
};

/* The key of that number, from 0, in the order of config --explain; false behind the last. */
bool tn__setting_doc(struct tn__setting_doc *out, size_t index);

#endif
