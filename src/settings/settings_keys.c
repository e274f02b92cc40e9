/* SPDX-License-Identifier: MIT */
#include "settings/loader.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIST(...)    ((const char *const[]){__VA_ARGS__, NULL})
#define FLAG(member) offsetof(struct tn__settings_flags, member)

static const char *const no_defaults[] = {NULL};

const struct tn__setting tn__setting_table[TN__SETTING_COUNT] = {
    [TN__DATABASE_URL] = {.section = "database",
                          .key = "url",
                          .meaning = "the database, as in: tenon help urls",
                          .flag = "--url",
                          .flag_offset = FLAG(url),
                          .variable = "DATABASE_URL",
                          .defaults = no_defaults},
    [TN__DATABASE_DIRECT_URL] = {.section = "database",
                                 .key = "direct_url",
                                 .meaning = "PostgreSQL past a pooler, for the commands",
                                 .variable = "DIRECT_URL",
                                 .defaults = no_defaults},
    [TN__DATABASE_CHECK_URL] = {.section = "database",
                                .key = "check_url",
                                .meaning = "a server of yours to check queries on",
                                .variable = "TENON_CHECK_URL",
                                .defaults = no_defaults},
    [TN__DATABASE_ENGINE] = {.section = "database",
                             .key = "engine",
                             .meaning = "the dialect, where there is no URL",
                             .defaults = LIST("sqlite"),
                             .choices = LIST("sqlite", "postgres")},
    [TN__MIGRATIONS_DIR] = {.section = "migrations",
                            .key = "dir",
                            .meaning = "the folder of the migrations",
                            .flag = "--migrations",
                            .flag_offset = FLAG(migrations),
                            .defaults = LIST("migrations")},
    [TN__MIGRATIONS_SQLITE] = {.section = "migrations",
                               .key = "sqlite",
                               .meaning = "the folder of SQLite's, in the place of dir",
                               .defaults = no_defaults},
    [TN__MIGRATIONS_POSTGRES] = {.section = "migrations",
                                 .key = "postgres",
                                 .meaning = "PostgreSQL's; with both a project has both engines",
                                 .defaults = no_defaults},
    [TN__MIGRATIONS_ORDER] = {.section = "migrations",
                              .key = "out-of-order",
                              .meaning = "a pending migration older than an applied one",
                              .defaults = LIST("apply"),
                              .choices = LIST("apply", "warn", "error")},
    [TN__QUERIES_SOURCE] = {.section = "queries",
                            .key = "source",
                            .meaning = "files with queries; may be repeated",
                            .defaults = LIST("queries/*.sql", "src/*.c"),
                            .may_repeat = true},
    [TN__GENERATE_OUT] = {.section = "generate",
                          .key = "out",
                          .meaning = "the folder that generated C goes to",
                          .defaults = LIST("gen")},
    [TN__GENERATE_PREFIX] = {.section = "generate",
                             .key = "prefix",
                             .meaning =
                                 "what generated names begin with; by default the project's name",
                             .defaults = no_defaults, /* the project's name */
                             .may_be_empty = true},
    [TN__GENERATE_JSON] = {.section = "generate",
                           .key = "json",
                           .meaning = "functions that make JSON of structs of rows, and copy them",
                           .defaults = LIST("off"),
                           .choices = LIST("on", "off")},
    [TN__LINT_DENY] = {.section = TN__SECTION_LINT,
                       .key = "deny",
                       .meaning = "lints that are errors, or all; may be repeated, as the next two",
                       .defaults = no_defaults,
                       .may_repeat = true},
    [TN__LINT_WARN] = {.section = TN__SECTION_LINT,
                       .key = "warn",
                       .meaning = "lints that are warnings, as all are at first",
                       .defaults = no_defaults,
                       .may_repeat = true},
    [TN__LINT_ALLOW] = {.section = TN__SECTION_LINT,
                        .key = "allow",
                        .meaning = "lints that are off",
                        .defaults = no_defaults,
                        .may_repeat = true},
    [TN__LINT_SOURCES] = {.section = TN__SECTION_LINT,
                          .key = "sources",
                          .meaning = "folders and files that use the queries; may be repeated",
                          .defaults = LIST("."),
                          .may_repeat = true},
    [TN__LINT_LARGE] = {.section = TN__SECTION_LINT,
                        .key = "large",
                        .meaning = "tables with many rows, on PostgreSQL; may be repeated",
                        .defaults = no_defaults,
                        .may_repeat = true},
};

/* Sections in the order of the table, [types] and [functions]. */
static size_t list_sections(const char *out[TN__SETTING_COUNT + 3])
{
    size_t count = 0;
    const char *last = "";
    for (size_t i = 0; i < TN__SETTING_COUNT; i++) {
        const char *section = tn__setting_table[i].section;
        if (strcmp(last, section) != 0)
            out[count++] = section;
        last = section;
    }
    out[count++] = TN__SECTION_TYPES;
    out[count++] = TN__SECTION_FUNCTIONS;
    out[count] = NULL;
    return count;
}

static size_t list_keys(const char *out[TN__SETTING_COUNT + 1], tn_text section)
{
    size_t count = 0;
    for (size_t i = 0; i < TN__SETTING_COUNT; i++)
        if (tn__text_is(section, tn__setting_table[i].section))
            out[count++] = tn__setting_table[i].key;
    out[count] = NULL;
    return count;
}

static const struct tn__setting *find_setting(tn_text section, tn_text key)
{
    for (size_t i = 0; i < TN__SETTING_COUNT; i++)
        if (tn__text_is(section, tn__setting_table[i].section) &&
            tn__text_is(key, tn__setting_table[i].key))
            return &tn__setting_table[i];
    return NULL;
}

