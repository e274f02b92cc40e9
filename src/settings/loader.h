/* SPDX-License-Identifier: MIT */
#ifndef TN_SETTINGS_LOADER_H
#define TN_SETTINGS_LOADER_H

#include "settings/settings.h"
#include "util/env.h"
#include "util/ini.h"

/*
 * Shared by the files of this folder alone. Functions that return a status give TN_OK, TN_NONE (no
 * value: there is none, or a finding says why), or a negative status that ends the loading.
 */

/* Where a value is from, the strongest first. */
enum tn__given_from {
    TN__FROM_FLAG,
    TN__FROM_ENVIRONMENT,
    TN__FROM_DOTENV,
    TN__FROM_INI,
    TN__FROM_DEFAULT
};

/* A value as it was given, not expanded yet. */
struct tn__given {
    enum tn__given_from from;
    const char *value;
    const char *origin;     /* as shown by `config --explain` */
    struct tn__place place; /* of the value; file == NULL: not in a file */
    size_t offset;          /* of the value in tenon.ini */
};

enum tn__setting_id {
    TN__DATABASE_URL,
    TN__DATABASE_DIRECT_URL,
    TN__DATABASE_CHECK_URL,
    TN__DATABASE_ENGINE,
    TN__MIGRATIONS_DIR,
    TN__MIGRATIONS_SQLITE,
    TN__MIGRATIONS_POSTGRES,
    TN__MIGRATIONS_ORDER,
    TN__QUERIES_SOURCE,
    TN__GENERATE_OUT,
    TN__GENERATE_PREFIX,
    TN__GENERATE_JSON,
    TN__LINT_DENY,
    TN__LINT_WARN,
    TN__LINT_ALLOW,
    TN__LINT_SOURCES,
    TN__LINT_LARGE,
    TN__SETTING_COUNT
};

/* A row of the table of settings. */
struct tn__setting {
    const char *section;
    const char *key;
    const char *meaning;         /* one line, for the help */
    const char *flag;            /* "--url"; NULL: none */
    size_t flag_offset;          /* of its struct tn__settings_flag in the flags */
    const char *variable;        /* of the environment and .env; NULL: none */
    const char *const *defaults; /* ended by NULL */
    const char *const *choices;  /* ended by NULL; NULL: free text */
    bool may_repeat;
    bool may_be_empty;
};
extern const struct tn__setting tn__setting_table[TN__SETTING_COUNT];

/* Sections whose keys are the project's own. */
#define TN__SECTION_TYPES     "types"
#define TN__SECTION_FUNCTIONS "functions"

#define TN__SECTION_LINT      "lint"

struct tn__loader {
    const struct tn__settings_flags *flags;
    tn_arena *arena;
    struct tn__diags *diags;
    tn_error *err;
    const char *dir;      /* of the project */
    const char *ini_file; /* as shown; NULL: none */
    tn_text ini_text;
    struct tn__ini ini;
    const char *env_file; /* as shown; NULL: none */
    tn_text env_text;
    struct tn__env env;
    struct tn__settings out;
    struct tn__setting_origin *explain; /* room for all */
};

/* settings_find.c */
TN_NODISCARD int tn__loader_read(struct tn__loader *loader);
/* A variable of the environment, or else of .env; NULL: not set. A tn__env_lookup. */
const char *tn__loader_lookup(const char *name, void *user);
/* The same, not empty, with its origin. TN_OK, TN_NONE, TN_ENOMEM. */
TN_NODISCARD int tn__loader_variable(struct tn__given *out, struct tn__loader *loader,
                                     const char *name);

/* settings.c */
/* The strongest source that gives a setting. TN_OK, TN_NONE, TN_ENOMEM. */
TN_NODISCARD int tn__loader_choose(struct tn__given *out, struct tn__loader *loader,
                                   const struct tn__setting *setting);
/* A finding about a value: at its place, or saying where it is from. */
void tn__loader_report_value(struct tn__loader *loader, const struct tn__given *given,
                             const char *message);
/* Expand and judge a value as text. TN_OK, TN_NONE (reported), TN_ENOMEM. */
TN_NODISCARD int tn__loader_take_text(const char **out, struct tn__loader *loader,
                                      const struct tn__setting *setting,
                                      const struct tn__given *given);
/* The index of a value among the choices. TN_OK, TN_NONE (reported), TN_ENOMEM. */
TN_NODISCARD int tn__loader_choice(unsigned *out, struct tn__loader *loader, enum tn__setting_id id,
                                   struct tn__given *given);
/* A line of `config --explain`. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__loader_explain_setting(struct tn__loader *loader, enum tn__setting_id id,
                                            const char *value, const char *origin);

/* settings_database.c */
TN_NODISCARD int tn__settings_database(struct tn__loader *loader);

/* settings_keys.c */
/* Report what is not in the table, and what is there twice. TN_OK, or TN_ENOMEM. */
TN_NODISCARD int tn__loader_judge_keys(struct tn__loader *loader);
/* Places in tenon.ini. */
struct tn__place tn__loader_place(const struct tn__loader *loader, size_t offset, size_t length);
/* "a", "a or b", "a, b or c" of a list that is ended by NULL. NULL: no memory. */
const char *tn__loader_list(tn_arena *arena, const char *const *words);
/* Report a value that is none of the choices, with the nearest. */
void tn__loader_report_choice(struct tn__loader *loader, struct tn__place place, const char *name,
                              const char *value, const char *const *choices);

/* Whether tenon.ini has the folders of both engines, and so the project both engines. TN_OK, TN_NONE, TN_ENOMEM. */
TN_NODISCARD int tn__loader_has_engines(struct tn__loader *loader);

/* settings_url.c */
/* A URL made usable from the working directory. TN_EINVAL with err->message if it is not one. */
TN_NODISCARD int tn__settings_url(const char **out, struct tn__url *parsed, const char *given,
                                  const char *dir, tn_arena *arena, tn_error *err);
/* A URL from POSTGRES_HOST and its like; TN_NONE if neither host nor database is given, or one of them
 * is wrong (reported). */
TN_NODISCARD int tn__settings_compose(struct tn__given *out, struct tn__loader *loader);

/* settings_types.c */
TN_NODISCARD int tn__settings_types(struct tn__loader *loader);

/* settings_functions.c */
TN_NODISCARD int tn__settings_functions(struct tn__loader *loader);

/* settings_lint.c */
TN_NODISCARD int tn__settings_lint(struct tn__loader *loader);

/* settings.c */
/* Note a line of `config --explain`; value and origin are kept as they are. */
void tn__loader_explain(struct tn__loader *loader, const char *name, const char *value,
                        const char *origin);
TN_NODISCARD int tn__loader_no_memory(struct tn__loader *loader);
bool tn__settings_is_name(const char *text);

#endif
