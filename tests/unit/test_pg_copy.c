/* SPDX-License-Identifier: MIT */
/* COPY in its binary form against a server, and what stands in for it on SQLite. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "driver/postgres/bytes.h"
#include "driver/postgres/copy_read.h"
#include "fault_alloc.h"
#include "pg.h"

struct fixture {
    const char *url;
    tn_db *db;
    tn_error err;
};

static const char schema[] =
    "CREATE SCHEMA \"My App\";"
    "CREATE TYPE mood AS ENUM ('well', 'ill');"
    "CREATE DOMAIN small AS int CHECK (VALUE < 1000);"
    "CREATE TABLE t (id int PRIMARY KEY, name text CHECK (name <> 'bad'));"
    "CREATE TABLE \"My App\".\"t.1\" (\"a b\" int, \"say \"\"x\"\"\" text);"
    "CREATE TABLE wide (b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, x text,"
    " y bytea, u uuid, ts timestamptz, d date, tm time, iv interval, j jsonb, m mood, s small,"
    " a int[], ms mood[], ip inet);"
    "CREATE TABLE made (id int, twice int GENERATED ALWAYS AS (id * 2) STORED);";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->url = pg_new_database();
    assert_ok(tn_db_open(&f->db, f->url, NULL, &f->err));
    assert_ok(tn_exec_script(f->db, schema, &f->err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->db);
    free(f);
    return 0;
}

static const char *const columns[] = {"id", "name"};

static tn_copy_in *open_t(struct fixture *f, tn_db *db)
{
    tn_copy_in *copy = NULL;
    if (tn_copy_in_open(&copy, db, "t", columns, 2, &f->err) != TN_OK)
        fail_msg("no copy: %s", f->err.message);
    return copy;
}

static int put(struct fixture *f, tn_copy_in *copy, int64_t id, const char *name)
{
    const tn_value row[] = {tn_value_int(id), tn_value_string(name)};
    return tn_copy_in_row(copy, row, 2, &f->err);
}

static int64_t count_of(struct fixture *f, tn_db *db, const char *table)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    if (tn_query(&rows, db, sql, NULL, 0, &arena, &f->err) != TN_OK)
        fail_msg("%s", f->err.message);
    int64_t count = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return count;
}

/* --- in ----------------------------------------------------------------------------------------- */

static void rows_are_kept_at_the_close(void **state)
{
    struct fixture *f = *state;
    int64_t rows = -1;
    tn_copy_in *copy = open_t(f, f->db);
    for (int i = 0; i < 20000; i++)
        assert_ok(put(f, copy, i, i % 7 ? "a name" : NULL));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_int_equal(rows, 20000);
    assert_int_equal(count_of(f, f->db, "t"), 20000);
    assert_string_equal(pg_query(f->url, "SELECT count(*) FROM t WHERE name IS NULL"), "2858");
}

static void nothing_is_kept_of_one_that_is_given_up(void **state)
{
    struct fixture *f = *state;
    tn_copy_in *copy = open_t(f, f->db);
    for (int i = 0; i < 20000; i++)
        assert_ok(put(f, copy, i, "x"));
    tn_copy_in_abort(copy);
    tn_copy_in_abort(NULL);
    assert_int_equal(count_of(f, f->db, "t"), 0);
}

static void names_are_quoted_and_may_have_a_schema(void **state)
{
    struct fixture *f = *state;
    static const char *const odd[] = {"say \"x\"", "a b"};
    const tn_value row[] = {tn_value_string("hello"), tn_value_int(7)};
    tn_copy_in *copy;
    int64_t rows;
    assert_ok(tn_copy_in_open(&copy, f->db, "My App.\"t.1\"", odd, 2, &f->err));
    assert_ok(tn_copy_in_row(copy, row, 2, &f->err));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_string_equal(pg_query(f->url, "SELECT * FROM \"My App\".\"t.1\""), "7|hello");
    assert_int_equal(tn_copy_in_open(&copy, f->db, "t; DROP TABLE t", NULL, 0, &f->err),
                     TN_ENOTFOUND);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "", NULL, 0, &f->err), TN_EINVAL);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "\"t\"x", NULL, 0, &f->err), TN_EINVAL);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "t.", NULL, 0, &f->err), TN_EINVAL);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "t", odd, 1, &f->err), TN_ENOTFOUND);
    assert_int_equal(f->err.position, 0);
}

