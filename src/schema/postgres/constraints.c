/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"

/*
 * CHECKs and foreign keys, in this order. Of a foreign key to a partitioned table the server keeps one more to
 * each partition; those are none that anybody has written. From 18 on there are some that are not enforced.
 */
#define CONSTRAINTS_SQL(is_enforced)                                                  \
 "SELECT k.conrelid, k.contype, k.conname, NOT (k.convalidated AND " is_enforced ")," \
 " k.condeferrable, k.condeferred, k.confrelid, k.confupdtype, k.confdeltype,"        \
 " k.conkey, k.confkey, pg_get_expr(k.conbin, k.conrelid)"                            \
 " FROM pg_constraint k LEFT JOIN pg_constraint p ON p.oid = k.conparentid"           \
 " WHERE k.contype IN ('c', 'f') AND k.conrelid <> 0::oid"                            \
 " AND p.conrelid IS DISTINCT FROM k.conrelid ORDER BY k.conrelid, k.contype, k.conname"

static const char constraints_17_sql[] = CONSTRAINTS_SQL("true");
static const char constraints_sql[] = CONSTRAINTS_SQL("k.conenforced");

enum { /* columns of both */
    TABLE,
    KIND,
    NAME,
    IS_UNPROVEN,
    IS_DEFERRABLE,
    IS_DEFERRED,
    PARENT,
    ON_UPDATE,
    ON_DELETE,
    COLUMNS,
    PARENT_COLUMNS,
    CONDITION
};

static const char *action_of(char letter)
{
    switch (letter) {
    case 'r':
        return "RESTRICT";
    case 'c':
        return "CASCADE";
    case 'n':
        return "SET NULL";
    case 'd':
        return "SET DEFAULT";
    default:
        return "NO ACTION";
    }
}

/* --- foreign keys -------------------------------------------------------------------------------- */

static const char *const *names_of(const struct tn__pg_draft *draft, const tn_array *numbers,
                                   tn_arena *arena)
{
    const char **names = tn_arena_array(arena, numbers->count, sizeof(*names));
    for (size_t i = 0; names && i < numbers->count; i++) {
        const struct tn__column *column = tn__pg_column_of(draft, tn__array_int(numbers, i));
        names[i] = column ? column->name : "";
    }
    return names;
}

static int read_foreign_key(struct tn__foreign_key *key, const struct tn__pg_draft *draft,
                            const struct tn__pg_draft *parent, tn_arena *arena, const tn_rows *rows,
                            size_t row)
{
    const tn_array *columns = tn__row_array(rows, row, COLUMNS);
    key->table = parent->table->label;
    key->parent = parent->table;
    key->name = tn__row_text(rows, row, NAME);
    key->on_update = action_of(tn__row_letter(rows, row, ON_UPDATE));
    key->on_delete = action_of(tn__row_letter(rows, row, ON_DELETE));
    key->is_deferrable = tn__row_flag(rows, row, IS_DEFERRABLE);
    key->is_deferred = tn__row_flag(rows, row, IS_DEFERRED);
    key->is_unproven = tn__row_flag(rows, row, IS_UNPROVEN);
    key->column_count = columns->count;
    key->columns = names_of(draft, columns, arena);
    key->parents = names_of(parent, tn__row_array(rows, row, PARENT_COLUMNS), arena);
    return key->columns && key->parents ? TN_OK : TN_ENOMEM;
}

/* --- checks -------------------------------------------------------------------------------------- */

/* Whether a column gives back the texts that it was given: char(n) does not. */
static bool keeps_texts(const struct tn__column *column)
{
    const struct tn__server_type *type = column->type;
    while (type && type->kind == TN__SERVER_DOMAIN)
        type = type->inner;
    return type && type->is_own && !column->is_loosely_collated &&
           (strcmp(type->name, "text") == 0 || strcmp(type->name, "varchar") == 0);
}

static int read_choices(struct tn__pg_draft *draft, const struct tn__check *check, tn_arena *arena)
{
    struct tn__pg_choices choices;
    int rc = tn__pg_choices_of(&choices, check->sql, arena);
    if (rc != TN_OK || !choices.name.data)
        return rc;
    for (size_t i = 0; i < draft->table->column_count; i++) {
        struct tn__column *column = &draft->columns[i];
        if (column->choice_count > 0 || !keeps_texts(column) ||
            !tn_text_equal(choices.name, tn_text_of(column->name)))
            continue;
        column->choices = choices.texts;
        column->choice_count = choices.count;
    }
    return TN_OK;
}

static int read_check(struct tn__check *check, struct tn__pg_draft *draft, tn_arena *arena,
                      const tn_rows *rows, size_t row)
{
    check->name = tn__row_text(rows, row, NAME);
    check->sql = tn__row_text(rows, row, CONDITION);
    check->is_unproven = tn__row_flag(rows, row, IS_UNPROVEN);
    bool binds_all = draft->table->kind == TN__TABLE && !draft->server->has_children;
    return binds_all && !check->is_unproven ? read_choices(draft, check, arena) : TN_OK;
}

/* --- both ---------------------------------------------------------------------------------------- */

static int read_group(struct tn__pg_reading *reading, struct tn__pg_draft *draft,
                      const tn_rows *rows, size_t begin, size_t end)
{
    struct tn__table *table = draft->table;
    tn_arena *arena = reading->arena;
    struct tn__check *checks = tn_arena_array(arena, end - begin, sizeof(*checks));
    struct tn__foreign_key *keys = tn_arena_array(arena, end - begin, sizeof(*keys));
    int rc = checks && keys ? TN_OK : TN_ENOMEM;
    for (size_t row = begin; row < end && rc == TN_OK; row++) {
        const struct tn__pg_draft *parent =
            tn__pg_draft_of(reading, tn__row_int(rows, row, PARENT));
        if (tn__row_letter(rows, row, KIND) == 'c')
            rc = read_check(&checks[table->check_count++], draft, arena, rows, row);
        else if (parent)
            rc = read_foreign_key(&keys[table->foreign_key_count++], draft, parent, arena, rows,
                                  row);
    }
    table->checks = checks;
    table->foreign_keys = keys;
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}

int tn__pg_read_constraints(struct tn__pg_reading *reading)
{
    tn_rows rows;
    bool tells_enforced = reading->server->version >= 180000;
    int rc = tn__pg_query(&rows, reading, tells_enforced ? constraints_sql : constraints_17_sql);
    return rc == TN_OK ? tn__pg_hand_out(reading, &rows, read_group) : rc;
}
