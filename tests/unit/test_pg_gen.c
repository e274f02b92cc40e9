/* SPDX-License-Identifier: MIT */
#include "pg_generated.h"

#include <math.h>

/* What generated code does on PostgreSQL: values of all types, both ways; what it says when they do not fit;
 * the forms of queries. */

static void every_type_comes_back(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args full = full_thing();
    int64_t id = add(p, &full);
    struct app_thing_list_rows rows = list(p, &id, 1);
    assert_int_equal(rows.count, 1);
    const struct app_thing_list_row *row = &rows.items[0];
    assert_int_equal(row->id, id);
    assert_true(row->i2.has && row->i2.value == -32768);
    assert_int_equal(row->i4, 2147483647);
    assert_true(row->f4.has && row->f4.value == 0.5);
    assert_true(row->f8 == -1.25e300);
    assert_true(row->flag.has && row->flag.value);
    assert_kept(row->t, "täxt");
    assert_kept(row->v, "vchar");
    assert_int_equal(row->b.size, 3);
    assert_memory_equal(row->b.data, "\0\1\2", 3);
    assert_true(row->at.has && row->at.value.us == 1732162112345678);
    assert_true(row->day.has && row->day.value.days == -1);
    assert_true(row->clock.has && row->clock.value.us == 86399999999);
    assert_true(row->span.has && row->span.value.us == 5 && row->span.value.days == -6 &&
                row->span.value.months == 7);
    assert_memory_equal(row->u.value.bytes, full.u.value.bytes, 16);
    assert_kept(row->j, "{\"a\":1}");
    assert_kept(row->jb, "{\"b\": [1, 2]}");
    assert_kept(row->n, "1234567890123456.7891");
    assert_int_equal(row->m, APP_MOOD_VERY_20HAPPY);
    assert_true(row->p.has && row->p.value == 5);
    assert_int_equal(row->tags.count, 3);
    assert_kept(row->tags.items[0], "a");
    assert_kept(row->tags.items[1], NULL);
    assert_kept(row->tags.items[2], "");
    assert_int_equal(row->nums.count, 3);
    assert_true(row->nums.items[0].has && row->nums.items[0].value == 1);
    assert_false(row->nums.items[1].has);
    assert_true(row->nums.items[2].has && row->nums.items[2].value == -3);
    assert_int_equal(row->moods.count, 2);
    assert_true(row->moods.items[0].has && row->moods.items[0].value == APP_MOOD_OK);
    assert_false(row->moods.items[1].has);
}

static void so_does_null(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args least = least_thing();
    int64_t id = add(p, &least);
    struct app_thing_list_rows rows = list(p, &id, 1);
    assert_int_equal(rows.count, 1);
    const struct app_thing_list_row *row = &rows.items[0];
    assert_false(row->i2.has || row->f4.has || row->flag.has || row->at.has || row->day.has ||
                 row->clock.has || row->span.has || row->u.has || row->p.has);
    assert_kept(row->t, "");
    assert_null(row->v.data);
    assert_null(row->b.data);
    assert_null(row->j.data);
    assert_null(row->jb.data);
    assert_null(row->n.data);
    assert_null(row->tags.items);
    assert_null(row->nums.items);
    assert_null(row->moods.items);
}

static void empty_is_not_null(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = least_thing();
    thing.v = tn_text_of("");
    thing.b = (tn_blob){"", 0};
    thing.tags.items = tags;
    int64_t id = add(p, &thing);
    struct app_thing_list_rows rows = list(p, &id, 1);
    assert_kept(rows.items[0].v, "");
    assert_non_null(rows.items[0].b.data);
    assert_int_equal(rows.items[0].b.size, 0);
    assert_non_null(rows.items[0].tags.items);
    assert_int_equal(rows.items[0].tags.count, 0);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things WHERE tags = '{}'"), 1);
    assert_int_equal(list(p, NULL, 0).count, 0);
}

