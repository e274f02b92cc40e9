/* SPDX-License-Identifier: MIT */
#include "settings/settings.h"

#include <limits.h>
#include <unistd.h>

#include "settings/loader.h"
#include "util/fs.h"
#include "util/str.h"

int tn__loader_no_memory(struct tn__loader *loader)
{
    tn_error_set(loader->err, TN_ENOMEM, "cannot read the settings: out of memory");
    return TN_ENOMEM;
}

void tn__loader_explain(struct tn__loader *loader, const char *name, const char *value,
                        const char *origin)
{
    loader->explain[loader->out.explain_count++] = (struct tn__setting_origin){name, value, origin};
}

bool tn__settings_is_name(const char *text)
{
    if (!tn__is_ident_start(text[0]))
        return false;
    while (tn__is_ident(*text))
        text++;
    return *text == '\0';
}

static const char *setting_name(struct tn__loader *loader, const struct tn__setting *setting)
{
    return tn__arena_printf(loader->arena, "%s.%s", setting->section, setting->key);
}

/* A value of tenon.ini as it stands there. */
static int given_by_entry(struct tn__given *out, struct tn__loader *loader,
                          const struct tn__ini_entry *entry)
{
    struct tn__place place = tn__loader_place(loader, entry->value_offset, entry->value.size);
    const char *origin =
        tn__arena_printf(loader->arena, "%s:%u", loader->ini_file, (unsigned)place.line);
    if (!origin)
        return tn__loader_no_memory(loader);
    *out = (struct tn__given){TN__FROM_INI, entry->value.data, origin, place, entry->value_offset};
    return TN_OK;
}

static const struct tn__ini_entry *next_entry(const struct tn__loader *loader,
                                              const struct tn__setting *setting, size_t *at)
{
    while (*at < loader->ini.count) {
        const struct tn__ini_entry *entry = &loader->ini.entries[(*at)++];
        if (tn__text_is(entry->section, setting->section) && tn__text_is(entry->key, setting->key))
            return entry;
    }
    return NULL;
}

int tn__loader_choose(struct tn__given *out, struct tn__loader *loader,
                      const struct tn__setting *setting)
{
    if (setting->flag) {
        struct tn__settings_flag flag;
        memcpy(&flag, (const char *)loader->flags + setting->flag_offset, sizeof flag);
        if (flag.value) {
            const char *origin =
                tn__arena_printf(loader->arena, "flag %s", flag.name ? flag.name : setting->flag);
            if (!origin)
                return tn__loader_no_memory(loader);
            *out = (struct tn__given){.from = TN__FROM_FLAG, .value = flag.value, .origin = origin};
            return TN_OK;
        }
    }
    if (setting->variable) {
        int status = tn__loader_variable(out, loader, setting->variable);
        if (status != TN_NONE)
            return status;
    }
    size_t at = 0;
    const struct tn__ini_entry *entry = next_entry(loader, setting, &at);
    if (entry)
        return given_by_entry(out, loader, entry);
    if (!setting->defaults[0])
        return TN_NONE;
    *out = (struct tn__given){
        .from = TN__FROM_DEFAULT, .value = setting->defaults[0], .origin = "default"};
    return TN_OK;
}

void tn__loader_report_value(struct tn__loader *loader, const struct tn__given *given,
                             const char *message)
{
    struct tn__diag *diag =
        tn__diags_add(loader->diags, "bad-setting", given->place, "%s", message);
    if (!given->place.file)
        tn__diag_help(loader->diags, diag, "it is from %s", given->origin);
}

int tn__loader_take_text(const char **out, struct tn__loader *loader,
                         const struct tn__setting *setting, const struct tn__given *given)
{
    const char *name = setting_name(loader, setting);
    const char *value = given->value;
    if (!name)
        return tn__loader_no_memory(loader);
    if (given->from == TN__FROM_INI) {
        tn_error fault = {0};
        tn_text text;
        int status = tn__env_expand(&text, tn_text_of(value), false, true, tn__loader_lookup,
                                    loader, loader->arena, &fault);
        if (status == TN_ENOMEM)
            return tn__loader_no_memory(loader);
        if (status != TN_OK) {
            size_t offset = given->offset + (fault.position ? fault.position - 1 : 0);
            tn__diags_add(loader->diags, "bad-setting", tn__loader_place(loader, offset, 0), "%s",
                          fault.message);
            return TN_NONE;
        }
        value = text.data;
    }
    if (*value == '\0' && !setting->may_be_empty) {
        const char *message = tn__arena_printf(loader->arena, "'%s' is empty", name);
        if (!message)
            return tn__loader_no_memory(loader);
        tn__loader_report_value(loader, given, message);
        return TN_NONE;
    }
    *out = value;
    return TN_OK;
}

