/* SPDX-License-Identifier: MIT */
/* The program of test_generate_json.sh, in C and in C++: structs from SQL of run time, as JSON, copied. Prints
 * "ok". */
#include "embeds.tenon.h"
#include "items.tenon.h"

#include "generated.h"

static tn_arena arena;

static void expect(tn_text json, const char *expected)
{
    if (!tn_text_equal(json, tn_text_of(expected))) {
        fprintf(stderr, "%s\nis not\n%s\n", json.data, expected);
        exit(1);
    }
}

static tn_blob bytes(const char *data, size_t size)
{
    tn_blob blob;
    blob.data = data;
    blob.size = size;
    return blob;
}

/* Every column filled, or only those that have to be. */
static struct demo_item add_item(int64_t id, int64_t parent)
{
    struct demo_item_add_args args;
    struct demo_item item;
    memset(&args, 0, sizeof args);
    args.id.has = true;
    args.id.value.value = id;
    args.token.value = tn_text_of("t-1");
    args.weight = 0.1;
    args.title = tn_text_of("\xc3\xa4 \"title\"\n");
    args.picture = bytes("\0\xff", 2);
    args.is_done = true;
    args.made_at.us = 1795580912000000;
    args.details = tn_text_of("{\"a\": [1, null]}");
    args.state = DEMO_ITEM_STATE_HALF_20_22DONE_22;
    args.anything = tn_value_real(2.5);
    if (parent) {
        args.parent_id.has = true;
        args.parent_id.value.value = parent;
        args.size = tn_some_int(INT64_MAX);
        args.height = tn_some_real(-1.5e300);
        args.note = tn_text_of("");
        args.thumb = bytes("", 0);
        args.is_seen = tn_some_bool(false);
        args.seen_at = tn_some_timestamp(args.made_at);
        args.extra = tn_text_of("7");
        args.mood.has = true;
        args.mood.value = DEMO_ITEM_MOOD_GOOD;
        args.other = tn_value_blob(bytes("ab", 2));
    }
    CHECK(demo_item_add(&item, db, &args, &arena, &err) == TN_OK);
    return item;
}

static void rows_of_run_time(void)
{
    static const char sql[] = "SELECT upper(state) AS x, * FROM items ORDER BY id";
    struct demo_item item;
    struct demo_head head;
    tn_rows rows;
    tn_row row;
    CHECK(tn_query(&rows, db, sql, NULL, 0, &arena, &err) == TN_OK && rows.row_count == 2);
    row = tn_rows_row(&rows, 1);
    CHECK(tn_row_into(&row, &demo_item_struct, &item, &arena, &err) == TN_OK);
    CHECK(item.id.value == 2 && item.parent_id.has && item.parent_id.value.value == 1);
    CHECK(item.state == DEMO_ITEM_STATE_HALF_20_22DONE_22 && item.mood.has);
    CHECK(item.seen_at.has && item.seen_at.value.us == 1795580912000000);
    CHECK(tn_row_into(&row, &demo_head_struct, &head, &arena, &err) == TN_OK);
    CHECK(head.size.has && head.size.value == INT64_MAX);
}

static void there_and_back(const struct demo_item *item, const char *expected)
{
    struct demo_item again;
    struct demo_item copy;
    tn_text json;
    CHECK(demo_item_to_json(&json, item, &arena, &err) == TN_OK);
    expect(json, expected);
    CHECK(demo_item_from_json(&again, json, TN_JSON_STRICT, &arena, &err) == TN_OK);
    CHECK(demo_item_copy(&copy, &again, &arena, &err) == TN_OK);
    CHECK(copy.title.data != again.title.data && tn_text_equal(copy.title, again.title));
    CHECK(demo_item_to_json(&json, &copy, &arena, &err) == TN_OK);
    expect(json, expected);
    CHECK(demo_item_from_json(&again, tn_text_of("{\"id\":1,\n\"titel\":2}"), TN_JSON_STRICT,
                              &arena, &err) == TN_ENOTFOUND);
    CHECK(strcmp(err.message, "2:1: struct 'demo_item' has no 'titel'") == 0);
}

