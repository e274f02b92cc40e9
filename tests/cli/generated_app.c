/* SPDX-License-Identifier: MIT */
/* The program of test_generate.sh: generated functions on a real database. Prints "ok". */
#include <float.h>

#include "things.tenon.h"

#include "generated.h"

static const tn_opt_real no_weight; /* NULL */

static tn_blob blob_of(const char *bytes, size_t size)
{
    tn_blob blob = {bytes, size};
    return blob;
}

static bool same_bytes(tn_text text, const char *bytes, size_t size)
{
    return text.data && text.size == size && memcmp(text.data, bytes, size) == 0;
}

static int64_t add(const struct app_thing_add_args *args)
{
    struct app_thing_add_row row = {0};
    CHECK(app_thing_add(&row, db, args, &err) == TN_OK);
    return row.id;
}

/* Every type, with values at its edges. */
static void full_row_comes_back(void)
{
    struct app_thing_add_args args = {
        .name = {"a\0b", 3},
        .note = {"", 0},
        .size = DBL_MAX,
        .weight = tn_some_real(-0.5),
        .count = tn_some_int(INT64_MIN),
        .data = blob_of("\0\1\2", 3),
        .extra = blob_of("", 0),
        .is_on = true,
        .was_on = tn_some_bool(false),
        .made = {1763697600123456},
        .sold = tn_some_timestamp((tn_timestamp){1763697600123000}),
        .config = tn_text_of("{\"a\": [1, null]}"),
        .hint = tn_text_of("5"),
        .amount = tn_value_int(INT64_MAX),
    };
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    int64_t id = add(&args);
    CHECK(app_thing_find(&thing, db, id, &arena, &err) == TN_OK);
    CHECK(thing.id == id);
    args.made.us = INT64_MAX; /* no year of four digits */
    CHECK(app_thing_add(&(struct app_thing_add_row){0}, db, &args, &err) == TN_ERANGE);
    CHECK(strstr(err.message, "timestamp out of range") != NULL);
    CHECK(same_bytes(thing.name, "a\0b", 3));
    CHECK(same_bytes(thing.note, "", 0));
    CHECK(thing.size >= DBL_MAX);
    CHECK(thing.weight.has && thing.weight.value < -0.4 && thing.weight.value > -0.6);
    CHECK(thing.count.has && thing.count.value == INT64_MIN);
    CHECK(thing.data.size == 3 && memcmp(thing.data.data, "\0\1\2", 3) == 0);
    CHECK(thing.extra.data && thing.extra.size == 0);
    CHECK(thing.is_on);
    CHECK(thing.was_on.has && !thing.was_on.value);
    CHECK(thing.made.us == 1763697600123456);
    CHECK(thing.sold.has && thing.sold.value.us == 1763697600123000);
    CHECK(tn_text_equal(thing.config, args.config));
    CHECK(tn_text_equal(thing.hint, tn_text_of("5"))); /* kept as a number: NUMERIC affinity */
    CHECK(thing.amount.type == TN_INT && thing.amount.as.integer == INT64_MAX);
    tn_arena_fini(&arena);
}

/* Zero-initialised nullable arguments are NULL, and so they come back. */
static void null_row_comes_back(void)
{
    struct app_thing_add_args args = {0};
    args.name = tn_text_of("nulls");
    args.data = blob_of("", 0);
    args.config = tn_text_of("{}");
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    int64_t id = add(&args);
    CHECK(app_thing_find(&thing, db, id, &arena, &err) == TN_OK);
    CHECK(!thing.note.data && !thing.weight.has && !thing.count.has && !thing.extra.data);
    CHECK(!thing.was_on.has && !thing.sold.has && !thing.hint.data);
    CHECK(thing.amount.type == TN_NULL);
    CHECK(thing.data.data && thing.data.size == 0);
    CHECK(thing.made.us == 0);
    tn_arena_fini(&arena);
}