/* A path: relative to the project's folder unless the command line gives it. */
static int take_path(const char **out, struct tn__loader *loader, const struct tn__setting *setting,
                     const struct tn__given *given)
{
    const char *text;
    int status = tn__loader_take_text(&text, loader, setting, given);
    if (status != TN_OK)
        return status;
    const char *dir = given->from == TN__FROM_FLAG ? "." : loader->dir;
    *out = tn__path_join(loader->arena, dir, text);
    return *out ? TN_OK : tn__loader_no_memory(loader);
}

int tn__loader_explain_setting(struct tn__loader *loader, enum tn__setting_id id, const char *value,
                               const char *origin)
{
    const char *name = setting_name(loader, &tn__setting_table[id]);
    if (!name)
        return tn__loader_no_memory(loader);
    tn__loader_explain(loader, name, value, origin);
    return TN_OK;
}

/* A path that is there in any case, by its default. */
static int load_path(const char **out, struct tn__loader *loader, enum tn__setting_id id)
{
    struct tn__given given;
    const char *path = NULL;
    int status = tn__loader_choose(&given, loader, &tn__setting_table[id]);
    if (status == TN_OK)
        status = take_path(&path, loader, &tn__setting_table[id], &given);
    if (status == TN_OK) {
        *out = path;
        status = tn__loader_explain_setting(loader, id, path, given.origin);
    }
    return status;
}

int tn__loader_choice(unsigned *out, struct tn__loader *loader, enum tn__setting_id id,
                      struct tn__given *given)
{
    const struct tn__setting *setting = &tn__setting_table[id];
    const char *text = NULL;
    int status = tn__loader_choose(given, loader, setting);
    if (status == TN_OK)
        status = tn__loader_take_text(&text, loader, setting, given);
    if (status != TN_OK)
        return status;
    for (unsigned i = 0; setting->choices[i]; i++) {
        if (strcmp(text, setting->choices[i]) == 0) {
            *out = i;
            return TN_OK;
        }
    }
    const char *name = setting_name(loader, setting);
    if (!name)
        return tn__loader_no_memory(loader);
    tn__loader_report_choice(loader, given->place, name, text, setting->choices);
    return TN_NONE;
}

int tn__loader_has_engines(struct tn__loader *loader)
{
    static const enum tn__setting_id ids[] = {TN__MIGRATIONS_SQLITE, TN__MIGRATIONS_POSTGRES};
    struct tn__given given;
    int status = TN_OK;
    for (size_t i = 0; i < 2 && status == TN_OK; i++)
        status = tn__loader_choose(&given, loader, &tn__setting_table[ids[i]]);
    return status;
}

/* The folder of one engine, which takes the place of the common one where that is the project's. */
static int load_engine_dir(const char **out, struct tn__loader *loader, enum tn__setting_id id,
                           bool is_ours, struct tn__given *dir)
{
    struct tn__given given;
    int status = tn__loader_choose(&given, loader, &tn__setting_table[id]);
    if (status == TN_OK)
        status = take_path(out, loader, &tn__setting_table[id], &given);
    if (status != TN_OK)
        return status;
    if (is_ours && dir->from != TN__FROM_FLAG) {
        loader->out.migrations_dir = *out;
        dir->origin = setting_name(loader, &tn__setting_table[id]);
        if (!dir->origin)
            return tn__loader_no_memory(loader);
    }
    return tn__loader_explain_setting(loader, id, *out, given.origin);
}

static int load_migrations(struct tn__loader *loader)
{
    struct tn__given given;
    const struct tn__setting *setting = &tn__setting_table[TN__MIGRATIONS_DIR];
    bool is_postgres = loader->out.engine == TN__URL_POSTGRES;
    size_t line = loader->out.explain_count;
    int status = tn__loader_choose(&given, loader, setting);
    if (status == TN_OK)
        status = take_path(&loader->out.migrations_dir, loader, setting, &given);
    if (status == TN_OK)
        status = tn__loader_explain_setting(loader, TN__MIGRATIONS_DIR, loader->out.migrations_dir,
                                            given.origin);
    if (status != TN_OK)
        return status;
    status = load_engine_dir(&loader->out.sqlite_migrations, loader, TN__MIGRATIONS_SQLITE,
                             !is_postgres, &given);
    if (status >= 0)
        status = load_engine_dir(&loader->out.postgres_migrations, loader, TN__MIGRATIONS_POSTGRES,
                                 is_postgres, &given);
    loader->explain[line].value = loader->out.migrations_dir;
    loader->explain[line].origin = given.origin;
    return status;
}

