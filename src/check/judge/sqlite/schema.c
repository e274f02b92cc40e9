/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"
#include "check/origin.h"

/* What the migrations make, as SQLite has it: classes, and what only a connection has. */

/* Types that can be read from values of a class. */
static const struct {
    tn__classes classes;
    enum tn__type types[5];
} readable[] = {
    {TN__CLASS_INT, {TN__TYPE_INT, TN__TYPE_BOOL, TN__TYPE_TIMESTAMP, TN__TYPE_REAL, TN__TYPE_ANY}},
    {TN__CLASS_TEXT, {TN__TYPE_TEXT, TN__TYPE_JSON, TN__TYPE_TIMESTAMP, TN__TYPE_ANY}},
    {TN__CLASS_REALS, {TN__TYPE_REAL, TN__TYPE_ANY}},
    {TN__CLASS_BLOB, {TN__TYPE_BLOB, TN__TYPE_ANY}},
};

bool tn__is_readable(tn__classes classes, enum tn__type type)
{
    for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
        for (size_t k = 0; (classes & readable[i].classes) && k < 5; k++)
            if (readable[i].types[k] == type)
                return true;
    return false;
}

/* An annotation against what is known: no value ever has that type. */
void tn__sqlite_check_said(struct tn__judge *judge, const struct tn__annotation *said,
                           const struct tn__analysed_column *known, struct tn__typing typing)
{
    (void)typing;
    if (!known) /* a parameter is bound as what is said */
        return;
    tn__classes values = known->domain.classes & TN__CLASS_VALUES;
    /* These affinities take anything, and one may know better what it is. */
    bool takes_any = known->column && (known->column->affinity == TN__AFFINITY_NUMERIC ||
                                       known->column->affinity == TN__AFFINITY_BLOB);
    enum tn__type type = tn__typing_said(said->typing);
    if (values == 0 || takes_any || tn__is_readable(values, type))
        return;
    struct tn__domain plain = tn__domain_plain(values);
    tn__diags_add(judge->diags, "annotation-mismatch",
                  tn__query_place(judge->query, said->offset, said->name.size),
                  "column '%.*s' is annotated as %s and keeps %s: reading it will fail",
                  (int)said->name.size, said->name.data, tn__type_word(type),
                  tn__type_word(tn__typing_of_domain(plain).type));
}

/* A line of [types] against the affinity of the column: no value that it keeps can be read so. */
void tn__sqlite_check_setting(const struct tn__checked *checked,
                              const struct tn__check_options *options,
                              const struct tn__settings_type *type, const struct tn__table *table,
                              struct tn__diags *diags)
{
    const struct tn__column *column = tn__table_column(table, tn_text_of(type->column));
    struct tn__analyse_options plain = {.catalog = &checked->catalog};
    struct tn__domain kept;
    bool takes_any =
        column->affinity == TN__AFFINITY_NUMERIC || column->affinity == TN__AFFINITY_BLOB;
    if (takes_any || table->kind != TN__TABLE ||
        tn__analyse_column(&kept, &plain, table, column) != TN_OK)
        return; /* no memory for this is none for what follows */
    enum tn__type said =
        tn__typing_of_column(&checked->catalog, table, column, options->types, options->type_count)
            .type;
    tn__classes values = kept.classes & TN__CLASS_VALUES;
    if (!tn__is_readable(values, said) && said != TN__TYPE_ENUM)
        tn__diags_add(
            diags, "annotation-mismatch", type->place,
            "column '%s' of table '%s' is %s in [types] and keeps %s: reading it will fail",
            column->name, table->name, tn__type_word(said),
            tn__type_word(tn__typing_of_domain(tn__domain_plain(values)).type));
}

/* Temporary tables and such: they are gone from the scratch engine, as from the next process. */
int tn__sqlite_forget(const struct tn__checked *checked, struct tn__scratch *scratch,
                      tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    const char *const *names = NULL;
    size_t count = 0;
    int rc = tn__scratch_forget(&names, &count, scratch, arena, err);
    for (size_t i = 0; i < count && rc == TN_OK; i++) {
        struct tn__place place = {checked->migrations.source, 0, 0, 0};
        tn__origin_of(&place, &checked->origins, NULL, names[i]);
        tn__diags_add(diags, "temporary-object", place,
                      "'%s' is gone when the migrations have run: no query can use it", names[i]);
    }
    return rc;
}
