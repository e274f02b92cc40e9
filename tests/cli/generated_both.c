/* SPDX-License-Identifier: MIT */
/* Queries for both engines (test_pg_both.sh): each URL that is given gets the same calls, and gives the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "pg.tenon.h"
#include "tasks.tenon.h"

#define CHECK(condition)                                                    \
 do {                                                                       \
  if (!(condition)) {                                                       \
   fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition, err.message); \
   exit(1);                                                                 \
  }                                                                         \
 } while (0)

static tn_error err;
static int64_t ids[2];

static bool is(tn_text text, const char *string)
{
    return text.size == strlen(string) && memcmp(text.data, string, text.size) == 0;
}

static void write_rows(tn_db *db, tn_arena *arena)
{
    static const char bytes[] = {0, 1, 2};
    struct app_user_add_row user;
    struct app_tasks task;
    struct app_task_add_args args;
    struct app_task_put_args items[3];
    int64_t affected = 0;
    CHECK(app_user_add(&user, db, tn_text_of("a@x"), APP_USERS_ROLE_ADMIN, &err) == TN_OK);
    ids[0] = user.id;
    CHECK(app_user_add(&user, db, tn_text_of("b@x"), APP_USERS_ROLE_USER, &err) == TN_OK);
    ids[1] = user.id;
    CHECK(app_user_add(&user, db, tn_text_of("b@x"), APP_USERS_ROLE_USER, &err) == TN_EUNIQUE);
    memset(&args, 0, sizeof(args));
    args.user_id = ids[0];
    args.title = tn_text_of("first");
    args.done = true;
    args.created_at.us = INT64_C(1700000000123000);
    args.data = tn_text_of("{\"a\": 1}");
    args.score.has = true;
    args.score.value = 1.5;
    args.secret.data = bytes;
    args.secret.size = 3;
    CHECK(app_task_add(&task, db, &args, arena, &err) == TN_OK);
    CHECK(task.done && task.note.data == NULL && task.score.has && task.score.value == 1.5);
    CHECK(app_task_find(&task, db, task.id, arena, &err) == TN_OK);
    CHECK(is(task.title, "first") && is(task.data, "{\"a\": 1}") && task.user_id == ids[0]);
    CHECK(task.created_at.us == INT64_C(1700000000123000));
    CHECK(task.secret.size == 3 && memcmp(task.secret.data, bytes, 3) == 0);
    CHECK(app_task_done(&affected, db, false, task.id, &err) == TN_OK && affected == 1);
    CHECK(app_task_find(&task, db, task.id, arena, &err) == TN_OK && !task.done);
    CHECK(app_task_find(&task, db, 1000000, arena, &err) == TN_NONE);
    for (size_t i = 0; i < 3; i++) {
        items[i].user_id = ids[0];
        items[i].title = tn_text_of(i == 1 ? "b" : "c");
    }
    CHECK(app_task_put(&affected, db, items, 3, &err) == TN_OK && affected == 3);
    items[2].user_id = -1;
    CHECK(app_task_put(&affected, db, items, 3, &err) == TN_EFOREIGNKEY);
}

static void read_rows(tn_db *db, tn_arena *arena)
{
    static const enum app_users_role roles[] = {APP_USERS_ROLE_USER};
    struct app_users_role_list list = {roles, 1};
    struct app_user_list_iter iter;
    struct app_users_rows rows;
    CHECK(app_user_list_begin(&iter, db, list, &err) == TN_OK);
    CHECK(app_user_list_next(&iter, &err) == TN_ROW);
    CHECK(iter.row.id == ids[1] && is(iter.row.email, "b@x"));
    CHECK(iter.row.role == APP_USERS_ROLE_USER);
    CHECK(app_user_list_next(&iter, &err) == TN_DONE);
    CHECK(app_user_list_next(&iter, &err) == TN_DONE);
    app_user_list_end(&iter);
    CHECK(app_user_list_begin(&iter, db, list, &err) == TN_OK);
    app_user_list_end(&iter);
    app_user_list_end(&iter);
    list.count = 0;
    CHECK(app_user_list_all(&rows, db, list, arena, &err) == TN_OK && rows.count == 0);
}

static void search(tn_db *db, tn_arena *arena)
{
    int64_t some[64];
    struct app_task_search_args args;
    struct app_task_search_rows rows;
    for (size_t i = 0; i < 64; i++)
        some[i] = (int64_t)i + 1;
    memset(&args, 0, sizeof(args));
    args.ids.items = some;
    args.ids.count = 64;
    args.sort = APP_TASK_SEARCH_SORT_TITLE;
    CHECK(app_task_search_all(&rows, db, &args, arena, &err) == TN_OK && rows.count == 4);
    CHECK(is(rows.items[0].title, "b") && is(rows.items[3].title, "first"));
    args.since.has = true;
    args.since.value.us = INT64_C(1710000000000000);
    CHECK(app_task_search_all(&rows, db, &args, arena, &err) == TN_OK && rows.count == 3);
}

static void groups(tn_db *db, tn_arena *arena)
{
    struct app_user_tasks_iter iter;
    struct app_user_tasks_rows rows;
    struct app_user_one_row one;
    size_t items = 0;
    CHECK(app_user_tasks_all(&rows, db, arena, &err) == TN_OK && rows.count == 2);
    CHECK(rows.items[0].t_count == 4 && rows.items[1].t_count == 0);
    CHECK(is(rows.items[0].t[0].title, "first") && is(rows.items[1].email, "b@x"));
    CHECK(app_user_tasks_begin(&iter, db, &err) == TN_OK);
    CHECK(app_user_tasks_next(&iter, &err) == TN_ROW && iter.row.id == ids[0]);
    while (app_user_tasks_next_t(&iter, &err) == TN_ROW)
        items++;
    CHECK(items == 4 && app_user_tasks_next(&iter, &err) == TN_ROW && iter.row.id == ids[1]);
    CHECK(app_user_tasks_next_t(&iter, &err) == TN_DONE);
    CHECK(app_user_tasks_next(&iter, &err) == TN_DONE);
    app_user_tasks_end(&iter);
    CHECK(app_user_tasks_begin(&iter, db, &err) == TN_OK);
    app_user_tasks_end(&iter);
    CHECK(app_user_one(&one, db, ids[0], arena, &err) == TN_OK && one.t_count == 4);
    CHECK(app_user_one(&one, db, -1, arena, &err) == TN_NONE);
}

/* Where a server sends them one by one, and where they always come so. */
static void stream(tn_db *db, tn_arena *arena)
{
    struct app_task_ids_iter iter;
    struct app_task_ids_rows rows;
    size_t count = 0;
    CHECK(app_task_ids_all(&rows, db, arena, &err) == TN_OK && rows.count == 4);
    CHECK(app_task_ids_begin(&iter, db, &err) == TN_OK);
    while (app_task_ids_next(&iter, &err) == TN_ROW) {
        CHECK(count < 4 && iter.row.id == rows.items[count].id);
        CHECK(is(iter.row.title, rows.items[count].title.data));
        count++;
    }
    CHECK(count == 4);
    app_task_ids_end(&iter);
    CHECK(app_task_ids_begin(&iter, db, &err) == TN_OK);
    CHECK(app_task_ids_next(&iter, &err) == TN_ROW);
    app_task_ids_end(&iter);
    CHECK(app_task_ids_next(&iter, &err) == TN_DONE);
}

/* What one engine alone has works there, and is refused elsewhere. */
static void own(tn_db *db, tn_arena *arena)
{
    struct app_users user;
    struct app_task_rowid_row at;
    bool is_postgres = tn_pg_serves(db);
    int rc = app_user_lock(&user, db, ids[0], arena, &err);
    CHECK(is_postgres ? rc == TN_OK && user.role == APP_USERS_ROLE_ADMIN : rc == TN_EMISUSE);
    rc = app_task_rowid(&at, db, tn_text_of("first"), &err);
    CHECK(is_postgres ? rc == TN_EMISUSE : rc == TN_OK && at.at.value > 0);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        static tn_arena arena;
        tn_db *db = NULL;
        CHECK(tn_db_open(&db, argv[i], NULL, &err) == TN_OK);
        write_rows(db, &arena);
        read_rows(db, &arena);
        search(db, &arena);
        groups(db, &arena);
        stream(db, &arena);
        own(db, &arena);
        tn_db_close(db);
        tn_arena_fini(&arena);
    }
    CHECK(app_tasks_queries[0] != NULL && app_tasks_queries[1] != NULL);
    CHECK(strcmp(app_tasks_queries[0]->name, app_tasks_queries[1]->name) == 0);
    puts("ok");
    return 0;
}
