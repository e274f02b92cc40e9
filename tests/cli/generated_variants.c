/* SPDX-License-Identifier: MIT */
/* The program of test_generate_forms.sh on the project golden/variants: every combination of parts and
 * choices against the statement that a person would have written. Prints "ok". */
#include "late.tenon.h"
#include "tasks.tenon.h"

#include "forms.h"

enum {
    ROWS = 300,
    TURNS = 3 /* of random values, for each combination */
};

static tn_arena arena;
static const char *const statuses[] = {"", "open", "done", "lost"};

static void fill(void)
{
    sqlite3_stmt *stmt =
        ask("INSERT INTO tasks VALUES (?1, ?2, ?3, ?4, ?5, datetime(?6, 'unixepoch'), ?7)");
    by_hand("BEGIN");
    for (int i = 1; i <= ROWS; i++) {
        char title[20];
        char owner[20];
        snprintf(title, sizeof title, "t%u", draw(40));
        snprintf(owner, sizeof owner, draw(4) ? "o%u" : "t%u", draw(6));
        sqlite3_reset(stmt);
        sqlite3_clear_bindings(stmt);
        sqlite3_bind_int64(stmt, 1, i);
        sqlite3_bind_text(stmt, 2, title, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(stmt, 3, statuses[1 + draw(3)], -1, SQLITE_STATIC);
        if (draw(4))
            sqlite3_bind_text(stmt, 4, owner, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 5, draw(20));
        sqlite3_bind_int64(stmt, 6, draw(100));
        if (draw(2) && i > 1)
            sqlite3_bind_int64(stmt, 7, 1 + draw(10) % (unsigned)(i - 1));
        CHECK(sqlite3_step(stmt) == SQLITE_DONE);
    }
    sqlite3_finalize(stmt);
    by_hand("COMMIT");
}

/* A statement as it grows. */
static char sql[4000];

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...)
{
    size_t used = strlen(sql);
    va_list args;
    va_start(args, format);
    vsnprintf(sql + used, sizeof sql - used, format, args);
    va_end(args);
}

static void search_once(unsigned parts, unsigned sort)
{
    static const char *const orders[] = {"made DESC, id", "title, id DESC", "weight DESC, id"};
    struct demo_search_args args;
    struct demo_task_rows rows;
    struct demo_task_id ids[30];
    char owner[20];
    memset(&args, 0, sizeof args);
    args.least = (int64_t)draw(10);
    args.most = 1 + (int64_t)draw(ROWS);
    args.sort = (enum demo_search_sort)sort;
    snprintf(sql, sizeof sql, "SELECT id, owner FROM tasks WHERE weight > %lld",
             (long long)args.least);
    if (parts & 1) {
        args.status.has = true;
        args.status.value = (enum demo_task_status)(1 + draw(3));
        add(" AND status = '%s'", statuses[args.status.value]);
    }
    if (parts & 2) {
        snprintf(owner, sizeof owner, "t%u", draw(6));
        args.owner = tn_text_of(owner);
        add(" AND owner IS NOT NULL AND (owner = '%s' OR title = '%s')", owner, owner);
    }
    if (parts & 4) {
        args.made.has = true;
        args.made.value.us = (int64_t)draw(100) * 1000000;
        add(" AND made >= datetime(%lld, 'unixepoch')", (long long)args.made.value.us / 1000000);
    }
    if (parts & 8) {
        args.parent.has = true;
        args.parent.value.value = 1 + (int64_t)draw(10);
        add(" AND parent = %lld", (long long)args.parent.value.value);
    }
    args.has_ids = (parts & 16) != 0;
    args.ids.items = ids;
    args.ids.count = args.has_ids ? draw(30) : 1000000; /* not looked at without its part */
    if (args.has_ids)
        add(" AND id IN (0");
    for (size_t i = 0; args.has_ids && i < args.ids.count; i++) {
        ids[i].value = 1 + (int64_t)draw(ROWS);
        add(",%lld", (long long)ids[i].value);
    }
    add("%s ORDER BY %s LIMIT %lld", args.has_ids ? ")" : "", orders[sort], (long long)args.most);

    CHECK(demo_search_all(&rows, db, &args, &arena, &err) == TN_OK);
    sqlite3_stmt *stmt = ask(sql);
    for (size_t i = 0; i < rows.count; i++) {
        CHECK(sqlite3_step(stmt) == SQLITE_ROW);
        CHECK(sqlite3_column_int64(stmt, 0) == rows.items[i].id.value);
        CHECK((sqlite3_column_type(stmt, 1) == SQLITE_NULL) == (rows.items[i].owner.data == NULL));
    }
    CHECK(sqlite3_step(stmt) == SQLITE_DONE);
    sqlite3_finalize(stmt);
    tn_arena_reset(&arena);
}