static void infinities_and_edges(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = least_thing();
    thing.at = (tn_opt_timestamp){true, {TN_TIMESTAMP_INFINITY}};
    thing.day = (tn_opt_date){true, {TN_DATE_MINUS_INFINITY}};
    thing.f4 = (tn_opt_real){true, HUGE_VAL};
    thing.f8 = (double)NAN;
    int64_t id = add(p, &thing);
    struct app_thing_list_rows rows = list(p, &id, 1);
    assert_true(rows.items[0].at.value.us == TN_TIMESTAMP_INFINITY);
    assert_true(rows.items[0].day.value.days == TN_DATE_MINUS_INFINITY);
    assert_true(isinf(rows.items[0].f4.value));
    assert_true(isnan(rows.items[0].f8));
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things WHERE at = 'infinity'"), 1);
    /* The last moment that the server has is later than any that C counts from 1970. */
    pging_script(p, "UPDATE things SET at = '294276-12-31T23:59:59Z', t = '294276'");
    struct app_thing_list_rows none;
    assert_status(
        app_thing_list_all(&none, p->db, (tn_int_list){&id, 1}, ALL_MOODS, &p->arena, &p->err),
        TN_ETYPE, p->err);
    assert_string_equal(p->err.message, "query 'thing_list': column 'at' holds a value that no "
                                        "timestamp of C can hold");
}

/* Nothing reaches the server that its type has no room for. */
static void what_does_not_fit_is_refused(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct {
        struct app_thing_add_args thing;
        const char *message;
        int status;
    } cases[] = {
        {least_thing(), "parameter 'i4': 2147483648 is out of range for type int4", TN_ERANGE},
        {least_thing(), "parameter 'i2': -32769 is out of range for type int2", TN_ERANGE},
        {least_thing(), "parameter 'f4' is out of range for type float4", TN_ERANGE},
        {least_thing(), "parameter 'clock' is out of range for type time", TN_ERANGE},
        {least_thing(), "parameter 'at' is out of range for type timestamptz", TN_ERANGE},
        {least_thing(), "parameter 'day' is out of range for type date", TN_ERANGE},
        {least_thing(), "parameter 'm' is no value of its enum", TN_EINVAL},
        {least_thing(), "parameter 'moods': element 0 is no value of its enum", TN_EINVAL},
    };
    static const struct app_opt_mood wrong = {true, (enum app_mood)4};
    cases[0].thing.i4 = INT64_C(2147483648);
    cases[1].thing.i2 = tn_some_int(-32769);
    cases[2].thing.f4 = tn_some_real(1e300);
    cases[3].thing.clock = tn_some_time((tn_time){86400000001});
    cases[4].thing.at = tn_some_timestamp((tn_timestamp){INT64_MIN + 5});
    cases[5].thing.day = tn_some_date((tn_date){INT32_MIN + 5});
    cases[6].thing.m = (enum app_mood)0;
    cases[7].thing.moods.items = &wrong;
    cases[7].thing.moods.count = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[200];
        struct app_thing_add_row id;
        snprintf(message, sizeof message, "query 'thing_add': %s", cases[i].message);
        assert_status(app_thing_add(&id, p->db, &cases[i].thing, &p->err), cases[i].status, p->err);
        assert_string_equal(p->err.message, message);
        assert_string_equal(p->err.query, "thing_add");
    }
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things"), 0);
}