static void all_types_go_in_and_come_out(void **state)
{
    struct fixture *f = *state;
    tn_uuid uuid = {{1, 2, 3}};
    tn_value items[] = {tn_value_int(1), tn_value_null(), tn_value_int(3)};
    tn_array numbers = tn_array_of(TN_INT, items, 3);
    tn_value moods[] = {tn_value_string("ill")};
    tn_array mood_list = tn_array_of(TN_TEXT, moods, 1);
    const tn_value row[] = {
        tn_value_bool(true),
        tn_value_int(-2),
        tn_value_int(INT64_MIN),
        tn_value_real(1.5),
        tn_value_real(-2.25),
        tn_value_string("12.50"),
        tn_value_string("text"),
        tn_value_blob((tn_blob){"\0\1", 2}),
        tn_value_uuid(uuid),
        tn_value_timestamp((tn_timestamp){1700000000000000}),
        tn_value_date((tn_date){19000}),
        tn_value_time((tn_time){3600000000}),
        tn_value_interval((tn_interval){1, 2, 3}),
        tn_value_string("{\"k\": 1}"),
        tn_value_string("well"),
        tn_value_int(999),
        tn_value_array(&numbers),
        tn_value_array(&mood_list),
        tn_value_null(),
    };
    enum {
        COUNT = sizeof row / sizeof row[0]
    };
    tn_copy_in *in;
    tn_copy_out *out;
    const tn_value *got;
    int64_t rows;
    assert_ok(tn_copy_in_open(&in, f->db, "wide", NULL, 0, &f->err));
    assert_ok(tn_copy_in_row(in, row, COUNT, &f->err));
    assert_ok(tn_copy_in_close(in, &rows, &f->err));
    assert_string_equal(pg_query(f->url, "SELECT n, d, m, a, ms FROM wide"),
                        "12.50|2022-01-08|well|{1,NULL,3}|{ill}");
    (void)pg_query(f->url, "UPDATE wide SET ip = '10.0.0.1'");
    assert_ok(tn_copy_out_open(&out, f->db, "TABLE wide; -- all of it", &f->err));
    assert_int_equal(tn_copy_out_column_count(out), COUNT);
    assert_string_equal(tn_copy_out_column_name(out, 18), "ip");
    assert_null(tn_copy_out_column_name(out, 19));
    assert_int_equal(tn_copy_out_next(&got, out, &f->err), TN_ROW);
    assert_true(got[0].as.boolean);
    assert_int_equal(got[1].as.integer, -2);
    assert_true(got[2].as.integer == INT64_MIN);
    assert_text(got[5].as.text, "12.50");
    assert_text(got[6].as.text, "text");
    assert_int_equal(got[6].as.text.data[4], 0);
    assert_int_equal(got[7].as.blob.size, 2);
    assert_memory_equal(got[8].as.uuid.bytes, uuid.bytes, 16);
    assert_int_equal(got[9].as.timestamp.us, 1700000000000000);
    assert_int_equal(got[12].as.interval.months, 3);
    assert_text(got[13].as.text, "{\"k\": 1}");
    assert_text(got[14].as.text, "well");
    assert_int_equal(got[15].as.integer, 999);
    assert_int_equal(got[16].as.array->items[2].as.integer, 3);
    assert_text(got[17].as.array->items[0].as.text, "ill");
    assert_text(got[18].as.text, "10.0.0.1/32");
    assert_int_equal(tn_copy_out_next(&got, out, &f->err), TN_DONE);
    assert_int_equal(tn_copy_out_next(&got, out, &f->err), TN_DONE);
    tn_copy_out_close(out);
}

static void wrong_value_leaves_out_its_row_alone(void **state)
{
    struct fixture *f = *state;
    int64_t rows;
    tn_copy_in *copy = open_t(f, f->db);
    const tn_value wrong[] = {tn_value_int(INT64_MAX), tn_value_string("x")};
    assert_ok(put(f, copy, 1, "x"));
    assert_int_equal(tn_copy_in_row(copy, wrong, 2, &f->err), TN_ERANGE);
    assert_string_equal(f->err.column, "id");
    assert_non_null(strstr(f->err.message, "row 2"));
    assert_int_equal(tn_copy_in_row(copy, wrong, 1, &f->err), TN_EINVAL);
    assert_ok(put(f, copy, 2, "x"));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_int_equal(rows, 2);
    const tn_value address = tn_value_string("10.0.0.1");
    static const char *const ip[] = {"ip"};
    assert_ok(tn_copy_in_open(&copy, f->db, "wide", ip, 1, &f->err));
    assert_int_equal(tn_copy_in_row(copy, &address, 1, &f->err), TN_EUNSUPPORTED);
    assert_string_equal(f->err.column, "ip");
    tn_copy_in_abort(copy);
}

