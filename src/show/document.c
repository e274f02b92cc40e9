/* SPDX-License-Identifier: MIT */
#include "render/json.h"
#include "show/show.h"
#include "show/words.h"
#include "util/str.h"

static void put_expr(struct tn__json *json, const char *key, const struct tn__sql *text,
                     const struct tn__ast_expr *expr)
{
    tn__json_key(json, key);
    tn__json_text(json, tn__words_expr(text, expr));
}

static void put_names(struct tn__json *json, const char *key, const char *const *names,
                      size_t count)
{
    tn__json_key(json, key);
    tn__json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        tn__json_string(json, names[i]);
    tn__json_array_end(json);
}

static void put_column(struct tn__json *json, const struct tn__table *table,
                       const struct tn__column *column)
{
    static const char *const affinities[] = {"blob", "text", "numeric", "integer", "real"};
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", column->name);
    tn__json_key_string(json, "type", column->declared);
    tn__json_key_string(json, "affinity", affinities[column->affinity]);
    tn__json_key_string(json, "collation", column->collation);
    tn__json_key_bool(json, "nullable", !column->is_not_null && !column->is_rowid_alias);
    tn__json_key_string(json, "default", column->default_sql);
    tn__json_key_bool(json, "rowid", column->is_rowid_alias);
    tn__json_key_bool(json, "hidden", column->is_hidden);
    tn__json_key_string(json, "generated",
                        !column->is_generated ? NULL
                        : column->is_stored   ? "stored"
                                              : "virtual");
    put_expr(json, "expression", table->text, column->generated);
    tn__json_key(json, "choices");
    tn__json_array_begin(json);
    for (size_t i = 0; i < column->choice_count; i++)
        tn__json_text(json, column->choices[i]);
    tn__json_array_end(json);
    tn__json_key_bool(json, "flag", column->is_flag);
    tn__json_object_end(json);
}

static void put_index(struct tn__json *json, const struct tn__index *index)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", index->name);
    tn__json_key_bool(json, "unique", index->is_unique);
    tn__json_key_bool(json, "primary_key", index->is_primary_key);
    tn__json_key_bool(json, "constraint", index->is_constraint);
    tn__json_key_bool(json, "partial", index->is_partial);
    tn__json_key(json, "parts");
    tn__json_array_begin(json);
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        tn__json_object_begin(json);
        tn__json_key_string(json, "column", part->column ? part->column->name : NULL);
        put_expr(json, "expression", index->text, part->expr);
        tn__json_key_string(json, "collation", part->collation);
        tn__json_key_bool(json, "descending", part->is_desc);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
    put_expr(json, "where", index->text, index->where);
    tn__json_key_string(json, "sql", index->sql);
    tn__json_object_end(json);
}

static void put_foreign_key(struct tn__json *json, const struct tn__foreign_key *key)
{
    tn__json_object_begin(json);
    put_names(json, "columns", key->columns, key->column_count);
    tn__json_key_string(json, "table", key->table);
    if (key->parents) {
        put_names(json, "parents", key->parents, key->column_count);
    } else {
        tn__json_key(json, "parents");
        tn__json_null(json);
    }
    tn__json_key_string(json, "on_delete", key->on_delete);
    tn__json_key_string(json, "on_update", key->on_update);
    tn__json_key_bool(json, "deferred", key->is_deferred);
    tn__json_object_end(json);
}

static void put_check(struct tn__json *json, const struct tn__table *table,
                      const struct tn__check *check)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", check->name);
    put_expr(json, "expression", table->text, check->expr);
    tn__json_object_end(json);
}

static void put_trigger(struct tn__json *json, const struct tn__trigger *trigger)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", trigger->name);
    tn__json_key_string(json, "sql", trigger->sql);
    tn__json_object_end(json);
}

static void put_table(struct tn__json *json, const struct tn__table *table)
{
    static const char *const kinds[] = {"table", "view", "virtual"};
    const struct tn__column *column;
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", table->name);
    tn__json_key_string(json, "kind", kinds[table->kind]);
    tn__json_key_string(json, "module", table->module);
    tn__json_key_bool(json, "strict", table->is_strict);
    tn__json_key_bool(json, "without_rowid", table->is_without_rowid);
    tn__json_key(json, "columns");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->column_count; i++)
        put_column(json, table, &table->columns[i]);
    tn__json_array_end(json);
    tn__json_key(json, "primary_key");
    tn__json_array_begin(json);
    for (size_t i = 0; (column = tn__words_key(table, i)) != NULL; i++)
        tn__json_string(json, column->name);
    tn__json_array_end(json);
    tn__json_key(json, "indexes");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->index_count; i++)
        put_index(json, &table->indexes[i]);
    tn__json_array_end(json);
    tn__json_key(json, "foreign_keys");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->foreign_key_count; i++)
        put_foreign_key(json, &table->foreign_keys[i]);
    tn__json_array_end(json);
    tn__json_key(json, "checks");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->check_count; i++)
        put_check(json, table, &table->checks[i]);
    tn__json_array_end(json);
    tn__json_key(json, "triggers");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->trigger_count; i++)
        put_trigger(json, &table->triggers[i]);
    tn__json_array_end(json);
    tn__json_key_string(json, "sql", table->sql);
    tn__json_object_end(json);
}

void tn__show_document(struct tn__buf *out, const struct tn__catalog *catalog,
                       const struct tn__shown *shown)
{
    struct tn__json json;
    tn__json_init(&json, out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "fingerprint", catalog->fingerprint);
    if (shown && !shown->table) {
        tn__show_json_objects(&json, catalog, shown);
    } else if (shown && shown->index) {
        tn__json_key_string(&json, "table", tn__table_label(shown->table));
        tn__json_key(&json, "index");
        if (catalog->server)
            tn__show_json_index(&json, shown->index);
        else
            put_index(&json, shown->index);
    } else if (shown && shown->trigger) {
        tn__json_key_string(&json, "table", tn__table_label(shown->table));
        tn__json_key(&json, "trigger");
        put_trigger(&json, shown->trigger);
    } else {
        tn__json_key(&json, "tables");
        tn__json_array_begin(&json);
        for (size_t i = 0; i < catalog->table_count; i++) {
            const struct tn__table *table = &catalog->tables[i];
            if (shown ? shown->table != table : table->is_internal)
                continue;
            if (catalog->server)
                tn__show_json_table(&json, table);
            else
                put_table(&json, table);
        }
        tn__json_array_end(&json);
        if (!shown && catalog->server)
            tn__show_json_objects(&json, catalog, NULL);
    }
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}