/* Items are not borrowed from the result: the next one takes its place. */
static void items_of_arrays_are_kept(void **state)
{
    struct pging *p = *state;
    static const tn_blob blobs[] = {{"a\0b", 3}, {NULL, 0}, {"", 0}};
    static const tn_text jsons[] = {{"[1, 2]", 6}, {NULL, 0}};
    static const tn_text numbers[] = {{"1.50", 4}, {NULL, 0}, {"NaN", 3}};
    static const tn_opt_interval spans[] = {{true, {1, -2, 3}}, {false, {0, 0, 0}}};
    static const tn_blob others[] = {{"xyz", 3}, {"xyz", 3}, {"xyz", 3}};
    struct app_arrays_back_args args = {
        .blobs = {blobs, 3}, .jsons = {jsons, 2}, .numbers = {numbers, 3}, .spans = {spans, 2}};
    struct app_arrays_back_row row, other;
    assert_status(app_arrays_back(&row, p->db, &args, &p->arena, &p->err), TN_OK, p->err);
    args.blobs.items = others;
    assert_status(app_arrays_back(&other, p->db, &args, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(row.blobs.count, 3);
    assert_int_equal(row.blobs.items[0].size, 3);
    assert_memory_equal(row.blobs.items[0].data, "a\0b", 3);
    assert_null(row.blobs.items[1].data);
    assert_non_null(row.blobs.items[2].data);
    assert_int_equal(row.blobs.items[2].size, 0);
    assert_kept(row.jsons.items[0], "[1, 2]");
    assert_kept(row.jsons.items[1], NULL);
    assert_kept(row.numbers.items[0], "1.50");
    assert_kept(row.numbers.items[2], "NaN");
    assert_true(row.spans.items[0].has && row.spans.items[0].value.days == -2);
    assert_false(row.spans.items[1].has);
}

/* What goes as a text ends at a NUL, and would be another value. */
static void nul_bytes_end_nothing(void **state)
{
    struct pging *p = *state;
    static const tn_text items[] = {{"1\0", 2}};
    struct app_thing_add_args things[3];
    make_schema(p);
    for (int i = 0; i < 3; i++)
        things[i] = least_thing();
    things[0].n = (tn_text){"1\0002", 3};
    things[1].t = (tn_text){"1\0002", 3};
    things[2].tags.items = items;
    things[2].tags.count = 1;
    for (int i = 0; i < 3; i++) {
        struct app_thing_add_row id;
        assert_status(app_thing_add(&id, p->db, &things[i], &p->err), TN_EINVAL, p->err);
    }
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things"), 0);
}

static void constraints_are_told(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = least_thing();
    struct app_thing_add_row id;
    thing.p = tn_some_int(-1);
    assert_status(app_thing_add(&id, p->db, &thing, &p->err), TN_ECHECK, p->err);
    assert_string_equal(p->err.constraint, "positive_check");
    thing = least_thing();
    thing.n = tn_text_of("one");
    assert_status(app_thing_add(&id, p->db, &thing, &p->err), TN_ETYPE, p->err);
}

static void iterators_borrow(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    int64_t ids[3];
    for (int i = 0; i < 3; i++) {
        struct app_thing_add_args thing = full_thing();
        thing.i4 = i;
        ids[i] = add(p, &thing);
    }
    struct app_thing_list_iter iter;
    int seen = 0;
    assert_status(app_thing_list_begin(&iter, p->db, (tn_int_list){ids, 3}, ALL_MOODS, &p->err),
                  TN_OK, p->err);
    int rc;
    while ((rc = app_thing_list_next(&iter, &p->err)) == TN_ROW) {
        assert_int_equal(iter.row.i4, seen++);
        assert_kept(iter.row.n, "1234567890123456.7891");
        assert_kept(iter.row.tags.items[0], "a");
    }
    assert_status(rc, TN_DONE, p->err);
    assert_status(app_thing_list_next(&iter, &p->err), TN_DONE, p->err);
    app_thing_list_end(&iter);
    assert_int_equal(seen, 3);
    /* Left in the middle; and twice at a time on one connection. */
    tn_db *tx;
    struct app_thing_list_iter other;
    assert_ok(tn_tx_begin(&tx, p->db, TN_READ, &p->err));
    assert_ok(app_thing_list_begin(&iter, tx, (tn_int_list){ids, 3}, ALL_MOODS, &p->err));
    assert_ok(app_thing_list_begin(&other, tx, (tn_int_list){ids + 2, 1}, ALL_MOODS, &p->err));
    assert_int_equal(app_thing_list_next(&iter, &p->err), TN_ROW);
    assert_int_equal(app_thing_list_next(&other, &p->err), TN_ROW);
    assert_int_equal(iter.row.i4, 0);
    assert_int_equal(other.row.i4, 2);
    app_thing_list_end(&iter);
    app_thing_list_end(&other);
    assert_ok(tn_tx_commit(tx, &p->err));
}

static void lists_say_which_element(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    static const enum app_mood wrong[] = {APP_MOOD_OK, (enum app_mood)9};
    struct app_thing_list_rows rows;
    assert_status(app_thing_list_all(&rows, p->db, (tn_int_list){NULL, 0},
                                     (struct app_mood_list){wrong, 2}, &p->arena, &p->err),
                  TN_EINVAL, p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_list': list 'moods': element 1 is no value of its enum");
    assert_status(
        app_thing_list_all(&rows, p->db, (tn_int_list){NULL, 1}, ALL_MOODS, &p->arena, &p->err),
        TN_EINVAL, p->err);
}

static void rows_of_texts(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    pging_script(p, "UPDATE things SET net = '10.1.2.3/24'");
    struct app_thing_net_row row;
    assert_status(app_thing_net(&row, p->db, tn_text_of("10.1.0.0/16"), &p->arena, &p->err), TN_OK,
                  p->err);
    assert_int_equal(row.id, id);
    assert_kept(row.net, "10.1.2.3/24");
    assert_int_equal(row.b.size, 3);
    assert_memory_equal(row.b.data, "\0\1\2", 3);
    assert_true(row.at.has && row.at.value.us == 1732162112345678);
    assert_kept(row.n, "1234567890123456.7891");
    assert_status(app_thing_net(&row, p->db, tn_text_of("11.0.0.0/8"), &p->arena, &p->err), TN_NONE,
                  p->err);
    pging_script(p, "INSERT INTO things (i4, f8, t, m, net) VALUES (1, 1, 't', 'ok', '10.1.2.4')");
    assert_status(app_thing_net(&row, p->db, tn_text_of("10.1.0.0/16"), &p->arena, &p->err),
                  TN_ETOOMANY, p->err);
    assert_status(
        app_thing_net(&row, p->db, tn_text_of("a text of more than a slot"), &p->arena, &p->err),
        TN_ETYPE, p->err);
}

/* A parameter of an enum in a part that is left out is nobody's. */
static void optional_parts(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    for (int i = 0; i < 5; i++) {
        struct app_thing_add_args thing = least_thing();
        thing.i4 = i;
        thing.m = i < 2 ? APP_MOOD_OK : APP_MOOD_SAD;
        thing.day = (tn_opt_date){i > 0, {i}};
        add(p, &thing);
    }
    static const tn_opt_date days[] = {{true, {1}}, {true, {2}}};
    static const struct {
        struct app_thing_count_args args;
        int64_t count;
    } cases[] = {
        {{{false, 0}, {false, 0}, {NULL, 0}}, 5}, {{{true, APP_MOOD_OK}, {false, 0}, {NULL, 0}}, 2},
        {{{false, 0}, {true, 3}, {NULL, 0}}, 2},  {{{true, APP_MOOD_OK}, {true, 1}, {NULL, 0}}, 1},
        {{{false, 0}, {true, 2}, {days, 2}}, 1},
    };
    for (size_t i = 0; i < 10; i++) {
        struct app_thing_count_row count;
        assert_status(app_thing_count(&count, p->db, &cases[i % 5].args, &p->err), TN_OK, p->err);
        assert_int_equal(count.n, cases[i % 5].count);
    }
}

static void keys_and_enums_of_checks(void **state)
{
    struct pging *p = *state;
    struct app_user ann;
    struct app_user bob;
    make_schema(p);
    assert_status(app_user_add(&ann, p->db, tn_text_of("Ann"), (struct app_opt_user_id){false, {0}},
                               &p->arena, &p->err),
                  TN_OK, p->err);
    assert_false(ann.invited_by.has);
    assert_status(app_user_add(&bob, p->db, tn_text_of("Bob"),
                               (struct app_opt_user_id){true, ann.id}, &p->arena, &p->err),
                  TN_OK, p->err);
    assert_true(bob.invited_by.has && bob.invited_by.value.value == ann.id.value);
    assert_status(app_user_add(&bob, p->db, tn_text_of("Bob"),
                               (struct app_opt_user_id){true, ann.id}, &p->arena, &p->err),
                  TN_EUNIQUE, p->err);
    assert_string_equal(p->err.column, "name");
    const struct app_user_id ids[] = {bob.id, {99}};
    struct app_user_rows some;
    assert_status(
        app_user_some_all(&some, p->db, (struct app_user_id_list){ids, 2}, &p->arena, &p->err),
        TN_OK, p->err);
    assert_int_equal(some.count, 1);
    assert_kept(some.items[0].name, "Bob");
    assert_status(app_user_find(&bob, p->db, (struct app_user_id){99}, &p->arena, &p->err),
                  TN_ENOROW, p->err);
    const struct app_note_fill_args notes[] = {
        {1, ann.id, tn_text_of("a"), tn_text_of("12.50"), APP_NOTES_KIND_LONG},
        {2, ann.id, tn_text_of("b"), {NULL, 0}, APP_NOTES_KIND_SHORT},
        {3, bob.id, tn_text_of("c"), tn_text_of("-0.001"), APP_NOTES_KIND_LONG},
    };
    int64_t affected = 0;
    assert_status(app_note_fill(&affected, p->db, notes, 3, &p->err), TN_OK, p->err);
    assert_int_equal(affected, 3);
    struct app_note_list_rows list;
    assert_status(app_note_list_all(&list, p->db, APP_NOTES_KIND_LONG, &p->arena, &p->err), TN_OK,
                  p->err);
    assert_int_equal(list.count, 2);
    assert_kept(list.items[0].price, "12.50");
    assert_kept(list.items[1].price, "-0.001");
    assert_int_equal(list.items[1].kind, APP_NOTES_KIND_LONG);
}

static void groups(void **state)
{
    struct pging *p = *state;
    struct app_user_notes_rows rows;
    make_schema(p);
    pging_script(p, "INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');"
                    "INSERT INTO notes VALUES (1, 1, 'a', 1.5, 'long'), (2, 1, 'b', NULL, 'short'),"
                    " (3, 3, 'c', 99999, 'long')");
    assert_status(app_user_notes_all(&rows, p->db, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 3);
    assert_kept(rows.items[0].u.name, "Ann");
    assert_int_equal(rows.items[0].n_count, 2);
    assert_kept(rows.items[0].n[0].price, "1.5");
    assert_null(rows.items[0].n[1].price.data);
    assert_int_equal(rows.items[1].n_count, 0);
    assert_null(rows.items[1].n);
    assert_int_equal(rows.items[2].n_count, 1);
    assert_kept(rows.items[2].n[0].body, "c");
    struct app_user_prices_row one;
    assert_status(app_user_prices(&one, p->db, (struct app_user_id){1}, &p->arena, &p->err), TN_OK,
                  p->err);
    assert_int_equal(one.item_count, 2);
    assert_kept(one.items[1].body, "b");
    assert_status(app_user_prices(&one, p->db, (struct app_user_id){2}, &p->arena, &p->err),
                  TN_NONE, p->err);
}

static void groups_one_by_one(void **state)
{
    struct pging *p = *state;
    struct app_note_pairs_iter iter;
    static const char *const prices[] = {"1.5", NULL, "99999"};
    int groups = 0;
    int items = 0;
    make_schema(p);
    pging_script(p, "INSERT INTO users (id, name) VALUES (1, 'Ann');"
                    "INSERT INTO notes VALUES (1, 1, 'a', 1.5, 'long'), (2, 1, 'b', NULL, 'short'),"
                    " (3, 1, 'c', 99999, 'long')");
    assert_status(app_note_pairs_begin(&iter, p->db, &p->err), TN_OK, p->err);
    while (app_note_pairs_next(&iter, &p->err) == TN_ROW) {
        assert_kept(iter.row.price, prices[groups++]);
        if (groups == 2)
            continue; /* its items are passed over */
        while (app_note_pairs_next_item(&iter, &p->err) == TN_ROW) {
            assert_kept(iter.row.price, prices[groups - 1]);
            assert_kept(iter.item.other_price, prices[iter.item.other - 1]);
            items++;
        }
    }
    app_note_pairs_end(&iter);
    assert_int_equal(groups, 3);
    assert_int_equal(items, 4);
    struct app_user_notes_iter notes;
    assert_status(app_user_notes_begin(&notes, p->db, &p->err), TN_OK, p->err);
    assert_int_equal(app_user_notes_next(&notes, &p->err), TN_ROW);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(app_user_notes_next_n(&notes, &p->err), TN_ROW);
        assert_kept(notes.n.price, prices[i]);
        assert_kept(notes.row.u.name, "Ann");
    }
    assert_int_equal(app_user_notes_next_n(&notes, &p->err), TN_DONE);
    assert_int_equal(app_user_notes_next(&notes, &p->err), TN_DONE);
    app_user_notes_end(&notes);
}

static void lists_of_all_kinds(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    add(p, &thing);
    thing.u.value.bytes[0] = 7;
    thing.day.value.days = 12;
    add(p, &thing);
    const tn_date days[] = {{-1}, {12}, {3}};
    const tn_uuid uuids[] = {thing.u.value};
    struct app_thing_days_rows rows;
    assert_status(app_thing_days_all(&rows, p->db, (tn_date_list){days, 3}, (tn_uuid_list){NULL, 0},
                                     &p->arena, &p->err),
                  TN_OK, p->err);
    assert_int_equal(rows.count, 2);
    assert_status(app_thing_days_all(&rows, p->db, (tn_date_list){days, 3},
                                     (tn_uuid_list){uuids, 1}, &p->arena, &p->err),
                  TN_OK, p->err);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].day.days, -1);
}

/* What generated structs have as data: JSON, copies, and rows of SQL that is known only at run time. */
static void structs_as_data(void **state)
{
    struct pging *p = *state;
    static const char expected[] =
        "{\"id\":1,\"i2\":-32768,\"i4\":2147483647,\"f4\":0.5,\"f8\":-1.25e+300,\"flag\":true,"
        "\"t\":\"t\u00e4xt\",\"v\":\"vchar\",\"b\":\"AAEC\",\"at\":\"2024-11-21T04:08:32.345678Z\","
        "\"day\":\"1969-12-31\",\"clock\":\"23:59:59.999999\",\"span\":\"P7M-6DT0.000005S\","
        "\"u\":\"00010203-0405-0607-0809-0a0b0c0d0eff\",\"j\":{\"a\":1},\"jb\":{\"b\": [1, 2]},"
        "\"n\":\"1234567890123456.7891\",\"m\":\"very happy\",\"p\":5,\"tags\":[\"a\",null,\"\"],"
        "\"nums\":[1,null,-3],\"moods\":[\"ok\",null],\"net\":null}";
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    add(p, &thing);
    struct app_thing first;
    struct app_thing copy;
    tn_text json;
    assert_status(app_thing_first(&first, p->db, &p->arena, &p->err), TN_OK, p->err);
    assert_status(app_thing_to_json(&json, &first, &p->arena, &p->err), TN_OK, p->err);
    assert_string_equal(json.data, expected);
    assert_status(app_thing_from_json(&copy, json, TN_JSON_STRICT, &p->arena, &p->err), TN_OK,
                  p->err);
    assert_status(app_thing_copy(&copy, &copy, &p->arena, &p->err), TN_OK, p->err);
    assert_status(app_thing_to_json(&json, &copy, &p->arena, &p->err), TN_OK, p->err);
    assert_string_equal(json.data, expected);
    tn_rows rows;
    assert_status(tn_query(&rows, p->db, "SELECT * FROM things", NULL, 0, &p->arena, &p->err),
                  TN_OK, p->err);
    tn_row row = tn_rows_row(&rows, 0);
    assert_status(tn_row_into(&row, &app_thing_struct, &copy, &p->arena, &p->err), TN_OK, p->err);
    assert_status(app_thing_to_json(&json, &copy, &p->arena, &p->err), TN_OK, p->err);
    assert_string_equal(json.data, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(every_type_comes_back),
        PG_TEST(so_does_null),
        PG_TEST(empty_is_not_null),
        PG_TEST(infinities_and_edges),
        PG_TEST(what_does_not_fit_is_refused),
        PG_TEST(items_of_arrays_are_kept),
        PG_TEST(nul_bytes_end_nothing),
        PG_TEST(constraints_are_told),
        PG_TEST(iterators_borrow),
        PG_TEST(lists_say_which_element),
        PG_TEST(rows_of_texts),
        PG_TEST(optional_parts),
        PG_TEST(keys_and_enums_of_checks),
        PG_TEST(groups),
        PG_TEST(groups_one_by_one),
        PG_TEST(lists_of_all_kinds),
        PG_TEST(structs_as_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
