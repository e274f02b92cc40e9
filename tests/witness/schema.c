/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gen.h"

/* Random schemas: only what the engine takes is kept. */

struct maker {
    struct strings *out;
    sqlite3 *db;
    struct rng *rng;
    tn_arena *arena;
    struct model model;
    struct pool pool;
};

static const char *const types[] = {"INTEGER",
                                    "INTEGER",
                                    "INTEGER",
                                    "INT",
                                    "BIGINT",
                                    "TEXT",
                                    "TEXT",
                                    "TEXT",
                                    "REAL",
                                    "REAL",
                                    "DOUBLE",
                                    "BLOB",
                                    "FLOATING POINT",
                                    "STRING",
                                    "NUMERIC",
                                    "DECIMAL(10,2)",
                                    "BOOLEAN",
                                    "DATETIME",
                                    "ANY",
                                    "",
                                    "VARCHAR(20)",
                                    "CLOB",
                                    "FLOAT",
                                    "DATE",
                                    "JSON",
                                    "CHARINT",
                                    "UNSIGNED BIG INT"};
static const char *const strict_types[] = {"INTEGER", "INT", "TEXT", "REAL", "BLOB", "ANY"};
static const char *const column_names[] = {"id",        "a",         "b",
                                           "c",         "name",      "val",
                                           "x",         "\"order\"", "\"with space\"",
                                           "\"größe\"", "ref",       "parent_id",
                                           "total",     "\"group\"", "key",
                                           "rowid_",    "desc_",     "\"a\"\"b\"",
                                           "rank",      "value",     "A1"};
static const char *const table_names[] = {"t1",         "t2",    "orders", "\"two words\"",
                                          "\"select\"", "users", "tä",     "item"};