static void modes_say_what_they_found(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    memset(&thing, 7, sizeof(thing));
    struct app_thing before = thing;
    CHECK(app_thing_find(&thing, db, -1, &arena, &err) == TN_NONE);
    CHECK(app_thing_get(&thing, db, tn_text_of("nobody"), &arena, &err) == TN_ENOROW);
    CHECK(strcmp(err.query, "thing_get") == 0);
    struct app_thing_add_args args = {0};
    args.name = tn_text_of("twin");
    args.data = blob_of("x", 1);
    args.config = tn_text_of("{}");
    (void)add(&args);
    int64_t second = add(&args);
    CHECK(app_thing_get(&thing, db, tn_text_of("twin"), &arena, &err) == TN_ETOOMANY);
    CHECK(memcmp(&thing, &before, sizeof(thing)) == 0); /* untouched on failure */

    int64_t affected = -1;
    CHECK(app_thing_rename(&affected, db, tn_text_of("triplet"), second, &err) == TN_OK);
    CHECK(affected == 1);
    CHECK(app_thing_rename(NULL, db, tn_text_of("x"), -1, &err) == TN_OK);
    CHECK(app_thing_rename(&affected, db, tn_text_of(NULL), second, &err) == TN_ENOTNULL);
    CHECK(affected == 1);
    CHECK(strcmp(err.column, "name") == 0);

    struct app_thing_take_row taken;
    CHECK(app_thing_take(&taken, db, second, &err) == TN_OK);
    CHECK(taken.taken == second);
    CHECK(app_thing_take(&taken, db, second, &err) == TN_NONE);
    tn_arena_fini(&arena);
}

static void rows_come_one_by_one_and_all_at_once(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing_list_iter iter;
    struct app_thing_list_rows rows;
    size_t count = 0;
    int rc = app_thing_list_begin(&iter, db, tn_text_of("%"), 100, &err);
    CHECK(rc == TN_OK);
    while ((rc = app_thing_list_next(&iter, &err)) == TN_ROW)
        count++;
    CHECK(rc == TN_DONE);
    CHECK(app_thing_list_next(&iter, &err) == TN_DONE); /* and so it stays */
    app_thing_list_end(&iter);
    app_thing_list_end(&iter);

    CHECK(app_thing_list_all(&rows, db, tn_text_of("%"), 100, &arena, &err) == TN_OK);
    CHECK(rows.count == count && count >= 3);
    CHECK(rows.items[0].id == 1);
    CHECK(same_bytes(rows.items[0].name, "a\0b", 3));
    CHECK(app_thing_list_all(&rows, db, tn_text_of("none such"), 100, &arena, &err) == TN_OK);
    CHECK(rows.count == 0);

    /* A loop that is left early, and the same query within its own loop. */
    struct app_thing_ids_iter outer;
    struct app_thing_ids_iter inner;
    CHECK(app_thing_ids_begin(&outer, db, &err) == TN_OK);
    CHECK(app_thing_ids_next(&outer, &err) == TN_ROW);
    CHECK(app_thing_ids_begin(&inner, db, &err) == TN_OK);
    CHECK(app_thing_ids_next(&inner, &err) == TN_ROW);
    CHECK(app_thing_ids_next(&outer, &err) == TN_ROW);
    CHECK(inner.row.id == 1 && outer.row.id == 2);
    app_thing_ids_end(&inner);
    app_thing_ids_end(&outer);

    tn_arena tight = TN_ARENA_INIT;
    tight.limit_bytes = 8;
    memset(&rows, 7, sizeof(rows));
    struct app_thing_list_rows before = rows;
    CHECK(app_thing_list_all(&rows, db, tn_text_of("%"), 100, &tight, &err) == TN_ENOMEM);
    CHECK(memcmp(&rows, &before, sizeof(rows)) == 0);
    tn_arena_fini(&tight);
    tn_arena_fini(&arena);
}

/* RETURNING shows whole numbers of a REAL column as INTEGER, and JSON that is a number as one. */
static void whole_real_comes_back_from_a_write(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    struct app_thing_add_args args = {0};
    args.name = tn_text_of("whole");
    args.data = blob_of("x", 1);
    args.config = tn_text_of("7");
    int64_t id = add(&args);
    CHECK(app_thing_resize(&thing, db, 5, tn_some_real(-3), tn_text_of("whole"), &arena, &err) ==
          TN_OK);
    CHECK(thing.id == id && thing.size > 4.9 && thing.size < 5.1);
    CHECK(thing.weight.has && thing.weight.value < -2.9 && thing.weight.value > -3.1);
    CHECK(tn_text_equal(thing.config, tn_text_of("7")));
    CHECK(app_thing_resize(&thing, db, 0.5, no_weight, tn_text_of("whole"), &arena, &err) == TN_OK);
    CHECK(thing.size > 0.4 && thing.size < 0.6 && !thing.weight.has);
    CHECK(app_thing_find(&thing, db, id, &arena, &err) == TN_OK);
    CHECK(thing.size > 0.4 && thing.size < 0.6 && !thing.weight.has);
    tn_arena_fini(&arena);
}

