/* SPDX-License-Identifier: MIT */
/* The program of test_generate_forms.sh on the project golden/bulk: all items or none, alone and in a
 * transaction. Prints "ok". */
#include "items.tenon.h"

#include "forms.h"

enum {
    ITEMS = 500
};

static tn_arena arena;
static struct demo_item_add_args items[ITEMS];
static char names[ITEMS][24];
static const unsigned char bytes[] = {0, 1, 2, 0, 255};

static void clear(void)
{
    by_hand("DELETE FROM items; DELETE FROM owners");
    memset(items, 0, sizeof items);
    for (unsigned i = 0; i < ITEMS; i++) {
        snprintf(names[i], sizeof names[i], "item %u", i);
        items[i].name = tn_text_of(names[i]);
        items[i].kind = i % 2 ? DEMO_ITEM_KIND_RED : DEMO_ITEM_KIND_BLUE;
        items[i].size.has = i % 3 != 0;
        items[i].size.value = 1 + i;
        items[i].data.data = i % 4 ? bytes : NULL;
        items[i].data.size = i % 4 ? i % 5 : 0;
    }
}

static int64_t count(void)
{
    return number_of("SELECT count(*) FROM items");
}

static void all_items_are_there(void)
{
    int64_t affected = -1;
    clear();
    CHECK(demo_item_add(&affected, db, items, ITEMS, &err) == TN_OK);
    CHECK(affected == ITEMS && count() == ITEMS);
    sqlite3_stmt *stmt = ask("SELECT name, kind, size, data FROM items ORDER BY id");
    for (unsigned i = 0; i < ITEMS; i++) {
        CHECK(sqlite3_step(stmt) == SQLITE_ROW);
        CHECK(strcmp((const char *)sqlite3_column_text(stmt, 0), names[i]) == 0);
        CHECK(strcmp((const char *)sqlite3_column_text(stmt, 1), i % 2 ? "red" : "blue") == 0);
        CHECK((sqlite3_column_type(stmt, 2) == SQLITE_NULL) == (i % 3 == 0));
        CHECK(i % 3 == 0 || sqlite3_column_int64(stmt, 2) == 1 + i);
        CHECK((sqlite3_column_type(stmt, 3) == SQLITE_NULL) == (i % 4 == 0));
        CHECK((unsigned)sqlite3_column_bytes(stmt, 3) == (i % 4 ? i % 5 : 0));
    }
    sqlite3_finalize(stmt);
}

static void nothing_is_done_for_no_items(void)
{
    int64_t affected = -1;
    struct demo_item_rows rows;
    struct demo_item_give_args none;
    memset(&rows, 1, sizeof rows);
    memset(&none, 0, sizeof none);
    CHECK(demo_item_add(&affected, db, NULL, 0, &err) == TN_OK);
    CHECK(affected == 0);
    CHECK(demo_item_add(NULL, db, NULL, 0, NULL) == TN_OK);
    CHECK(demo_item_give(&rows, db, &none, 0, &arena, &err) == TN_OK);
    CHECK(rows.count == 0 && !rows.items);
}

static void item_that_fails_undoes_all_and_is_named(void)
{
    int64_t affected = -1;
    char message[100];
    static const size_t bad[] = {0, 1, 250, ITEMS - 1};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        clear();
        items[bad[i]].size.has = true;
        items[bad[i]].size.value = -1;
        CHECK(demo_item_add(&affected, db, items, ITEMS, &err) == TN_ECHECK);
        snprintf(message, sizeof message, "query 'item_add': item %zu: ", bad[i]);
        CHECK(strncmp(err.message, message, strlen(message)) == 0);
        CHECK(strcmp(err.query, "item_add") == 0);
        CHECK(count() == 0 && affected == -1);
        items[bad[i]].size.value = 1;
        items[bad[i]].kind = (enum demo_item_kind)0;
        CHECK(demo_item_add(&affected, db, items, ITEMS, &err) == TN_EINVAL);
        snprintf(message, sizeof message,
                 "query 'item_add': item %zu: parameter 'kind' is no value of its enum", bad[i]);
        CHECK(strcmp(err.message, message) == 0);
        CHECK(count() == 0 && affected == -1);
        CHECK(demo_item_add(NULL, db, items, ITEMS, NULL) == TN_EINVAL);
    }
    clear();
    items[7].name = items[3].name;
    CHECK(demo_item_add(&affected, db, items, ITEMS, &err) == TN_EUNIQUE);
    CHECK(strstr(err.message, "item 7: ") != NULL);
    items[7].name = tn_text_of(NULL);
    CHECK(demo_item_add(&affected, db, items, ITEMS, &err) == TN_ENOTNULL);
    CHECK(strstr(err.message, "item 7: ") != NULL);
    CHECK(count() == 0);
}

