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

#define ENUM_BEGIN "enum("

enum {
    FORM_COUNT = sizeof forms / sizeof forms[0]
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

/* enum(NAME). TN_OK, TN_NONE (reported), TN_ENOMEM. */
static int read_enum(struct tn__settings_type *type, struct tn__loader *loader,
                     struct tn__place place, tn_text value)
{
    size_t size = sizeof ENUM_BEGIN - 1;
    const char *name = tn_arena_copy(loader->arena, value.data + size, value.size - size - 1);
    if (!name)
        return tn__loader_no_memory(loader);
    type->logical = TN__LOGICAL_ENUM;
    type->struct_name = name;
    if (tn__settings_is_name(name))
        return TN_OK;
    tn__diags_add(loader->diags, "bad-setting", place, "'%s' cannot be the name of an enum", name);
    return TN_NONE;
}

/* Type, form and name by the value's text. TN_OK, TN_NONE (reported), TN_ENOMEM. */
static int read_column_type(struct tn__settings_type *type, struct tn__loader *loader,
                            struct tn__place place, const char *name, tn_text value)
{
    const char *names[FORM_COUNT + 2] = {NULL};
    if (tn__text_starts(value, ENUM_BEGIN) && tn__text_ends(value, ")"))
        return read_enum(type, loader, place, value);
    if (find_form(type, value))
        return TN_OK;
    for (size_t i = 0; i < FORM_COUNT; i++)
        names[i] = forms[i].name;
    names[FORM_COUNT] = ENUM_BEGIN "NAME)";
    tn__loader_report_choice(loader, place, name, value.data, names);
    return TN_NONE;
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