static void structs_within(void)
{
    struct demo_item_pairs_rows pairs;
    struct demo_item_pairs_row pair;
    struct demo_item_children_rows groups;
    struct demo_item_children_row group;
    struct demo_item_names_rows names;
    tn_text json;
    CHECK(demo_item_pairs_all(&pairs, db, &arena, &err) == TN_OK && pairs.count == 2);
    CHECK(demo_item_pairs_row_to_json(&json, &pairs.items[0], &arena, &err) == TN_OK);
    CHECK(strstr(json.data, "{\"i\":{\"id\":1,") == json.data);
    CHECK(strstr(json.data, ",\"parent\":null,\"more\":null}"));
    CHECK(demo_item_pairs_row_to_json(&json, &pairs.items[1], &arena, &err) == TN_OK);
    CHECK(strstr(json.data, ",\"parent\":{\"id\":1,"));
    CHECK(demo_item_pairs_row_from_json(&pair, json, 0, &arena, &err) == TN_OK);
    CHECK(pair.has_parent && pair.parent.id.value == 1 && pair.i.id.value == 2);

    CHECK(demo_item_children_all(&groups, db, &arena, &err) == TN_OK && groups.count == 2);
    CHECK(demo_item_children_row_to_json(&json, &groups.items[0], &arena, &err) == TN_OK);
    CHECK(strstr(json.data, ",\"children\":[{\"id\":2,"));
    CHECK(demo_item_children_row_from_json(&group, json, 0, &arena, &err) == TN_OK);
    CHECK(group.children_count == 1 && group.children[0].id.value == 2);
    CHECK(demo_item_children_row_copy(&group, &group, &arena, &err) == TN_OK);
    CHECK(group.children_count == 1 && group.children[0].id.value == 2);
    CHECK(demo_item_children_row_to_json(&json, &groups.items[1], &arena, &err) == TN_OK);
    CHECK(strstr(json.data, ",\"children\":[]}"));

    CHECK(demo_other_add(NULL, db, tn_text_of("b"), DEMO_OTHER_STATE_ON, &err) == TN_OK);
    CHECK(demo_other_add(NULL, db, tn_text_of("a"), DEMO_OTHER_STATE_OFF, &err) == TN_OK);
    CHECK(demo_item_names_all(&names, db, &arena, &err) == TN_OK && names.count == 2);
    CHECK(tn_structs_to_json(&json, &demo_item_names_row_struct, names.items, names.count, &arena,
                             &err) == TN_OK);
    expect(
        json,
        "[{\"id\":1,\"items\":[{\"name\":\"a\",\"state\":\"off\"},{\"name\":\"b\",\"state\":\"on\"}]},"
        "{\"id\":2,\"items\":[{\"name\":\"a\",\"state\":\"off\"},{\"name\":\"b\",\"state\":\"on\"}]}]");
}

int main(void)
{
    struct demo_item bare;
    struct demo_item full;
    CHECK(tn_db_open(&db, "sqlite:app.db", NULL, &err) == TN_OK);
    bare = add_item(1, 0);
    full = add_item(2, 1);
    rows_of_run_time();
    there_and_back(&bare,
                   "{\"id\":1,\"token\":\"t-1\",\"parent_id\":null,\"size\":null,\"weight\":0.1,"
                   "\"height\":null,\"title\":\"\xc3\xa4 \\\"title\\\"\\n\",\"note\":null,"
                   "\"picture\":\"AP8=\",\"thumb\":null,\"is_done\":true,\"is_seen\":null,"
                   "\"made_at\":\"2026-11-25T04:28:32Z\",\"seen_at\":null,"
                   "\"details\":{\"a\": [1, null]},\"extra\":null,\"state\":\"half \\\"done\\\"\","
                   "\"mood\":null,\"anything\":2.5,\"default\":null}");
    there_and_back(
        &full, "{\"id\":2,\"token\":\"t-1\",\"parent_id\":1,\"size\":9223372036854775807,"
               "\"weight\":0.1,\"height\":-1.5e+300,\"title\":\"\xc3\xa4 \\\"title\\\"\\n\","
               "\"note\":\"\",\"picture\":\"AP8=\",\"thumb\":\"\",\"is_done\":true,"
               "\"is_seen\":false,\"made_at\":\"2026-11-25T04:28:32Z\","
               "\"seen_at\":\"2026-11-25T04:28:32Z\",\"details\":{\"a\": [1, null]},\"extra\":7,"
               "\"state\":\"half \\\"done\\\"\",\"mood\":\"good\",\"anything\":2.5,"
               "\"default\":{\"base64\":\"YWI=\"}}");
    structs_within();
    tn_arena_fini(&arena);
    tn_db_close(db);
    puts("ok");
    return 0;
}
