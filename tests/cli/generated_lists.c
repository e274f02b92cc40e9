/* SPDX-License-Identifier: MIT */
/* The program of test_generate_forms.sh on the project golden/lists: each list against the same values bound
 * one by one. Prints "ok". */
#include "items.tenon.h"

#include "forms.h"

enum {
    ROWS = 600,
    KEYS = 10000,
    TEXTS = 40
};

static tn_arena arena;
static char texts[TEXTS][8];

/* A text or blob of a small stock: some with NUL bytes, one empty. */
static tn_text stock(unsigned i)
{
    tn_text text = {texts[i], i == 0 ? 0U : 3 + i % 4};
    return text;
}

static void fill(void)
{
    for (unsigned i = 0; i < TEXTS; i++)
        snprintf(texts[i], sizeof texts[i], "t%02u%c.%u", i, i % 3 ? 'x' : '\0', i % 10);
    by_hand("BEGIN; INSERT INTO owners VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    sqlite3_stmt *stmt = ask(
        "INSERT OR IGNORE INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6, datetime(?6 / 1000, 'unixepoch'), ?7, "
        "?8, ?9, ?10)");
    static const char *const kinds[] = {"red", "light blue", "it's"};
    for (int i = 0; i < ROWS; i++) {
        tn_text name = stock(draw(TEXTS));
        tn_text code = stock(draw(TEXTS));
        sqlite3_reset(stmt);
        sqlite3_clear_bindings(stmt);
        sqlite3_bind_int64(stmt, 1, 1 + draw(2 * ROWS));
        if (draw(5))
            sqlite3_bind_text64(stmt, 2, name.data, name.size, SQLITE_STATIC, SQLITE_UTF8);
        if (draw(5))
            sqlite3_bind_blob64(stmt, 3, code.data, code.size, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 4, kinds[draw(3)], -1, SQLITE_STATIC);
        sqlite3_bind_int(stmt, 5, (int)draw(2));
        sqlite3_bind_int64(stmt, 6, 1000 * (int64_t)draw(50));
        if (draw(3))
            sqlite3_bind_text(stmt, 7, draw(2) ? "[1]" : "{}", -1, SQLITE_STATIC);
        sqlite3_bind_double(stmt, 8, draw(20) / 4.0);
        if (draw(2))
            sqlite3_bind_double(stmt, 9, draw(10) / 2.0); /* an integer where it is one */
        if (draw(3))
            sqlite3_bind_int64(stmt, 10, 1 + draw(3));
        CHECK(sqlite3_step(stmt) == SQLITE_DONE);
    }
    sqlite3_finalize(stmt);
    by_hand("COMMIT");
}

/* "before (?, ?, …) after", once for each list. */
static sqlite3_stmt *list_by_hand(const char *before, size_t count, const char *after)
{
    char *sql = (char *)malloc(strlen(before) + 2 * count + strlen(after) + 8);
    if (!sql)
        exit(1);
    char *end = sql + sprintf(sql, "%s (", before);
    for (size_t i = 0; i < count; i++)
        end += sprintf(end, "%s", i ? ",?" : "?");
    sprintf(end, ") %s", after);
    sqlite3_stmt *stmt = ask(sql);
    free(sql);
    return stmt;
}

static void same(const struct demo_found_rows *rows, sqlite3_stmt *stmt)
{
    for (size_t i = 0; i < rows->count; i++) {
        CHECK(sqlite3_step(stmt) == SQLITE_ROW);
        CHECK(sqlite3_column_int64(stmt, 0) == rows->items[i].id);
    }
    CHECK(sqlite3_step(stmt) == SQLITE_DONE);
    sqlite3_finalize(stmt);
}

static const size_t counts[] = {0, 1, 2, 7, 60, KEYS};
enum {
    COUNTS = sizeof(counts) / sizeof(counts[0])
};

