/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "fault_alloc.h"
#include "shaping.h"

/* tn_row_into(), tn_stmt_into() and tn_struct_copy(), on rows that the engine gives. */

/* A row of everything; `other` stands in the place of the column `name`, or behind the others. */
static int read_with(struct fixture *f, struct thing *out, const char *name, const char *other)
{
    static const char *const columns[][2] = {
        {"id", "7"},
        {"parent", "NULL"},
        {"weight", "1.5"},
        {"height", "NULL"},
        {"title", "'a title'"},
        {"note", "NULL"},
        {"picture", "x'00ff10'"},
        {"thumb", "NULL"},
        {"is_done", "1"},
        {"is_seen", "NULL"},
        {"made_at", "'2026-11-25 04:28:32.123456'"},
        {"seen_at", "NULL"},
        {"details", "'{\"a\":[1,2]}'"},
        {"extra", "NULL"},
        {"mood", "'gr\xc3\xb6\xc3\x9f"
                 "er'"},
        {"mood \"\"before\"\"", "NULL"},
        {"any", "1"},
        {"any_or_none", "NULL"},
    };
    char sql[2000] = "SELECT 'ignored' AS nobody";
    tn_rows rows;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        bool is_it = name && strcmp(columns[i][0], name) == 0;
        if (is_it && !other)
            continue;
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ", %s AS \"%s\"",
                 is_it ? other : columns[i][1], columns[i][0]);
    }
    int rc = tn_query(&rows, f->db, sql, NULL, 0, &f->arena, &f->err);
    assert_ok(rc);
    tn_row row = tn_rows_row(&rows, 0);
    tn_error_clear(&f->err);
    return tn_row_into(&row, &thing_struct, out, &f->arena, &f->err);
}

static void row_with_nulls_fills_struct(void **state)
{
    struct thing thing, expected = shaping_thing();
    memset(&thing, 0xee, sizeof thing);
    assert_ok(read_with(*state, &thing, NULL, NULL));
    shaping_same(&thing, &expected);
}

/* What each column takes, and what comes out of it. */
static void column_of_any_fitting_form_is_read(void **state)
{
    struct fixture *f = *state;
    struct thing t;
    assert_ok(read_with(f, &t, "parent", "9"));
    assert_true(t.parent.has && t.parent.value.value == 9);
    assert_ok(read_with(f, &t, "id", "7.0"));
    assert_true(t.id.value == 7);
    assert_ok(read_with(f, &t, "id", "-9007199254740992.0"));
    assert_true(t.id.value == -9007199254740992);
    assert_ok(read_with(f, &t, "weight", "3"));
    assert_true(fabs(t.weight - 3) < 1e-9);
    assert_ok(read_with(f, &t, "height", "1e999"));
    assert_true(t.height.has && isinf(t.height.value));
    assert_ok(read_with(f, &t, "title", "''"));
    assert_text(t.title, "");
    assert_ok(read_with(f, &t, "thumb", "x''"));
    assert_true(t.thumb.data && t.thumb.size == 0);
    assert_ok(read_with(f, &t, "is_seen", "2"));
    assert_true(t.is_seen.has && t.is_seen.value);
    assert_ok(read_with(f, &t, "is_done", "0"));
    assert_false(t.is_done);
    assert_ok(read_with(f, &t, "seen_at", "1500"));
    assert_true(t.seen_at.has && t.seen_at.value.us == 1500000);
    assert_ok(read_with(f, &t, "seen_at", "'1970-01-01T00:00:02Z'"));
    assert_true(t.seen_at.value.us == 2000000);
    assert_ok(read_with(f, &t, "made_at", "3"));
    assert_true(t.made_at.us == 3000000);
    assert_ok(read_with(f, &t, "details", "5"));
    assert_text(t.details, "5");
    assert_ok(read_with(f, &t, "extra", "0.1"));
    assert_text(t.extra, "0.1");
    assert_ok(read_with(f, &t, "mood", "''"));
    assert_int_equal(t.mood, MOOD_EMPTY);
    assert_ok(read_with(f, &t, "mood \"\"before\"\"", "'good'"));
    assert_true(t.mood_before.has && t.mood_before.value == MOOD_GOOD);
    assert_ok(read_with(f, &t, "any_or_none", "x'01'"));
    assert_true(t.any_or_none.type == TN_BLOB && t.any_or_none.as.blob.size == 1);
    assert_ok(read_with(f, &t, "any", "'text'"));
    assert_text(t.any.as.text, "text");
}