static int load_order(struct tn__loader *loader)
{
    static const enum tn_migrate_out_of_order orders[] = {
        TN_OUT_OF_ORDER_APPLY, TN_OUT_OF_ORDER_WARN, TN_OUT_OF_ORDER_ERROR};
    struct tn__given given;
    unsigned choice = 0;
    int status = tn__loader_choice(&choice, loader, TN__MIGRATIONS_ORDER, &given);
    if (status != TN_OK)
        return status;
    loader->out.out_of_order = orders[choice];
    return tn__loader_explain_setting(loader, TN__MIGRATIONS_ORDER,
                                      tn__setting_table[TN__MIGRATIONS_ORDER].choices[choice],
                                      given.origin);
}

/* The patterns of a setting that may be repeated. */
struct patterns {
    enum tn__setting_id id;
    const char **items;
    size_t count;
};

static int add_pattern(struct tn__loader *loader, struct patterns *patterns,
                       const struct tn__given *given)
{
    const char **pattern = &patterns->items[patterns->count];
    int status = take_path(pattern, loader, &tn__setting_table[patterns->id], given);
    if (status != TN_OK)
        return status < 0 ? status : TN_OK;
    patterns->count++;
    return tn__loader_explain_setting(loader, patterns->id, *pattern, given->origin);
}

static int load_patterns(struct patterns *out, struct tn__loader *loader, enum tn__setting_id id)
{
    const struct tn__setting *setting = &tn__setting_table[id];
    size_t default_count = 0;
    while (setting->defaults[default_count])
        default_count++;
    *out = (struct patterns){.id = id};
    out->items =
        tn_arena_array(loader->arena, loader->ini.count + default_count, sizeof *out->items);
    if (!out->items)
        return tn__loader_no_memory(loader);
    struct tn__given given;
    const struct tn__ini_entry *entry;
    size_t at = 0;
    int status = TN_OK;
    bool is_given = false;
    while (status == TN_OK && (entry = next_entry(loader, setting, &at))) {
        is_given = true;
        status = given_by_entry(&given, loader, entry);
        if (status == TN_OK)
            status = add_pattern(loader, out, &given);
    }
    for (size_t i = 0; status == TN_OK && !is_given && i < default_count; i++) {
        given = (struct tn__given){
            .from = TN__FROM_DEFAULT, .value = setting->defaults[i], .origin = "default"};
        status = add_pattern(loader, out, &given);
    }
    return status;
}

static int load_sources(struct tn__loader *loader)
{
    struct patterns patterns;
    int status = load_patterns(&patterns, loader, TN__QUERIES_SOURCE);
    loader->out.query_sources = patterns.items;
    loader->out.query_source_count = patterns.count;
    return status;
}

static int load_large(struct tn__loader *loader)
{
    const struct tn__setting *setting = &tn__setting_table[TN__LINT_LARGE];
    struct tn__settings_large *large =
        tn_arena_array(loader->arena, loader->ini.count, sizeof *large);
    const struct tn__ini_entry *entry;
    size_t count = 0;
    size_t at = 0;
    if (!large)
        return tn__loader_no_memory(loader);
    while ((entry = next_entry(loader, setting, &at))) {
        struct tn__given given;
        const char *table = NULL;
        int status = given_by_entry(&given, loader, entry);
        if (status == TN_OK)
            status = tn__loader_take_text(&table, loader, setting, &given);
        if (status < 0)
            return status;
        if (status != TN_OK)
            continue;
        large[count++] = (struct tn__settings_large){table, given.place};
        status = tn__loader_explain_setting(loader, TN__LINT_LARGE, table, given.origin);
        if (status != TN_OK)
            return status;
    }
    loader->out.large = large;
    loader->out.large_count = count;
    return TN_OK;
}

static int load_lint(struct tn__loader *loader)
{
    struct patterns patterns;
    int status = tn__settings_lint(loader);
    if (status < 0)
        return status;
    status = load_patterns(&patterns, loader, TN__LINT_SOURCES);
    loader->out.lint_sources = patterns.items;
    loader->out.lint_source_count = patterns.count;
    return status < 0 ? status : load_large(loader);
}