/* Whether the engine takes it; then it is part of the schema. */
static bool make(struct maker *maker, const char *sql)
{
    if (sqlite3_exec(maker->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return false;
    strings_add(maker->out, sql);
    return true;
}

static const char *default_value(struct maker *maker, const char *type)
{
    static const char *const odd[] = {"NULL", "CURRENT_TIMESTAMP", "(1 + 1)", "TRUE"};
    if (rng_chance(maker->rng, 10))
        return RNG_PICK(maker->rng, odd);
    if (strstr(type, "INT"))
        return rng_chance(maker->rng, 80) ? "0" : "-1";
    if (strstr(type, "TEXT") || strstr(type, "CHAR") || strstr(type, "CLOB"))
        return "'x'";
    if (strcmp(type, "REAL") == 0 || strstr(type, "DOUBLE") || strstr(type, "FLOAT"))
        return "1.5";
    if (strcmp(type, "BLOB") == 0)
        return "x'61'";
    return "7";
}

/* What a column is generated from: mostly of the class that it is declared as. */
static const char *generated(struct maker *maker, const char *type, const char *before)
{
    static const char *const ints[] = {"(length(%s))", "(%s IS NULL)", "(coalesce(%s, 0) = 1)",
                                       "(typeof(%s) = 'text')"};
    static const char *const texts[] = {"(typeof(%s))", "(lower(%s))", "(%s || '!')", "(hex(%s))",
                                        "(CAST(%s AS TEXT))"};
    static const char *const reals[] = {"(CAST(%s AS REAL))", "(%s * 1.0)", "(abs(%s) / 2.0)"};
    static const char *const all[] = {"(%s)", "(nullif(%s, 1))",
                                      "(CASE WHEN %s > 1 THEN 'x' ELSE 2 END)", "(max(%s, 0))"};
    const char *form = strstr(type, "INT")                            ? RNG_PICK(maker->rng, ints)
                       : strstr(type, "TEXT") || strstr(type, "CHAR") ? RNG_PICK(maker->rng, texts)
                       : strstr(type, "REAL") || strstr(type, "DOUB") ? RNG_PICK(maker->rng, reals)
                                                                      : RNG_PICK(maker->rng, all);
    const char *hole = strstr(form, "%s");
    return fmt(maker->arena, " GENERATED ALWAYS AS %.*s%s%s%s", (int)(hole - form), form, before,
               hole + 2, rng_chance(maker->rng, 50) ? " STORED" : " VIRTUAL");
}

static const char *check(struct maker *maker, const char *name)
{
    static const char *const forms[] = {
        " CHECK (%s IS NOT NULL)",          " CHECK (%s > 0)",         " CHECK (%s IN (0, 1))",
        " CHECK (%s IN ('a', 'b', 'abc'))", " CHECK (length(%s) > 0)", " CHECK (%s <> '')",
        " CHECK (typeof(%s) <> 'null')"};
    const char *form = RNG_PICK(maker->rng, forms);
    const char *hole = strstr(form, "%s");
    return fmt(maker->arena, "%.*s%s%s", (int)(hole - form), form, name, hole + 2);
}

static const char *references(struct maker *maker)
{
    static const char *const actions[] = {"",
                                          "",
                                          " ON DELETE CASCADE",
                                          " ON DELETE SET NULL",
                                          " DEFERRABLE INITIALLY DEFERRED",
                                          " ON UPDATE CASCADE"};
    if (maker->model.count == 0)
        return "";
    const struct table *parent = &maker->model.tables[rng_below(maker->rng, maker->model.count)];
    if (parent->key_count == 0)
        return "";
    const struct key *key = &parent->keys[rng_below(maker->rng, parent->key_count)];
    if (key->count != 1)
        return "";
    return fmt(maker->arena, " REFERENCES %s(%s)%s", parent->sql,
               parent->columns[key->columns[0]].sql, RNG_PICK(maker->rng, actions));
}

struct table_plan {
    const char *names[10];
    const char *types[10];
    unsigned count;
    bool is_strict;
    bool is_without_rowid;
    bool has_key;
};

static const char *key_column(struct maker *maker, struct table_plan *plan, const char *name)
{
    static const char *const forms[] = {"%s INTEGER PRIMARY KEY",
                                        "%s INTEGER PRIMARY KEY",
                                        "%s INTEGER PRIMARY KEY",
                                        "%s INT PRIMARY KEY",
                                        "%s INTEGER PRIMARY KEY DESC",
                                        "%s TEXT PRIMARY KEY",
                                        "%s INTEGER PRIMARY KEY NOT NULL",
                                        "%s INTEGER PRIMARY KEY AUTOINCREMENT",
                                        "%s TEXT NOT NULL PRIMARY KEY",
                                        "%s BLOB PRIMARY KEY",
                                        "%s REAL PRIMARY KEY"};
    const char *form = RNG_PICK(maker->rng, forms);
    plan->has_key = true;
    plan->types[plan->count] = strstr(form, "TEXT")  ? "TEXT"
                               : strstr(form, "INT") ? "INTEGER"
                                                     : "BLOB";
    return fmt(maker->arena, "%s%s", name, form + 2);
}

static const char *column(struct maker *maker, struct table_plan *plan)
{
    const char *name =
        plan->count == 0 && rng_chance(maker->rng, 60) ? "id" : RNG_PICK(maker->rng, column_names);
    for (unsigned i = 0; i < plan->count; i++)
        if (strcmp(plan->names[i], name) == 0)
            return NULL;
    plan->names[plan->count] = name;
    if (plan->count == 0 && rng_chance(maker->rng, 70))
        return key_column(maker, plan, name);
    const char *type =
        plan->is_strict ? RNG_PICK(maker->rng, strict_types) : RNG_PICK(maker->rng, types);
    const char *made = fmt(maker->arena, "%s%s%s", name, *type ? " " : "", type);
    plan->types[plan->count] = type;
    if (plan->count > 1 && rng_chance(maker->rng, 12)) {
        const char *rule = generated(maker, type, plan->names[rng_below(maker->rng, plan->count)]);
        made = fmt(maker->arena, "%s%s", made, rule);
        return rng_chance(maker->rng, 15) ? fmt(maker->arena, "%s NOT NULL", made) : made;
    }
    if (rng_chance(maker->rng, 35))
        made = fmt(maker->arena, "%s NOT NULL%s", made,
                   rng_chance(maker->rng, 8) ? " ON CONFLICT REPLACE" : "");
    if (rng_chance(maker->rng, 20))
        made = fmt(maker->arena, "%s DEFAULT %s", made, default_value(maker, type));
    if (rng_chance(maker->rng, 15))
        made = fmt(maker->arena, "%s UNIQUE", made);
    if (rng_chance(maker->rng, 12))
        made = fmt(maker->arena, "%s COLLATE %s", made,
                   rng_chance(maker->rng, 70) ? "NOCASE" : "RTRIM");
    if (rng_chance(maker->rng, 10)) {
        const char *rule = check(maker, name);
        made = fmt(maker->arena, "%s%s", made, rule);
    }
    if (rng_chance(maker->rng, 25)) {
        const char *parent = references(maker);
        made = fmt(maker->arena, "%s%s", made, parent);
    }
    return made;
}

static void make_table(struct maker *maker, const char *name)
{
    struct table_plan plan = {.is_strict = rng_chance(maker->rng, 20)};
    unsigned count = 1 + rng_below(maker->rng, 6);
    const char *list = "";
    for (unsigned i = 0; i < count; i++) {
        const char *one = column(maker, &plan);
        if (!one)
            continue;
        list = fmt(maker->arena, "%s%s%s", list, plan.count > 0 ? ", " : "", one);
        plan.count++;
    }
    if (!plan.has_key && plan.count > 1 && rng_chance(maker->rng, 60))
        list = fmt(maker->arena, "%s, PRIMARY KEY (%s, %s%s)", list, plan.names[0], plan.names[1],
                   rng_chance(maker->rng, 15) ? " DESC" : "");
    if (plan.count > 1 && rng_chance(maker->rng, 20))
        list = fmt(maker->arena, "%s, UNIQUE (%s, %s)", list, plan.names[plan.count - 1],
                   plan.names[0]);
    if (plan.count > 1 && rng_chance(maker->rng, 10)) {
        const char *rule = check(maker, plan.names[plan.count - 1]);
        list = fmt(maker->arena, "%s,%s", list, rule);
    }
    bool is_without = rng_chance(maker->rng, 18);
    const char *end = is_without && plan.is_strict ? " WITHOUT ROWID, STRICT"
                      : is_without                 ? " WITHOUT ROWID"
                      : plan.is_strict             ? " STRICT"
                                                   : "";
    if (!make(maker, fmt(maker->arena, "CREATE TABLE %s (%s)%s", name, list, end)) && is_without)
        (void)make(maker, fmt(maker->arena, "CREATE TABLE %s (%s)%s", name, list,
                              plan.is_strict ? " STRICT" : ""));
    model_read(&maker->model, maker->db, maker->arena);
}

static void make_index(struct maker *maker, unsigned number)
{
    static const char *const forms[] = {"(%s)", "(%s)", "(%s COLLATE NOCASE)", "(lower(%s))",
                                        "(%s DESC)"};
    const struct table *table = &maker->model.tables[rng_below(maker->rng, maker->model.count)];
    if (table->is_view || table->count == 0)
        return;
    const char *first = table->columns[rng_below(maker->rng, table->count)].sql;
    const char *form = RNG_PICK(maker->rng, forms);
    const char *hole = strstr(form, "%s");
    const char *part = fmt(maker->arena, "%.*s%s%s", (int)(hole - form), form, first, hole + 2);
    if (rng_chance(maker->rng, 25))
        part = fmt(maker->arena, "(%s, %s)", first,
                   table->columns[rng_below(maker->rng, table->count)].sql);
    if (rng_chance(maker->rng, 25))
        part = fmt(maker->arena, "%s WHERE %s %s", part, first,
                   rng_chance(maker->rng, 50) ? "IS NOT NULL" : "> 0");
    (void)make(maker, fmt(maker->arena, "CREATE %sINDEX i%u ON %s %s",
                          rng_chance(maker->rng, 75) ? "UNIQUE " : "", number, table->sql, part));
}

static void make_view(struct maker *maker, unsigned number)
{
    struct gen gen;
    struct source out;
    gen_init(&gen, maker->rng, maker->arena, &maker->model, &maker->pool);
    gen.has_parameters = false;
    gen.fuel = 30;
    unsigned want = rng_chance(maker->rng, 45) ? 1 + rng_below(maker->rng, 4) : 0;
    const char *query = gen_select(&gen, NULL, 1 + (int)rng_below(maker->rng, 2),
                                   (struct wish){want, gen_kind(&gen), true}, &out);
    const char *list = "";
    for (unsigned i = 0; i < want && want == out.count && rng_chance(maker->rng, 90); i++)
        list = fmt(maker->arena, "%s%sv%u", list, i > 0 ? ", " : "(", i + 1);
    const char *sql =
        fmt(maker->arena, "CREATE VIEW view%u%s%s AS %s", number, list, *list ? ")" : "", query);
    /* What the engine finds wrong with a view it tells when it is used. */
    sqlite3_stmt *stmt;
    const char *probe = fmt(maker->arena, "SELECT * FROM view%u", number);
    sqlite3_exec(maker->db, "SAVEPOINT v", NULL, NULL, NULL);
    bool is_good = sqlite3_exec(maker->db, sql, NULL, NULL, NULL) == SQLITE_OK &&
                   sqlite3_prepare_v2(maker->db, probe, -1, &stmt, NULL) == SQLITE_OK;
    if (is_good) {
        is_good = sqlite3_step(stmt) == SQLITE_DONE || sqlite3_step(stmt) == SQLITE_ROW;
        sqlite3_finalize(stmt);
    }
    sqlite3_exec(maker->db, "ROLLBACK TO v; RELEASE v", NULL, NULL, NULL);
    if (is_good)
        (void)make(maker, sql);
    model_read(&maker->model, maker->db, maker->arena);
}

static void make_trigger(struct maker *maker, unsigned number)
{
    static const char *const forms[] = {
        "AFTER INSERT ON %s BEGIN DELETE FROM %s WHERE 0; END",
        "BEFORE UPDATE ON %s BEGIN SELECT 1 FROM %s; END",
        "AFTER UPDATE ON %s WHEN new.rowid > 1 BEGIN DELETE FROM %s WHERE rowid = 3; END",
        "BEFORE INSERT ON %s BEGIN SELECT raise(IGNORE) FROM %s WHERE 0; END",
        "AFTER DELETE ON %s BEGIN UPDATE %s SET rowid = rowid WHERE 0; END"};
    const struct table *table = &maker->model.tables[rng_below(maker->rng, maker->model.count)];
    const struct table *other = &maker->model.tables[rng_below(maker->rng, maker->model.count)];
    if (table->is_view) {
        static const char *const events[] = {"INSERT", "UPDATE", "DELETE"};
        (void)make(maker,
                   fmt(maker->arena, "CREATE TRIGGER g%u INSTEAD OF %s ON %s BEGIN SELECT 1; END",
                       number, RNG_PICK(maker->rng, events), table->sql));
        return;
    }
    const char *form = RNG_PICK(maker->rng, forms);
    const char *hole = strstr(form, "%s");
    const char *next = strstr(hole + 2, "%s");
    (void)make(maker,
               fmt(maker->arena, "CREATE TRIGGER g%u %.*s%s%.*s%s%s", number, (int)(hole - form),
                   form, table->sql, (int)(next - hole - 2), hole + 2, other->sql, next + 2));
}

void gen_schema(struct strings *out, sqlite3 *db, struct rng *rng, tn_arena *arena)
{
    struct maker maker = {.out = out, .db = db, .rng = rng, .arena = arena};
    unsigned tables = 1 + rng_below(rng, 5);
    pool_init(&maker.pool, NULL, 0, arena);
    for (unsigned tries = 0; maker.model.count < tables && tries < 40; tries++)
        make_table(&maker, RNG_PICK(rng, table_names));
    if (maker.model.count == 0)
        die("no table could be made");
    if (rng_chance(rng, 6))
        (void)make(&maker, "CREATE VIRTUAL TABLE ft USING fts5(title, \"body text\")");
    if (rng_chance(rng, 4))
        (void)make(&maker, "CREATE VIRTUAL TABLE rt USING rtree(id, x0, x1)");
    model_read(&maker.model, maker.db, maker.arena);
    for (unsigned i = rng_below(rng, 5); i > 0; i--)
        make_index(&maker, i);
    for (unsigned i = rng_below(rng, 4); i > 0; i--)
        make_view(&maker, i);
    for (unsigned i = rng_chance(rng, 35) ? 1 + rng_below(rng, 3) : 0; i > 0; i--)
        make_trigger(&maker, i);
}
