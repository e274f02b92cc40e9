/* SPDX-License-Identifier: MIT */
/* The program of test_generate_enums.sh, in C and in C++: enums on a real database. Prints "ok". */
#include "tasks.tenon.h"

#include "generated.h"

static struct app_task_add_args args_of(enum app_task_status status, enum app_task_odd odd)
{
    struct app_task_add_args args;
    memset(&args, 0, sizeof args);
    args.status = status;
    args.odd = odd;
    return args;
}

static int64_t add(const struct app_task_add_args *args)
{
    struct app_task_add_row row;
    CHECK(app_task_add(&row, db, args, &err) == TN_OK);
    CHECK(row.status == args->status);
    CHECK(row.kind.has == args->kind.has && row.kind.value == args->kind.value);
    return row.id;
}

/* A row of enums and numbers needs no arena. */
static struct app_task find(int64_t id)
{
    struct app_task task;
    CHECK(app_task_find(&task, db, id, &err) == TN_OK);
    return task;
}

static void values_come_back(void)
{
    struct app_task_add_args args = args_of(APP_TASK_STATUS_IN_20PROGRESS, APP_TASK_ODD_EMPTY);
    struct app_task task = find(add(&args));
    CHECK(task.status == APP_TASK_STATUS_IN_20PROGRESS);
    CHECK(!task.kind.has && task.kind.value == 0);
    CHECK(task.odd == APP_TASK_ODD_EMPTY);
    args.kind.has = true;
    args.kind.value = APP_TASK_KIND_FEATURE;
    for (int odd = APP_TASK_ODD_EMPTY; odd <= APP_TASK_ODD_GR_c3_b6_c3_9fE; odd++) {
        args.odd = (enum app_task_odd)odd;
        task = find(add(&args));
        CHECK(task.odd == args.odd);
        CHECK(task.kind.has && task.kind.value == APP_TASK_KIND_FEATURE);
    }
}

static void value_that_is_none_is_refused(void)
{
    struct app_task_add_row row;
    struct app_task_add_args args = args_of((enum app_task_status)0, APP_TASK_ODD_EMPTY);
    CHECK(app_task_add(&row, db, &args, &err) == TN_EINVAL);
    CHECK(strcmp(err.message, "query 'task_add': parameter 'status' is no value of its enum") == 0);
    CHECK(strcmp(err.query, "task_add") == 0);
    args = args_of(APP_TASK_STATUS_OPEN, APP_TASK_ODD_EMPTY);
    args.kind.has = true;
    CHECK(app_task_add(&row, db, &args, &err) == TN_EINVAL);
    CHECK(strstr(err.message, "'kind'") != NULL);
    CHECK(app_task_add(&row, db, &args, NULL) == TN_EINVAL);

    /* Nothing is held, and an iterator that has not begun can be ended. */
    struct app_task_list_iter it;
    CHECK(app_task_list_begin(&it, db, (enum app_task_status)0, &err) == TN_EINVAL);
    CHECK(app_task_list_next(&it, &err) == TN_DONE);
    app_task_list_end(&it);
    int64_t affected;
    CHECK(app_task_move(&affected, db, APP_TASK_STATUS_DONE, 1, APP_TASK_STATUS_OPEN, &err) ==
          TN_OK);
}

static void stored_text_that_is_none_is_an_error(void)
{
    struct app_task_add_args args = args_of(APP_TASK_STATUS_OPEN, APP_TASK_ODD_EMPTY);
    struct app_task task;
    memset(&task, 0, sizeof task);
    int64_t id = add(&args);
    CHECK(tn_exec_script(db,
                         "PRAGMA ignore_check_constraints = on;"
                         "UPDATE tasks SET status = 'opem' WHERE id = (SELECT max(id) FROM tasks)",
                         &err) == TN_OK);
    CHECK(app_task_find(&task, db, id, &err) == TN_ETYPE);
    CHECK(strcmp(err.message, "query 'task_find': column 'status' holds 'opem', which is no value "
                              "of app_task_status") == 0);
    CHECK(strcmp(err.column, "status") == 0);
    CHECK(task.id == 0);
    CHECK(tn_exec_script(db, "UPDATE tasks SET status = x'00' WHERE status = 'opem'", &err) ==
          TN_OK);
    CHECK(app_task_find(&task, db, id, &err) == TN_ETYPE);
    CHECK(strstr(err.message, "holds blob, not app_task_status") != NULL);
    CHECK(tn_exec_script(db, "DELETE FROM tasks WHERE typeof(status) = 'blob'", &err) == TN_OK);
}

static void texts_and_values_convert(void)
{
    enum app_task_status status = APP_TASK_STATUS_DONE;
    struct app_opt_task_status some;
    CHECK(tn_text_equal(app_task_status_text(status), tn_text_of("done")));
    CHECK(!app_task_status_text((enum app_task_status)0).data);
    CHECK(app_task_status_parse(&status, tn_text_of("in progress")));
    CHECK(status == APP_TASK_STATUS_IN_20PROGRESS);
    CHECK(!app_task_status_parse(&status, tn_text_of("Done")));
    CHECK(!app_task_status_parse(&status, tn_text_of("")));
    CHECK(!app_task_status_parse(&status, tn_text_of(NULL)));
    CHECK(status == APP_TASK_STATUS_IN_20PROGRESS);
    CHECK(app_opt_task_status_parse(&some, tn_text_of(NULL)) && !some.has);
    CHECK(app_opt_task_status_parse(&some, tn_text_of("open")) && some.has);
    CHECK(tn_text_equal(app_opt_task_status_text(some), tn_text_of("open")));
    CHECK(!app_opt_task_status_parse(&some, tn_text_of("x")));
    some.has = false;
    CHECK(!app_opt_task_status_text(some).data);
}

static void nullable_parameter_and_column(void)
{
    tn_arena arena = TN_ARENA_INIT;
    struct app_task_by_kind_rows rows;
    struct app_opt_task_kind kind;
    memset(&kind, 0, sizeof kind);
    CHECK(app_task_by_kind_all(&rows, db, kind, &arena, &err) == TN_OK);
    CHECK(rows.count == 1);
    kind.has = true;
    kind.value = APP_TASK_KIND_FEATURE;
    CHECK(app_task_by_kind_all(&rows, db, kind, &arena, &err) == TN_OK);
    CHECK(rows.count == 3);
    CHECK(rows.items[0].status == APP_TASK_STATUS_IN_20PROGRESS);
    kind.value = (enum app_task_kind)0;
    CHECK(app_task_by_kind_all(&rows, db, kind, &arena, &err) == TN_EINVAL);
    tn_arena_fini(&arena);
}

int main(void)
{
    CHECK(tn_db_open(&db, "sqlite:app.db", NULL, &err) == TN_OK);
    values_come_back();
    value_that_is_none_is_refused();
    stored_text_that_is_none_is_an_error();
    texts_and_values_convert();
    nullable_parameter_and_column();
    tn_db_close(db);
    puts("ok");
    return 0;
}