static void server_names_the_row_and_keeps_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t rows = -7;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_copy_in *copy = open_t(f, tn_conn_db(conn));
    for (int i = 1; i <= 100; i++)
        assert_ok(put(f, copy, i == 17 ? 16 : i, "x"));
    assert_int_equal(tn_copy_in_close(copy, &rows, &f->err), TN_EUNIQUE);
    assert_int_equal(rows, -7);
    assert_non_null(strstr(f->err.message, "row 17"));
    assert_string_equal(f->err.constraint, "t_pkey");
    assert_string_equal(f->err.column, "id");
    static const char *const s[] = {"s"};
    const tn_value large = tn_value_int(1000);
    assert_ok(tn_copy_in_open(&copy, tn_conn_db(conn), "wide", s, 1, &f->err));
    assert_ok(tn_copy_in_row(copy, &large, 1, &f->err));
    assert_int_equal(tn_copy_in_close(copy, &rows, &f->err), TN_ECHECK);
    assert_non_null(strstr(f->err.message, "row 1"));
    assert_string_equal(f->err.column, "s");
    assert_int_equal(count_of(f, tn_conn_db(conn), "t"), 0);
    tn_conn_release(conn);
}

static void generated_columns_are_to_be_left_out(void **state)
{
    struct fixture *f = *state;
    static const char *const id[] = {"id"};
    tn_copy_in *copy;
    int64_t rows;
    const tn_value value = tn_value_int(4);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "made", NULL, 0, &f->err), TN_EUNSUPPORTED);
    assert_non_null(strstr(f->err.message, "generated"));
    assert_ok(tn_copy_in_open(&copy, f->db, "made", id, 1, &f->err));
    assert_ok(tn_copy_in_row(copy, &value, 1, &f->err));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_string_equal(pg_query(f->url, "TABLE made"), "4|8");
}

static void transaction_decides_and_a_savepoint_saves(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    tn_db *inner;
    int64_t rows;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    tn_copy_in *copy = open_t(f, tx);
    assert_int_equal(tn_exec(tx, "SELECT 1", NULL, 0, NULL, &f->err), TN_EMISUSE);
    assert_ok(put(f, copy, 1, "x"));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &f->err));
    copy = open_t(f, inner);
    assert_ok(put(f, copy, 2, "bad"));
    assert_int_equal(tn_copy_in_close(copy, &rows, &f->err), TN_ECHECK);
    tn_tx_rollback(inner);
    assert_int_equal(count_of(f, tx, "t"), 1);
    copy = open_t(f, tx);
    assert_ok(put(f, copy, 3, "x"));
    tn_tx_rollback(tx); /* under an open copy */
    assert_int_equal(put(f, copy, 4, "x"), TN_EMISUSE);
    tn_copy_in_abort(copy);
    assert_int_equal(count_of(f, f->db, "t"), 0);
}

