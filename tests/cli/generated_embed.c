/* SPDX-License-Identifier: MIT */
/* The program of test_generate_embed.sh, in C and in C++: tests/golden/embed on real data. Prints "ok". */
#include <tenon/alloc.h>

#include "embeds.tenon.h"
#include "groups.tenon.h"

#include "generated.h"

static bool is_text(tn_text text, const char *expected)
{
    return text.data && strlen(expected) == text.size && strcmp(text.data, expected) == 0;
}

static struct app_user_id user_id(int64_t value)
{
    struct app_user_id id;
    id.value = value;
    return id;
}

static bool is_zero(const void *memory, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)memory;
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Order 1 has NULL wherever it can: it is there all the same. */
static void check_bare_order(const struct app_orders *order)
{
    CHECK(order->id == 1 && order->user_id.value == 1);
    CHECK(!order->note.data && !order->total.has && !order->data.data);
    CHECK(order->extra.type == TN_NULL && !order->is_paid.has && !order->made.has);
}

static void check_full_order(const struct app_orders *order)
{
    CHECK(order->id == 2 && order->user_id.value == 1);
    CHECK(is_text(order->note, "gift") && order->total.has && order->total.value == 2.5);
    CHECK(order->data.size == 2 && memcmp(order->data.data, "\1\2", 2) == 0);
    CHECK(order->extra.type == TN_INT && order->extra.as.integer == 7);
    CHECK(order->is_paid.has && order->is_paid.value && order->made.has);
}

static void absent_row_is_told_by_a_column_that_is_never_null(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_orders_rows rows;
    CHECK(app_user_orders_all(&rows, db, &arena, &err) == TN_OK);
    CHECK(rows.count == 4);
    for (size_t i = 0; i < rows.count; i++)
        CHECK(rows.items[i].total == 4);
    CHECK(rows.items[0].u.id.value == 1 && is_text(rows.items[0].u.name, "ann"));
    CHECK(!rows.items[0].u.mail.data && !rows.items[0].u.kind.has && !rows.items[0].u.boss.has);
    CHECK(rows.items[0].has_o);
    check_bare_order(&rows.items[0].o);
    CHECK(rows.items[1].has_o);
    check_full_order(&rows.items[1].o);
    CHECK(rows.items[2].u.id.value == 2 && rows.items[2].has_o);
    CHECK(rows.items[2].u.kind.has && rows.items[2].u.kind.value == APP_USER_KIND_NEW);
    CHECK(rows.items[2].o.note.data && rows.items[2].o.note.size == 0);
    CHECK(rows.items[3].u.id.value == 3 && !rows.items[3].has_o);
    CHECK(is_zero(&rows.items[3].o, sizeof(rows.items[3].o)));
    tn_arena_fini(&arena);
}

static void either_side_may_be_absent(void)
{
    struct app_order_users_iter right;
    struct app_all_sides_iter full;
    int64_t count = 0;
    int64_t pairs = 0;
    CHECK(app_order_users_begin(&right, db, &err) == TN_OK);
    while (app_order_users_next(&right, &err) == TN_ROW) {
        count++;
        CHECK(right.row.o.id == count);
        CHECK(right.row.has_u == (count != 4));
        CHECK(right.row.has_u || is_zero(&right.row.u, sizeof(right.row.u)));
    }
    app_order_users_end(&right);
    CHECK(count == 4);
    count = 0;
    CHECK(app_all_sides_begin(&full, db, &err) == TN_OK);
    while (app_all_sides_next(&full, &err) == TN_ROW) {
        count++;
        pairs += full.row.has_u && full.row.has_o;
        CHECK(full.row.has_u || full.row.o.id == 4);
        CHECK(full.row.has_o || full.row.u.id.value == 3);
    }
    app_all_sides_end(&full);
    CHECK(count == 5 && pairs == 3);
}

static void table_may_stand_twice(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_bosses_rows rows;
    CHECK(app_bosses_all(&rows, db, &arena, &err) == TN_OK);
    CHECK(rows.count == 3);
    CHECK(!rows.items[0].has_default && rows.items[0].default_.name.data == NULL);
    CHECK(rows.items[1].has_default && is_text(rows.items[1].u.name, "bob"));
    CHECK(is_text(rows.items[1].default_.name, "ann") && rows.items[1].default_.id.value == 1);
    CHECK(rows.items[2].has_default && is_text(rows.items[2].default_.mail, "bob@example.org"));
    tn_arena_fini(&arena);
}