static void numbers(void)
{
    static int64_t ids[KEYS];
    struct demo_found_rows rows;
    for (int turn = 0; turn < 3; turn++) {
        for (size_t c = 0; c < COUNTS; c++) {
            tn_int_list list = {turn == 0 && counts[c] == 0 ? NULL : ids, counts[c]};
            for (size_t i = 0; i < list.count; i++)
                ids[i] = (int64_t)draw(3 * ROWS) - 10; /* some twice */
            if (turn == 2)
                for (size_t i = 0; i < list.count; i++)
                    ids[i] = (int64_t)i * 7 - 3; /* in order */
            CHECK(demo_by_ids_all(&rows, db, list, &arena, &err) == TN_OK);
            sqlite3_stmt *stmt =
                list_by_hand("SELECT id FROM items WHERE id IN", list.count, "ORDER BY id");
            for (size_t i = 0; i < list.count; i++)
                sqlite3_bind_int64(stmt, (int)i + 1, ids[i]);
            same(&rows, stmt);
            CHECK(demo_but_ids_all(&rows, db, list, &arena, &err) == TN_OK);
            stmt = list_by_hand("SELECT id FROM items WHERE id NOT IN", list.count, "ORDER BY id");
            for (size_t i = 0; i < list.count; i++)
                sqlite3_bind_int64(stmt, (int)i + 1, ids[i]);
            same(&rows, stmt);
            struct demo_count_of_row row;
            CHECK(demo_count_of(&row, db, list, &err) == TN_OK);
            CHECK(row.total - row.n == (int64_t)rows.count);
            tn_arena_reset(&arena);
        }
    }
}

static void bind_texts(sqlite3_stmt *stmt, const tn_text *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sqlite3_bind_text64(stmt, (int)i + 1, items[i].data, items[i].size, SQLITE_STATIC,
                            SQLITE_UTF8);
}

static void texts_and_blobs(void)
{
    static tn_text names[KEYS];
    static tn_blob codes[KEYS];
    static tn_json docs[KEYS];
    struct demo_found_rows rows;
    for (size_t c = 0; c < COUNTS; c++) {
        size_t n = counts[c];
        tn_text_list list = {names, n};
        tn_blob_list blobs = {codes, n};
        tn_text_list json = {docs, n};
        for (size_t i = 0; i < n; i++) {
            names[i] = stock(draw(n > 100 ? 4 : TEXTS));
            tn_text code = stock(draw(TEXTS));
            codes[i].data = code.data;
            codes[i].size = code.size;
            docs[i] = tn_text_of(draw(2) ? "[1]" : "[2]");
        }
        CHECK(demo_by_names_all(&rows, db, list, &arena, &err) == TN_OK);
        sqlite3_stmt *stmt = list_by_hand("SELECT id FROM items WHERE name IN", n, "ORDER BY id");
        bind_texts(stmt, names, n);
        same(&rows, stmt);
        CHECK(demo_but_names_all(&rows, db, list, &arena, &err) == TN_OK);
        stmt = list_by_hand("SELECT id FROM items WHERE name NOT IN", n, "ORDER BY id");
        bind_texts(stmt, names, n);
        same(&rows, stmt);
        CHECK(demo_by_docs_all(&rows, db, json, &arena, &err) == TN_OK);
        stmt = list_by_hand("SELECT id FROM items WHERE doc IN", n, "ORDER BY id");
        bind_texts(stmt, docs, n);
        same(&rows, stmt);
        CHECK(demo_by_codes_all(&rows, db, blobs, &arena, &err) == TN_OK);
        stmt = list_by_hand("SELECT id FROM items WHERE code IN", n, "ORDER BY id");
        for (size_t i = 0; i < n; i++) {
            if (codes[i].size == 0)
                sqlite3_bind_zeroblob(stmt, (int)i + 1, 0);
            else
                sqlite3_bind_blob64(stmt, (int)i + 1, codes[i].data, codes[i].size, SQLITE_STATIC);
        }
        same(&rows, stmt);
        tn_arena_reset(&arena);
    }
}

