/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_MIGRATION_H
#define TN_TEST_MIGRATION_H

/*
 * A scratch folder with migrations and a database, as a fixture. Include check.h first.
 *
 *     static void up_creates_table(void **state)
 *     {
 *         struct migration_test *t = *state;
 *         migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
 *         assert_ok(migration_run(t, TN_MIGRATE_UP));
 *         migration_expect(t, "SELECT count(*) FROM a", "0");
 *     }
 */

#include <sqlite3.h>

#include <tenon/migrate.h>

#include "scratch.h"

struct migration_test {
    char *dir;          /* of everything */
    char *folder;       /* of the migrations */
    char url[PATH_MAX]; /* of the database; it is made if it is missing */
    char path[PATH_MAX];
    tn_arena arena;
    tn_migration_set set;
    tn_migrate_options options; /* used by the next run, and as new after it */
    tn_migrate_report report;   /* of the last run */
    tn_migration_place place;   /* of the last load */
    tn_error err;
    char notices[2048]; /* one line each, of the last run */
    char would[8192];   /* the SQL of the last dry run */
    size_t begun;
    size_t ended;
};

static inline int migration_setup(void **state)
{
    struct migration_test *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->dir = scratch_make();
    t->folder = strdup(scratch_path(t->dir, "migrations"));
    assert_int_equal(mkdir(t->folder, 0755), 0);
    snprintf(t->path, sizeof t->path, "%.200s/test.db", t->dir);
    snprintf(t->url, sizeof t->url, "sqlite:%.200s/test.db?mode=rwc", t->dir);
    t->options = (tn_migrate_options)TN_MIGRATE_OPTIONS_INIT;
    *state = t;
    return 0;
}

static inline int migration_teardown(void **state)
{
    struct migration_test *t = *state;
    tn_arena_fini(&t->arena);
    scratch_remove(t->dir);
    free(t->dir);
    free(t->folder);
    free(t);
    return 0;
}

#define migration_test(test) \
 cmocka_unit_test_setup_teardown(test, migration_setup, migration_teardown)

static inline void migration_file(struct migration_test *t, const char *name, const char *content)
{
    scratch_write(t->folder, name, content);
}

static inline int migration_load(struct migration_test *t)
{
    memset(&t->place, 0, sizeof t->place);
    memset(&t->err, 0, sizeof t->err);
    return tn_migration_set_load(&t->set, t->folder, &t->arena, &t->place, &t->err);
}

static inline int migration_on_event(const tn_migrate_event *event, void *user)
{
    struct migration_test *t = user;
    size_t used;
    switch (event->kind) {
    case TN_MIGRATE_EVENT_BEGIN:
        assert_int_equal(event->index, t->begun);
        t->begun++;
        break;
    case TN_MIGRATE_EVENT_END:
        assert_int_equal(event->index, t->ended);
        t->ended++;
        break;
    case TN_MIGRATE_EVENT_WOULD:
        used = strlen(t->would);
        snprintf(t->would + used, sizeof t->would - used, "%s", event->text);
        break;
    case TN_MIGRATE_EVENT_NOTICE:
        used = strlen(t->notices);
        snprintf(t->notices + used, sizeof t->notices - used, "%s\n", event->text);
        break;
    }
    return TN_OK;
}

/* Run on the set that has been loaded. */
static inline int migration_run_set(struct migration_test *t, enum tn_migrate_op op)
{
    tn_db *db;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.no_optimize = true; /* what is found afterwards is of the migrations */
    memset(&t->err, 0, sizeof t->err);
    assert_ok(tn_db_open(&db, t->url, &options, &t->err));
    t->notices[0] = t->would[0] = '\0';
    t->begun = t->ended = 0;
    t->options.op = op;
    if (!t->options.on_event) {
        t->options.on_event = migration_on_event;
        t->options.user = t;
    }
    t->report = (tn_migrate_report){.arena = &t->arena};
    int rc = tn_migrate(db, &t->set, &t->options, &t->report, &t->err);
    t->options = (tn_migrate_options)TN_MIGRATE_OPTIONS_INIT;
    tn_db_close(db);
    return rc;
}

/* Load the folder and run. */
static inline int migration_run(struct migration_test *t, enum tn_migrate_op op)
{
    assert_ok(migration_load(t));
    return migration_run_set(t, op);
}

/* The rows of a query, columns joined by '|', rows by ' '; by SQLite itself. */
static inline void migration_query(struct migration_test *t, const char *sql, char *out,
                                   size_t size)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    size_t used = 0;
    out[0] = '\0';
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt) && used < size; i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            used += (size_t)snprintf(out + used, size - used, "%s%s",
                                     i      ? "|"
                                     : used ? " "
                                            : "",
                                     text ? text : "NULL");
        }
    }
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void migration_expect(struct migration_test *t, const char *sql, const char *expected)
{
    char found[8192];
    migration_query(t, sql, found, sizeof found);
    assert_string_equal(found, expected);
}

/* Change the database behind the library's back. */
static inline void migration_sql(struct migration_test *t, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void migration_expect_place(const tn_migration_place *place, const char *file,
                                          unsigned line, unsigned column)
{
    const char *base = strrchr(place->file, '/');
    assert_string_equal(base ? base + 1 : place->file, file);
    assert_int_equal(place->line, line);
    assert_int_equal(place->column, column);
}

#define VERSIONS "SELECT version FROM _sqlx_migrations ORDER BY version"
#define TABLES                                                                               \
 "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' " \
 "AND name NOT LIKE 'sqlite_stat%' "                                                         \
 "ORDER BY name"

#endif