/* The types that only PostgreSQL gives, in the place of the one of SQLite. */
static void values_of_postgres_are_read(void **state)
{
    static const char *const names[] = {
        "id",      "parent", "weight",  "height",          "title",   "note",
        "picture", "thumb",  "is_done", "is_seen",         "made_at", "seen_at",
        "details", "extra",  "mood",    "mood \"before\"", "any",     "any_or_none",
    };
    struct fixture *f = *state;
    struct thing t;
    tn_value json = tn_value_string("[1]"), items[] = {json, tn_value_bool(true)};
    json.type = TN_JSON;
    items[0].type = TN_JSON;
    tn_array array = tn_array_of(TN_JSON, items, 2);
    const tn_value values[] = {
        tn_value_int(7),
        tn_value_null(),
        tn_value_real(1.5),
        tn_value_null(),
        json,
        tn_value_null(),
        tn_value_blob((tn_blob){"a", 1}),
        tn_value_null(),
        tn_value_bool(true),
        tn_value_bool(false),
        tn_value_timestamp((tn_timestamp){5}),
        tn_value_timestamp((tn_timestamp){TN_TIMESTAMP_INFINITY}),
        json,
        tn_value_null(),
        tn_value_string(""),
        tn_value_null(),
        tn_value_array(&array),
        tn_value_date((tn_date){3}),
    };
    tn_row row = {sizeof values / sizeof values[0], names, values};
    assert_ok(tn_row_into(&row, &thing_struct, &t, &f->arena, &f->err));
    assert_true(t.is_done && t.is_seen.has && !t.is_seen.value);
    assert_true(t.made_at.us == 5 && t.seen_at.value.us == INT64_MAX);
    assert_text(t.details, "[1]");
    assert_text(t.title, "[1]");
    assert_true(t.any.as.array != &array && t.any.as.array->items != items);
    assert_text(t.any.as.array->items[0].as.text, "[1]");
    assert_true(t.any.as.array->items[0].as.text.data != items[0].as.text.data);
    assert_int_equal(t.any_or_none.as.date.days, 3);
}