static void server_that_goes_is_told_and_the_pool_goes_on(void **state)
{
    struct fixture *f = *state;
    int64_t rows;
    tn_copy_in *copy = open_t(f, f->db);
    assert_ok(put(f, copy, 1, "x"));
    (void)pg_query(f->url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE query LIKE 'COPY%' AND datname = current_database()");
    int rc = TN_OK;
    for (int i = 2; rc == TN_OK && i < 1000000; i++)
        rc = put(f, copy, i, "some text that fills the wire");
    assert_int_equal(rc, TN_ECONNECT);
    assert_int_equal(tn_copy_in_close(copy, &rows, &f->err), TN_ECONNECT);
    assert_int_equal(count_of(f, f->db, "t"), 0);
    tn_copy_out *out;
    const tn_value *values;
    assert_ok(tn_copy_out_open(&out, f->db,
                               "SELECT i, pg_terminate_backend(CASE WHEN i = 5000 THEN "
                               "pg_backend_pid() ELSE 0 END) FROM generate_series(1, 10000) i",
                               &f->err));
    while ((rc = tn_copy_out_next(&values, out, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_ECONNECT);
    assert_int_equal(tn_copy_out_next(&values, out, &f->err), TN_ECONNECT);
    tn_copy_out_close(out);
    assert_int_equal(count_of(f, f->db, "t"), 0);
}

/* --- out ---------------------------------------------------------------------------------------- */

static tn_copy_out *open_out(struct fixture *f, tn_db *db, const char *query)
{
    tn_copy_out *copy = NULL;
    if (tn_copy_out_open(&copy, db, query, &f->err) != TN_OK)
        fail_msg("no copy: %s", f->err.message);
    return copy;
}

static void rows_come_as_they_are_made(void **state)
{
    struct fixture *f = *state;
    const tn_value *values;
    int64_t sum = 0;
    int rc;
    tn_copy_out *copy = open_out(
        f, f->db, "SELECT i, repeat('x', i % 100), NULL FROM generate_series(1, 100000) i");
    while ((rc = tn_copy_out_next(&values, copy, &f->err)) == TN_ROW) {
        sum += values[0].as.integer;
        assert_int_equal(values[1].as.text.size, values[0].as.integer % 100);
        assert_int_equal(values[1].as.text.data[values[1].as.text.size], 0);
        assert_int_equal(values[2].type, TN_NULL);
    }
    assert_int_equal(rc, TN_DONE);
    assert_int_equal(sum, 5000050000);
    tn_copy_out_close(copy);
    tn_copy_out_close(NULL);
}

static void early_close_leaves_the_connection_usable(void **state)
{
    struct fixture *f = *state;
    const tn_value *values;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_copy_out *copy = open_out(f, tn_conn_db(conn), "SELECT generate_series(1, 100000000)");
    assert_int_equal(tn_copy_out_next(&values, copy, &f->err), TN_ROW);
    tn_copy_out_close(copy);
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &f->err));
    assert_ok(tn_exec(tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL, &f->err));
    copy = open_out(f, tx, "SELECT generate_series(1, 100000)");
    assert_int_equal(tn_copy_out_next(&values, copy, &f->err), TN_ROW);
    tn_copy_out_close(copy);
    assert_ok(tn_tx_commit(tx, &f->err));
    tn_conn_release(conn);
    assert_int_equal(count_of(f, f->db, "t"), 1);
}

static void query_that_writes_needs_a_connection_for_that(void **state)
{
    struct fixture *f = *state;
    static const char sql[] = "INSERT INTO t VALUES (1, 'x') RETURNING id";
    const tn_value *values;
    tn_copy_out *copy;
    tn_conn *conn;
    assert_int_equal(tn_copy_out_open(&copy, f->db, sql, &f->err), TN_EREADONLY);
    for (int access = TN_READ; access <= TN_WRITE; access++) {
        assert_ok(tn_conn_acquire(&conn, f->db, (enum tn_access)access, &f->err));
        int rc = tn_copy_out_open(&copy, tn_conn_db(conn), sql, &f->err);
        assert_int_equal(rc, access == TN_READ ? TN_EREADONLY : TN_OK);
        if (rc == TN_OK) {
            assert_int_equal(tn_copy_out_next(&values, copy, &f->err), TN_ROW);
            assert_int_equal(tn_copy_out_next(&values, copy, &f->err), TN_DONE);
            tn_copy_out_close(copy);
            rc = tn_copy_out_open(&copy, tn_conn_db(conn), "DELETE FROM t", &f->err);
            assert_int_equal(rc, TN_EINVAL); /* it has no rows */
        }
        tn_conn_release(conn);
    }
    assert_string_equal(pg_query(f->url, "SELECT count(*) FROM t"), "1");
}

static void failures_of_a_query_are_told(void **state)
{
    struct fixture *f = *state;
    const tn_value *values;
    tn_copy_out *copy;
    int rc;
    assert_int_equal(tn_copy_out_open(&copy, f->db, "SELECT nobody FROM t", &f->err), TN_ENOTFOUND);
    assert_int_equal(f->err.position, 8);
    assert_int_equal(tn_copy_out_open(&copy, f->db, "DELETE FROM t", &f->err), TN_EREADONLY);
    assert_int_equal(tn_copy_out_open(&copy, f->db, "SELECT $1::int", &f->err), TN_EINVAL);
    assert_int_equal(tn_copy_out_open(&copy, f->db, "SELECT 1; SELECT 2", &f->err), TN_EINVAL);
    assert_int_equal(tn_copy_out_open(&copy, f->db, "", &f->err), TN_EINVAL);
    copy = open_out(f, f->db, "SELECT 1 / (500 - i) FROM generate_series(1, 1000) i");
    while ((rc = tn_copy_out_next(&values, copy, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_EINVAL);
    assert_string_equal(f->err.sqlstate, "22012");
    tn_copy_out_close(copy);
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, &f->err));
    tn_conn_set_timeout(conn, 100);
    copy = open_out(f, tn_conn_db(conn), "SELECT pg_sleep(30)");
    assert_int_equal(tn_copy_out_next(&values, copy, &f->err), TN_ETIMEOUT);
    tn_copy_out_close(copy);
    assert_ok(tn_exec(tn_conn_db(conn), "SELECT 1", NULL, 0, NULL, &f->err));
    tn_conn_release(conn);
}

/* --- the bytes ---------------------------------------------------------------------------------- */

static const char two_rows[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
                               "\0\2\0\0\0\1a\377\377\377\377"
                               "\0\2\0\0\0\0\0\0\0\2bc"
                               "\377\377";

/* All of it in pieces of that size; the last status. */
static int read_pieces(const char *bytes, size_t size, size_t piece, int *rows)
{
    struct tn__pg_copy_reader reader;
    struct tn__pg_copy_field fields[2];
    tn_error err = {0};
    char *at[256] = {0};
    size_t count = 0;
    int rc = TN_NONE;
    *rows = 0;
    tn__pg_copy_reader_init(&reader, 2);
    for (size_t from = 0; from < size && rc >= 0; from += piece) {
        size_t left = size - from < piece ? size - from : piece;
        char *copy = malloc(left + 1);
        assert_non_null(copy);
        assert_true(count < 256);
        at[count++] = copy;
        memcpy(copy, bytes + from, left);
        rc = tn__pg_copy_feed(&reader, copy, left, &err);
        while (rc == TN_OK || rc == TN_ROW) {
            rc = tn__pg_copy_row(&reader, fields, &err);
            for (size_t i = 0; rc == TN_ROW && i < 2; i++) {
                if (fields[i].data)
                    assert_int_equal(strlen(fields[i].data), fields[i].size);
            }
            if (rc == TN_ROW && ++*rows == 2)
                assert_string_equal(fields[1].data, "bc");
        }
    }
    tn__pg_copy_reader_fini(&reader);
    for (size_t i = 0; i < count; i++)
        free(at[i]);
    return rc;
}

static void rows_are_read_from_pieces_of_any_size(void **state)
{
    int rows;
    (void)state;
    for (size_t piece = 1; piece <= sizeof two_rows; piece++) {
        assert_int_equal(read_pieces(two_rows, sizeof two_rows - 1, piece, &rows), TN_DONE);
        assert_int_equal(rows, 2);
    }
}

static void hostile_bytes_are_refused(void **state)
{
    char bytes[sizeof two_rows + 8];
    int rows;
    (void)state;
    /* Cut anywhere it wants more, and never ends. */
    for (size_t size = 1; size < sizeof two_rows - 1; size++)
        assert_int_equal(read_pieces(two_rows, size, 7, &rows), TN_NONE);
    static const struct {
        size_t at;
        char value;
    } wrong[] = {
        {0, 'p'},     /* the signature */
        {12, '\1'},   /* OIDs */
        {11, '\200'}, /* an unknown flag */
        {15, '\377'}, /* an extension of negative size */
        {20, '\3'},   /* three fields */
        {20, '\1'},   /* one */
        {21, '\200'}, /* a field of negative size */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(bytes, two_rows, sizeof two_rows);
        bytes[wrong[i].at] = wrong[i].value;
        assert_int_equal(read_pieces(bytes, sizeof two_rows - 1, 100, &rows), TN_ECORRUPT);
    }
    memcpy(bytes, two_rows, sizeof two_rows);
    assert_int_equal(read_pieces(bytes, sizeof two_rows, 100, &rows), TN_ECORRUPT);
}

/* --- memory ------------------------------------------------------------------------------------- */

static int run_small(void *user)
{
    const char *url = user;
    tn_error err = {0};
    tn_db *db = NULL;
    tn_copy_in *in = NULL;
    tn_copy_out *out = NULL;
    const tn_value *values;
    int rc = tn_db_open(&db, url, NULL, &err);
    if (rc == TN_OK)
        rc = tn_copy_in_open(&in, db, "t", columns, 2, &err);
    const tn_value row[] = {tn_value_int(1), tn_value_string("x")};
    if (rc == TN_OK)
        rc = tn_copy_in_row(in, row, 2, &err);
    tn_copy_in_abort(in);
    if (rc == TN_OK)
        rc = tn_copy_out_open(&out, db, "SELECT 1.5, ARRAY[1, 2], '10.0.0.1'::inet", &err);
    while (rc == TN_OK || rc == TN_ROW)
        rc = tn_copy_out_next(&values, out, &err);
    tn_copy_out_close(out);
    tn_db_close(db);
    return rc == TN_DONE ? TN_OK : rc;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    char *url = strdup(f->url);
    fault_alloc_each(run_small, url);
    free(url);
    assert_int_equal(count_of(f, f->db, "t"), 0);
}

/* --- SQLite ------------------------------------------------------------------------------------- */

static void sqlite_inserts_in_one_transaction_and_reads_a_query(void **state)
{
    struct fixture own = {0};
    struct fixture *f = &own;
    int64_t rows = 0;
    tn_copy_out *out;
    const tn_value *values;
    (void)state;
    assert_ok(tn_db_open(&f->db, "sqlite::memory:", NULL, &f->err));
    assert_ok(tn_exec_script(f->db, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", &f->err));
    tn_copy_in *copy = open_t(f, f->db);
    for (int i = 0; i < 100; i++)
        assert_ok(put(f, copy, i, "x"));
    assert_ok(tn_copy_in_close(copy, &rows, &f->err));
    assert_int_equal(rows, 100);
    assert_ok(tn_copy_in_open(&copy, f->db, "main.\"t\"", NULL, 0, &f->err));
    assert_ok(put(f, copy, 100, "x"));
    assert_int_equal(put(f, copy, 7, "x"), TN_EUNIQUE);
    assert_non_null(strstr(f->err.message, "row 2"));
    assert_int_equal(put(f, copy, 101, "x"), TN_EUNIQUE); /* it is over */
    assert_int_equal(tn_copy_in_close(copy, &rows, &f->err), TN_EUNIQUE);
    copy = open_t(f, f->db);
    assert_ok(put(f, copy, 101, "x"));
    tn_copy_in_abort(copy);
    assert_int_equal(tn_copy_in_open(&copy, f->db, "nobody", NULL, 0, &f->err), TN_ENOTFOUND);
    assert_int_equal(count_of(f, f->db, "t"), 100);
    out = open_out(f, f->db, "SELECT id, name FROM t WHERE id < 2 ORDER BY id");
    assert_int_equal(tn_copy_out_column_count(out), 2);
    assert_string_equal(tn_copy_out_column_name(out, 1), "name");
    assert_int_equal(tn_copy_out_next(&values, out, &f->err), TN_ROW);
    assert_int_equal(tn_copy_out_next(&values, out, &f->err), TN_ROW);
    assert_int_equal(values[0].as.integer, 1);
    assert_text(values[1].as.text, "x");
    assert_int_equal(tn_copy_out_next(&values, out, &f->err), TN_DONE);
    assert_int_equal(tn_copy_out_next(&values, out, &f->err), TN_DONE);
    tn_copy_out_close(out);
    assert_int_equal(tn_copy_out_open(&out, f->db, "SELECT ?", &f->err), TN_EINVAL);
    tn_db_close(f->db);
}

#define ON(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(rows_are_kept_at_the_close),
        ON(nothing_is_kept_of_one_that_is_given_up),
        ON(names_are_quoted_and_may_have_a_schema),
        ON(all_types_go_in_and_come_out),
        ON(wrong_value_leaves_out_its_row_alone),
        ON(server_names_the_row_and_keeps_nothing),
        ON(generated_columns_are_to_be_left_out),
        ON(transaction_decides_and_a_savepoint_saves),
        ON(server_that_goes_is_told_and_the_pool_goes_on),
        ON(rows_come_as_they_are_made),
        ON(early_close_leaves_the_connection_usable),
        ON(query_that_writes_needs_a_connection_for_that),
        ON(failures_of_a_query_are_told),
        cmocka_unit_test(rows_are_read_from_pieces_of_any_size),
        cmocka_unit_test(hostile_bytes_are_refused),
        ON(every_allocation_may_fail),
        cmocka_unit_test(sqlite_inserts_in_one_transaction_and_reads_a_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
