/* SPDX-License-Identifier: MIT */
#include "pging.h"

#include <pthread.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/fs.h"

#include "../golden/pg_queries/gen/streams.tenon.c"
#include "../golden/pg_queries/gen/things.tenon.c"

/* Queries with `-- stream`: rows that come one by one, where they stop, and whose the connection is meanwhile. */

static void make_schema(struct pging *p)
{
    static const char path[] =
        TN_TEST_SOURCE_DIR "/tests/golden/pg_queries/migrations/20260101000000_start.up.sql";
    tn_text sql;
    assert_status(tn__file_read(&sql, path, 1 << 20, &p->arena, &p->err), TN_OK, p->err);
    pging_script(p, sql.data);
}

/* Whether the connection of the pool is free, and what runs on it is its own. */
static void assert_free(struct pging *p, tn_db *db)
{
    assert_int_equal(pging_int(p, db, "SELECT 42::bigint"), 42);
}

static void begin_numbers(struct pging *p, struct app_number_stream_iter *iter, tn_db *db,
                          int64_t count)
{
    assert_status(app_number_stream_begin(iter, db, count, &p->err), TN_OK, p->err);
}

/* From `first` on. */
static void read_numbers(struct pging *p, struct app_number_stream_iter *iter, int64_t first,
                         int64_t count)
{
    for (int64_t i = first; i < first + count; i++) {
        char word[24];
        assert_status(app_number_stream_next(iter, &p->err), TN_ROW, p->err);
        snprintf(word, sizeof word, "%lld", (long long)i);
        assert_int_equal(iter->row.i, i);
        assert_string_equal(iter->row.word.data, word);
        assert_int_equal(iter->row.word.size, strlen(word));
    }
}

/* --- rows --------------------------------------------------------------------------------------- */

/* In bytes; -1: nobody tells. A sanitizer keeps what is freed. */
static long resident(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return -1;
#else
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = -1;
    long all;
    if (file && fscanf(file, "%ld %ld", &all, &pages) != 2)
        pages = -1;
    if (file)
        fclose(file);
    return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
#endif
}

static void a_million_rows_take_no_memory(void **state)
{
    enum {
        MILLION = 1000000,
        MOST_BYTES = 4 << 20 /* all rows would be more than 60 MB */
    };
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    begin_numbers(p, &iter, p->db, 10000);
    read_numbers(p, &iter, 1, 1000);
    app_number_stream_end(&iter);
    long before = resident();
    begin_numbers(p, &iter, p->db, MILLION);
    for (int64_t i = 1; i <= MILLION; i++) {
        if (app_number_stream_next(&iter, &p->err) != TN_ROW || iter.row.i != i)
            fail_msg("row %lld: %s", (long long)i, p->err.message);
        if (i % 100000 == 0 && before >= 0)
            assert_in_range(resident(), 0, before + MOST_BYTES);
    }
    assert_status(app_number_stream_next(&iter, &p->err), TN_DONE, p->err);
    assert_status(app_number_stream_next(&iter, &p->err), TN_DONE, p->err);
    app_number_stream_end(&iter);
    app_number_stream_end(&iter);
    assert_free(p, p->db);
}

