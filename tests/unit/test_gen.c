/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include "gen.h"

/* Queries as a generator would write them, by hand, on tenon/gen_sqlite.h. */

QUERY(item_get, 3, TN_READ, "SELECT id, title, score FROM items WHERE id = ?1");
QUERY(item_list, 3, TN_READ, "SELECT id, title, score FROM items ORDER BY id");
QUERY(item_add, 0, TN_WRITE, "INSERT INTO items (title, score) VALUES (?1, ?2)");
QUERY(item_blob, 1, TN_READ, "SELECT zeroblob(?1 + id) FROM items WHERE id = 1");
QUERY(item_count, 1, TN_READ, "SELECT count(*) FROM items");

struct item {
    int64_t id;
    tn_text title;
    tn_opt_real score;
};

static const char schema[] = "CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT NOT NULL"
                             " UNIQUE, score REAL);"
                             "INSERT INTO items VALUES (1, 'one', 0.5), (2, 'two', NULL)";

static int setup(void **state)
{
    return open_fixture(state, "", schema);
}

/* --- generated, as it were -------------------------------------------------------------------- */

static int read_item(struct tn_gen_use *use, struct item *out, tn_error *err)
{
    if (!tn_sqlite_read_int(use->stmt, 0, &out->id))
        return tn_gen_fail_type(use, 0, "int", err);
    if (!tn_sqlite_read_text(use->stmt, 1, &out->title))
        return tn_gen_fail_type(use, 1, "text", err);
    if (!tn_sqlite_read_opt_real(use->stmt, 2, &out->score))
        return tn_gen_fail_type(use, 2, "real", err);
    return TN_OK;
}

static int get_item(struct item *out, tn_db *db, int64_t id, tn_arena *arena, tn_error *err)
{
    struct tn_gen_use use;
    struct item item;
    int rc = tn_gen_acquire(&use, db, &item_get, err);
    if (rc != TN_OK)
        return rc;
    int native = sqlite3_bind_int64(use.stmt, 1, id);
    if (native == SQLITE_OK)
        native = sqlite3_step(use.stmt);
    if (native == SQLITE_ROW) {
        rc = read_item(&use, &item, err);
        if (rc == TN_OK && tn_arena_text(arena, &item.title, item.title) != TN_OK)
            rc = tn_gen_fail_memory(&use, err);
    } else if (native == SQLITE_DONE) {
        rc = tn_gen_fail_no_row(&use, err);
    } else {
        rc = tn_gen_fail(&use, native, err);
    }
    tn_gen_release(&use);
    if (rc == TN_OK)
        *out = item;
    return rc;
}

static int add_item(tn_db *db, tn_text title, tn_opt_real score, int64_t *affected, tn_error *err)
{
    struct tn_gen_use use;
    int rc = tn_gen_acquire(&use, db, &item_add, err);
    if (rc != TN_OK)
        return rc;
    int native = tn_sqlite_bind_text(use.stmt, 1, title);
    if (native == SQLITE_OK)
        native = tn_sqlite_bind_opt_real(use.stmt, 2, score);
    if (native == SQLITE_OK)
        native = sqlite3_step(use.stmt);
    if (native == SQLITE_DONE)
        *affected = tn_gen_affected(&use);
    else
        rc = tn_gen_fail(&use, native, err);
    tn_gen_release(&use);
    return rc;
}

static int64_t count_items(tn_db *db)
{
    struct tn_gen_use use;
    int64_t count = -1;
    if (tn_gen_acquire(&use, db, &item_count, NULL) != TN_OK)
        return -1;
    if (sqlite3_step(use.stmt) == SQLITE_ROW && !tn_sqlite_read_int(use.stmt, 0, &count))
        count = -1;
    tn_gen_release(&use);
    return count;
}

/* --- using them ------------------------------------------------------------------------------- */

static void query_reads_a_row(void **state)
{
    struct fixture *f = *state;
    struct item item;
    for (int i = 0; i < 3; i++) {
        assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
        assert_int_equal(item.id, 1);
        assert_text(item.title, "one");
        assert_true(item.score.has && item.score.value == 0.5);
        assert_ok(get_item(&item, f->db, 2, &f->arena, NULL));
        assert_false(item.score.has);
    }
    assert_int_equal(get_item(&item, f->db, 3, &f->arena, &f->err), TN_ENOROW);
    assert_string_equal(f->err.query, "item_get");
    assert_string_equal(f->err.message, "query 'item_get': no row where one was required");
    assert_int_equal(item.id, 2);
}