static void enums_bools_times_and_keys(void)
{
    struct demo_found_rows rows;
    for (unsigned set = 0; set < 8; set++) {
        enum demo_item_kind kinds[3];
        struct demo_owner_id owners[3];
        struct demo_item_kind_list list = {kinds, 0};
        struct demo_owner_id_list keys = {owners, 0};
        char sql[200] = "SELECT id FROM items WHERE kind IN (''";
        char by[300] = "SELECT id FROM open_items WHERE owner NOT IN (";
        static const char *const words[] = {",'red'", ",'light blue'", ",'it''s'"};
        for (unsigned i = 0; i < 3; i++) {
            if (!(set & 1U << i))
                continue;
            kinds[list.count++] = (enum demo_item_kind)(i + 1);
            owners[keys.count++].value = (int64_t)i + 1;
            strcat(sql, words[i]);
            snprintf(by + strlen(by), 10, keys.count > 1 ? ",%u" : "%u", i + 1);
        }
        strcat(by, ") AND sort IN (''");
        strcat(by, strchr(sql, '(') + 3);
        strcat(by, ") ORDER BY id");
        strcat(sql, ") ORDER BY id");
        CHECK(demo_by_kinds_all(&rows, db, list, &arena, &err) == TN_OK);
        same(&rows, ask(sql));
        CHECK(demo_open_by_kinds_all(&rows, db, list, keys, &arena, &err) == TN_OK);
        same(&rows, ask(by));
        bool done[2];
        tn_bool_list flags = {done, 0};
        if (set & 1)
            done[flags.count++] = true;
        if (set & 2)
            done[flags.count++] = false;
        CHECK(demo_by_done_all(&rows, db, flags, &arena, &err) == TN_OK);
        snprintf(sql, sizeof sql, "SELECT id FROM items WHERE done IN (%s) ORDER BY id",
                 (set & 3) == 3   ? "1, 0"
                 : (set & 3) == 2 ? "0"
                 : (set & 3) == 1 ? "1"
                                  : "");
        same(&rows, ask(sql));
        tn_timestamp times[8];
        tn_timestamp_list made = {times, set};
        tn_timestamp_list seen = {times + set / 2, set - set / 2};
        sqlite3_stmt *stmt;
        for (unsigned i = 0; i < set; i++)
            times[i].us = (int64_t)draw(50) * 1000000;
        CHECK(demo_by_times_all(&rows, db, made, seen, &arena, &err) == TN_OK);
        stmt =
            ask("SELECT id FROM items WHERE made IN (?1,?2,?3,?4,?5,?6,?7) OR seen IN "
                "(datetime(?11/1000,'unixepoch'),datetime(?12/1000,'unixepoch'),datetime(?13/1000,"
                "'unixepoch'),datetime(?14/1000,'unixepoch')) ORDER BY id");
        for (unsigned i = 0; i < set; i++)
            sqlite3_bind_int64(stmt, (int)i + 1, times[i].us / 1000);
        for (unsigned i = set / 2; i < set; i++)
            sqlite3_bind_int64(stmt, (int)(11 + i - set / 2), times[i].us / 1000);
        same(&rows, stmt);
        tn_arena_reset(&arena);
    }
}

static void reals_and_values(void)
{
    static double weights[60];
    static tn_value amounts[60];
    struct demo_found_rows rows;
    for (size_t n = 0; n <= 60; n += 6) {
        tn_real_list list = {weights, n};
        tn_value_list values = {amounts, n};
        for (size_t i = 0; i < n; i++) {
            weights[i] = draw(40) / 8.0;
            memset(&amounts[i], 0, sizeof amounts[i]);
            amounts[i].type = draw(2) ? TN_REAL : TN_INT;
            if (amounts[i].type == TN_INT)
                amounts[i].as.integer = (int64_t)draw(6);
            else
                amounts[i].as.real = draw(12) / 2.0;
        }
        CHECK(demo_by_weights_all(&rows, db, list, &arena, &err) == TN_OK);
        sqlite3_stmt *stmt = list_by_hand("SELECT id FROM items WHERE weight IN", n, "ORDER BY id");
        for (size_t i = 0; i < n; i++)
            sqlite3_bind_double(stmt, (int)i + 1, weights[i]);
        same(&rows, stmt);
        CHECK(demo_by_amounts_all(&rows, db, values, &arena, &err) == TN_OK);
        stmt = list_by_hand("SELECT id FROM items WHERE amount IN", n, "ORDER BY id");
        for (size_t i = 0; i < n; i++) {
            if (amounts[i].type == TN_INT)
                sqlite3_bind_int64(stmt, (int)i + 1, amounts[i].as.integer);
            else
                sqlite3_bind_double(stmt, (int)i + 1, amounts[i].as.real);
        }
        same(&rows, stmt);
        tn_arena_reset(&arena);
    }
}

static void element_that_is_none_is_refused(void)
{
    struct demo_found_rows rows;
    struct demo_by_names_iter it;
    tn_text names[3] = {tn_text_of("a"), {NULL, 0}, tn_text_of("b")};
    tn_text_list list = {names, 3};
    CHECK(demo_by_names_all(&rows, db, list, &arena, &err) == TN_EINVAL);
    CHECK(strcmp(err.message, "query 'by_names': list 'names': element 1 is NULL") == 0);
    CHECK(strcmp(err.query, "by_names") == 0);
    CHECK(demo_by_names_begin(&it, db, list, &err) == TN_OK);
    CHECK(demo_by_names_next(&it, NULL) == TN_EINVAL);
    CHECK(demo_by_names_next(&it, &err) == TN_DONE);
    demo_by_names_end(&it);
    enum demo_item_kind kinds[2] = {DEMO_ITEM_KIND_RED, DEMO_ITEM_KIND_RED};
    unsigned nine = 9;
    struct demo_item_kind_list bad = {kinds, 2};
    memcpy(&kinds[1], &nine, sizeof nine);
    CHECK(demo_by_kinds_all(&rows, db, bad, &arena, &err) == TN_EINVAL);
    CHECK(strcmp(err.message,
                 "query 'by_kinds': list 'kinds': element 1 is no value of its enum") == 0);
    kinds[1] = (enum demo_item_kind)0;
    CHECK(demo_by_kinds_all(&rows, db, bad, &arena, &err) == TN_EINVAL);
    list.count = 1; /* the statement is whole again */
    CHECK(demo_by_names_all(&rows, db, list, &arena, &err) == TN_OK);
    CHECK(rows.count == 0);
    tn_value value;
    memset(&value, 0, sizeof value);
    tn_value_list values = {&value, 1};
    CHECK(demo_by_amounts_all(&rows, db, values, &arena, &err) == TN_EINVAL);
    CHECK(strstr(err.message, "list 'amounts': element 0 is NULL") != NULL);
}

