/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pgfault.h"

#include "pgcut.h"

/*
 * Migrations with the wire cut anywhere: each that has a transaction is applied with its line in the
 * history, or not at all; one without goes on behind the last of its statements that is on record; and the
 * same pool brings all to its end.
 */

enum {
    CUTS = 200
};

struct migration_cut {
    struct pgfault *f;
    tn_migration_set set;
    int64_t said; /* bytes by the server while it last ran */
};

static int migrate(tn_db *db, const struct migration_cut *c, enum tn_migrate_op op, tn_error *err)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.op = op;
    return tn_migrate(db, &c->set, &options, NULL, err);
}

/* Rows of a query that gives a number; -1 where there is no such table. */
static int64_t count(const struct pgfault *f, const char *table, const char *condition)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*)::int8 FROM pg_class WHERE relname = '%s'", table);
    if (pgfault_number(f->watcher, sql) == 0)
        return -1;
    snprintf(sql, sizeof sql, "SELECT count(*)::int8 FROM %s WHERE %s", table, condition);
    return pgfault_number(f->watcher, sql);
}

static bool is_noted(const struct pgfault *f, const char *version)
{
    return count(f, "_sqlx_migrations", version) > 0;
}

/* Nothing is half done where there is a transaction. */
static void check_halves(const struct pgfault *f)
{
    bool first = is_noted(f, "version = 1 AND success");
    bool third = is_noted(f, "version = 3 AND success");
    assert_int_equal(count(f, "a", "id = 1"), first ? 1 : -1);
    assert_int_equal(count(f, "gone", "true"), -1);
    assert_int_equal(count(f, "c", "true"), third ? 2 : -1);
}

static void check_whole(const struct pgfault *f)
{
    assert_int_equal(count(f, "_sqlx_migrations", "success"), 3);
    assert_int_equal(count(f, "a", "true"), 1);
    assert_int_equal(count(f, "b", "true"), 1);
    assert_int_equal(count(f, "c", "true"), 2);
    assert_int_equal(pgfault_number(f->watcher, "SELECT count(*)::int8 FROM pg_index WHERE "
                                                "indexrelid = 'b_n'::regclass AND indisvalid"),
                     1);
}

/* By the same pool, as somebody would who reads what it says. */
static void finish(const struct migration_cut *c)
{
    struct pgfault *f = c->f;
    int rc = migrate(f->db, c, TN_MIGRATE_UP, &f->err);
    if (rc == TN_EREFUSED || rc == TN_EPARTIAL) {
        assert_status(migrate(f->db, c, TN_MIGRATE_RESUME, &f->err), TN_OK, f->err);
        rc = migrate(f->db, c, TN_MIGRATE_UP, &f->err);
    }
    assert_status(rc, TN_OK, f->err);
    check_whole(f);
}

/* Whether the first run was told of it. */
static bool run_once(struct migration_cut *c, int64_t cut)
{
    char url[PGFAULT_URL_SIZE];
    struct pgfault *f = c->f;
    pgfault_watchdog(60);
    pgfault_script(f, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    proxy_cut_after(f->proxy, PGCUT_NEVER);
    assert_ok(tn_db_open(&f->db, pgfault_proxy_url(url, f, "&max_connections=2"), NULL, &f->err));
    int64_t before = proxy_passed(f->proxy);
    proxy_cut_after(f->proxy, cut);
    int rc = migrate(f->db, c, TN_MIGRATE_UP, &f->err);
    c->said = proxy_passed(f->proxy) - before;
    if (rc != TN_OK && rc != TN_ECONNECT)
        assert_status(rc, TN_EPARTIAL, f->err);
    proxy_cut_after(f->proxy, PGCUT_NEVER);
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND state <> 'idle'", 0);
    check_halves(f);
    finish(c);
    assert_ok(tn_db_check_unused(f->db, NULL));
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
    return rc != TN_OK;
}

static void write_files(const struct pgfault *f)
{
    scratch_write(f->folder, "1_a.sql",
                  "CREATE TABLE a (id int PRIMARY KEY);\n"
                  "INSERT INTO a VALUES (1);\n"
                  "CREATE TABLE gone (x int);\n"
                  "DROP TABLE gone;\n");
    scratch_write(f->folder, "2_b.sql",
                  "-- no-transaction\n"
                  "CREATE TABLE IF NOT EXISTS b (id int PRIMARY KEY, n int);\n"
                  "CREATE INDEX CONCURRENTLY IF NOT EXISTS b_n ON b (n);\n"
                  "INSERT INTO b VALUES (1, 1) ON CONFLICT DO NOTHING;\n");
    scratch_write(f->folder, "3_c.sql",
                  "CREATE TABLE c (id int PRIMARY KEY);\n"
                  "INSERT INTO c VALUES (1);\n"
                  "INSERT INTO c VALUES (2);\n");
}

static void cut_anywhere_applies_each_migration_or_not(void **state)
{
    struct pgfault *f = *state;
    struct migration_cut c = {.f = f};
    tn_arena arena = TN_ARENA_INIT;
    write_files(f);
    assert_status(tn_migration_set_load_for(&c.set, f->watcher, f->folder, &arena, NULL, &f->err),
                  TN_OK, f->err);
    pgfault_start_proxy(f);
    assert_false(run_once(&c, PGCUT_NEVER));
    int64_t whole = c.said;
    assert_true(whole > CUTS);
    int failures = 0;
    for (int64_t i = 0; i < CUTS; i++)
        failures += run_once(&c, whole * i / CUTS);
    assert_true(failures > CUTS / 2); /* behind the last COMMIT it may go unnoticed */
    tn_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(cut_anywhere_applies_each_migration_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