static void query_writes_and_fails_with_its_name(void **state)
{
    struct fixture *f = *state;
    int64_t affected = 0;
    assert_ok(add_item(f->db, tn_text_of("three"), tn_some_real(3), &affected, NULL));
    assert_int_equal(affected, 1);
    assert_int_equal(add_item(f->db, tn_text_of("one"), tn_some_real(1), &affected, &f->err),
                     TN_EUNIQUE);
    assert_string_equal(f->err.query, "item_add");
    assert_string_equal(f->err.table, "items");
    assert_string_equal(f->err.column, "title");
    assert_int_equal(f->err.native, SQLITE_CONSTRAINT_UNIQUE);
    assert_int_equal(add_item(f->db, tn_text_of(NULL), tn_some_real(1), &affected, NULL),
                     TN_ENOTNULL);
    assert_ok(add_item(f->db, tn_text_of("four"), (tn_opt_real){false, 0}, &affected, NULL));
    assert_int_equal(count_items(f->db), 4);
}

static void value_of_another_class_is_named(void **state)
{
    struct fixture *f = *state;
    struct item item;
    assert_ok(
        tn_exec_script(f->db, "INSERT INTO items VALUES (3, x'00', 1), (4, 'x', 'word')", NULL));
    assert_int_equal(get_item(&item, f->db, 3, &f->arena, &f->err), TN_ETYPE);
    assert_string_equal(f->err.message, "query 'item_get': column 'title' holds blob, not text");
    assert_string_equal(f->err.column, "title");
    assert_int_equal(get_item(&item, f->db, 4, &f->arena, &f->err), TN_ETYPE);
    assert_string_equal(f->err.column, "score");
    assert_int_equal(get_item(&item, f->db, 4, &f->arena, NULL), TN_ETYPE);
    assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
}

/* How the one blob of item_blob is read: plain, as it may be NULL, as any value, and as a key. */
static int read_blob(const struct tn_gen_use *use, int way, size_t *size, tn_error *err)
{
    static const int columns[] = {0};
    struct tn_gen_key key = {0};
    tn_blob blob = {NULL, 0};
    tn_value value = tn_value_null();
    bool is_read = way == 0   ? tn_sqlite_read_blob(use->stmt, 0, &blob)
                   : way == 1 ? tn_sqlite_read_opt_blob(use->stmt, 0, &blob)
                   : way == 2 ? tn_sqlite_read_value(use->stmt, 0, &value)
                              : tn_sqlite_key_next(&key, use->stmt, columns, 1) >= 0;
    *size = way < 2 ? blob.size : way == 2 ? value.as.blob.size : key.size;
    tn_gen_key_fini(&key);
    return is_read    ? TN_OK
           : way == 3 ? tn_gen_fail_memory(use, err)
                      : tn_gen_fail_type(use, 0, "blob", err);
}

/* The engine makes the bytes of a zeroblob when they are asked for. */
static void blob_without_memory_is_not_an_empty_one(void **state)
{
    enum {
        SIZE = 10000000
    };
    struct fixture *f = *state;
    struct tn_gen_use use;
    size_t size;
    for (int round = 0; round < 8; round++) {
        bool has_memory = round >= 4;
        assert_ok(tn_gen_acquire(&use, f->db, &item_blob, NULL));
        assert_int_equal(sqlite3_bind_int(use.stmt, 1, SIZE), SQLITE_OK);
        assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
        if (!has_memory)
            sqlite3_hard_heap_limit64(sqlite3_memory_used() + 20000);
        int rc = read_blob(&use, round % 4, &size, &f->err);
        sqlite3_hard_heap_limit64(0);
        assert_int_equal(rc, has_memory ? TN_OK : TN_ENOMEM);
        assert_true(!has_memory || size > SIZE);
        tn_gen_release(&use);
    }
}