static void queries_may_share_a_struct_of_embeds(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_order_line line;
    struct app_order_line_rows rows;
    struct app_buyer_find_row buyer;
    CHECK(app_line_find(&line, db, 2, 2, &arena, &err) == TN_OK);
    check_full_order(&line.o);
    CHECK(line.l.number == 2 && is_text(line.l.what, "cup"));
    CHECK(app_line_find(&line, db, 2, 9, &arena, &err) == TN_NONE);
    CHECK(app_first_lines_all(&rows, db, &arena, &err) == TN_OK);
    CHECK(rows.count == 2 && rows.items[0].o.id == 1 && rows.items[1].o.id == 2);
    CHECK(app_buyer_find(&buyer, db, user_id(2), &arena, &err) == TN_OK);
    CHECK(is_text(buyer.b.name, "bob") && buyer.number == 2);
    CHECK(app_buyer_find(&buyer, db, user_id(3), &arena, &err) == TN_NONE);
    tn_arena_fini(&arena);
}

static void groups_are_collected_with_their_items(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_tree_rows rows;
    CHECK(app_user_tree_all(&rows, db, user_id(1), &arena, &err) == TN_OK);
    CHECK(rows.count == 3);
    CHECK(is_text(rows.items[0].u.name, "ann") && rows.items[0].o_count == 2);
    check_bare_order(&rows.items[0].o[0]);
    check_full_order(&rows.items[0].o[1]);
    CHECK(is_text(rows.items[1].u.name, "bob") && rows.items[1].o_count == 1);
    CHECK(rows.items[1].o[0].id == 3);
    CHECK(is_text(rows.items[2].u.name, "cy") && rows.items[2].o_count == 0);
    CHECK(rows.items[2].o == NULL);
    CHECK(app_user_tree_all(&rows, db, user_id(1000000), &arena, &err) == TN_OK);
    CHECK(rows.count == 0);
    tn_arena_fini(&arena);
}

static void one_group_is_asked_for(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_one_row one;
    struct app_user_maybe_row maybe;
    memset(&one, 7, sizeof one);
    CHECK(app_user_one(&one, db, tn_text_of("zz"), &arena, &err) == TN_ENOROW);
    CHECK(app_user_one(&one, db, tn_text_of("%"), &arena, &err) == TN_ETOOMANY);
    CHECK(one.o_count != 0); /* not touched */
    CHECK(app_user_one(&one, db, tn_text_of("ann"), &arena, &err) == TN_OK);
    CHECK(one.o_count == 2 && one.u.id.value == 1 && one.o[1].id == 2);
    CHECK(app_user_maybe(&maybe, db, user_id(99), &arena, &err) == TN_NONE);
    CHECK(app_user_maybe(&maybe, db, user_id(3), &arena, &err) == TN_OK);
    CHECK(maybe.id.value == 3 && maybe.o_count == 0 && maybe.o == NULL);
    CHECK(app_user_maybe(&maybe, db, user_id(2), &arena, &err) == TN_OK);
    CHECK(maybe.kind.has && maybe.o_count == 1 && maybe.o[0].id == 3);
    tn_arena_fini(&arena);
}

static void groups_are_streamed(void)
{
    static const char *const names[] = {"ann", "bob", "cy"};
    static const int counts[] = {2, 1, 0};
    struct app_user_tree_iter it;
    int groups = 0;
    CHECK(app_user_tree_begin(&it, db, user_id(1), &err) == TN_OK);
    CHECK(app_user_tree_next_o(&it, &err) == TN_DONE); /* there is no group yet */
    while (app_user_tree_next(&it, &err) == TN_ROW) {
        int items = 0;
        CHECK(is_text(it.row.u.name, names[groups]));
        while (app_user_tree_next_o(&it, &err) == TN_ROW) {
            items++;
            CHECK(is_text(it.row.u.name, names[groups]));
            CHECK(it.o.user_id.value == it.row.u.id.value);
        }
        CHECK(items == counts[groups]);
        CHECK(app_user_tree_next_o(&it, &err) == TN_DONE); /* and stays so */
        groups++;
    }
    CHECK(groups == 3);
    CHECK(app_user_tree_next(&it, &err) == TN_DONE && app_user_tree_next_o(&it, &err) == TN_DONE);
    app_user_tree_end(&it);
    app_user_tree_end(&it);
}

