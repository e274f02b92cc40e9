/* SPDX-License-Identifier: MIT */
#include "settings/loader.h"
#include "util/str.h"

static const struct {
    const char *name;
    enum tn__logical_type logical;
    enum tn__timestamp_form form;
} forms[] = {
    {"bool", TN__LOGICAL_BOOL, TN__FORM_ANY},
    {"json", TN__LOGICAL_JSON, TN__FORM_ANY},
    {"text", TN__LOGICAL_TEXT, TN__FORM_ANY},
    {"int", TN__LOGICAL_INT, TN__FORM_ANY},
    {"real", TN__LOGICAL_REAL, TN__FORM_ANY},
    {"timestamp", TN__LOGICAL_TIMESTAMP, TN__FORM_ANY},
    {"timestamp(seconds)", TN__LOGICAL_TIMESTAMP, TN__FORM_SECONDS},
    {"timestamp(ms)", TN__LOGICAL_TIMESTAMP, TN__FORM_MS},
    {"timestamp(text)", TN__LOGICAL_TIMESTAMP, TN__FORM_TEXT},
    {"timestamp(rfc3339)", TN__LOGICAL_TIMESTAMP, TN__FORM_RFC3339},
};

/* Types with a name in parentheses. */
static const struct {
    const char *begin;
    const char *form;
    const char *what;
    enum tn__logical_type logical;
} named[] = {
    {"enum(", "enum(NAME)", "an enum", TN__LOGICAL_ENUM},
    {"key(", "key(NAME)", "a key type", TN__LOGICAL_KEY},
};

/* Types of SQL, of C and of annotations: whoever writes one means no key type of that name. */
static const struct {
    const char *word;
    const char *meant; /* NULL: [types] has nothing like it */
} others[] = {
    {"any", NULL},       {"bigint", "int"},   {"blob", NULL},         {"boolean", "bool"},
    {"bytes", NULL},     {"char", "text"},    {"date", "timestamp"},  {"datetime", "timestamp"},
    {"decimal", "real"}, {"double", "real"},  {"enum", "enum(NAME)"}, {"float", "real"},
    {"int64_t", "int"},  {"integer", "int"},  {"key", "key(NAME)"},   {"number", "real"},
    {"numeric", "real"}, {"string", "text"},  {"time", "timestamp"},  {"tn_text", "text"},
    {"uuid", NULL},      {"varchar", "text"},
};

enum {
    FORM_COUNT = sizeof forms / sizeof forms[0],
    NAMED_COUNT = sizeof named / sizeof named[0],
    OTHER_COUNT = sizeof others / sizeof others[0]
};

/* Set logical type and form by the value's text. */
static bool find_form(struct tn__settings_type *type, tn_text value)
{
    for (size_t i = 0; i < FORM_COUNT; i++) {
        if (tn__text_is(value, forms[i].name)) {
            type->logical = forms[i].logical;
            type->form = forms[i].form;
            return true;
        }
    }
    return false;
}

/* enum(NAME) or key(NAME). TN_OK, TN_NONE (reported), TN_ENOMEM. */
static int read_named(struct tn__settings_type *type, struct tn__loader *loader,
                      struct tn__place place, tn_text value, size_t which)
{
    size_t size = strlen(named[which].begin);
    const char *name = tn_arena_copy(loader->arena, value.data + size, value.size - size - 1);
    if (!name)
        return tn__loader_no_memory(loader);
    type->logical = named[which].logical;
    type->struct_name = name;
    if (tn__settings_is_name(name))
        return TN_OK;
    tn__diags_add(loader->diags, "bad-setting", place, "'%s' cannot be the name of %s", name,
                  named[which].what);
    return TN_NONE;
}

/* The index of a word that is the type of something else; OTHER_COUNT: it is none. */
static size_t find_other(const char *word)
{
    size_t i = 0;
    while (i < OTHER_COUNT && !tn__text_is_nocase(tn_text_of(others[i].word), word))
        i++;
    return i;
}

/* A value that is no type: the name of a key type, unless it is a slip or somebody else's type. TN_OK, TN_NONE
 * (reported). */