static int in_transaction(tn_db *tx, void *user, tn_error *e)
{
    int64_t affected = 0;
    (void)user;
    int rc = demo_item_add(&affected, tx, items, 10, e);
    if (rc != TN_OK || affected != 10)
        return rc != TN_OK ? rc : TN_EINVAL;
    items[12].size.has = true;
    items[12].size.value = -1;
    if (demo_item_add(&affected, tx, items + 10, 10, e) != TN_ECHECK)
        return TN_EINVAL;
    items[12].size.value = 1;
    return demo_item_add(&affected, tx, items + 20, 5, e);
}

static void failure_in_a_transaction_undoes_its_items_alone(void)
{
    clear();
    CHECK(tn_transact(db, in_transaction, NULL, NULL, &err) == TN_OK);
    CHECK(count() == 15);
    CHECK(number_of("SELECT count(*) FROM items WHERE name IN ('item 10', 'item 12', 'item 19')") ==
          0);
}

/* A deferred reference is looked at when all is committed: then no item is to blame. */
static void reference_that_is_missing_at_the_end_undoes_all(void)
{
    int64_t affected = -1;
    clear();
    items[5].owner.has = true;
    items[5].owner.value.value = 77;
    CHECK(demo_item_add(&affected, db, items, 10, &err) == TN_EFOREIGNKEY);
    CHECK(strstr(err.message, "query 'item_add'") != NULL && strstr(err.message, "item 5") == NULL);
    CHECK(count() == 0 && affected == -1);
    by_hand("INSERT INTO owners VALUES (77, 'x')");
    CHECK(demo_item_add(&affected, db, items, 10, &err) == TN_OK);
    CHECK(affected == 10 && count() == 10);
}

static void rows_come_in_the_order_of_the_items(void)
{
    static struct demo_item_give_args give[ITEMS];
    struct demo_item_rows rows;
    clear();
    for (unsigned i = 0; i < ITEMS; i++) {
        unsigned k = ITEMS - 1 - i;
        give[i].name = items[k].name;
        give[i].kind = items[k].kind;
        give[i].size = items[k].size;
    }
    CHECK(demo_item_give(&rows, db, give, ITEMS, &arena, &err) == TN_OK);
    CHECK(rows.count == ITEMS);
    for (unsigned i = 0; i < ITEMS; i++) {
        CHECK(tn_text_equal(rows.items[i].name, give[i].name));
        CHECK(rows.items[i].kind == give[i].kind);
        CHECK(i == 0 || rows.items[i].id == rows.items[i - 1].id + 1);
    }
    /* What fails leaves the rows as they are. */
    struct demo_item_rows before = rows;
    CHECK(demo_item_give(&rows, db, give, ITEMS, &arena, &err) == TN_EUNIQUE);
    CHECK(strncmp(err.message, "query 'item_give': item 0: ", 27) == 0);
    CHECK(rows.items == before.items && rows.count == before.count && count() == ITEMS);
    tn_arena_reset(&arena);
}

