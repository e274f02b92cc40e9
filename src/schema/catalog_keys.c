/* SPDX-License-Identifier: MIT */
#include "schema/definition.h"
#include "schema/reading.h"
#include "util/str.h"

/* Foreign keys and triggers. The engine counts foreign keys from the last one written. */
static const char foreign_keys_sql[] =
    "SELECT s.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete "
    "FROM sqlite_schema s, pragma_foreign_key_list(s.name, 'main') f "
    "WHERE s.type = 'table' ORDER BY s.name, f.id DESC, f.seq";
static const char triggers_sql[] =
    "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";

/* One of them: rows [begin, end). */
static int read_foreign_key(struct tn__foreign_key *key, const tn_rows *rows, size_t begin,
                            size_t end, tn_arena *arena)
{
    size_t count = end - begin;
    const char **columns = tn_arena_array(arena, count, sizeof(*columns));
    const char **parents = tn_arena_array(arena, count, sizeof(*parents));
    if (!columns || !parents)
        return TN_ENOMEM;
    key->table = tn__row_text(rows, begin, 2);
    key->on_update = tn__row_text(rows, begin, 5);
    key->on_delete = tn__row_text(rows, begin, 6);
    key->columns = columns;
    key->column_count = count;
    if (tn__row_text_or_null(rows, begin, 4))
        key->parents = parents;
    for (size_t i = 0; i < count; i++) {
        columns[i] = tn__row_text(rows, begin + i, 3);
        parents[i] = tn__row_text(rows, begin + i, 4);
    }
    return TN_OK;
}

static size_t end_of_key(const tn_rows *rows, size_t row, size_t end)
{
    int64_t id = tn__row_int(rows, row, 1);
    while (row < end && tn__row_int(rows, row, 1) == id)
        row++;
    return row;
}

/* All of one table: rows [begin, end). */
static int read_foreign_keys(struct tn__draft *draft, const tn_rows *rows, size_t begin, size_t end,
                             tn_arena *arena)
{
    size_t count = 0;
    for (size_t row = begin; row < end; row = end_of_key(rows, row, end))
        count++;
    struct tn__foreign_key *keys = tn_arena_array(arena, count, sizeof(*keys));
    bool *deferred = tn_arena_array(arena, count, sizeof(*deferred));
    if (!keys || !deferred)
        return TN_ENOMEM;
    bool is_known =
        draft->table->text && tn__definition_deferred(deferred, count, draft->table->text);
    size_t row = begin;
    for (size_t i = 0; i < count; i++) {
        size_t next = end_of_key(rows, row, end);
        if (read_foreign_key(&keys[i], rows, row, next, arena) != TN_OK)
            return TN_ENOMEM;
        keys[i].is_deferred = is_known && deferred[i];
        row = next;
    }
    draft->table->foreign_keys = keys;
    draft->table->foreign_key_count = count;
    return TN_OK;
}

int tn__read_foreign_keys(struct tn__reading *reading)
{
    tn_rows rows;
    int rc = tn__reading_query(&rows, reading, foreign_keys_sql);
    if (rc != TN_OK)
        return rc;
    size_t row = 0;
    for (size_t i = 0; i < reading->count; i++) {
        size_t end = tn__rows_of(&rows, row, reading->drafts[i].table->name);
        if (read_foreign_keys(&reading->drafts[i], &rows, row, end, reading->arena) != TN_OK)
            return tn__reading_no_memory(reading);
        row = end;
    }
    return TN_OK;
}

static int read_trigger(struct tn__trigger *trigger, const tn_rows *rows, size_t row,
                        tn_arena *arena)
{
    trigger->name = tn__row_text(rows, row, 1);
    trigger->sql = tn__row_text(rows, row, 2);
    return tn__parse_definition(&trigger->text, &trigger->stmt, trigger->sql,
                                TN__STMT_AST_CREATE_TRIGGER, arena);
}

/* They come by name, and name their table as they were written: counted first, then handed out. */
int tn__read_triggers(struct tn__reading *reading)
{
    tn_rows rows;
    int rc = tn__reading_query(&rows, reading, triggers_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__trigger *all = tn_arena_array(reading->arena, rows.row_count, sizeof(*all));
    if (!all)
        return tn__reading_no_memory(reading);
    for (size_t i = 0; i < rows.row_count; i++) {
        struct tn__draft *draft = tn__reading_find(reading, tn__row_text(&rows, i, 0));
        if (draft)
            draft->table->trigger_count++;
    }
    size_t used = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__table *table = reading->drafts[i].table;
        reading->drafts[i].next_trigger = &all[used];
        table->triggers = &all[used];
        used += table->trigger_count;
    }
    for (size_t i = 0; i < rows.row_count; i++) {
        struct tn__draft *draft = tn__reading_find(reading, tn__row_text(&rows, i, 0));
        if (draft && read_trigger(draft->next_trigger++, &rows, i, reading->arena) != TN_OK)
            return tn__reading_no_memory(reading);
    }
    return TN_OK;
}
