/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "data.h"

enum {
    TRIES = 4,
    MOST_COLUMNS = 64
};

/* What kind of rows a data set has. */
struct manner {
    unsigned least;
    unsigned most;
    unsigned nulls; /* percent of the values */
    unsigned empty; /* percent of the tables */
    bool has_foreign_keys;
    unsigned spread; /* percent of values from the whole pool, not the first few */
};

static const struct manner manners[DATA_SETS] = {
    {0, 0, 0, 100, true, 0},  {1, 1, 0, 0, true, 100},   {1, 1, 60, 0, true, 100},
    {3, 3, 100, 0, true, 50}, {3, 6, 30, 0, true, 20},   {4, 8, 30, 0, false, 20},
    {3, 8, 0, 0, true, 10},   {5, 10, 10, 0, true, 100}, {2, 5, 30, 40, false, 30},
    {1, 3, 40, 40, true, 60}, {4, 8, 50, 0, false, 0},   {4, 8, 5, 0, true, 0},
    {5, 10, 20, 0, true, 60}, {2, 4, 15, 15, false, 50},
};

static void run(sqlite3 *db, const char *sql)
{
    sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static struct value copy(struct value value, tn_arena *arena)
{
    if (value.bytes) {
        char *bytes = need(arena, (size_t)value.size + 1, 1);
        memcpy(bytes, value.bytes, (size_t)value.size);
        value.bytes = bytes;
    }
    return value;
}

/* A row of the parent, so that the foreign key holds. */
static void take_parent(struct value *values, sqlite3 *db, const struct model *model,
                        const struct foreign *foreign, struct rng *rng, tn_arena *arena)
{
    const struct table *parent = model_table(model, foreign->parent);
    const char *list = "";
    if (!parent)
        return;
    for (unsigned i = 0; i < foreign->count; i++) {
        const char *name = foreign->parents[i] ? quote_name(arena, foreign->parents[i])
                           : parent->key_count > 0 && i < parent->keys[0].count
                               ? parent->columns[parent->keys[0].columns[i]].sql
                               : NULL;
        if (!name)
            return;
        list = fmt(arena, "%s%s%s", list, i > 0 ? ", " : "", name);
    }
    sqlite3_stmt *stmt;
    const char *sql = fmt(arena, "SELECT %s FROM main.%s LIMIT 1 OFFSET %u", list, parent->sql,
                          rng_below(rng, 4));
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return;
    if (sqlite3_step(stmt) == SQLITE_ROW)
        for (unsigned i = 0; i < foreign->count; i++)
            values[foreign->columns[i]] = copy(value_at(stmt, (int)i), arena);
    sqlite3_finalize(stmt);
}

/* Whether there is a new row. */
static bool fill_row(sqlite3 *db, sqlite3_stmt *stmt, const struct model *model,
                     const struct table *table, const struct manner *manner,
                     const struct pool *pool, struct rng *rng, tn_arena *arena)
{
    static const int64_t few_ints[] = {1, 2, 3, 0};
    static const char *const few_texts[] = {"a", "b", "1", ""};
    static const double few_reals[] = {1.0, 2.0, 0.0, HUGE_VAL};
    struct value values[MOST_COLUMNS];
    for (unsigned i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        enum kind kind = column->kind;
        if (kind == KIND_ANY && rng_chance(rng, 30))
            kind = rng_chance(rng, 50) ? KIND_INT : KIND_TEXT;
        values[i] = pool_value(pool, kind, rng);
        if (column->choice_count > 0 && rng_chance(rng, 90)) {
            values[i].bytes = column->choices[rng_below(rng, column->choice_count)];
            values[i].size = (int)strlen(values[i].bytes);
            values[i].type = SQLITE_TEXT; /* an affinity makes a number of it */
            continue;
        }
        bool is_few = !rng_chance(rng, manner->spread);
        if (is_few && values[i].type == SQLITE_INTEGER)
            values[i].integer = RNG_PICK(rng, few_ints);
        if (is_few && values[i].type == SQLITE_FLOAT)
            values[i].real = RNG_PICK(rng, few_reals);
        if (is_few && values[i].type == SQLITE_TEXT && rng_chance(rng, 60)) {
            values[i].bytes = RNG_PICK(rng, few_texts);
            values[i].size = (int)strlen(values[i].bytes);
        }
    }
    for (unsigned i = 0; i < table->foreign_count; i++)
        if (rng_chance(rng, 85))
            take_parent(values, db, model, &table->foreigns[i], rng, arena);
    int parameter = 1;
    for (unsigned i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_generated || column->is_hidden)
            continue;
        bool is_null =
            rng_chance(rng, manner->nulls) && (!column->is_not_null || rng_chance(rng, 5));
        if (is_null)
            values[i].type = SQLITE_NULL;
        value_bind(stmt, parameter++, &values[i]);
    }
    int before = sqlite3_total_changes(db);
    sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return sqlite3_total_changes(db) != before;
}

