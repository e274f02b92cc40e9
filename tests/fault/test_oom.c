/* SPDX-License-Identifier: MIT */
/* Every allocation fails once, and for ever, in every public function: the library's own, and those of
 * the engine. What was open is usable afterwards. */
#include "check.h"

#include <stdio.h>

#include <tenon/gen_sqlite.h>
#include <tenon/json.h>
#include <tenon/tenon.h>
#include <tenon/testing.h>

#include "fault_alloc.h"
#include "scratch.h"

/* --- the engine's allocator ----------------------------------------------------------------------- */

static sqlite3_mem_methods engine;
static struct {
    long at, calls, hits;
    bool forever;
} strike;

static bool strikes(void)
{
    strike.calls++;
    bool is =
        strike.at > 0 && (strike.forever ? strike.calls >= strike.at : strike.calls == strike.at);
    strike.hits += is;
    return is;
}

static void *engine_malloc(int size)
{
    return strikes() ? NULL : engine.xMalloc(size);
}

static void *engine_realloc(void *ptr, int size)
{
    return strikes() ? NULL : engine.xRealloc(ptr, size);
}

static void engine_begin(long at, bool forever)
{
    strike.at = at;
    strike.forever = forever;
    strike.calls = strike.hits = 0;
}

static void engine_end(void)
{
    strike.at = 0;
}

static long engine_hits(void)
{
    return strike.hits;
}

static int engine_setup(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &engine), SQLITE_OK);
    sqlite3_mem_methods faulty = engine;
    faulty.xMalloc = engine_malloc;
    faulty.xRealloc = engine_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
    return sqlite3_initialize();
}

/* --- what is called ------------------------------------------------------------------------------- */

static int do_exec(tn_db *db)
{
    tn_value value = tn_value_string("text");
    int64_t affected = -7;
    tn_error err = {0};
    int rc = tn_exec(db, "INSERT INTO t (name) VALUES ($1)", &value, 1, &affected, &err);
    assert_true(rc == TN_OK ? affected == 1 : affected == -7);
    assert_int_equal(err.status, rc);
    return rc;
}

static int do_script(tn_db *db)
{
    return tn_exec_script(db, "CREATE TABLE IF NOT EXISTS u (x); DELETE FROM u;", NULL);
}

static int do_query(tn_db *db)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    memset(&rows, 0x5a, sizeof rows);
    tn_rows untouched = rows;
    int rc = tn_query(&rows, db, "SELECT id, name FROM t", NULL, 0, &arena, NULL);
    if (rc != TN_OK)
        assert_memory_equal(&rows, &untouched, sizeof rows);
    tn_arena_fini(&arena);
    return rc;
}

/* As it is without a wire; with one: unit.pg_pipeline, unit.pg_copy, unit.pg_stream, unit.pg_notify. */
static int do_pipeline(tn_db *db)
{
    tn_pipeline *p = NULL;
    tn_answer answer;
    int rc = tn_pipeline_open(&p, db, NULL, NULL);
    for (int i = 0; rc == TN_OK && i < 2; i++) {
        tn_value value = tn_value_string("text");
        rc = tn_pipeline_send(p, "INSERT INTO t (name) VALUES ($1)", &value, 1, NULL, NULL);
        if (rc == TN_OK)
            rc = tn_pipeline_send(p, "SELECT 7 AS seven", NULL, 0, NULL, NULL);
        if (rc == TN_OK)
            rc = tn_pipeline_sync(p, NULL);
    }
    if (rc == TN_OK)
        rc = tn_pipeline_next(&answer, p, NULL);
    if (rc == TN_OK) {
        assert_int_equal(tn_pipeline_pump(p, NULL), TN_ROW);
        rc = tn_pipeline_next(&answer, p, NULL);
    }
    if (rc == TN_OK) {
        assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, 7);
        assert_string_equal(tn_pipeline_column_name(p, 0), "seven");
        rc = tn_pipeline_finish(p, NULL);
    }
    tn_pipeline_close(p);
    return rc;
}