static void iterators_of_one_query_nest(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_use outer, middle, inner;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, NULL));
    tn_db *view = tn_conn_db(conn);
    for (int round = 0; round < 3; round++) {
        assert_ok(tn_gen_acquire(&outer, view, &item_list, NULL));
        assert_int_equal(sqlite3_step(outer.stmt), SQLITE_ROW);
        assert_ok(tn_gen_acquire(&middle, view, &item_list, NULL));
        assert_ptr_not_equal(outer.stmt, middle.stmt);
        assert_int_equal(sqlite3_step(middle.stmt), SQLITE_ROW);
        assert_int_equal(sqlite3_step(middle.stmt), SQLITE_ROW);
        assert_ok(tn_gen_acquire(&inner, view, &item_list, NULL));
        assert_int_equal(sqlite3_step(inner.stmt), SQLITE_ROW);
        tn_gen_release(round == 0 ? &outer : &inner); /* in any order */
        tn_gen_release(&middle);
        tn_gen_release(round == 0 ? &inner : &outer);
        tn_gen_release(&outer); /* again: nothing */
    }
    tn_conn_release(conn);
}

static void release_of_nothing_is_allowed(void **state)
{
    (void)state;
    struct tn_gen_use use;
    memset(&use, 0, sizeof use);
    tn_gen_release(&use);
}

static void queries_run_in_a_transaction(void **state)
{
    struct fixture *f = *state;
    int64_t affected;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(add_item(tx, tn_text_of("in tx"), tn_some_real(1), &affected, NULL));
    assert_int_equal(count_items(tx), 3);
    assert_int_equal(count_items(f->db), 2);
    assert_int_equal(add_item(f->db, tn_text_of("outside"), tn_some_real(1), &affected, &f->err),
                     TN_EMISUSE);
    assert_string_equal(f->err.query, "item_add");
    assert_non_null(strstr(f->err.message, "item_count"));
    tn_tx_rollback(tx);
    assert_int_equal(count_items(f->db), 2);
    assert_ok(tn_tx_begin(&tx, f->db, TN_READ, NULL));
    assert_int_equal(add_item(tx, tn_text_of("x"), tn_some_real(1), &affected, &f->err),
                     TN_EREADONLY);
    assert_int_equal(count_items(tx), 2);
    assert_ok(tn_tx_commit(tx, NULL));
}

static void query_after_the_engine_ended_the_transaction_is_refused(void **state)
{
    struct fixture *f = *state;
    QUERY(item_insist, 0, TN_WRITE, "INSERT OR ROLLBACK INTO items (title) VALUES ('one')");
    struct tn_gen_use use;
    int64_t affected;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(add_item(tx, tn_text_of("in tx"), tn_some_real(1), &affected, NULL));
    assert_ok(tn_gen_acquire(&use, tx, &item_insist, NULL));
    assert_int_equal(tn_gen_fail(&use, sqlite3_step(use.stmt), NULL), TN_EUNIQUE);
    tn_gen_release(&use);
    assert_int_equal(add_item(tx, tn_text_of("alone"), tn_some_real(1), &affected, &f->err),
                     TN_EUNIQUE);
    assert_non_null(strstr(f->err.message, "rolled back"));
    assert_int_equal(tn_tx_commit(tx, NULL), TN_EUNIQUE);
    assert_int_equal(count_items(f->db), 2);
}

static void query_on_a_transaction_that_is_over_is_misuse(void **state)
{
    struct fixture *f = *state;
    struct item item;
    tn_db *tx, *inner;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, NULL));
    tn_tx_rollback(tx);
    assert_int_equal(get_item(&item, inner, 1, &f->arena, &f->err), TN_EMISUSE);
    assert_string_equal(f->err.query, "item_get");
    tn_tx_rollback(inner);
}

static void query_that_does_not_fit_the_schema_is_refused(void **state)
{
    struct fixture *f = *state;
    QUERY(star, 3, TN_READ, "SELECT * FROM items");
    QUERY(gone, 1, TN_READ, "SELECT id FROM nowhere");
    QUERY(sly, 0, TN_READ, "DELETE FROM items");
    QUERY(begin, 0, TN_READ, "/* x */ begin");
    struct tn_gen_use use;
    assert_int_equal(tn_gen_acquire(&use, f->db, &gone, &f->err), TN_ENOTFOUND);
    assert_string_equal(f->err.query, "gone");
    assert_string_equal(f->err.table, "nowhere");
    assert_int_equal(tn_gen_acquire(&use, f->db, &sly, &f->err), TN_EREADONLY);
    assert_int_equal(tn_gen_acquire(&use, f->db, &begin, &f->err), TN_EMISUSE);
    assert_ok(tn_exec(f->db, "ALTER TABLE items ADD COLUMN more", NULL, 0, NULL, NULL));
    assert_int_equal(tn_gen_acquire(&use, f->db, &star, &f->err), TN_ESCHEMA);
    assert_non_null(strstr(f->err.message, "4 columns"));
    assert_int_equal(count_items(f->db), 2);
}