/* The name of the project's folder as an identifier: letters lower, the rest '_'. */
static int default_prefix(const char **out, struct tn__loader *loader)
{
    char here[PATH_MAX];
    const char *path = getcwd(here, sizeof here) ? here : "/";
    path = tn__path_join(loader->arena, path, loader->dir);
    path = path ? tn__path_clean(loader->arena, path) : NULL;
    if (!path)
        return tn__loader_no_memory(loader);
    const char *base = tn__path_base(path);
    size_t size = strlen(base);
    char *name = tn_arena_alloc(loader->arena, size + 2);
    if (!name)
        return tn__loader_no_memory(loader);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        bool is_plain = tn__is_ident(base[i]);
        if (used == 0 && (!is_plain || base[i] == '_'))
            continue;
        if (!is_plain && name[used - 1] == '_')
            continue;
        name[used++] = is_plain ? tn__lower(base[i]) : '_';
    }
    while (used && name[used - 1] == '_')
        used--;
    name[used] = '\0';
    if (used && name[0] >= '0' && name[0] <= '9') {
        memmove(name + 1, name, used + 1);
        name[0] = 'p';
    }
    *out = used ? name : "app";
    return TN_OK;
}

static int load_prefix(struct tn__loader *loader)
{
    const struct tn__setting *setting = &tn__setting_table[TN__GENERATE_PREFIX];
    struct tn__given given = {.origin = "default"};
    const char *prefix = NULL;
    int status = tn__loader_choose(&given, loader, setting);
    if (status == TN_NONE)
        status = default_prefix(&prefix, loader);
    else if (status == TN_OK)
        status = tn__loader_take_text(&prefix, loader, setting, &given);
    if (status != TN_OK)
        return status;
    if (*prefix && !tn__settings_is_name(prefix)) {
        const char *message =
            tn__arena_printf(loader->arena, "'%s' cannot be the start of a name in C", prefix);
        if (!message)
            return tn__loader_no_memory(loader);
        tn__loader_report_value(loader, &given, message);
        return TN_NONE;
    }
    loader->out.generate_prefix = prefix;
    return tn__loader_explain_setting(loader, TN__GENERATE_PREFIX, prefix, given.origin);
}

static int load_json(struct tn__loader *loader)
{
    struct tn__given given;
    unsigned choice = 0;
    int status = tn__loader_choice(&choice, loader, TN__GENERATE_JSON, &given);
    if (status != TN_OK)
        return status;
    loader->out.generate_json = choice == 0;
    return tn__loader_explain_setting(loader, TN__GENERATE_JSON,
                                      tn__setting_table[TN__GENERATE_JSON].choices[choice],
                                      given.origin);
}

/* All settings, in the order of the table; those that are wrong are findings. */
static int load_all(struct tn__loader *loader)
{
    int status = tn__settings_database(loader);
    if (status >= 0)
        status = load_migrations(loader);
    if (status >= 0)
        status = load_order(loader);
    if (status >= 0)
        status = load_sources(loader);
    if (status >= 0)
        status = load_path(&loader->out.generate_out, loader, TN__GENERATE_OUT);
    if (status >= 0)
        status = load_prefix(loader);
    if (status >= 0)
        status = load_json(loader);
    if (status >= 0)
        status = load_lint(loader);
    if (status >= 0)
        status = tn__settings_types(loader);
    if (status >= 0)
        status = tn__settings_functions(loader);
    return status < 0 ? status : TN_OK;
}

int tn__settings_load(struct tn__settings *out, const struct tn__settings_flags *flags,
                      tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    enum {
        MOST_DEFAULTS = 2
    }; /* of one setting */
    struct tn__loader loader = {.flags = flags, .arena = arena, .diags = diags, .err = err};
    size_t errors = diags->errors;
    int status = tn__loader_read(&loader);
    if (status != TN_OK)
        return status;
    loader.explain = tn_arena_array(arena, TN__SETTING_COUNT * MOST_DEFAULTS + loader.ini.count,
                                    sizeof *loader.explain);
    if (!loader.explain)
        return tn__loader_no_memory(&loader);
    status = tn__loader_judge_keys(&loader);
    if (status == TN_OK)
        status = load_all(&loader);
    if (status != TN_OK)
        return status;
    if (diags->status != TN_OK)
        return tn__loader_no_memory(&loader);
    if (diags->errors > errors)
        return tn_error_set(err, TN_EINVAL, "the settings have %zu fault%s", diags->errors - errors,
                            diags->errors - errors == 1 ? "" : "s");
    loader.out.config_file = loader.ini_file;
    loader.out.project_dir = loader.dir;
    loader.out.explain = loader.explain;
    *out = loader.out;
    return TN_OK;
}
