/* SPDX-License-Identifier: MIT */
#include "infer/domain.h"
#include "infer/keys.h"

#include "util/str.h"

const char *const tn__type_words[] = {"any",  "int",       "real", "text", "blob",
                                      "bool", "timestamp", "json", NULL};

static const struct {
    const char *word;
    enum tn__timestamp_form form;
} forms[] = {
    {"timestamp(text)", TN__FORM_TEXT},
    {"timestamp(rfc3339)", TN__FORM_RFC3339},
    {"timestamp(seconds)", TN__FORM_SECONDS},
    {"timestamp(ms)", TN__FORM_MS},
};

const char *tn__type_word(enum tn__type type)
{
    static const char *const of_servers[TN__TYPE_COUNT] = {
        [TN__TYPE_UUID] = "uuid",         [TN__TYPE_DATE] = "date",       [TN__TYPE_TIME] = "time",
        [TN__TYPE_INTERVAL] = "interval", [TN__TYPE_NUMERIC] = "numeric", [TN__TYPE_ENUM] = "enum",
    };
    return of_servers[type] ? of_servers[type] : tn__type_words[type];
}

bool tn__type_parse(struct tn__typing *out, tn_text text)
{
    for (int type = 0; tn__type_words[type]; type++) {
        if (tn__text_is(text, tn__type_words[type])) {
            out->type = (enum tn__type)type;
            out->form = TN__FORM_ANY;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (tn__text_is(text, forms[i].word)) {
            out->type = TN__TYPE_TIMESTAMP;
            out->form = forms[i].form;
            return true;
        }
    }
    return false;
}

enum tn__type tn__typing_said(struct tn__typing said)
{
    return said.key ? said.key->type : said.type;
}

void tn__typing_settle(struct tn__typing *typing, struct tn__typing said)
{
    if (typing->server) {
        if (!tn__typing_fits_server(*typing, said))
            return;
        typing->type = tn__typing_said(said);
        typing->choices = NULL;
        typing->key = said.key;
        return;
    }
    if (said.type != TN__TYPE_TIMESTAMP)
        typing->form = TN__FORM_ANY;
    else if (said.form != TN__FORM_ANY)
        typing->form = said.form;
    else if (typing->type != TN__TYPE_TIMESTAMP)
        typing->form = TN__FORM_TEXT;
    typing->type = tn__typing_said(said);
    typing->choices = said.choices;
    typing->key = said.key;
    typing->server = said.server;
    typing->is_array = said.is_array;
}

bool tn__typing_equal(struct tn__typing a, struct tn__typing b)
{
    return a.type == b.type && a.form == b.form && a.choices == b.choices && a.key == b.key &&
           a.is_nullable == b.is_nullable && a.server == b.server && a.is_array == b.is_array;
}

static bool contains_nocase(tn_text text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++)
        if (tn__text_is_nocase(tn__text_sub(text, i, size), part))
            return true;
    return false;
}

/* The word in front of "(…)" or a blank: VARCHAR of "varchar (20)". */
static tn_text first_word(tn_text declared)
{
    size_t size = 0;
    while (size < declared.size && tn__is_ident(declared.data[size]))
        size++;
    return tn__text_sub(declared, 0, size);
}

/* https://www.sqlite.org/datatype3.html section 3.1, after the names that say more than it. */
static enum tn__type type_of_declared(tn_text declared)
{
    static const struct {
        const char *word;
        enum tn__type type;
    } names[] = {
        {"BOOLEAN", TN__TYPE_BOOL},       {"BOOL", TN__TYPE_BOOL},
        {"DATETIME", TN__TYPE_TIMESTAMP}, {"TIMESTAMP", TN__TYPE_TIMESTAMP},
        {"JSON", TN__TYPE_JSON},
    };
    static const enum tn__type types[] = {
        [TN__AFFINITY_BLOB] = TN__TYPE_BLOB,   [TN__AFFINITY_TEXT] = TN__TYPE_TEXT,
        [TN__AFFINITY_INTEGER] = TN__TYPE_INT, [TN__AFFINITY_REAL] = TN__TYPE_REAL,
        [TN__AFFINITY_NUMERIC] = TN__TYPE_ANY,
    };
    tn_text word = first_word(declared);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (tn__text_is_nocase(word, names[i].word))
            return names[i].type;
    return declared.size > 0 ? types[tn__affinity_of(declared)] : TN__TYPE_ANY;
}