static void what_is_left_of_a_group_is_skipped(void)
{
    struct app_user_tree_iter it;
    CHECK(app_user_tree_begin(&it, db, user_id(1), &err) == TN_OK);
    CHECK(app_user_tree_next(&it, &err) == TN_ROW && it.row.u.id.value == 1);
    CHECK(app_user_tree_next(&it, &err) == TN_ROW && it.row.u.id.value == 2);
    CHECK(app_user_tree_next_o(&it, &err) == TN_ROW && it.o.id == 3);
    CHECK(app_user_tree_next(&it, &err) == TN_ROW && it.row.u.id.value == 3);
    app_user_tree_end(&it); /* in the middle */
    CHECK(app_user_tree_next(&it, &err) == TN_DONE);
    CHECK(app_user_tree_begin(&it, db, user_id(1000000), &err) == TN_OK);
    CHECK(app_user_tree_next(&it, &err) == TN_DONE);
    app_user_tree_end(&it);
}

static void key_may_have_two_columns_or_be_null(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_line_tree_rows lines;
    struct app_note_tree_rows notes;
    struct app_order_tree_rows orders;
    struct app_kind_ids_rows kinds;
    CHECK(app_line_tree_all(&lines, db, &arena, &err) == TN_OK);
    CHECK(lines.count == 3);
    for (size_t i = 0; i < lines.count; i++)
        CHECK(lines.items[i].use_count == 1 &&
              lines.items[i].use[0].id == lines.items[i].key.order_id);
    CHECK(app_note_tree_all(&notes, db, &arena, &err) == TN_OK);
    CHECK(notes.count == 3); /* NULL, '' and 'gift' */
    CHECK(!notes.items[0].note.data && notes.items[0].item_count == 1);
    CHECK(notes.items[1].note.data && notes.items[1].note.size == 0);
    CHECK(!notes.items[1].items[0].line.data && is_text(notes.items[1].items[0].u.name, "bob"));
    CHECK(notes.items[2].item_count == 2 && is_text(notes.items[2].items[1].line, "cup"));
    CHECK(app_order_tree_all(&orders, db, &arena, &err) == TN_OK);
    CHECK(orders.count == 3 && !orders.items[0].has_row && orders.items[0].item_count == 1);
    CHECK(orders.items[0].items[0].order_id == 4 && orders.items[1].item_count == 3);
    CHECK(app_kind_ids_all(&kinds, db, &arena, &err) == TN_OK);
    CHECK(kinds.count == 2 && !kinds.items[0].kind.has && kinds.items[0].item_count == 2);
    tn_arena_fini(&arena);
}

static void groups_come_with_lists_and_optional_parts(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_id ids[3];
    struct app_user_pick_args args;
    struct app_user_pick_rows rows;
    struct app_user_pick_iter it;
    for (int i = 0; i < 3; i++)
        ids[i] = user_id(i + 1);
    memset(&args, 0, sizeof args);
    args.ids.items = ids;
    args.ids.count = 3;
    CHECK(app_user_pick_sort_parse(&args.sort, tn_text_of("name")));
    CHECK(args.sort == APP_USER_PICK_SORT_NAME);
    CHECK(!app_user_pick_sort_parse(&args.sort, tn_text_of("mail")));
    CHECK(args.sort == APP_USER_PICK_SORT_NAME); /* as it was */
    CHECK(is_text(app_user_pick_sort_text(args.sort), "name"));
    CHECK(app_user_pick_all(&rows, db, &args, &arena, &err) == TN_OK);
    CHECK(rows.count == 3 && rows.items[2].u.id.value == 1 && rows.items[2].o_count == 2);
    args.sort = APP_USER_PICK_SORT_ID;
    args.name = tn_text_of("%b");
    CHECK(app_user_pick_begin(&it, db, &args, &err) == TN_OK);
    CHECK(app_user_pick_next(&it, &err) == TN_ROW && is_text(it.row.u.name, "bob"));
    CHECK(app_user_pick_next_o(&it, &err) == TN_ROW && it.o.id == 3);
    CHECK(app_user_pick_next_o(&it, &err) == TN_DONE);
    CHECK(app_user_pick_next(&it, &err) == TN_DONE);
    app_user_pick_end(&it);
    tn_arena_fini(&arena);
}