static void column_of_another_class_is_refused_by_name(void **state)
{
    static const struct {
        const char *column, *value, *message;
    } wrong[] = {
        {"id", "NULL", "column 'id' holds null, not int"},
        {"id", "'7'", "column 'id' holds text, not int"},
        {"id", "7.5", "column 'id' holds real, not int"},
        {"id", "1e300", "column 'id' holds real, not int"},
        {"id", "9007199254740994.0", "column 'id' holds real, not int"},
        {"parent", "x'07'", "column 'parent' holds blob, not int"},
        {"weight", "NULL", "column 'weight' holds null, not real"},
        {"weight", "9007199254740993", "column 'weight' holds int, not real"},
        {"height", "'1.5'", "column 'height' holds text, not real"},
        {"title", "NULL", "column 'title' holds null, not text"},
        {"title", "x'61'", "column 'title' holds blob, not text"},
        {"note", "5", "column 'note' holds int, not text"},
        {"picture", "NULL", "column 'picture' holds null, not blob"},
        {"thumb", "'a'", "column 'thumb' holds text, not blob"},
        {"is_done", "NULL", "column 'is_done' holds null, not bool"},
        {"is_seen", "'yes'", "column 'is_seen' holds text, not bool"},
        {"is_seen", "0.5", "column 'is_seen' holds real, not bool"},
        {"made_at", "NULL", "column 'made_at' holds null, not timestamp"},
        {"made_at", "1.5", "column 'made_at' holds real, not timestamp"},
        {"made_at", "'soon'", "column 'made_at' holds 'soon', which is no timestamp"},
        {"made_at", "9223372036854775807", "column 'made_at' holds int, not timestamp"},
        {"seen_at", "x'00'", "column 'seen_at' holds blob, not timestamp"},
        {"details", "NULL", "column 'details' holds null, not json"},
        {"extra", "x'00'", "column 'extra' holds blob, not json"},
        {"extra", "1e999", "column 'extra' holds real, not json"},
        {"mood", "NULL", "column 'mood' holds null, not enum"},
        {"mood", "1", "column 'mood' holds int, not enum"},
        {"mood", "'Good'", "column 'mood' holds 'Good', which is no value of its enum"},
        {"any", "NULL", "column 'any' holds null, not a value"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct thing thing, before;
        memset(&thing, 0xee, sizeof thing);
        before = thing;
        assert_int_equal(read_with(f, &thing, wrong[i].column, wrong[i].value), TN_ETYPE);
        assert_string_equal(f->err.message, wrong[i].message);
        assert_string_equal(f->err.column, wrong[i].column);
        assert_memory_equal(&thing, &before, sizeof thing);
    }
}

static void column_that_is_missing_or_there_twice_is_refused(void **state)
{
    struct fixture *f = *state;
    struct thing thing;
    assert_int_equal(read_with(f, &thing, "weight", NULL), TN_ENOTFOUND);
    assert_string_equal(f->err.message, "no column 'weight' for struct 'thing'; there is 'height'");
    /* A nullable one, too: a slip in a name would be NULL for ever. */
    assert_int_equal(read_with(f, &thing, "note", NULL), TN_ENOTFOUND);
    assert_int_equal(read_with(f, &thing, "note", "'a' AS note, 'b'"), TN_EINVAL);
    assert_string_equal(f->err.message, "two columns 'note' for struct 'thing'");
}

static void columns_in_any_order_fill_struct(void **state)
{
    struct fixture *f = *state;
    struct part part;
    tn_rows rows;
    assert_ok(tn_query(&rows, f->db, "SELECT 'x' AS name, 1 AS more, 2 AS number", NULL, 0,
                       &f->arena, &f->err));
    tn_row row = tn_rows_row(&rows, 0);
    assert_ok(tn_row_into(&row, &part_struct, &part, &f->arena, &f->err));
    assert_true(part.number == 2);
    assert_text(part.name, "x");
}

static void struct_that_no_row_fills_is_refused(void **state)
{
    struct fixture *f = *state;
    struct whole whole;
    tn_row row = {0, NULL, NULL};
    assert_int_equal(tn_row_into(&row, &whole_struct, &whole, &f->arena, &f->err), TN_EUNSUPPORTED);
    assert_string_equal(f->err.message,
                        "struct 'whole' has structs in 'front', which no column fills");
    struct tn_struct later = part_struct;
    later.version = TN_STRUCT_VERSION + 1;
    assert_int_equal(tn_row_into(&row, &later, &whole, &f->arena, NULL), TN_EUNSUPPORTED);
    later = part_struct;
    later.field_count = TN_STRUCT_FIELDS_MAX + 1;
    assert_int_equal(tn_row_into(&row, &later, &whole, &f->arena, NULL), TN_EUNSUPPORTED);
}

static void statement_gives_its_row_with_copies(void **state)
{
    struct fixture *f = *state;
    struct part parts[3];
    tn_stmt *stmt;
    assert_ok(tn_stmt_open(&stmt, f->db,
                           "SELECT value AS number, 'n' || value AS name FROM "
                           "(SELECT 1 AS value UNION ALL SELECT 2 UNION ALL SELECT 3)",
                           &f->err));
    assert_int_equal(tn_stmt_into(stmt, &part_struct, &parts[0], &f->arena, &f->err), TN_EMISUSE);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
        assert_ok(tn_stmt_into(stmt, &part_struct, &parts[i], &f->arena, &f->err));
    }
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_DONE);
    assert_int_equal(tn_stmt_into(stmt, &part_struct, &parts[0], &f->arena, &f->err), TN_EMISUSE);
    tn_stmt_close(stmt);
    assert_text(parts[0].name, "n1");
    assert_text(parts[2].name, "n3");
    assert_true(parts[2].number == 3);
}

/* More columns than fit on the stack. */
static void statement_with_many_columns_gives_its_row(void **state)
{
    struct fixture *f = *state;
    struct part part;
    tn_stmt *stmt;
    char sql[1000] = "SELECT 5 AS number, 'x' AS name";
    for (int i = 0; i < 40; i++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ", %d AS c%d", i, i);
    assert_ok(tn_stmt_open(&stmt, f->db, sql, &f->err));
    assert_int_equal(tn_stmt_step(stmt, &f->err), TN_ROW);
    assert_ok(tn_stmt_into(stmt, &part_struct, &part, &f->arena, &f->err));
    tn_stmt_close(stmt);
    assert_true(part.number == 5);
}