/* The same query within its own loop, with another list. */
static void loops_nest(void)
{
    static int64_t ids[2 * ROWS];
    struct demo_by_ids_iter outer;
    tn_int_list list = {ids, 2 * ROWS};
    int64_t count = 0;
    int64_t inside = 0;
    int rc;
    for (int i = 0; i < 2 * ROWS; i++)
        ids[i] = 2 * ROWS - i;
    CHECK(demo_by_ids_begin(&outer, db, list, &err) == TN_OK);
    while ((rc = demo_by_ids_next(&outer, &err)) == TN_ROW) {
        struct demo_by_ids_iter inner;
        int64_t pair[2] = {outer.row.id, outer.row.id + 1};
        tn_int_list two = {pair, 2};
        count++;
        CHECK(demo_by_ids_begin(&inner, db, two, &err) == TN_OK);
        CHECK(demo_by_ids_next(&inner, &err) == TN_ROW);
        CHECK(inner.row.id == outer.row.id);
        inside += demo_by_ids_next(&inner, &err) == TN_ROW;
        demo_by_ids_end(&inner);
    }
    CHECK(rc == TN_DONE);
    demo_by_ids_end(&outer);
    CHECK(count == number_of("SELECT count(*) FROM items"));
    CHECK(inside == number_of("SELECT count(*) FROM items a JOIN items b ON b.id = a.id + 1"));
}

static void lists_stand_beside_scalars(void)
{
    int64_t ids[40];
    tn_text names[3];
    struct demo_by_all_args args;
    struct demo_by_all_rows rows;
    struct demo_first_of_row first;
    struct demo_owner_id owner = {2};
    struct demo_owner_id_list owners = {&owner, 1};
    memset(&args, 0, sizeof args);
    for (int i = 0; i < 40; i++)
        ids[i] = i * 5;
    for (int i = 0; i < 3; i++)
        names[i] = stock((unsigned)i);
    args.ids.items = ids;
    args.ids.count = 40;
    args.names.items = names;
    args.names.count = 3;
    args.least = 2.5;
    args.not_ = DEMO_ITEM_KIND_RED;
    CHECK(demo_by_all_all(&rows, db, &args, &arena, &err) == TN_OK);
    CHECK(
        (int64_t)rows.count ==
        number_of(
            "SELECT count(*) FROM items WHERE id % 5 = 0 AND id < 200 AND kind <> 'red' AND (weight > "
            "2.5 OR name IN ('', CAST(x'743031782e' AS TEXT), 't02x.'))"));
    CHECK(demo_first_of(&first, db, owners, &err) == TN_OK);
    CHECK(first.id == number_of("SELECT min(id) FROM items WHERE owner = 2"));
    owners.count = 0;
    CHECK(demo_first_of(&first, db, owners, &err) == TN_NONE);
    int64_t affected = -1;
    int64_t before = number_of("SELECT count(*) FROM items WHERE id % 5 = 0 AND id < 200");
    tn_int_list list = {ids, 40};
    CHECK(demo_remove_ids(&affected, db, list, &err) == TN_OK);
    CHECK(affected == before && before > 0);
    list.count = 0;
    CHECK(demo_remove_ids(&affected, db, list, &err) == TN_OK);
    CHECK(affected == 0);
}

int main(void)
{
    open_both("app.db");
    fill();
    numbers();
    texts_and_blobs();
    enums_bools_times_and_keys();
    reals_and_values();
    element_that_is_none_is_refused();
    loops_nest();
    lists_stand_beside_scalars();
    tn_arena_fini(&arena);
    close_both();
    puts("ok");
    return 0;
}
