/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "../golden/pg_queries/gen/groups.tenon.c"
#include "../golden/pg_queries/gen/streams.tenon.c"
#include "../golden/pg_queries/gen/things.tenon.c"
#include "../golden/pg_queries/gen/users.tenon.c"
#include "pgfault.h"

#include "fault_alloc.h"
#include "util/fs.h"

/* Every allocation of generated code on PostgreSQL fails once, and for ever: what succeeds is right, and the pool
 * lives through it. */

enum {
    MANY = TN_PG_COPY_ITEMS + 6
};

static tn_error err;

static int add_things(tn_db *db)
{
    static const tn_text tags[] = {{"a", 1}, {NULL, 0}};
    static const struct app_opt_mood moods[] = {{true, APP_MOOD_OK}, {false, (enum app_mood)0}};
    const struct app_thing_add_args thing = {
        .i4 = 1,
        .f8 = 2,
        .t = tn_text_of("t"),
        .jb = tn_text_of("{}"),
        .n = tn_text_of("12345678901234.5000"),
        .m = APP_MOOD_SAD,
        .tags = {tags, 2},
        .moods = {moods, 2},
    };
    struct app_thing_add_row row;
    const struct app_thing_put_args items[2] = {{1, {"x", 1}, APP_MOOD_OK},
                                                {2, {"y", 1}, APP_MOOD_OK}};
    struct app_thing_put_rows rows;
    tn_arena arena = TN_ARENA_INIT;
    int rc = app_thing_add(&row, db, &thing, &err);
    if (rc == TN_OK)
        rc = app_thing_put(&rows, db, items, 2, &arena, &err);
    if (rc == TN_OK)
        assert_int_equal(rows.count, 2);
    tn_arena_fini(&arena);
    return rc;
}

static int read_things(tn_db *db)
{
    static const enum app_mood sad[] = {APP_MOOD_SAD};
    struct app_thing_list_rows rows;
    struct app_thing_list_iter iter;
    tn_arena arena = TN_ARENA_INIT;
    int64_t ids[50];
    for (int i = 0; i < 50; i++)
        ids[i] = i;
    const tn_int_list list = {ids, 50};
    const struct app_mood_list moods = {sad, 1};
    int rc = app_thing_list_all(&rows, db, list, moods, &arena, &err);
    for (size_t i = 0; rc == TN_OK && i < rows.count; i++) {
        assert_string_equal(rows.items[i].n.data, "12345678901234.5000");
        assert_int_equal(rows.items[i].tags.count, 2);
    }
    if (rc == TN_OK)
        rc = app_thing_list_begin(&iter, db, list, moods, &err);
    if (rc == TN_OK) {
        while ((rc = app_thing_list_next(&iter, &err)) == TN_ROW)
            assert_string_equal(iter.row.jb.data, "{}");
        app_thing_list_end(&iter);
        rc = rc == TN_DONE ? TN_OK : rc;
    }
    tn_arena_fini(&arena);
    return rc;
}

/* Half a stream, all of one, and one with groups. */
static int read_streams(tn_db *db)
{
    static const enum app_mood sad[] = {APP_MOOD_SAD};
    const struct app_thing_stream_args args = {.moods = {sad, 1}};
    struct app_number_stream_iter iter;
    struct app_thing_rows rows = {NULL, 0};
    struct app_pair_stream_rows pairs;
    tn_arena arena = TN_ARENA_INIT;
    int rc = app_number_stream_begin(&iter, db, 100000, &err);
    for (int64_t i = 1; rc == TN_OK && i < 10; i++) {
        rc = app_number_stream_next(&iter, &err) == TN_ROW ? TN_OK : err.status;
        assert_true(rc != TN_OK || iter.row.i == i);
    }
    app_number_stream_end(&iter);
    if (rc == TN_OK)
        rc = app_thing_stream_all(&rows, db, &args, &arena, &err);
    for (size_t i = 0; rc == TN_OK && i < rows.count; i++)
        assert_string_equal(rows.items[i].n.data, "12345678901234.5000");
    if (rc == TN_OK)
        rc = app_pair_stream_all(&pairs, db, &arena, &err);
    tn_arena_fini(&arena);
    return rc;
}