/* The section that has this key; NULL if none or several do. */
static const char *find_home(tn_text key)
{
    const char *home = NULL;
    for (size_t i = 0; i < TN__SETTING_COUNT; i++) {
        if (tn__text_is(key, tn__setting_table[i].key)) {
            if (home)
                return NULL;
            home = tn__setting_table[i].section;
        }
    }
    return home;
}

struct tn__place tn__loader_place(const struct tn__loader *loader, size_t offset, size_t length)
{
    return tn__place_at(loader->ini_file, loader->ini_text, offset, length);
}

const char *tn__loader_list(tn_arena *arena, const char *const *words)
{
    const char *list = words[0];
    for (size_t i = 1; list && words[i]; i++)
        list = tn__arena_printf(arena, "%s%s%s", list, words[i + 1] ? ", " : " or ", words[i]);
    return list;
}

/* The nearest of the words, or all of them. */
static void help_with(struct tn__loader *loader, struct tn__diag *diag, tn_text word,
                      const char *const *words, size_t count)
{
    const char *nearest = tn__nearest(word, words, count);
    const char *list = nearest ? NULL : tn__loader_list(loader->arena, words);
    if (nearest)
        tn__diag_help(loader->diags, diag, "'%s'", nearest);
    else if (list)
        tn__diag_help(loader->diags, diag, "%s", list);
    else
        loader->diags->status = TN_ENOMEM;
}

void tn__loader_report_choice(struct tn__loader *loader, struct tn__place place, const char *name,
                              const char *value, const char *const *choices)
{
    size_t count = 0;
    while (choices[count])
        count++;
    struct tn__diag *diag = tn__diags_add(loader->diags, "bad-setting", place,
                                          "'%s' is not a value of '%s'", value, name);
    help_with(loader, diag, tn_text_of(value), choices, count);
}

static void report_section(struct tn__loader *loader, const struct tn__ini_entry *entry)
{
    const char *sections[TN__SETTING_COUNT + 3];
    size_t count = list_sections(sections);
    struct tn__diag *diag =
        tn__diags_add(loader->diags, "unknown-setting",
                      tn__loader_place(loader, entry->section_offset, entry->section.size + 2),
                      "no section '%s'", entry->section.data);
    help_with(loader, diag, entry->section, sections, count);
}

static void report_key(struct tn__loader *loader, const struct tn__ini_entry *entry)
{
    const char *keys[TN__SETTING_COUNT + 1];
    size_t count = list_keys(keys, entry->section);
    const char *home = find_home(entry->key);
    struct tn__place place = tn__loader_place(loader, entry->key_offset, entry->key.size);
    struct tn__diag *diag;
    if (entry->section.size == 0)
        diag = tn__diags_add(loader->diags, "unknown-setting", place,
                             "'%s' stands in front of the first section", entry->key.data);
    else
        diag = tn__diags_add(loader->diags, "unknown-setting", place, "no key '%s' in section '%s'",
                             entry->key.data, entry->section.data);
    if (home)
        tn__diag_help(loader->diags, diag, "it belongs to [%s]", home);
    else if (count)
        help_with(loader, diag, entry->key, keys, count);
}

/* The first entry of the same section and key. */
static const struct tn__ini_entry *first_like(const struct tn__loader *loader,
                                              const struct tn__ini_entry *entry)
{
    const struct tn__ini_entry *first = loader->ini.entries;
    while (tn__text_compare(first->section, entry->section) != 0 ||
           tn__text_compare(first->key, entry->key) != 0)
        first++;
    return first;
}

static void report_twice(struct tn__loader *loader, const struct tn__ini_entry *entry,
                         const struct tn__ini_entry *first)
{
    struct tn__diag *diag = tn__diags_add(
        loader->diags, "bad-setting", tn__loader_place(loader, entry->key_offset, entry->key.size),
        "'%s.%s' is set twice", entry->section.data, entry->key.data);
    tn__diag_note(loader->diags, diag, tn__loader_place(loader, first->key_offset, first->key.size),
                  "first set here");
}

int tn__loader_judge_keys(struct tn__loader *loader)
{
    const char *sections[TN__SETTING_COUNT + 3];
    size_t count = list_sections(sections);
    size_t reported = SIZE_MAX; /* the section that was, at this offset */
    for (size_t i = 0; i < loader->ini.count; i++) {
        const struct tn__ini_entry *entry = &loader->ini.entries[i];
        bool is_types = tn__text_is(entry->section, TN__SECTION_TYPES);
        bool is_functions = tn__text_is(entry->section, TN__SECTION_FUNCTIONS);
        bool is_known = entry->section.size == 0;
        for (size_t k = 0; k < count; k++)
            is_known = is_known || tn__text_is(entry->section, sections[k]);
        if (!is_known) {
            if (entry->section_offset != reported)
                report_section(loader, entry);
            reported = entry->section_offset;
            continue;
        }
        const struct tn__setting *setting = find_setting(entry->section, entry->key);
        const struct tn__ini_entry *first = first_like(loader, entry);
        if (!setting && !is_types && !is_functions)
            report_key(loader, entry);
        else if (!is_functions && first != entry && !(setting && setting->may_repeat))
            report_twice(loader, entry, first);
    }
    return loader->diags->status == TN_OK ? TN_OK : tn__loader_no_memory(loader);
}

bool tn__setting_doc(struct tn__setting_doc *out, size_t index)
{
    if (index >= TN__SETTING_COUNT)
        return false;
    const struct tn__setting *row = &tn__setting_table[index];
    *out = (struct tn__setting_doc){
        .section = row->section,
        .key = row->key,
        .meaning = row->meaning,
        .flag = row->flag,
        .variable = row->variable,
        .choices = row->choices,
        .fallback = row->defaults[0],
    };
    return true;
}