static int do_copy(tn_db *db)
{
    static const char *const columns[] = {"name"};
    tn_value value = tn_value_string("text");
    const tn_value *values;
    tn_copy_out *out;
    tn_copy_in *in;
    int64_t rows = -7;
    int rc = tn_copy_in_open(&in, db, "t", columns, 1, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_copy_in_row(in, &value, 1, NULL);
    if (rc != TN_OK) {
        tn_copy_in_abort(in);
        return rc;
    }
    rc = tn_copy_in_close(in, &rows, NULL);
    assert_int_equal(rows, rc == TN_OK ? 1 : -7);
    if (rc == TN_OK)
        rc = tn_copy_out_open(&out, db, "SELECT id, name FROM t LIMIT 1", NULL);
    if (rc != TN_OK)
        return rc;
    while ((rc = tn_copy_out_next(&values, out, NULL)) == TN_ROW)
        ;
    tn_copy_out_close(out);
    return rc == TN_DONE ? TN_OK : rc;
}

struct item {
    int64_t id;
    tn_text name;
};

static int do_struct(tn_db *db)
{
    static const struct tn_field fields[] = {
        TN_FIELD_VALUE(struct item, id, "id", INT, false),
        TN_FIELD_VALUE(struct item, name, "name", TEXT, true),
    };
    static const struct tn_struct desc = TN_STRUCT_OF(struct item, "item", fields);
    tn_arena arena = TN_ARENA_INIT;
    struct item item = {0};
    tn_text json = {NULL, 0};
    tn_rows rows;
    int rc = tn_query(&rows, db, "SELECT 7 AS id, 'text' AS name", NULL, 0, &arena, NULL);
    if (rc == TN_OK) {
        tn_row row = tn_rows_row(&rows, 0);
        rc = tn_row_into(&row, &desc, &item, &arena, NULL);
    }
    if (rc == TN_OK)
        rc = tn_struct_copy(&desc, &item, &item, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_struct_to_json(&json, &desc, &item, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_struct_from_json(&item, &desc, json, 0, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_structs_to_json(&json, &desc, &item, 1, &arena, NULL);
    if (rc == TN_OK)
        assert_string_equal(json.data, "[{\"id\":7,\"name\":\"text\"}]");
    tn_arena_fini(&arena);
    return rc;
}

static int do_stmt_into(tn_db *db)
{
    static const struct tn_field fields[] = {TN_FIELD_VALUE(struct item, id, "id", INT, false)};
    static const struct tn_struct desc = TN_STRUCT_OF(struct item, "item", fields);
    tn_arena arena = TN_ARENA_INIT;
    struct item item = {0};
    tn_stmt *stmt = NULL;
    int rc = tn_stmt_open(&stmt, db, "SELECT 7 AS id", NULL);
    if (rc == TN_OK)
        rc = tn_stmt_step(stmt, NULL);
    if (rc == TN_ROW)
        rc = tn_stmt_into(stmt, &desc, &item, &arena, NULL);
    if (rc == TN_OK)
        assert_int_equal(item.id, 7);
    tn_stmt_close(stmt);
    tn_arena_fini(&arena);
    return rc;
}

static int do_stmt(tn_db *db)
{
    tn_stmt *const none = (tn_stmt *)(uintptr_t)8;
    tn_stmt *stmt = none;
    int rc = tn_stmt_open(&stmt, db, "SELECT id, name FROM t WHERE name = :name OR id = ?2", NULL);
    if (rc != TN_OK) {
        assert_ptr_equal(stmt, none);
        return rc;
    }
    rc = tn_stmt_bind_name(stmt, "name", tn_value_string("text"), NULL);
    if (rc == TN_OK)
        rc = tn_stmt_bind(stmt, 2, tn_value_string("text"), NULL);
    while (rc == TN_OK || rc == TN_ROW) {
        rc = tn_stmt_step(stmt, NULL);
        if (rc == TN_ROW)
            (void)tn_stmt_column(stmt, 1);
    }
    (void)tn_stmt_column_name(stmt, 0);
    (void)tn_stmt_column_index(stmt, "name");
    (void)tn_stmt_affected(stmt);
    tn_stmt_reset(stmt);
    tn_stmt_clear(stmt);
    tn_stmt_close(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

static int do_tx(tn_db *db)
{
    tn_db *outer, *inner;
    int rc = tn_tx_begin(&outer, db, TN_WRITE, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_tx_begin(&inner, outer, TN_WRITE, NULL);
    if (rc == TN_OK) {
        rc = do_exec(inner);
        if (rc == TN_OK)
            rc = tn_tx_commit(inner, NULL);
        else
            tn_tx_rollback(inner);
    }
    tn_tx_rollback(outer);
    return rc;
}

static void after_commit(void *user)
{
    ++*(int *)user;
}

static int in_transaction(tn_db *tx, void *user, tn_error *err)
{
    int rc = tn_tx_on_commit(tx, after_commit, user, err);
    return rc == TN_OK ? do_exec(tx) : rc;
}

static int do_transact(tn_db *db)
{
    int called = 0;
    int rc = tn_transact(db, in_transaction, &called, NULL, NULL);
    assert_int_equal(called, rc == TN_OK);
    return rc;
}

static int do_conn(tn_db *db)
{
    tn_conn *conn;
    int rc = tn_conn_acquire(&conn, db, TN_READ, NULL);
    if (rc != TN_OK)
        return rc;
    tn_conn_set_timeout(conn, 60000);
    rc = do_query(tn_conn_db(conn));
    tn_conn_release(conn);
    tn_position position = {0};
    if (rc == TN_OK)
        rc = tn_db_position(&position, db, NULL);
    if (rc != TN_OK || (rc = tn_conn_acquire_after(&conn, db, position, 0, NULL)) != TN_OK)
        return rc;
    assert_true(tn_conn_can(conn, TN_CAN_ROLL_BACK_DDL));
    tn_conn_release(conn);
    return rc;
}

static int do_gen(tn_db *db)
{
    static const char sql[] = "SELECT id FROM t";
    static struct tn_gen_query query = {"ids", sql, sizeof sql - 1, 1, TN_READ, TN_GEN_ABI, 0};
    struct tn_gen_use use;
    tn_arena arena = TN_ARENA_INIT;
    struct tn_gen_list list = {0};
    int rc = tn_gen_acquire(&use, db, &query, NULL);
    if (rc == TN_OK) {
        for (int i = 0; rc == TN_OK && i < 20; i++)
            rc = tn_gen_list_add(&list, &arena, 8) ? TN_OK : tn_gen_fail_memory(&use, NULL);
        tn_gen_release(&use);
    }
    tn_arena_fini(&arena);
    return rc;
}

static int do_gen_over(tn_db *db)
{
    static const char sql[] = "SELECT id FROM t";
    static struct tn_gen_query query = {"over", sql, sizeof sql - 1, 1, TN_READ, TN_GEN_ABI, 0};
    struct tn_gen_use use;
    tn_db *tx;
    int rc = tn_tx_begin(&tx, db, TN_READ, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_gen_acquire(&use, tx, &query, NULL);
    tn_tx_rollback(tx);
    if (rc == TN_OK) {
        assert_true(tn_gen_is_over(&use));
        assert_int_equal(tn_gen_fail_over(&use, NULL), TN_EMISUSE);
        tn_gen_release(&use);
    }
    return rc;
}

static int do_list(tn_db *db)
{
    static const char sql[] =
        "SELECT value, 'k' FROM tn_list(?1) WHERE value IN (SELECT value FROM "
        "tn_list(?1))";
    static struct tn_gen_query query = {"listed", sql, sizeof sql - 1, 2, TN_READ, TN_GEN_ABI, 0};
    static const int columns[] = {0, 1};
    const int64_t items[] = {3, -1, 2, 3};
    const struct tn_sqlite_list list = {.items = items, .count = 4, .name = "items"};
    struct tn_gen_use use;
    struct tn_gen_key key = {0};
    int rc = tn_gen_acquire(&use, db, &query, NULL);
    if (rc != TN_OK)
        return rc;
    int groups = 0;
    int native = tn_sqlite_bind_list(use.stmt, 1, &list);
    while (native == SQLITE_OK || native == SQLITE_ROW) {
        native = sqlite3_step(use.stmt);
        int next = native == SQLITE_ROW ? tn_sqlite_key_next(&key, use.stmt, columns, 2) : 0;
        if (next < 0)
            native = SQLITE_NOMEM;
        groups += next == 1;
    }
    rc = native == SQLITE_DONE ? TN_OK : tn_gen_fail(&use, native, NULL);
    assert_true(rc != TN_OK || groups == 3 || groups == 4); /* 3: in order */
    tn_gen_key_fini(&key);
    tn_gen_release(&use);
    return rc;
}

/* One that is kept, and one that is not. */
static int do_variant(tn_db *db)
{
    static const struct tn_gen_piece pieces[] = {{"SELECT 1", 8, 0, 0}, {" + 1", 4, 1, 1}};
    static void *buckets[1];
    static struct tn_gen_template template_ = {
        {"variant", "SELECT 1", 8, 1, TN_READ, TN_GEN_ABI, 0}, pieces, 2, 1, buckets, 0};
    int rc = TN_OK;
    for (uint64_t key = 0; rc == TN_OK && key < 2; key++) {
        struct tn_gen_use use;
        template_.used = key ? TN_GEN_VARIANTS_MAX : 0;
        rc = tn_gen_acquire_variant(&use, db, &template_, key, NULL);
        if (rc != TN_OK)
            break;
        int native = sqlite3_step(use.stmt);
        if (native != SQLITE_ROW)
            rc = tn_gen_fail(&use, native, NULL);
        else
            assert_int_equal(sqlite3_column_int64(use.stmt, 0), key + 1);
        tn_gen_release_variant(&use);
    }
    return rc;
}

static int do_bulk(tn_db *db)
{
    static const char sql[] = "INSERT INTO t (name) VALUES ('bulk')";
    static struct tn_gen_query query = {"bulk", sql, sizeof sql - 1, 0, TN_WRITE, TN_GEN_ABI, 0};
    struct tn_gen_bulk bulk;
    int64_t affected = -7;
    int rc = tn_gen_bulk_begin(&bulk, db, &query, NULL);
    if (rc != TN_OK)
        return rc;
    for (int i = 0; rc == TN_OK && i < 3; i++)
        rc = tn_sqlite_bulk_run(&bulk, NULL);
    rc = tn_gen_bulk_end(&bulk, rc, &affected, NULL);
    assert_int_equal(affected, rc == TN_OK ? 3 : -7);
    return rc;
}

static int do_watch(tn_db *db)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_db_stats stats = TN_DB_STATS_INIT;
    tn_text text = {0};
    int rc = tn_db_set_metrics(db, true, NULL);
    if (rc == TN_OK)
        rc = do_exec(db);
    if (rc == TN_OK)
        rc = tn_db_metrics(&text, db, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_db_stats_read(db, &stats, NULL);
    if (rc == TN_OK)
        rc = tn_db_check_unused(db, NULL);
    if (rc == TN_OK)
        rc = tn_db_checkpoint(db, TN_CHECKPOINT_PASSIVE, NULL, NULL);
    tn_arena_fini(&arena);
    return rc;
}

static int do_arena(tn_db *db)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    tn_blob blob;
    (void)db;
    bool is = tn_arena_alloc(&arena, 5000) && tn_arena_array(&arena, 9, 900) &&
              tn_arena_copy(&arena, "abc", 3) &&
              tn_arena_text(&arena, &text, tn_text_of("abc")) == TN_OK &&
              tn_arena_blob(&arena, &blob, (tn_blob){"abc", 3}) == TN_OK;
    tn_arena_reset(&arena);
    tn_arena_fini(&arena);
    return is ? TN_OK : TN_ENOMEM;
}

static int do_open(tn_db *db)
{
    tn_db *const none = (tn_db *)(uintptr_t)8;
    tn_db *more = none;
    int rc = tn_db_open(&more, "sqlite::memory:", NULL, NULL);
    if (rc == TN_OK)
        tn_db_close(more);
    else
        assert_ptr_equal(more, none);
    (void)db;
    return rc;
}

static int do_migrate(tn_db *db)
{
    static const tn_migration items[] = {
        {.version = 1,
         .version_text = "1",
         .name = "a",
         .up = {.file = "1_a.up.sql", .sql = {"CREATE TABLE a (x);", 19}, .first_line = 1},
         .down = {.file = "1_a.down.sql", .sql = {"DROP TABLE a;", 13}, .first_line = 1}}};
    static const tn_migration_set set = {items, 1, "embedded"};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_error err = {0};
    int rc = tn_migrate(db, &set, NULL, NULL, &err);
    options.op = TN_MIGRATE_DOWN;
    options.has_to = true;
    if (rc == TN_OK)
        rc = tn_migrate(db, &set, &options, NULL, &err);
    if (rc != TN_OK && rc != TN_ENOMEM)
        print_error("%s\n", err.message);
    return rc;
}

static int do_test_db(tn_db *db)
{
    tn_db *more = NULL;
    (void)db;
    int rc = tn_test_db(&more, NULL, NULL);
    tn_db_close(more);
    return rc;
}

static const struct step {
    const char *name;
    int (*run)(tn_db *db);
} steps[] = {
    {"arena", do_arena},       {"exec", do_exec},
    {"pipeline", do_pipeline}, {"copy", do_copy},
    {"script", do_script},     {"query", do_query},
    {"stmt", do_stmt},         {"tx", do_tx},
    {"transact", do_transact}, {"conn", do_conn},
    {"gen", do_gen},           {"list", do_list},
    {"variant", do_variant},   {"bulk", do_bulk},
    {"watch", do_watch},       {"open", do_open},
    {"migrate", do_migrate},   {"test_db", do_test_db},
    {"struct", do_struct},     {"stmt_into", do_stmt_into},
    {"gen_over", do_gen_over},
};

/* --- the loops ------------------------------------------------------------------------------------ */

static const struct memory {
    const char *name;
    void (*begin)(long at, bool forever);
    void (*end)(void);
    long (*hits)(void);
} memories[] = {
    {"library", fault_alloc_begin, fault_alloc_end, fault_alloc_hits},
    {"engine", engine_begin, engine_end, engine_hits},
};

static long run_step(tn_db *db, const struct step *step, const struct memory *memory, bool forever)
{
    long n = 1;
    for (;; n++) {
        assert_true(n < 20000);
        memory->begin(n, forever);
        int rc = step->run(db);
        long hits = memory->hits();
        memory->end();
        if (rc != TN_OK && (rc != TN_ENOMEM || hits == 0))
            fail_msg("%s: %s allocation %ld %s: %s", step->name, memory->name, n,
                     forever ? "and on" : "once", tn_status_name(rc));
        if (hits == 0)
            return n - 1;
        rc = step->run(db);
        if (rc != TN_OK)
            fail_msg("%s: after %s allocation %ld %s had failed: %s", step->name, memory->name, n,
                     forever ? "and on" : "once", tn_status_name(rc));
    }
}

static void run_all(const char *url)
{
    long points = 0;
    for (size_t m = 0; m < sizeof memories / sizeof memories[0]; m++) {
        for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
            for (int forever = 0; forever <= 1; forever++) {
                tn_db *db;
                tn_error err = {0};
                assert_ok(tn_db_open(&db, url, NULL, &err));
                assert_ok(tn_exec_script(
                    db, "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT)", NULL));
                points += run_step(db, &steps[s], &memories[m], forever == 1);
                tn_db_close(db);
            }
        }
    }
    assert_true(points > 100);
    print_message("%s: %ld allocations failed\n", url, points);
}

static void every_allocation_may_fail_in_memory(void **state)
{
    (void)state;
    run_all("sqlite::memory:");
}

static void every_allocation_may_fail_in_a_file(void **state)
{
    char url[PATH_MAX + 64];
    snprintf(url, sizeof url, "sqlite:%s/x.db?mode=rwc&synchronous=off", (char *)*state);
    run_all(url);
}

/* --- nothing is left out -------------------------------------------------------------------------- */

/* Public functions that this file does not call, and why that is right. */
static const char *const left_out[] = {
    /* take no memory */
    "tn_conn_access",
    "tn_conn_in_transaction",
    "tn_conn_interrupt",
    "tn_conn_last_rowid",
    "tn_conn_pgconn",
    "tn_conn_sqlite3",
    "tn_copy_out_column_count",
    "tn_copy_out_column_name",
    "tn_db_interrupt",
    "tn_db_engine",
    "tn_db_url",
    "tn_error_clear",
    "tn_error_prefix",
    "tn_error_set",
    "tn_gen_affected",
    "tn_gen_bulk_fail",
    "tn_gen_bulk_fail_param",
    "tn_gen_fail",
    "tn_gen_fail_choice",
    "tn_gen_fail_no_row",
    "tn_gen_fail_param",
    "tn_gen_fail_too_many",
    "tn_gen_fail_type",
    "tn_clock_format",
    "tn_clock_parse",
    "tn_date_format",
    "tn_date_parse",
    "tn_interval_format",
    "tn_interval_parse",
    "tn_log_filter_of",
    "tn_log_filter_parse",
    "tn_log_level_name",
    "tn_log_target_name",
    /* a server's alone: fault.pg_gen_oom */
    "tn_pg_bind_array",
    "tn_pg_bind_choice_array",
    "tn_pg_bind_choices",
    "tn_pg_bind_jsonb",
    "tn_pg_bind_list",
    "tn_pg_bind_word",
    "tn_pg_bulk_again",
    "tn_pg_bulk_begin",
    "tn_pg_bulk_begin_copy",
    "tn_pg_bulk_end",
    "tn_pg_bulk_fail_param",
    "tn_pg_bulk_fail_row",
    "tn_pg_bulk_next",
    "tn_pg_bulk_send",
    "tn_pg_fail_choice",
    "tn_pg_fail_read",
    "tn_pg_fail_type",
    "tn_pg_is_new",
    "tn_pg_memory",
    "tn_pg_read_array",
    "tn_pg_read_choice_array",
    "tn_pg_read_numeric",
    "tn_pg_read_parsed",
    "tn_pg_run",
    "tn_pg_scratch",
    "tn_pg_step",
    "tn_pg_step_group",
    "tn_pg_stream",
    /* a server's alone: unit.pg_notify */
    "tn_listener_close",
    "tn_listener_listen",
    "tn_listener_open",
    "tn_listener_pump",
    "tn_listener_socket",
    "tn_listener_unlisten",
    "tn_listener_wait",
    "tn_listener_wake",
    "tn_notify",
    "tn_migration_state_name",
    "tn_nanoid",
    "tn_now",
    "tn_pipeline_is_full",
    "tn_pipeline_socket",
    "tn_pipeline_wait_ms",
    "tn_pipeline_wants",
    "tn_set_allocator",
    "tn_sqlite_read_opt_timestamp",
    "tn_sqlite_read_timestamp",
    "tn_sqlite_read_value",
    "tn_status_is_transient",
    "tn_status_text",
    "tn_stmt_column_count",
    "tn_stmt_column_type",
    "tn_stmt_stream",
    "tn_stmt_param_count",
    "tn_stmt_param_index",
    "tn_time_format",
    "tn_time_parse",
    "tn_type_name",
    "tn_uuid_format",
    "tn_uuid_make_v4",
    "tn_uuid_make_v7",
    "tn_uuid_parse",
    "tn_uuid_v4",
    "tn_uuid_v7",
    "tn_db_set_find_n_plus_1",
    "tn_db_set_slow_query",
    "tn_db_set_log",
    "tn_db_set_trace",
    /* the engine's alone, for a statement that the caller holds */
    "tn_sqlite_bind_opt_timestamp",
    "tn_sqlite_bind_timestamp",
    "tn_sqlite_bind_value",
    /* one of the above with another beginning, or in a loop of its own elsewhere */
    "tn_arena_texts",
    "tn_arena_value",
    "tn_db_maintain",
    "tn_db_maintain_start",
    "tn_db_open_env",
    "tn_db_wrap_sqlite",
    "tn_migration_set_load",
    "tn_migration_set_load_for",
};

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        if (strcmp(left_out[i], name) == 0)
            return true;
    }
    return false;
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static int missing_of(const char *header, const char *self)
{
    int missing = 0;
    for (const char *at = header; (at = strstr(at, "\nTN_API ")); at++) {
        char name[80];
        char call[82];
        const char *paren = strchr(at, '(');
        assert_non_null(paren);
        const char *begin = paren;
        while (begin > at && (begin[-1] == '_' || (begin[-1] >= '0' && begin[-1] <= '9') ||
                              (begin[-1] >= 'a' && begin[-1] <= 'z')))
            begin--;
        snprintf(name, sizeof name, "%.*s", (int)(paren - begin), begin);
        snprintf(call, sizeof call, "%.79s(", name);
        if (!strstr(self, call) && !is_left_out(name)) {
            print_error("%s: no allocation of it is made to fail here\n", name);
            missing++;
        }
    }
    return missing;
}

static void every_public_function_is_tried_or_left_out_by_name(void **state)
{
    (void)state;
    char *self = read_all(TN_TEST_SOURCE_DIR "/tests/fault/test_oom.c");
    DIR *dir = opendir(TN_TEST_SOURCE_DIR "/include/tenon");
    int missing = 0;
    int headers = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!strstr(entry->d_name, ".h") || strstr(entry->d_name, ".in"))
            continue;
        char *header = read_all(scratch_path(TN_TEST_SOURCE_DIR "/include/tenon", entry->d_name));
        missing += missing_of(header, self);
        headers++;
        free(header);
    }
    closedir(dir);
    free(self);
    assert_true(headers > 10);
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail_in_memory),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail_in_a_file, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(every_public_function_is_tried_or_left_out_by_name),
    };
    return cmocka_run_group_tests(tests, engine_setup, NULL);
}