static int read_word(struct tn__settings_type *type, struct tn__loader *loader,
                     struct tn__place place, const char *name, const char *word)
{
    const char *names[FORM_COUNT + NAMED_COUNT + 1] = {NULL};
    for (size_t i = 0; i < FORM_COUNT; i++)
        names[i] = forms[i].name;
    for (size_t i = 0; i < NAMED_COUNT; i++)
        names[FORM_COUNT + i] = named[i].form;
    size_t other = find_other(word);
    bool is_slip = tn__nearest(tn_text_of(word), names, FORM_COUNT) != NULL;
    if (tn__settings_is_name(word) && other == OTHER_COUNT && !is_slip) {
        type->logical = TN__LOGICAL_KEY;
        type->struct_name = word;
        return TN_OK;
    }
    if (other == OTHER_COUNT || !others[other].meant) {
        tn__loader_report_choice(loader, place, name, word, names);
        return TN_NONE;
    }
    struct tn__diag *diag = tn__diags_add(loader->diags, "bad-setting", place,
                                          "'%s' is not a value of '%s'", word, name);
    tn__diag_help(loader->diags, diag, "'%s'", others[other].meant);
    return TN_NONE;
}

/* Type, form and name by the value's text. TN_OK, TN_NONE (reported), TN_ENOMEM. */
static int read_column_type(struct tn__settings_type *type, struct tn__loader *loader,
                            struct tn__place place, const char *name, tn_text value)
{
    for (size_t i = 0; i < NAMED_COUNT; i++)
        if (tn__text_starts(value, named[i].begin) && tn__text_ends(value, ")"))
            return read_named(type, loader, place, value, i);
    if (find_form(type, value))
        return TN_OK;
    return read_word(type, loader, place, name, value.data);
}

/* One line. TN_OK, TN_NONE (reported), TN_ENOMEM. */
static int read_type(struct tn__settings_type *out, struct tn__loader *loader,
                     const struct tn__ini_entry *entry, const char *name)
{
    struct tn__place value_place = tn__loader_place(loader, entry->value_offset, entry->value.size);
    struct tn__settings_type type = {
        .place = tn__loader_place(loader, entry->key_offset, entry->key.size)};
    size_t dot = tn__text_find(entry->key, '.');
    if (dot == 0 || dot + 1 == entry->key.size) {
        struct tn__diag *diag = tn__diags_add(loader->diags, "bad-setting", type.place,
                                              "'%s' names no column", entry->key.data);
        tn__diag_help(loader->diags, diag, "table.column = type, or table = struct_name");
        return TN_NONE;
    }
    type.table = tn_arena_copy(loader->arena, entry->key.data, dot);
    if (!type.table)
        return tn__loader_no_memory(loader);
    if (dot < entry->key.size) {
        type.column = entry->key.data + dot + 1;
        int rc = read_column_type(&type, loader, value_place, name, entry->value);
        if (rc != TN_OK)
            return rc;
    } else {
        type.struct_name = entry->value.data;
        if (!tn__settings_is_name(type.struct_name)) {
            tn__diags_add(loader->diags, "bad-setting", value_place,
                          "'%s' cannot be the name of a struct", type.struct_name);
            return TN_NONE;
        }
    }
    *out = type;
    return TN_OK;
}

int tn__settings_types(struct tn__loader *loader)
{
    struct tn__settings_type *types =
        tn_arena_array(loader->arena, loader->ini.count, sizeof *types);
    size_t count = 0;
    if (!types)
        return tn__loader_no_memory(loader);
    for (size_t i = 0; i < loader->ini.count; i++) {
        const struct tn__ini_entry *entry = &loader->ini.entries[i];
        if (!tn__text_is(entry->section, TN__SECTION_TYPES))
            continue;
        const char *name =
            tn__arena_printf(loader->arena, TN__SECTION_TYPES ".%s", entry->key.data);
        const char *origin =
            tn__arena_printf(loader->arena, "%s:%u", loader->ini_file,
                             (unsigned)tn__loader_place(loader, entry->key_offset, 0).line);
        if (!name || !origin)
            return tn__loader_no_memory(loader);
        int status = read_type(&types[count], loader, entry, name);
        if (status < 0)
            return status;
        if (status == TN_OK) {
            tn__loader_explain(loader, name, entry->value.data, origin);
            count++;
        }
    }
    loader->out.types = types;
    loader->out.type_count = count;
    return TN_OK;
}