static int count_things(tn_db *db)
{
    static const tn_opt_date days[] = {{true, {1}}};
    const struct app_thing_count_args args[] = {
        {{false, (enum app_mood)0}, {false, 0}, {NULL, 0}},
        {{true, APP_MOOD_OK}, {true, 1}, {days, 1}},
    };
    struct app_thing_count_row row;
    int rc = app_thing_count(&row, db, &args[0], &err);
    return rc == TN_OK ? app_thing_count(&row, db, &args[1], &err) : rc;
}

static int fill_users(tn_db *db)
{
    static struct app_user_fill_args users[MANY];
    static char names[MANY][16];
    struct app_user_notes_rows rows;
    int64_t affected = 0;
    tn_arena arena = TN_ARENA_INIT;
    tn_db *tx;
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "user %d", i);
        users[i] = (struct app_user_fill_args){0};
        users[i].name = tn_text_of(names[i]);
        memcpy(&users[i].id, &(int64_t){i + 1}, sizeof(int64_t));
    }
    int rc = tn_tx_begin(&tx, db, TN_WRITE, &err);
    if (rc != TN_OK)
        return rc;
    rc = app_user_fill(&affected, tx, users, MANY, &err);
    if (rc == TN_OK) {
        assert_int_equal(affected, MANY);
        rc = app_user_notes_all(&rows, tx, &arena, &err);
    }
    if (rc == TN_OK)
        assert_int_equal(rows.count, MANY);
    tn_tx_rollback(tx);
    tn_arena_fini(&arena);
    return rc;
}

static int run_on(tn_db *db)
{
    int rc = add_things(db);
    if (rc == TN_OK)
        rc = read_things(db);
    if (rc == TN_OK)
        rc = read_streams(db);
    if (rc == TN_OK)
        rc = count_things(db);
    return rc == TN_OK ? fill_users(db) : rc;
}

static int run_all(void *user)
{
    struct pgfault *f = user;
    char url[PGFAULT_URL_SIZE];
    tn_db *db = NULL;
    int rc = tn_db_open(&db, pgfault_url(url, f, "&max_connections=1"), NULL, &err);
    if (rc == TN_OK)
        rc = run_on(db);
    tn_db_close(db);
    return rc;
}

static void make_schema(struct pgfault *f)
{
    static const char path[] =
        TN_TEST_SOURCE_DIR "/tests/golden/pg_queries/migrations/20260101000000_start.up.sql";
    tn_arena arena = TN_ARENA_INIT;
    tn_text sql;
    assert_ok(tn__file_read(&sql, path, 1 << 20, &arena, &err));
    pgfault_script(f, sql.data);
    tn_arena_fini(&arena);
}

static void every_allocation_of_generated_code_fails(void **state)
{
    struct pgfault *f = *state;
    make_schema(f);
    /* Variants are kept for the rest of the process. */
    assert_ok(run_all(f));
    pgfault_watchdog(280);
    fault_alloc_each(run_all, f);
    pgfault_await_alone(f);
}

static void pool_is_usable_after_each_of_them(void **state)
{
    struct pgfault *f = *state;
    make_schema(f);
    assert_ok(pgfault_open(f, "&max_connections=1"));
    assert_ok(run_on(f->db));
    pgfault_watchdog(280);
    for (long n = 1;; n++) {
        fault_alloc_begin(n, false);
        int rc = run_on(f->db);
        long hits = fault_alloc_hits();
        fault_alloc_end();
        if (rc != TN_OK && rc != TN_ENOMEM)
            fail_msg("allocation %ld: %s: %s", n, tn_status_name(rc), err.message);
        assert_ok(tn_db_check_unused(f->db, NULL));
        assert_int_equal(pgfault_number(f->db, "SELECT count(*) FROM users"), 0);
        if (hits == 0)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(every_allocation_of_generated_code_fails),
        PGFAULT_TEST(pool_is_usable_after_each_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