static void query_of_another_abi_is_refused(void **state)
{
    struct fixture *f = *state;
    QUERY(newer, 1, TN_READ, "SELECT 1");
    QUERY(older, 1, TN_READ, "SELECT 1");
    struct tn_gen_use use;
    newer.abi = TN_GEN_ABI + 1;
    older.abi = TN_GEN_ABI_MIN - 1;
    assert_int_equal(tn_gen_acquire(&use, f->db, &newer, &f->err), TN_EUNSUPPORTED);
    assert_int_equal(tn_gen_acquire(&use, f->db, &older, NULL), TN_EUNSUPPORTED);
}

static void query_serves_several_databases(void **state)
{
    struct fixture *f = *state;
    struct item item;
    tn_db *memory;
    assert_ok(tn_db_open(&memory, ":memory:", NULL, NULL));
    assert_ok(tn_exec_script(memory,
                             "CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT, score REAL);"
                             "INSERT INTO items VALUES (1, 'other', NULL)",
                             NULL));
    assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
    assert_text(item.title, "one");
    assert_ok(get_item(&item, memory, 1, &f->arena, NULL));
    assert_text(item.title, "other");
    tn_db_close(memory);
    assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
}

static void query_follows_the_schema(void **state)
{
    struct fixture *f = *state;
    struct item item;
    assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
    assert_ok(tn_exec_script(
        f->db, "ALTER TABLE items ADD COLUMN extra; CREATE INDEX i ON items (score)", NULL));
    assert_ok(get_item(&item, f->db, 2, &f->arena, NULL));
    assert_text(item.title, "two");
    assert_ok(tn_exec(f->db, "ALTER TABLE items RENAME TO things", NULL, 0, NULL, NULL));
    assert_int_equal(get_item(&item, f->db, 1, &f->arena, &f->err), TN_ENOTFOUND);
    assert_string_equal(f->err.table, "items");
    assert_ok(tn_exec(f->db, "ALTER TABLE things RENAME TO items", NULL, 0, NULL, NULL));
    assert_ok(get_item(&item, f->db, 1, &f->arena, NULL));
}

static void list_grows_in_the_arena(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_list list = {NULL, 0, 0};
    for (int64_t i = 0; i < 1000; i++) {
        int64_t *slot = tn_gen_list_add(&list, &f->arena, sizeof *slot);
        assert_non_null(slot);
        *slot = i;
    }
    assert_int_equal(list.count, 1000);
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(((int64_t *)list.items)[i], i);
    tn_arena small = TN_ARENA_INIT;
    small.limit_bytes = 1000;
    struct tn_gen_list none = {NULL, 0, 0};
    assert_null(tn_gen_list_add(&none, &small, 100));
    assert_int_equal(none.count, 0);
    tn_arena_fini(&small);
}

/* --- values ----------------------------------------------------------------------------------- */

static sqlite3_stmt *prepare_values(struct tn_gen_use *use, struct fixture *f)
{
    QUERY(values, 2, TN_READ, "SELECT ?1, typeof(?1)");
    assert_ok(tn_gen_acquire(use, f->db, &values, NULL));
    return use->stmt;
}