static void item_may_give_no_row_or_several(void)
{
    struct demo_item_grow_args grow[4];
    struct demo_item_grow_rows grown;
    struct demo_item_put_args put[3];
    struct demo_item_put_rows rows;
    clear();
    by_hand(
        "INSERT INTO items (id, name, kind, size) VALUES (1, 'a', 'red', 1), (2, 'b', 'red', 2), (3, 'c', "
        "'blue', 3)");
    memset(grow, 0, sizeof grow);
    for (int i = 0; i < 4; i++)
        grow[i].by = 1 + i;
    grow[0].first = 1, grow[0].last = 3; /* three */
    grow[1].first = 9, grow[1].last = 9; /* none */
    grow[2].first = 2, grow[2].last = 2;
    grow[3].first = 3, grow[3].last = 1; /* none */
    CHECK(demo_item_grow(&grown, db, grow, 4, &arena, &err) == TN_OK);
    CHECK(grown.count == 4 && grown.items[3].id == 2);
    CHECK(number_of("SELECT group_concat(size, '') FROM items") == 264);
    memset(put, 0, sizeof put);
    for (int i = 0; i < 3; i++) {
        put[i].name = tn_text_of(i == 1 ? "new" : "a");
        put[i].size.has = true;
        put[i].size.value = 10;
    }
    CHECK(demo_item_put(&rows, db, put, 3, &arena, &err) == TN_OK);
    CHECK(rows.count == 3 && rows.items[0].id == 1 && rows.items[1].id == 4 &&
          rows.items[2].id == 1);
    CHECK(rows.items[0].size.value == 12 && rows.items[2].size.value == 22);
    struct demo_item_drop_args drop[3];
    int64_t affected = -1;
    drop[0].id = 1, drop[1].id = 1, drop[2].id = 2;
    CHECK(demo_item_drop(&affected, db, drop, 3, &err) == TN_OK);
    CHECK(affected == 2 && count() == 2);
    tn_arena_reset(&arena);
}

static void row_that_cannot_be_read_has_the_item(void)
{
    struct demo_item_hand_args hand[3];
    struct demo_item_hand_rows rows;
    clear();
    by_hand("INSERT INTO owners VALUES (1, 'x')");
    by_hand(
        "INSERT INTO items (id, name, kind, size) VALUES (1, 'a', 'red', 1), (2, 'b', 'red', 'no number')");
    memset(hand, 0, sizeof hand);
    for (int i = 0; i < 3; i++) {
        hand[i].owner.has = true;
        hand[i].owner.value.value = 1;
        hand[i].id = i == 2 ? 2 : 1;
    }
    CHECK(demo_item_hand(&rows, db, hand, 3, &arena, &err) == TN_ETYPE);
    CHECK(strcmp(err.message, "query 'item_hand': item 2: column 'size' holds text, not int") == 0);
    CHECK(strcmp(err.query, "item_hand") == 0 && strcmp(err.column, "size") == 0);
    CHECK(number_of("SELECT count(owner) FROM items") == 0);
    CHECK(demo_item_hand(&rows, db, hand, 3, &arena, NULL) == TN_ETYPE);
    CHECK(demo_item_hand(&rows, db, hand, 2, &arena, &err) == TN_OK && rows.count == 2);
    tn_arena_reset(&arena);
}

static void items_have_lists_of_their_own(void)
{
    struct demo_item_sweep_args sweep[2];
    tn_text kept[2] = {tn_text_of("item 1"), tn_text_of("item 3")};
    tn_text wrong[2] = {tn_text_of("item 1"), tn_text_of(NULL)};
    int64_t affected = -1;
    clear();
    CHECK(demo_item_add(&affected, db, items, 10, &err) == TN_OK);
    memset(sweep, 0, sizeof sweep);
    sweep[0].kind = DEMO_ITEM_KIND_RED;
    sweep[0].names.items = kept;
    sweep[0].names.count = 2;
    sweep[1].kind = DEMO_ITEM_KIND_BLUE;
    sweep[1].names.items = wrong;
    sweep[1].names.count = 2;
    CHECK(demo_item_sweep(&affected, db, sweep, 2, &err) == TN_EINVAL);
    CHECK(strcmp(err.message, "query 'item_sweep': item 1: list 'names': element 1 is NULL") == 0);
    CHECK(count() == 10 && affected == 10);
    sweep[1].names.count = 0;
    CHECK(demo_item_sweep(&affected, db, sweep, 2, &err) == TN_OK);
    CHECK(affected == 8 && count() == 2);
}

int main(void)
{
    open_both("app.db");
    all_items_are_there();
    nothing_is_done_for_no_items();
    item_that_fails_undoes_all_and_is_named();
    failure_in_a_transaction_undoes_its_items_alone();
    reference_that_is_missing_at_the_end_undoes_all();
    rows_come_in_the_order_of_the_items();
    item_may_give_no_row_or_several();
    row_that_cannot_be_read_has_the_item();
    items_have_lists_of_their_own();
    tn_arena_fini(&arena);
    close_both();
    puts("ok");
    return 0;
}