static void every_combination_gives_its_rows(void)
{
    for (unsigned turn = 0; turn < TURNS; turn++)
        for (unsigned parts = 0; parts < 32; parts++)
            for (unsigned sort = 0; sort < 3; sort++)
                search_once(parts, sort);
}

static void nested_once(unsigned parts, unsigned who, unsigned sort)
{
    struct demo_nested_args args;
    struct demo_nested_iter it;
    int rc;
    memset(&args, 0, sizeof args);
    args.has_few = (parts & 1) != 0;
    args.has_inner = (parts & 2) != 0;
    args.has_most = (parts & 4) != 0;
    args.limit = 1 + (int64_t)draw(20);
    args.who = (enum demo_nested_who)who;
    args.sort = (enum demo_nested_sort)sort;
    if (args.has_inner) /* else it is 0, which is none of the enum's values, and nobody minds */
        args.not_ = (enum demo_task_status)(1 + draw(3));
    long long limit = (long long)args.limit;
    snprintf(sql, sizeof sql, "SELECT id, ifnull(owner, '%s') FROM tasks WHERE 1",
             who ? "somebody" : "nobody");
    if (args.has_few)
        add(" AND weight < %lld", limit);
    if (args.has_few && args.has_inner)
        add(" AND weight > %lld", limit - 3);
    if (args.has_inner)
        add(" AND status <> '%s'", statuses[args.not_]);
    if (args.has_most)
        add(" AND weight <= %lld", limit + 3);
    if (sort == 2)
        add(" ORDER BY id %% %lld, id", limit);
    else
        add(" ORDER BY id %s", sort ? "DESC" : "");
    sqlite3_stmt *stmt = ask(sql);
    CHECK(demo_nested_begin(&it, db, &args, &err) == TN_OK);
    while ((rc = demo_nested_next(&it, &err)) == TN_ROW) {
        CHECK(sqlite3_step(stmt) == SQLITE_ROW);
        CHECK(sqlite3_column_int64(stmt, 0) == it.row.id.value);
        CHECK(strcmp((const char *)sqlite3_column_text(stmt, 1), it.row.owner.data) == 0);
    }
    CHECK(rc == TN_DONE);
    CHECK(sqlite3_step(stmt) == SQLITE_DONE);
    demo_nested_end(&it);
    sqlite3_finalize(stmt);
}

static void parts_in_parts_give_their_rows(void)
{
    for (unsigned turn = 0; turn < TURNS; turn++)
        for (unsigned parts = 0; parts < 8; parts++)
            for (unsigned choice = 0; choice < 6; choice++)
                nested_once(parts, choice / 3, choice % 3);
}

/* 256 of them, of which nine have been checked. */
static void many_parts_give_their_rows(void)
{
    for (unsigned parts = 0; parts < 256; parts++) {
        struct demo_many_parts_args args;
        struct demo_many_parts_rows rows;
        tn_opt_int *const values[] = {&args.a, &args.b, &args.c, &args.d,
                                      &args.e, &args.f, &args.g};
        memset(&args, 0, sizeof args);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM tasks WHERE 1");
        for (unsigned i = 0; i < 7; i++) {
            if (!(parts & 1U << i))
                continue;
            values[i]->has = true;
            values[i]->value = (int64_t)i * 2;
            add(" AND weight <> %u", i * 2);
        }
        args.has_open = parts >= 128;
        add(args.has_open ? " AND status = 'open'" : "");
        CHECK(demo_many_parts_all(&rows, db, &args, &arena, &err) == TN_OK);
        CHECK((int64_t)rows.count == number_of(sql));
        tn_arena_reset(&arena);
    }
}

static void flag_switches_a_part_whose_value_may_be_null(void)
{
    struct demo_owned_args args;
    struct demo_owned_row row;
    memset(&args, 0, sizeof args);
    CHECK(demo_owned(&row, db, &args, &err) == TN_OK);
    CHECK(row.n == ROWS && row.least.has && row.least.value == 0);
    args.has_owner = true;
    args.what = DEMO_OWNED_WHAT_ID;
    CHECK(demo_owned(&row, db, &args, &err) == TN_OK);
    CHECK(row.n == number_of("SELECT count(*) FROM tasks WHERE owner IS NULL"));
    CHECK(row.least.value == number_of("SELECT min(id) FROM tasks WHERE owner IS NULL"));
    args.owner = tn_text_of("o1");
    args.status.has = true;
    args.status.value = DEMO_TASK_STATUS_OPEN;
    args.other = DEMO_TASK_STATUS_LOST;
    CHECK(demo_owned(&row, db, &args, &err) == TN_OK);
    CHECK(
        row.n ==
        number_of("SELECT count(*) FROM tasks WHERE owner = 'o1' AND status IN ('open', 'lost')"));
    args.owner = tn_text_of("nobody at all");
    CHECK(demo_owned(&row, db, &args, &err) == TN_OK);
    CHECK(row.n == 0 && !row.least.has);
}