static int resize_twins(tn_db *tx, void *user, tn_error *error)
{
    struct app_thing thing;
    return app_thing_resize(&thing, tx, 12, no_weight, tn_text_of("pair_"), (tn_arena *)user,
                            error);
}

/* The row is refused behind the change: only a transaction undoes it. */
static void refused_row_leaves_the_change(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    struct app_thing_add_args args = {0};
    args.data = blob_of("x", 1);
    args.config = tn_text_of("{}");
    args.name = tn_text_of("pair1");
    int64_t id = add(&args);
    args.name = tn_text_of("pair2");
    (void)add(&args);
    CHECK(tn_transact(db, resize_twins, &arena, NULL, &err) == TN_ETOOMANY);
    CHECK(app_thing_find(&thing, db, id, &arena, &err) == TN_OK);
    CHECK(thing.size < 1);
    CHECK(resize_twins(db, &arena, &err) == TN_ETOOMANY);
    CHECK(app_thing_find(&thing, db, id, &arena, &err) == TN_OK);
    CHECK(thing.size > 11);
    tn_arena_fini(&arena);
}

/* What is stored is not what the column declares: an error, never a conversion. */
static void other_type_is_an_error(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    struct app_thing_count_row count;
    CHECK(tn_exec(db,
                  "INSERT INTO things VALUES (77, 'x', NULL, 'big', NULL, NULL, x'', NULL, 1, "
                  "NULL, '2026-11-21 00:00:00', NULL, '{}', NULL, NULL)",
                  NULL, 0, NULL, &err) == TN_OK);
    CHECK(app_thing_find(&thing, db, 77, &arena, &err) == TN_ETYPE);
    CHECK(strcmp(err.column, "size") == 0 && strcmp(err.query, "thing_find") == 0);
    CHECK(app_thing_count(&count, db, &err) == TN_OK);
    CHECK(count.default_ >= 4);
    CHECK(tn_exec(db, "DELETE FROM things WHERE id = 77", NULL, 0, NULL, &err) == TN_OK);
    tn_arena_fini(&arena);
}

static int in_transaction(tn_db *tx, void *user, tn_error *error)
{
    struct app_thing_take_row taken;
    (void)user;
    int rc = app_thing_take(&taken, tx, 1, error);
    CHECK(rc == TN_OK);
    return TN_EUSER;
}

static void transaction_rolls_back(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    CHECK(tn_transact(db, in_transaction, NULL, NULL, &err) == TN_EUSER);
    CHECK(app_thing_find(&thing, db, 1, &arena, &err) == TN_OK);
    tn_arena_fini(&arena);
}

static void changed_schema_is_an_error(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_thing thing;
    CHECK(tn_exec(db, "ALTER TABLE things ADD COLUMN late TEXT", NULL, 0, NULL, &err) == TN_OK);
    CHECK(app_thing_find(&thing, db, 1, &arena, &err) == TN_OK); /* the star was written out */
    CHECK(tn_exec(db, "ALTER TABLE things RENAME COLUMN note TO notes", NULL, 0, NULL, &err) ==
          TN_OK);
    CHECK(app_thing_find(&thing, db, 1, &arena, &err) < 0);
    tn_arena_fini(&arena);
}

int main(void)
{
    CHECK(tn_db_open(&db, "sqlite:app.db", NULL, &err) == TN_OK);
    full_row_comes_back();
    null_row_comes_back();
    modes_say_what_they_found();
    rows_come_one_by_one_and_all_at_once();
    whole_real_comes_back_from_a_write();
    refused_row_leaves_the_change();
    other_type_is_an_error();
    transaction_rolls_back();
    changed_schema_is_an_error();
    tn_db_close(db);
    puts("ok");
    return 0;
}