static void fill_table(sqlite3 *db, const struct model *model, const struct table *table,
                       const struct manner *manner, const struct pool *pool, struct rng *rng,
                       tn_arena *arena)
{
    const char *names = "";
    const char *marks = "";
    sqlite3_stmt *stmt;
    for (unsigned i = 0; i < table->count; i++) {
        if (table->columns[i].is_generated || table->columns[i].is_hidden)
            continue;
        names = fmt(arena, "%s%s%s", names, *names ? ", " : "", table->columns[i].sql);
        marks = fmt(arena, "%s%s", marks, *marks ? ", ?" : "?");
    }
    const char *sql =
        fmt(arena, "INSERT OR IGNORE INTO main.%s (%s) VALUES (%s)", table->sql, names, marks);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return;
    unsigned rows = manner->least + rng_below(rng, manner->most - manner->least + 1);
    for (unsigned i = 0; i < rows; i++)
        for (unsigned tries = 0; tries < TRIES; tries++)
            if (fill_row(db, stmt, model, table, manner, pool, rng, arena))
                break;
    sqlite3_finalize(stmt);
}

/* "(typeof(a) NOT IN ('integer', 'null') OR …)": rows outside of the domain. */
static const char *outside(const struct table *table, tn_arena *arena)
{
    static const char *const words[] = {NULL, "integer", "real", "text", "blob"};
    const char *where = "";
    for (unsigned i = 0; i < table->count; i++)
        if (table->columns[i].kind != KIND_ANY)
            where = fmt(arena, "%s%stypeof(%s) NOT IN ('null', '%s')", where, *where ? " OR " : "",
                        table->columns[i].sql, words[table->columns[i].kind]);
    return where;
}

static bool is_table(const struct table *table)
{
    return !table->is_view && (!table->is_virtual || table->is_full_text);
}

bool data_is_in_domain(sqlite3 *db, const struct model *model, tn_arena *arena)
{
    for (unsigned i = 0; i < model->count; i++) {
        const struct table *table = &model->tables[i];
        const char *where = is_table(table) ? outside(table, arena) : "";
        sqlite3_stmt *stmt;
        if (!*where)
            continue;
        const char *sql = fmt(arena, "SELECT 1 FROM main.%s WHERE %s LIMIT 1", table->sql, where);
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
            return false;
        int rc = sqlite3_step(stmt);
        sqlite3_finalize(stmt);
        if (rc != SQLITE_DONE)
            return false;
    }
    return true;
}

bool data_fill(sqlite3 *db, const struct model *model, const struct pool *pool, unsigned set,
               struct rng *rng, tn_arena *arena)
{
    const struct manner *manner = &manners[set % DATA_SETS];
    run(db, manner->has_foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
    run(db, "BEGIN");
    for (unsigned i = 0; i < model->count; i++)
        if (!model->tables[i].is_view && !rng_chance(rng, manner->empty))
            fill_table(db, model, &model->tables[i], manner, pool, rng, arena);
    for (unsigned round = 0; round < 3; round++) {
        if (data_is_in_domain(db, model, arena))
            return true;
        for (unsigned i = 0; i < model->count; i++) {
            const char *where =
                is_table(&model->tables[i]) ? outside(&model->tables[i], arena) : "";
            if (*where)
                run(db, fmt(arena, "DELETE FROM main.%s WHERE %s", model->tables[i].sql, where));
        }
    }
    return false;
}

void data_dump(struct strings *out, sqlite3 *db, const struct model *model, tn_arena *arena)
{
    for (unsigned i = 0; i < model->count; i++) {
        const struct table *table = &model->tables[i];
        const char *names = "";
        sqlite3_stmt *stmt;
        if (table->is_view)
            continue;
        for (unsigned j = 0; j < table->count; j++)
            if (!table->columns[j].is_generated && !table->columns[j].is_hidden)
                names = fmt(arena, "%s%s%s", names, *names ? ", " : "", table->columns[j].sql);
        const char *sql = fmt(arena, "SELECT %s FROM main.%s", names, table->sql);
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
            continue;
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *values = "";
            for (int j = 0; j < sqlite3_column_count(stmt); j++) {
                struct value value = value_at(stmt, j);
                values = fmt(arena, "%s%s%s", values, j > 0 ? ", " : "", value_sql(&value, arena));
            }
            strings_add(
                out, fmt(arena, "INSERT INTO main.%s (%s) VALUES (%s)", table->sql, names, values));
        }
        sqlite3_finalize(stmt);
    }
}