static void value_that_is_none_is_refused_where_it_is_used(void)
{
    struct demo_owned_args args;
    struct demo_owned_row row;
    struct demo_nested_args nested;
    struct demo_nested_iter it;
    unsigned nine = 9;
    memset(&args, 0, sizeof args);
    args.status.has = true;
    CHECK(demo_owned(&row, db, &args, &err) == TN_EINVAL);
    CHECK(strcmp(err.message, "query 'owned': parameter 'status' is no value of its enum") == 0);
    args.status.value = DEMO_TASK_STATUS_OPEN;
    CHECK(demo_owned(&row, db, &args, &err) == TN_EINVAL);
    CHECK(strstr(err.message, "'other'") != NULL);
    memset(&args, 0, sizeof args);
    memcpy(&args.what, &nine, sizeof nine);
    CHECK(demo_owned(&row, db, &args, &err) == TN_EINVAL);
    CHECK(strstr(err.message, "'what'") != NULL);
    memset(&nested, 0, sizeof nested);
    nested.has_inner = true;
    CHECK(demo_nested_begin(&it, db, &nested, &err) == TN_EINVAL);
    CHECK(strstr(err.message, "'not'") != NULL);
    CHECK(demo_nested_next(&it, &err) == TN_DONE);
    demo_nested_end(&it);
}

static void single_rows_have_parts_too(void)
{
    struct demo_pick_args args;
    struct demo_pick_row row;
    struct demo_owners_args which;
    struct demo_owners_rows rows;
    memset(&args, 0, sizeof args);
    args.id.value = 7;
    CHECK(demo_pick(&row, db, &args, &arena, &err) == TN_OK);
    args.status.has = true;
    for (int i = 1; i <= 3; i++) {
        args.status.value = (enum demo_task_status)i;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM tasks WHERE id = 7 AND status = '%s'",
                 statuses[i]);
        CHECK(demo_pick(&row, db, &args, &arena, &err) == (number_of(sql) ? TN_OK : TN_NONE));
    }
    which.has_known = false;
    CHECK(demo_owners_all(&rows, db, &which, &arena, &err) == TN_OK);
    CHECK(rows.count == ROWS);
    which.has_known = true;
    CHECK(demo_owners_all(&rows, db, &which, &arena, &err) == TN_OK);
    CHECK((int64_t)rows.count == number_of("SELECT count(owner) FROM tasks"));
}

static void query_of_a_c_file_has_parts_too(void)
{
    struct demo_late_args args;
    struct demo_late_rows rows;
    memset(&args, 0, sizeof args);
    args.before.us = 50000000;
    args.status.has = true;
    args.status.value = DEMO_TASK_STATUS_DONE;
    args.sort = DEMO_LATE_SORT_TITLE;
    CHECK(demo_late_all(&rows, db, &args, &arena, &err) == TN_OK);
    CHECK(
        (int64_t)rows.count ==
        number_of(
            "SELECT count(*) FROM tasks WHERE made < datetime(50, 'unixepoch') AND status = 'done'"));
    for (size_t i = 1; i < rows.count; i++)
        CHECK(strcmp(rows.items[i - 1].title.data, rows.items[i].title.data) <= 0);
}

static void writes_have_parts_too(void)
{
    struct demo_settle_args args;
    int64_t affected = -1;
    memset(&args, 0, sizeof args);
    args.to = DEMO_TASK_STATUS_LOST;
    args.after.value = 200;
    args.weight.has = true;
    args.weight.value = 99;
    args.from.has = true;
    args.from.value = DEMO_TASK_STATUS_OPEN;
    int64_t expected = number_of("SELECT count(*) FROM tasks WHERE id > 200 AND status = 'open'");
    CHECK(demo_settle(&affected, db, &args, &err) == TN_OK);
    CHECK(affected == expected);
    CHECK(number_of("SELECT count(*) FROM tasks WHERE weight = 99 AND status = 'lost'") ==
          expected);
    args.weight.has = false;
    args.from.has = false;
    CHECK(demo_settle(&affected, db, &args, &err) == TN_OK);
    CHECK(affected == ROWS - 200);
    CHECK(number_of("SELECT count(*) FROM tasks WHERE weight = 99") == expected);
}

int main(void)
{
    open_both("app.db");
    fill();
    every_combination_gives_its_rows();
    parts_in_parts_give_their_rows();
    many_parts_give_their_rows();
    flag_switches_a_part_whose_value_may_be_null();
    value_that_is_none_is_refused_where_it_is_used();
    single_rows_have_parts_too();
    query_of_a_c_file_has_parts_too();
    writes_have_parts_too();
    tn_arena_fini(&arena);
    close_both();
    puts("ok");
    return 0;
}