static void many_items_are_collected(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_tree_rows rows;
    struct app_user_tree_iter it;
    int64_t items = 0;
    CHECK(app_user_tree_all(&rows, db, user_id(5000), &arena, &err) == TN_OK);
    CHECK(rows.count == 1000);
    for (size_t i = 0; i < rows.count; i++) {
        /* user n has n % 21 orders */
        CHECK(rows.items[i].o_count == (size_t)(rows.items[i].u.id.value % 21));
        for (size_t k = 0; k < rows.items[i].o_count; k++, items++)
            CHECK(rows.items[i].o[k].user_id.value == rows.items[i].u.id.value);
    }
    CHECK(items > 9000);
    CHECK(app_user_tree_begin(&it, db, user_id(5000), &err) == TN_OK);
    while (app_user_tree_next(&it, &err) == TN_ROW)
        while (app_user_tree_next_o(&it, &err) == TN_ROW)
            items--;
    app_user_tree_end(&it);
    CHECK(items == 0);
    tn_arena_fini(&arena);
}

/* --- without memory */

static long left; /* allocations until one fails; negative: none does */

static void *failing_alloc(size_t size, void *user)
{
    (void)user;
    return left >= 0 && left-- == 0 ? NULL : malloc(size);
}

static void *failing_resize(void *ptr, size_t size, void *user)
{
    (void)user;
    return left >= 0 && left-- == 0 ? NULL : realloc(ptr, size);
}

static void failing_release(void *ptr, void *user)
{
    (void)user;
    free(ptr);
}

static int collect_notes(size_t limit)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_note_tree_rows rows;
    arena.limit_bytes = limit;
    rows.count = 12345;
    int rc = app_note_tree_all(&rows, db, &arena, &err);
    CHECK(rc == TN_OK || rc == TN_ENOMEM);
    CHECK((rc == TN_OK) == (rows.count != 12345));
    tn_arena_fini(&arena);
    return rc;
}

static int stream_notes(void)
{
    struct app_note_tree_iter it;
    int rc = app_note_tree_begin(&it, db, &err);
    while (rc == TN_OK || rc == TN_ROW) {
        rc = app_note_tree_next(&it, &err);
        while (rc == TN_ROW && (rc = app_note_tree_next_item(&it, &err)) == TN_ROW)
            CHECK(it.item.u.name.data);
        if (rc == TN_DONE && it.use.conn)
            rc = TN_ROW; /* the end of a group */
    }
    app_note_tree_end(&it);
    CHECK(rc == TN_DONE || rc == TN_ENOMEM);
    return rc == TN_DONE ? TN_OK : rc;
}

static void lack_of_memory_is_an_error(void)
{
    static const tn_allocator failing = {failing_alloc, failing_resize, failing_release, NULL};
    size_t limit = 1;
    long faults = 0;
    /* A key that is long is kept on the heap. */
    CHECK(tn_exec_script(db, "UPDATE orders SET note = printf('%.100c', 'x') WHERE id = 2", &err) ==
          TN_OK);
    while (collect_notes(limit) != TN_OK)
        limit += 40;
    CHECK(limit > 40);
    CHECK(tn_set_allocator(&failing) == TN_OK);
    for (long n = 0, rc = TN_ENOMEM; rc != TN_OK; n++) {
        left = n;
        rc = collect_notes(0);
        faults += rc != TN_OK;
    }
    for (long n = 0, rc = TN_ENOMEM; rc != TN_OK; n++) {
        left = n;
        rc = stream_notes();
        faults += rc != TN_OK;
    }
    left = -1;
    CHECK(faults > 2);
    CHECK(tn_set_allocator(NULL) == TN_OK);
}

int main(void)
{
    CHECK(tn_db_open(&db, "sqlite:app.db", NULL, &err) == TN_OK);
    absent_row_is_told_by_a_column_that_is_never_null();
    either_side_may_be_absent();
    table_may_stand_twice();
    queries_may_share_a_struct_of_embeds();
    groups_are_collected_with_their_items();
    one_group_is_asked_for();
    groups_are_streamed();
    what_is_left_of_a_group_is_skipped();
    key_may_have_two_columns_or_be_null();
    groups_come_with_lists_and_optional_parts();
    lack_of_memory_is_an_error();
    CHECK(tn_exec_script(
              db,
              "WITH RECURSIVE n (i) AS (SELECT 5000 UNION ALL SELECT i + 1 FROM n LIMIT 1000)"
              " INSERT INTO users (id, name) SELECT i, 'user ' || i FROM n;"
              "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k LIMIT 20)"
              " INSERT INTO orders (user_id, note) SELECT id, 'note ' || i FROM users, k"
              " WHERE id >= 5000 AND i <= id % 21",
              &err) == TN_OK);
    many_items_are_collected();
    tn_db_close(db);
    puts("ok");
    return 0;
}