static void times_are_bound_in_each_form(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_use use;
    static const struct {
        int64_t us;
        enum tn_sqlite_time form;
        const char *text, *type;
    } cases[] = {
        {1763698112000000, TN_SQLITE_TIME_TEXT, "2025-11-21 04:08:32", "text"},
        {1763698112500000, TN_SQLITE_TIME_RFC3339, "2025-11-21T04:08:32.500000Z", "text"},
        {1763698112999999, TN_SQLITE_TIME_SECONDS, "1763698112", "integer"},
        {1763698112999999, TN_SQLITE_TIME_MS, "1763698112999", "integer"},
        {-1, TN_SQLITE_TIME_SECONDS, "-1", "integer"},
        {-1000, TN_SQLITE_TIME_MS, "-1", "integer"},
        {-1001, TN_SQLITE_TIME_MS, "-2", "integer"},
    };
    sqlite3_stmt *stmt = prepare_values(&use, f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_timestamp at = {cases[i].us};
        assert_int_equal(tn_sqlite_bind_timestamp(stmt, 1, at, cases[i].form), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(stmt, 0), cases[i].text);
        assert_string_equal((const char *)sqlite3_column_text(stmt, 1), cases[i].type);
        sqlite3_reset(stmt);
    }
    int refused = tn_sqlite_bind_timestamp(stmt, 1, (tn_timestamp){INT64_MIN}, TN_SQLITE_TIME_TEXT);
    assert_int_equal(refused & 0xff, SQLITE_RANGE);
    assert_int_equal(tn_gen_fail(&use, refused, &f->err), TN_ERANGE);
    assert_non_null(strstr(f->err.message, "timestamp out of range"));
    tn_opt_timestamp none = {false, {0}};
    assert_int_equal(tn_sqlite_bind_opt_timestamp(stmt, 1, none, TN_SQLITE_TIME_MS), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 1), "null");
    tn_gen_release(&use);
}

