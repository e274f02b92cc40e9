/* SPDX-License-Identifier: MIT */
/* Query files are checked, with their optional parts, choices, lists and bulks: of a query that holds the engine
 * takes every text, with the columns that were found. */
#include "fuzz.h"

#include <sqlite3.h>
#include <unistd.h>

#include <tenon/db.h>

#include "check/read/parse.h"
#include "check/read/variants.h"
#include "gen/plan.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    QUERIES_MAX = 8,
    KEYS_MAX = 100
};

/* Small: it is migrated for each input. */
static const char schema[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT, c REAL, d BLOB, e NUMERIC,"
    " g BOOLEAN NOT NULL DEFAULT 0, h TEXT CHECK (h IN ('x', 'y')), m DATETIME, j JSON);"
    "CREATE TABLE u(id INTEGER PRIMARY KEY, t_id INT NOT NULL REFERENCES t(id), x TEXT, y INT,"
    " UNIQUE (t_id, y));"
    "CREATE TABLE w(k TEXT PRIMARY KEY, n INT NOT NULL) WITHOUT ROWID;"
    "CREATE VIEW v AS SELECT t.id, a, h, x FROM t LEFT JOIN u ON u.t_id = t.id;";

static struct {
    sqlite3 *db;
    tn_db *wrapped;
    tn_migration_set migrations;
    tn_arena arena;
} base;

static void load_migrations(void)
{
    char folder[] = "/tmp/tenon-fuzz-XXXXXX";
    char path[64];
    tn_error err = {0};
    tn_migration_place place = {0};
    MUST(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/1_schema.sql", folder);
    MUST(tn__file_write(path, tn_text_of(schema), NULL, &err) == TN_OK);
    MUST(tn_migration_set_load(&base.migrations, folder, &base.arena, &place, &err) == TN_OK);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void begin(void)
{
    tn_error err = {0};
    base.arena = (tn_arena)TN_ARENA_INIT;
    load_migrations();
    MUST(sqlite3_open(":memory:", &base.db) == SQLITE_OK);
    sqlite3_db_config(base.db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    MUST(sqlite3_exec(base.db, schema, NULL, NULL, NULL) == SQLITE_OK);
    MUST(tn_db_wrap_sqlite(&base.wrapped, base.db, NULL, &err) == TN_OK);
}

static void check_bytes(const struct tn__query *query, uint64_t key, tn_arena *arena)
{
    tn_text text = tn__variant_text(query, &key, arena);
    MUST(text.data && text.size == query->stmt.size);
    for (size_t i = 0; i < text.size; i++)
        MUST(text.data[i] == query->stmt.data[i] || text.data[i] == TN__SQL_BLANK);
}

static void check_text(const struct tn__query *query, uint64_t key, tn_arena *arena)
{
    struct tn__sql_text text;
    sqlite3_stmt *stmt = NULL;
    MUST(tn__sql_compose(&text, &query->pieces, key, arena) == TN_OK);
    int rc = sqlite3_prepare_v2(base.db, text.text.data, (int)text.text.size, &stmt, NULL);
    if (rc != SQLITE_OK || (size_t)sqlite3_column_count(stmt) != query->column_count)
        fprintf(stderr, "%s\n%s\n", text.text.data, sqlite3_errmsg(base.db));
    MUST(rc == SQLITE_OK && stmt);
    MUST((size_t)sqlite3_column_count(stmt) == query->column_count);
    for (size_t i = 0; i < query->column_count; i++)
        MUST(strcmp(sqlite3_column_name(stmt, (int)i), query->columns[i].name) == 0);
    MUST((sqlite3_stmt_readonly(stmt) != 0) == query->is_readonly);
    sqlite3_finalize(stmt);
}

static void check_query(const struct tn__query *query, tn_arena *arena)
{
    const struct tn__variants *variants = query->variants;
    if (!variants)
        check_text(query, 0, arena);
    for (size_t i = 0; variants && i < variants->key_count && i < KEYS_MAX; i++) {
        check_bytes(query, variants->keys[i], arena);
        check_text(query, variants->keys[i], arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct tn__diags diags;
    struct tn__gen_plan plan;
    if (!base.db)
        begin();
    tn__diags_init(&diags, &arena);
    struct tn__query_file file = {.path = "q.sql", .stem = "q", .text = {(const char *)data, size}};
    struct tn__reader reader = {
        .arena = &arena, .diags = &diags, .engines = TN__ENGINE_OF(TN__SQLITE)};
    const struct tn__check_options options = {.migrations_dir = "migrations"};
    const struct tn__plan_options planning = {.prefix = "app"};
    if (size == 0 || memchr(data, '\0', size))
        return 0;
    tn__read_sql(&reader, &file);
    MUST(reader.status == TN_OK);
    struct tn__checked checked = {.files = &file,
                                  .file_count = 1,
                                  .queries = reader.queries,
                                  .query_count = reader.count,
                                  .migrations = base.migrations};
    if (reader.count > 0 && reader.count <= QUERIES_MAX) {
        MUST(tn__check_judge(&checked, &options, &arena, &diags, &err) == TN_OK);
        for (size_t i = 0; i < checked.query_count; i++)
            if (!checked.queries[i].is_broken)
                check_query(&checked.queries[i], &arena);
        MUST(tn__gen_plan_make(&plan, &checked, &planning, &arena, &diags) == TN_OK);
    }
    tn_arena_fini(&arena);
    return 0;
}
