/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "util/str.h"

/* The columns of key types: each line of [types] that gives one must fit its column. */

/* Where [types] gives a key its first column. */
static struct tn__place place_of(const struct tn__key *key, const struct tn__check_options *options)
{
    return tn__rule_of_column(key->table, key->column, options->types, options->type_count)->place;
}

static void check_line(const struct tn__checked *checked, const struct tn__check_options *options,
                       const struct tn__settings_type *said, struct tn__diags *diags)
{
    const struct tn__catalog *catalog = &checked->catalog;
    const struct tn__key *key = tn__key_find(&checked->keys, tn_text_of(said->struct_name));
    struct tn__rule_subject of;
    tn__rule_subject(&of, catalog, said);
    const struct tn__table *table = of.table;
    const struct tn__column *column = of.column;
    if (!column || tn__rule_of_column(table, column, options->types, options->type_count) != said)
        return; /* reported already; or a second line, which nobody heeds */
    enum tn__type own = tn__typing_of_column(catalog, table, column, NULL, 0).type;
    if (table->kind != TN__TABLE) {
        tn__diags_add(diags, "bad-setting", said->place,
                      "'%s' is no ordinary table: its columns have the key types of what they show",
                      tn__table_label(table));
    } else if (tn__key_type(catalog, table, column) == TN__TYPE_ANY) {
        struct tn__diag *diag =
            tn__diags_add(diags, "bad-setting", said->place,
                          "column '%s' of table '%s' is %s: a key type is of int, text or blob",
                          column->name, tn__table_label(table), tn__type_word(own));
        if (own == TN__TYPE_ANY)
            tn__diag_help(diags, diag, "declare it as INTEGER, TEXT or BLOB");
    } else if (own != key->type) {
        struct tn__diag *diag = tn__diags_add(
            diags, "bad-setting", said->place,
            "column '%s' of table '%s' is %s, and key type '%s' is %s", column->name,
            tn__table_label(table), tn__type_word(own), key->name, tn__type_word(key->type));
        tn__diag_note(diags, diag, place_of(key, options), "'%s.%s' makes it so",
                      tn__table_label(key->table), key->column->name);
    }
}

int tn__judge_keys(struct tn__checked *checked, const struct tn__check_options *options,
                   tn_arena *arena, struct tn__diags *diags)
{
    int rc = tn__keys_settle(&checked->keys, &checked->catalog, options->types, options->type_count,
                             arena);
    for (size_t i = 0; rc == TN_OK && i < options->type_count; i++)
        if (options->types[i].column && options->types[i].logical == TN__LOGICAL_KEY)
            check_line(checked, options, &options->types[i], diags);
    return rc;
}