/* What a CHECK leaves to a column says more than its declared type. The key of a table stays a number. */
static enum tn__type type_of_check(const struct tn__column *column)
{
    if (column->choice_count > 0)
        return TN__TYPE_ENUM;
    if (column->is_flag && !column->is_rowid_alias)
        return TN__TYPE_BOOL;
    return type_of_declared(tn_text_of(column->declared));
}

static enum tn__type type_of_rule(const struct tn__settings_type *rule,
                                  const struct tn__column *column)
{
    switch (rule->logical) {
    case TN__LOGICAL_BOOL:
        return TN__TYPE_BOOL;
    case TN__LOGICAL_JSON:
        return TN__TYPE_JSON;
    case TN__LOGICAL_TIMESTAMP:
        return TN__TYPE_TIMESTAMP;
    case TN__LOGICAL_TEXT:
        return TN__TYPE_TEXT;
    case TN__LOGICAL_REAL:
        return TN__TYPE_REAL;
    case TN__LOGICAL_INT:
        return TN__TYPE_INT;
    case TN__LOGICAL_ENUM:
    case TN__LOGICAL_KEY:
        return type_of_check(column);
    }
    return TN__TYPE_ANY;
}

static bool has_same_choices(const struct tn__column *a, const struct tn__column *b)
{
    if (a->choice_count != b->choice_count)
        return false;
    for (size_t i = 0; i < a->choice_count; i++)
        if (!tn_text_equal(a->choices[i], b->choices[i]))
            return false;
    return true;
}

/* Columns that [types] calls by one name are one enum, that of the first, if their texts are the same. */
static const struct tn__column *enum_of(const struct tn__catalog *catalog,
                                        const struct tn__column *column,
                                        const struct tn__settings_type *rule,
                                        const struct tn__settings_type *types)
{
    if (!rule || rule->logical != TN__LOGICAL_ENUM)
        return column;
    for (const struct tn__settings_type *type = types; type < rule; type++) {
        if (!type->column || type->logical != TN__LOGICAL_ENUM ||
            strcmp(type->struct_name, rule->struct_name) != 0)
            continue;
        struct tn__rule_subject subject;
        tn__rule_subject(&subject, catalog, type);
        if (subject.column && subject.table->kind == TN__TABLE &&
            has_same_choices(subject.column, column))
            return subject.column;
    }
    return column;
}

static struct tn__typing typing_on_server(const struct tn__catalog *catalog,
                                          const struct tn__table *table,
                                          const struct tn__column *column,
                                          const struct tn__settings_type *types, size_t type_count)
{
    const struct tn__settings_type *rule = tn__rule_of_column(table, column, types, type_count);
    struct tn__typing typing = tn__typing_of_server(column->type);
    typing.is_nullable = !tn__pg_is_kept_not_null(table, column);
    bool is_plain = rule && rule->logical == TN__LOGICAL_TEXT;
    if (table->kind == TN__TABLE && typing.type == TN__TYPE_TEXT && !typing.is_array &&
        column->choice_count > 0 && !is_plain) {
        typing.type = TN__TYPE_ENUM;
        typing.choices = enum_of(catalog, column, rule, types);
    }
    return typing;
}

struct tn__typing tn__typing_of_column(const struct tn__catalog *catalog,
                                       const struct tn__table *table,
                                       const struct tn__column *column,
                                       const struct tn__settings_type *types, size_t type_count)
{
    struct tn__typing typing = {.type = TN__TYPE_ANY, .is_nullable = true};
    if (catalog->server)
        return typing_on_server(catalog, table, column, types, type_count);
    if (table->kind != TN__TABLE)
        return typing;
    typing.is_nullable = !column->is_not_null && !column->is_rowid_alias;
    tn_text declared = tn_text_of(column->declared);
    const struct tn__settings_type *rule = tn__rule_of_column(table, column, types, type_count);
    typing.type = rule ? type_of_rule(rule, column) : type_of_check(column);
    if (typing.type == TN__TYPE_ENUM)
        typing.choices = enum_of(catalog, column, rule, types);
    if (typing.type == TN__TYPE_TIMESTAMP) {
        typing.form = rule ? rule->form : TN__FORM_ANY;
        if (typing.form == TN__FORM_ANY)
            typing.form = contains_nocase(declared, "INT") ? TN__FORM_SECONDS : TN__FORM_TEXT;
    }
    return typing;
}