/* --- copies */

static void copy_outlives_what_it_was_made_of(void **state)
{
    struct fixture *f = *state;
    tn_arena first = TN_ARENA_INIT;
    struct thing thing = shaping_thing(), copy;
    assert_ok(tn_arena_text(&first, &thing.note, tn_text_of("a note")));
    thing.any = tn_value_text(thing.note);
    thing.any_or_none = tn_value_blob((tn_blob){thing.note.data, 2});
    assert_ok(tn_struct_copy(&thing_struct, &copy, &thing, &f->arena, &f->err));
    shaping_same(&copy, &thing);
    assert_ptr_not_equal(copy.note.data, thing.note.data);
    assert_ptr_not_equal(copy.any.as.text.data, thing.any.as.text.data);
    assert_ptr_not_equal(copy.any_or_none.as.blob.data, thing.any_or_none.as.blob.data);
    assert_ptr_not_equal(copy.picture.data, thing.picture.data);
    tn_arena_fini(&first);
    assert_text(copy.note, "a note");
}

static void copy_goes_into_structs_and_arrays(void **state)
{
    struct fixture *f = *state;
    struct part parts[] = {{1, tn_text_of("one")}, {2, tn_text_of(NULL)}};
    struct whole whole = {{3, tn_text_of("front")}, true, {4, tn_text_of("back")}, parts, 2};
    assert_ok(tn_struct_copy(&whole_struct, &whole, &whole, &f->arena, &f->err));
    assert_ptr_not_equal(whole.parts, parts);
    assert_ptr_not_equal(whole.parts[0].name.data, parts[0].name.data);
    assert_text(whole.parts[0].name, "one");
    assert_null(whole.parts[1].name.data);
    assert_text(whole.front.name, "front");
    assert_text(whole.back.name, "back");
    struct whole empty;
    memset(&empty, 0, sizeof empty);
    assert_ok(tn_struct_copy(&whole_struct, &whole, &empty, &f->arena, &f->err));
    assert_false(whole.has_back);
    assert_true(whole.part_count == 0);
}

static void chain_that_is_too_deep_is_refused(void **state)
{
    struct fixture *f = *state;
    struct link chain[TN_STRUCT_DEPTH_MAX + 2], copy;
    memset(chain, 0, sizeof chain);
    for (size_t i = 0; i <= TN_STRUCT_DEPTH_MAX; i++)
        chain[i] = (struct link){&chain[i + 1], 1};
    assert_int_equal(tn_struct_copy(&link_struct, &copy, chain, &f->arena, &f->err), TN_ERANGE);
    assert_ok(tn_struct_copy(&link_struct, &copy, &chain[1], &f->arena, &f->err));
}

/* --- no memory */

static int fill_and_copy(void *user)
{
    struct fixture *f = user;
    tn_arena arena = TN_ARENA_INIT;
    static const char *const names[] = {"number", "name"};
    char text[6000];
    memset(text, 'x', sizeof text);
    tn_value values[] = {tn_value_int(1), tn_value_text((tn_text){text, sizeof text})};
    tn_row row = {2, names, values};
    struct part part;
    struct whole whole;
    memset(&whole, 0, sizeof whole);
    (void)f;
    int rc = tn_row_into(&row, &part_struct, &part, &arena, NULL);
    if (rc == TN_OK) {
        whole.front = part;
        whole.parts = &part;
        whole.part_count = 1;
        rc = tn_struct_copy(&whole_struct, &whole, &whole, &arena, NULL);
    }
    tn_arena_fini(&arena);
    return rc;
}

static void allocation_failures_are_reported(void **state)
{
    fault_alloc_each(fill_and_copy, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(row_with_nulls_fills_struct),
        TEST(column_of_any_fitting_form_is_read),
        TEST(values_of_postgres_are_read),
        TEST(column_of_another_class_is_refused_by_name),
        TEST(column_that_is_missing_or_there_twice_is_refused),
        TEST(columns_in_any_order_fill_struct),
        TEST(struct_that_no_row_fills_is_refused),
        TEST(statement_gives_its_row_with_copies),
        TEST(statement_with_many_columns_gives_its_row),
        TEST(copy_outlives_what_it_was_made_of),
        TEST(copy_goes_into_structs_and_arrays),
        TEST(chain_that_is_too_deep_is_refused),
        TEST(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