static void times_are_read_from_each_form(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_use use;
    sqlite3_stmt *stmt = prepare_values(&use, f);
    static const struct {
        tn_value value;
        enum tn_sqlite_time form;
        bool is_good;
        int64_t us;
    } cases[] = {
        {{TN_TEXT, {.text = {"2025-11-21 04:08:32", 19}}},
         TN_SQLITE_TIME_TEXT,
         true,
         1763698112000000},
        {{TN_TEXT, {.text = {"2025-11-21T04:08:32Z", 20}}},
         TN_SQLITE_TIME_MS,
         true,
         1763698112000000},
        {{TN_INT, {.integer = 1763698112}}, TN_SQLITE_TIME_TEXT, true, 1763698112000000},
        {{TN_INT, {.integer = -5}}, TN_SQLITE_TIME_SECONDS, true, -5000000},
        {{TN_INT, {.integer = 1763698112001}}, TN_SQLITE_TIME_MS, true, 1763698112001000},
        {{TN_INT, {.integer = INT64_MAX}}, TN_SQLITE_TIME_MS, false, 0},
        {{TN_INT, {.integer = INT64_MIN}}, TN_SQLITE_TIME_SECONDS, false, 0},
        {{TN_TEXT, {.text = {"soon", 4}}}, TN_SQLITE_TIME_TEXT, false, 0},
        {{TN_REAL, {.real = 2460000.5}}, TN_SQLITE_TIME_TEXT, false, 0},
        {{TN_NULL, {.integer = 0}}, TN_SQLITE_TIME_TEXT, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_timestamp at = {0};
        tn_opt_timestamp opt;
        bool is_null = cases[i].value.type == TN_NULL;
        assert_int_equal(tn_sqlite_bind_value(stmt, 1, cases[i].value), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_int_equal(tn_sqlite_read_timestamp(stmt, 0, &at, cases[i].form), cases[i].is_good);
        assert_int_equal(tn_sqlite_read_opt_timestamp(stmt, 0, &opt, cases[i].form),
                         cases[i].is_good || is_null);
        if (cases[i].is_good) {
            assert_true(at.us == cases[i].us);
            assert_true(opt.has && opt.value.us == cases[i].us);
        }
        if (is_null)
            assert_false(opt.has);
        sqlite3_reset(stmt);
    }
    tn_gen_release(&use);
}

/* What only PostgreSQL has is text here. */
static void values_of_other_engines_are_bound_as_text(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_use use;
    sqlite3_stmt *stmt = prepare_values(&use, f);
    const tn_uuid uuid = {{0x55, 0x0e, 0x84, [15] = 0xff}};
    const struct {
        tn_value value;
        const char *text;
    } rows[] = {
        {tn_value_uuid(uuid), "550e8400-0000-0000-0000-0000000000ff"},
        {tn_value_date((tn_date){0}), "1970-01-01"},
        {tn_value_date((tn_date){-719528}), "0000-01-01"},
        {tn_value_date((tn_date){2932896}), "9999-12-31"},
        {tn_value_time((tn_time){1500000}), "00:00:01.5"},
        {tn_value_interval((tn_interval){1500000, 2, 13}), "P1Y1M2DT1.5S"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_text text = {NULL, 0};
        assert_int_equal(tn_sqlite_bind_value(stmt, 1, rows[i].value), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_true(tn_sqlite_read_text(stmt, 0, &text));
        assert_text(text, rows[i].text);
        sqlite3_reset(stmt);
    }
    const tn_array none = tn_array_of(TN_INT, NULL, 0);
    const struct {
        tn_value value;
        int status;
        const char *message;
    } refused[] = {
        {tn_value_array(&none), TN_ETYPE, "SQLite has no arrays"},
        {tn_value_date((tn_date){-719529}), TN_ERANGE,
         "date out of range: the year is not within 0000 to 9999"},
        {tn_value_date((tn_date){TN_DATE_INFINITY}), TN_ERANGE,
         "date out of range: the year is not within 0000 to 9999"},
        {tn_value_time((tn_time){-1}), TN_ERANGE,
         "time out of range: it is not within 00:00:00 to 24:00:00"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int native = tn_sqlite_bind_value(stmt, 1, refused[i].value);
        assert_int_equal(tn_gen_fail(&use, native, &f->err), refused[i].status);
        assert_non_null(strstr(f->err.message, refused[i].message));
    }
    tn_gen_release(&use);
}

static void value_of_unknown_type_is_refused(void **state)
{
    struct fixture *f = *state;
    struct tn_gen_use use;
    sqlite3_stmt *stmt = prepare_values(&use, f);
    tn_value odd = tn_value_int(1);
    odd.type = (enum tn_type)99;
    assert_int_equal(tn_sqlite_bind_value(stmt, 1, odd), SQLITE_MISMATCH);
    assert_int_equal(tn_gen_fail(&use, SQLITE_MISMATCH, &f->err), TN_ETYPE);
    tn_gen_release(&use);
}

/* --- threads ---------------------------------------------------------------------------------- */

struct crew {
    tn_db *db;
    atomic_int failures;
};

static void *use_queries(void *user)
{
    /* First used here, by several threads at once: each must get the same number. */
    QUERY(fresh_one, 1, TN_READ, "SELECT title FROM items WHERE id = ?1");
    struct crew *crew = user;
    for (int i = 0; i < 200; i++) {
        struct tn_gen_use use;
        tn_error err = {0};
        tn_text title;
        int64_t affected;
        char name[64];
        snprintf(name, sizeof name, "%p %d", (void *)&use, i);
        bool is_good = tn_gen_acquire(&use, crew->db, &fresh_one, &err) == TN_OK;
        if (is_good) {
            sqlite3_bind_int64(use.stmt, 1, 2);
            is_good = sqlite3_step(use.stmt) == SQLITE_ROW &&
                      tn_sqlite_read_text(use.stmt, 0, &title) && strcmp(title.data, "two") == 0;
            tn_gen_release(&use);
        }
        if (is_good && i % 4 == 0)
            is_good =
                add_item(crew->db, tn_text_of(name), tn_some_real(i), &affected, &err) == TN_OK;
        if (!is_good)
            atomic_fetch_add(&crew->failures, 1);
    }
    return NULL;
}

static void threads_share_queries(void **state)
{
    struct fixture *f = *state;
    struct crew crew = {.db = f->db};
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_queries, &crew), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&crew.failures), 0);
    assert_int_equal(count_items(f->db), 2 + 8 * 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(query_reads_a_row),
        TEST(query_writes_and_fails_with_its_name),
        TEST(value_of_another_class_is_named),
        TEST(blob_without_memory_is_not_an_empty_one),
        TEST(iterators_of_one_query_nest),
        TEST(release_of_nothing_is_allowed),
        TEST(queries_run_in_a_transaction),
        TEST(query_after_the_engine_ended_the_transaction_is_refused),
        TEST(query_on_a_transaction_that_is_over_is_misuse),
        TEST(query_that_does_not_fit_the_schema_is_refused),
        TEST(query_of_another_abi_is_refused),
        TEST(query_serves_several_databases),
        TEST(query_follows_the_schema),
        TEST(list_grows_in_the_arena),
        TEST(times_are_bound_in_each_form),
        TEST(times_are_read_from_each_form),
        TEST(values_of_other_engines_are_bound_as_text),
        TEST(value_of_unknown_type_is_refused),
        TEST(threads_share_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