static void none_one_and_all(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    struct app_number_stream_rows rows = {NULL, 99};
    for (int64_t count = 0; count < 3; count++) {
        begin_numbers(p, &iter, p->db, count);
        read_numbers(p, &iter, 1, count);
        assert_status(app_number_stream_next(&iter, &p->err), TN_DONE, p->err);
        app_number_stream_end(&iter);
        assert_status(app_number_stream_all(&rows, p->db, count, &p->arena, &p->err), TN_OK,
                      p->err);
        assert_int_equal(rows.count, count);
    }
    assert_status(app_number_stream_all(&rows, p->db, 5000, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 5000);
    assert_int_equal(rows.items[4999].i, 5000);
    assert_string_equal(rows.items[4998].word.data, "4999");
}

static const tn_text tags[] = {{"a", 1}, {NULL, 0}, {"", 0}};
static const tn_opt_int nums[] = {{true, 1}, {false, 0}};
static const struct app_opt_mood moods[] = {{true, APP_MOOD_OK}, {false, 0}};
static const enum app_mood all_moods[] = {APP_MOOD_SAD, APP_MOOD_OK, APP_MOOD_VERY_20HAPPY};

static void add_things(struct pging *p)
{
    const struct app_thing_add_args things[] = {
        {.i4 = 1, .f8 = 0, .t = tn_text_of(""), .m = APP_MOOD_SAD},
        {.i2 = {true, -3},
         .i4 = 2,
         .f8 = 0.5,
         .flag = {true, true},
         .t = tn_text_of("täxt"),
         .b = {"\0\1\2", 3},
         .at = {true, {1732162112345678}},
         .u = {true, {{0, 1, 2, 3}}},
         .n = tn_text_of("1234567890123456.7891"),
         .m = APP_MOOD_VERY_20HAPPY,
         .tags = {tags, 3},
         .nums = {nums, 2},
         .moods = {moods, 2}},
    };
    struct app_thing_add_row row;
    for (size_t i = 0; i < 2; i++)
        assert_status(app_thing_add(&row, p->db, &things[i], &p->err), TN_OK, p->err);
    pging_script(p, "UPDATE things SET net = '10.0.0.0/8' WHERE id = 2");
}

static void assert_things(const struct app_thing *thing, int64_t id)
{
    assert_int_equal(thing->id, id);
    assert_int_equal(thing->i4, id);
    if (id == 1) {
        assert_false(thing->i2.has || thing->flag.has || thing->at.has || thing->u.has);
        assert_true(!thing->b.data && !thing->n.data && !thing->tags.items && !thing->net.data);
        assert_int_equal(thing->m, APP_MOOD_SAD);
        return;
    }
    assert_true(thing->i2.has && thing->i2.value == -3 && thing->f8 == 0.5);
    assert_true(thing->flag.has && thing->flag.value);
    assert_string_equal(thing->t.data, "täxt");
    assert_memory_equal(thing->b.data, "\0\1\2", 3);
    assert_int_equal(thing->at.value.us, 1732162112345678);
    assert_int_equal(thing->u.value.bytes[3], 3);
    assert_string_equal(thing->n.data, "1234567890123456.7891");
    assert_int_equal(thing->m, APP_MOOD_VERY_20HAPPY);
    assert_true(thing->tags.count == 3 && !thing->tags.items[1].data);
    assert_string_equal(thing->tags.items[0].data, "a");
    assert_true(thing->nums.count == 2 && thing->nums.items[0].value == 1);
    assert_false(thing->nums.items[1].has);
    assert_true(thing->moods.count == 2 && thing->moods.items[0].value == APP_MOOD_OK);
    assert_false(thing->moods.items[1].has);
    assert_string_equal(thing->net.data, "10.0.0.0/8");
}

/* Enums, arrays and NULL; with a part left out, and in both orders. */
static void every_type_comes_in_every_form(void **state)
{
    struct pging *p = *state;
    struct app_thing_stream_iter iter;
    struct app_thing_rows rows;
    struct app_thing_stream_args args = {.moods = {all_moods, 3}};
    make_schema(p);
    add_things(p);
    for (int i = 0; i < 2; i++) {
        args.sort = i ? APP_THING_STREAM_SORT_YOUNG : APP_THING_STREAM_SORT_OLD;
        assert_status(app_thing_stream_begin(&iter, p->db, &args, &p->err), TN_OK, p->err);
        for (int k = 0; k < 2; k++) {
            assert_status(app_thing_stream_next(&iter, &p->err), TN_ROW, p->err);
            assert_things(&iter.row, i == k ? 1 : 2);
        }
        assert_status(app_thing_stream_next(&iter, &p->err), TN_DONE, p->err);
        app_thing_stream_end(&iter);
        memset(&rows, 0, sizeof rows);
        assert_status(app_thing_stream_all(&rows, p->db, &args, &p->arena, &p->err), TN_OK, p->err);
        assert_int_equal(rows.count, 2);
        assert_things(&rows.items[0], i ? 2 : 1);
        assert_things(&rows.items[1], i ? 1 : 2);
    }
    args.least = (tn_opt_int){true, 2};
    assert_status(app_thing_stream_all(&rows, p->db, &args, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 1);
    args.moods.count = 0;
    assert_status(app_thing_stream_all(&rows, p->db, &args, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 0);
}

/* A row that cannot be read is one row. */
static void an_unreadable_row_is_passed_over(void **state)
{
    struct pging *p = *state;
    struct app_thing_stream_iter iter;
    struct app_thing_rows rows;
    const struct app_thing_stream_args args = {.moods = {all_moods, 3}};
    make_schema(p);
    add_things(p);
    pging_script(p, "UPDATE things SET tags = '{{a},{b}}' WHERE id = 1");
    assert_status(app_thing_stream_begin(&iter, p->db, &args, &p->err), TN_OK, p->err);
    assert_status(app_thing_stream_next(&iter, &p->err), TN_ETYPE, p->err);
    assert_string_equal(p->err.column, "tags");
    assert_status(app_thing_stream_next(&iter, &p->err), TN_ROW, p->err);
    assert_things(&iter.row, 2);
    app_thing_stream_end(&iter);
    assert_status(app_thing_stream_all(&rows, p->db, &args, &p->arena, &p->err), TN_ETYPE, p->err);
    assert_free(p, p->db);
}

/* --- groups ------------------------------------------------------------------------------------- */

static void make_notes(struct pging *p)
{
    make_schema(p);
    pging_script(p, "INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');"
                    "INSERT INTO notes VALUES (1, 1, 'a', 1.5, 'long'), (2, 1, 'b', NULL, 'short'),"
                    " (3, 3, 'c', 99999, 'long')");
}

static void groups_are_whole(void **state)
{
    struct pging *p = *state;
    struct app_note_stream_rows rows;
    struct app_pair_stream_rows pairs;
    make_notes(p);
    assert_status(app_note_stream_all(&rows, p->db, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 3);
    assert_string_equal(rows.items[0].u.name.data, "Ann");
    assert_int_equal(rows.items[0].n_count, 2);
    assert_string_equal(rows.items[0].n[0].price.data, "1.5");
    assert_null(rows.items[0].n[1].price.data);
    assert_string_equal(rows.items[0].n[1].body.data, "b");
    assert_int_equal(rows.items[1].n_count, 0);
    assert_null(rows.items[1].n);
    assert_int_equal(rows.items[2].n_count, 1);
    assert_string_equal(rows.items[2].n[0].body.data, "c");
    assert_status(app_pair_stream_all(&pairs, p->db, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(pairs.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pairs.items[i].item_count, 2);
    pging_script(p, "DELETE FROM notes; DELETE FROM users");
    assert_status(app_note_stream_all(&rows, p->db, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 0);
}

/* What a group borrows is there with each of its items; what is left of one is passed over. */
static void groups_come_item_by_item(void **state)
{
    static const char *const bodies[] = {"a", "b"};
    static const char *const prices[] = {"1.5", NULL, "99999"};
    struct pging *p = *state;
    struct app_note_stream_iter notes;
    struct app_pair_stream_iter pairs;
    int groups = 0;
    make_notes(p);
    assert_status(app_note_stream_begin(&notes, p->db, &p->err), TN_OK, p->err);
    assert_status(app_note_stream_next(&notes, &p->err), TN_ROW, p->err);
    for (int i = 0; i < 2; i++) {
        assert_status(app_note_stream_next_n(&notes, &p->err), TN_ROW, p->err);
        assert_string_equal(notes.row.u.name.data, "Ann");
        assert_string_equal(notes.n.body.data, bodies[i]);
    }
    assert_status(app_note_stream_next_n(&notes, &p->err), TN_DONE, p->err);
    assert_status(app_note_stream_next(&notes, &p->err), TN_ROW, p->err);
    assert_string_equal(notes.row.u.name.data, "Bob");
    assert_status(app_note_stream_next_n(&notes, &p->err), TN_DONE, p->err);
    assert_status(app_note_stream_next(&notes, &p->err), TN_ROW, p->err);
    assert_string_equal(notes.row.u.name.data, "Cid");
    assert_status(app_note_stream_next(&notes, &p->err), TN_DONE, p->err);
    app_note_stream_end(&notes);
    assert_status(app_pair_stream_begin(&pairs, p->db, &p->err), TN_OK, p->err);
    while (app_pair_stream_next(&pairs, &p->err) == TN_ROW) {
        int items = 0;
        while (groups != 1 && app_pair_stream_next_item(&pairs, &p->err) == TN_ROW) {
            const char *price = prices[groups];
            assert_true(price ? strcmp(pairs.row.price.data, price) == 0 : !pairs.row.price.data);
            items++;
        }
        assert_int_equal(items, groups == 1 ? 0 : 2);
        groups++;
    }
    app_pair_stream_end(&pairs);
    assert_int_equal(groups, 3);
    assert_free(p, p->db);
}

/* --- early ends --------------------------------------------------------------------------------- */

static void half_of_them_is_enough(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    for (int64_t read = 0; read <= 1000; read += 500) {
        begin_numbers(p, &iter, p->db, 1000000000);
        read_numbers(p, &iter, 1, read);
        app_number_stream_end(&iter);
        assert_status(app_number_stream_next(&iter, &p->err), TN_DONE, p->err);
        assert_ok(tn_db_check_unused(p->db, &p->err));
        assert_free(p, p->db);
    }
}

static void a_row_that_fails_ends_it(void **state)
{
    struct pging *p = *state;
    struct app_ratio_stream_iter iter;
    struct app_ratio_stream_rows rows;
    for (int i = 0; i < 2; i++) {
        int read = 0;
        int rc;
        assert_status(app_ratio_stream_begin(&iter, p->db, 1000, &p->err), TN_OK, p->err);
        while ((rc = app_ratio_stream_next(&iter, &p->err)) == TN_ROW)
            assert_int_equal(iter.row.i, ++read);
        assert_int_equal(read, 499);
        assert_status(rc, TN_EINVAL, p->err);
        assert_string_equal(p->err.sqlstate, "22012");
        assert_string_equal(p->err.query, "ratio_stream");
        assert_string_equal(p->err.message, "query 'ratio_stream': division by zero");
        assert_status(app_ratio_stream_next(&iter, &p->err), TN_DONE, p->err);
        assert_free(p, p->db);
        app_ratio_stream_end(&iter);
    }
    assert_status(app_ratio_stream_all(&rows, p->db, 1000, &p->arena, &p->err), TN_EINVAL, p->err);
    assert_status(app_ratio_stream_all(&rows, p->db, 499, &p->arena, &p->err), TN_OK, p->err);
    /* Nobody has to be told why. */
    assert_status(app_ratio_stream_begin(&iter, p->db, 1000, NULL), TN_OK, p->err);
    for (int i = 0; i < 499; i++)
        assert_int_equal(app_ratio_stream_next(&iter, NULL), TN_ROW);
    assert_int_equal(app_ratio_stream_next(&iter, NULL), TN_EINVAL);
    app_ratio_stream_end(&iter);
}

/* What a query has changed stays changed, whether its rows are read or not. */
static void a_write_is_done_to_its_end(void **state)
{
    struct pging *p = *state;
    struct app_user_drop_iter iter;
    tn_db *tx;
    make_schema(p);
    for (int i = 0; i < 3; i++) {
        pging_script(p, "TRUNCATE users CASCADE;"
                        "INSERT INTO users (id, name) SELECT i, i || repeat('x', 10000) FROM "
                        "generate_series(1, 1000) i");
        tn_db *db = p->db;
        if (i == 2) {
            assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
            db = tx;
        }
        assert_status(app_user_drop_begin(&iter, db, (struct app_user_id){1}, &p->err), TN_OK,
                      p->err);
        for (int k = 0; k < i * 10; k++)
            assert_status(app_user_drop_next(&iter, &p->err), TN_ROW, p->err);
        app_user_drop_end(&iter);
        assert_int_equal(pging_int(p, db, "SELECT count(*) FROM users"), 1);
    }
    tn_tx_rollback(tx);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM users"), 1000);
}

static void so_is_what_a_function_writes(void **state)
{
    struct pging *p = *state;
    struct app_object_stream_iter iter;
    assert_status(app_object_stream_begin(&iter, p->db, 500, &p->err), TN_OK, p->err);
    assert_status(app_object_stream_next(&iter, &p->err), TN_ROW, p->err);
    app_object_stream_end(&iter);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM pg_largeobject_metadata"), 500);
}

/* --- whose the connection is -------------------------------------------------------------------- */

static void nothing_else_runs_on_its_connection(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter, other;
    struct app_ratio_stream_rows rows;
    tn_db *tx, *inner;
    tn_pipeline *pipeline;
    assert_status(app_ratio_stream_all(&rows, p->db, 1, &p->arena, &p->err), TN_OK, p->err);
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    begin_numbers(p, &iter, tx, 100000);
    read_numbers(p, &iter, 1, 10);
    assert_status(pging_exec(tx, "SELECT 1", &p->err), TN_EMISUSE, p->err);
    assert_status(app_ratio_stream_all(&rows, tx, 1, &p->arena, &p->err), TN_EMISUSE, p->err);
    assert_string_equal(p->err.message,
                        "query 'ratio_stream': the rows of a stream are still being "
                        "read on this connection");
    assert_status(app_number_stream_begin(&other, tx, 1, &p->err), TN_EMISUSE, p->err);
    app_number_stream_end(&other);
    assert_status(tn_tx_begin(&inner, tx, TN_WRITE, &p->err), TN_EMISUSE, p->err);
    assert_status(tn_pipeline_open(&pipeline, tx, NULL, &p->err), TN_EMISUSE, p->err);
    read_numbers(p, &iter, 11, 10); /* it has not lost a row by that */
    app_number_stream_end(&iter);
    assert_free(p, tx);
    assert_ok(tn_tx_commit(tx, &p->err));
}

static void the_pool_has_others(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter, other;
    tn_db *db = pging_open(p, "&max_connections=2");
    begin_numbers(p, &iter, db, 100000);
    begin_numbers(p, &other, db, 100000);
    assert_status(pging_exec(db, "SELECT 1", &p->err), TN_EMISUSE, p->err); /* one too many */
    for (int64_t i = 1; i < 1000; i += 100) {
        read_numbers(p, &iter, i, 100);
        read_numbers(p, &other, i, 100);
    }
    app_number_stream_end(&iter);
    assert_free(p, db);
    app_number_stream_end(&other);
    assert_ok(tn_db_check_unused(db, &p->err));
    tn_db_close(db);
}

/* COMMIT leaves out the rows that nobody has read; who reads on all the same is told. So it is after a rollback. */
static void a_transaction_ends_half_a_stream(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    tn_db *tx, *inner;
    make_schema(p);
    for (int i = 0; i < 4; i++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        if (i > 0) /* else BEGIN goes with the stream */
            assert_ok(pging_exec(tx, "INSERT INTO users (name) VALUES ('x')", &p->err));
        inner = tx;
        if (i == 3)
            assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &p->err));
        begin_numbers(p, &iter, inner, 100000);
        read_numbers(p, &iter, 1, 10);
        if (i == 3) {
            assert_ok(tn_tx_commit(inner, &p->err));
            assert_status(app_number_stream_next(&iter, &p->err), TN_EMISUSE, p->err);
            app_number_stream_end(&iter);
            assert_ok(tn_tx_commit(tx, &p->err));
        } else if (i == 2) {
            tn_tx_rollback(tx);
        } else {
            assert_ok(tn_tx_commit(tx, &p->err));
        }
        app_number_stream_end(&iter);
        assert_ok(tn_db_check_unused(p->db, &p->err));
        pging_script(p, i == 2 ? "SELECT 1" : "DELETE FROM users WHERE name = 'x'");
    }
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM users"), 0);
}

static void reading_on_behind_a_commit_is_told(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    tn_conn *conn;
    tn_db *tx;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_tx_begin(&tx, tn_conn_db(conn), TN_WRITE, &p->err));
        begin_numbers(p, &iter, tx, 100000);
        read_numbers(p, &iter, 1, 10);
        if (i)
            tn_tx_rollback(tx);
        else
            assert_ok(tn_tx_commit(tx, &p->err));
        assert_status(app_number_stream_next(&iter, &p->err), TN_EMISUSE, p->err);
        assert_non_null(strstr(p->err.message, "the rows are over"));
        app_number_stream_end(&iter);
        assert_free(p, tn_conn_db(conn));
    }
    tn_conn_release(conn);
}

/* The transaction has failed by a row that nobody has asked for. */
static void commit_says_why_it_fails(void **state)
{
    struct pging *p = *state;
    struct app_ratio_stream_iter iter;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(app_ratio_stream_begin(&iter, tx, 1000, &p->err), TN_OK, p->err);
    assert_status(app_ratio_stream_next(&iter, &p->err), TN_ROW, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_EINVAL, p->err);
    assert_non_null(strstr(p->err.message, "rolled back"));
    app_ratio_stream_end(&iter);
    assert_free(p, p->db);
}

/* --- time, interrupts, the server --------------------------------------------------------------- */

static void time_is_limited(void **state)
{
    struct pging *p = *state;
    struct app_slow_stream_iter iter;
    tn_conn *conn;
    int rc;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    tn_conn_set_timeout(conn, 300);
    assert_status(app_slow_stream_begin(&iter, tn_conn_db(conn), 1000, 0.05, &p->err), TN_OK,
                  p->err);
    while ((rc = app_slow_stream_next(&iter, &p->err)) == TN_ROW)
        assert_int_equal(iter.row.filler.size, 10000);
    assert_status(rc, TN_ETIMEOUT, p->err);
    assert_string_equal(p->err.query, "slow_stream");
    app_slow_stream_end(&iter);
    assert_free(p, tn_conn_db(conn));
    tn_conn_release(conn);
}

static void *interrupt_soon(void *conn)
{
    tn__sleep_us(200000);
    tn_conn_interrupt(conn);
    return NULL;
}

static void it_can_be_interrupted(void **state)
{
    struct pging *p = *state;
    struct app_slow_stream_iter iter;
    tn_conn *conn;
    pthread_t thread;
    int rc;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    assert_status(app_slow_stream_begin(&iter, tn_conn_db(conn), 1000, 0.05, &p->err), TN_OK,
                  p->err);
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, conn), 0);
    while ((rc = app_slow_stream_next(&iter, &p->err)) == TN_ROW)
        continue;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_status(rc, TN_EINTERRUPT, p->err);
    app_slow_stream_end(&iter);
    assert_free(p, tn_conn_db(conn));
    tn_conn_release(conn);
}

static void a_server_that_goes_is_told(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    for (int i = 0; i < 2; i++) {
        int rc = TN_ROW;
        int64_t pid = pging_int(p, p->db, "SELECT CAST(pg_backend_pid() AS BIGINT)");
        begin_numbers(p, &iter, p->db, 1000000000);
        read_numbers(p, &iter, 1, 10);
        pg_end_session(pid);
        while (i == 0 && (rc = app_number_stream_next(&iter, &p->err)) == TN_ROW)
            continue;
        assert_status(rc, i == 0 ? TN_ECONNECT : TN_ROW, p->err);
        app_number_stream_end(&iter); /* the second time nobody has noticed yet */
        assert_ok(tn_db_check_unused(p->db, &p->err));
        assert_free(p, p->db);
    }
}

/* --- how it is prepared ------------------------------------------------------------------------- */

static void names_may_be_lost(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_rows rows;
    struct app_thing_stream_iter iter;
    const struct app_thing_stream_args args = {.moods = {all_moods, 3}};
    make_schema(p);
    add_things(p);
    for (int i = 0; i < 2; i++) {
        assert_status(app_number_stream_all(&rows, p->db, 3, &p->arena, &p->err), TN_OK, p->err);
        assert_int_equal(rows.count, 3);
        pging_script(p, "DEALLOCATE ALL");
    }
    assert_status(app_thing_stream_begin(&iter, p->db, &args, &p->err), TN_OK, p->err);
    app_thing_stream_end(&iter);
    pging_script(p, "ALTER TABLE things ALTER v TYPE text"); /* of the same form */
    assert_status(app_thing_stream_begin(&iter, p->db, &args, &p->err), TN_OK, p->err);
    assert_status(app_thing_stream_next(&iter, &p->err), TN_ROW, p->err);
    app_thing_stream_end(&iter);
    pging_script(p, "ALTER TABLE things ALTER i2 TYPE bigint");
    assert_status(app_thing_stream_begin(&iter, p->db, &args, &p->err), TN_ESCHEMA, p->err);
    app_thing_stream_end(&iter);
    assert_free(p, p->db);
}

static void without_names(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    struct app_number_stream_rows rows;
    tn_db *db = pging_open(p, "&max_connections=1&prepare=unnamed");
    for (int i = 0; i < 2; i++) {
        begin_numbers(p, &iter, db, 1000);
        read_numbers(p, &iter, 1, 500);
        app_number_stream_end(&iter);
        assert_status(app_number_stream_all(&rows, db, 1000, &p->arena, &p->err), TN_OK, p->err);
        assert_int_equal(rows.count, 1000);
    }
    assert_int_equal(pging_int(p, db, "SELECT count(*) FROM pg_prepared_statements"), 0);
    tn_db_close(db);
}

struct seen {
    int statements;
    int64_t rows;
};

static void see(const tn_trace_event *event, void *user)
{
    struct seen *seen = user;
    if (event->kind != TN_TRACE_STATEMENT || !event->query)
        return;
    assert_string_equal(event->query, "number_stream");
    seen->statements++;
    seen->rows += event->rows;
}

static void it_is_traced_at_its_end(void **state)
{
    struct pging *p = *state;
    struct app_number_stream_iter iter;
    struct seen seen = {0, 0};
    assert_ok(tn_db_set_trace(p->db, see, &seen, &p->err));
    begin_numbers(p, &iter, p->db, 100);
    read_numbers(p, &iter, 1, 40);
    assert_int_equal(seen.statements, 0);
    read_numbers(p, &iter, 41, 60);
    assert_status(app_number_stream_next(&iter, &p->err), TN_DONE, p->err);
    assert_int_equal(seen.statements, 1);
    assert_int_equal(seen.rows, 100);
    app_number_stream_end(&iter);
    begin_numbers(p, &iter, p->db, 1000000);
    read_numbers(p, &iter, 1, 7);
    app_number_stream_end(&iter);
    assert_int_equal(seen.statements, 2);
    assert_int_equal(seen.rows, 107);
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(a_million_rows_take_no_memory),
        PG_TEST(none_one_and_all),
        PG_TEST(every_type_comes_in_every_form),
        PG_TEST(an_unreadable_row_is_passed_over),
        PG_TEST(groups_are_whole),
        PG_TEST(groups_come_item_by_item),
        PG_TEST(half_of_them_is_enough),
        PG_TEST(a_row_that_fails_ends_it),
        PG_TEST(a_write_is_done_to_its_end),
        PG_TEST(so_is_what_a_function_writes),
        PG_TEST(nothing_else_runs_on_its_connection),
        PG_TEST(the_pool_has_others),
        PG_TEST(a_transaction_ends_half_a_stream),
        PG_TEST(reading_on_behind_a_commit_is_told),
        PG_TEST(commit_says_why_it_fails),
        PG_TEST(time_is_limited),
        PG_TEST(it_can_be_interrupted),
        PG_TEST(a_server_that_goes_is_told),
        PG_TEST(names_may_be_lost),
        PG_TEST(without_names),
        PG_TEST(it_is_traced_at_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
