#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "data_migrations.h"
#include "tasks.tenon.h"

/* DATABASE_URL, in the environment or in .env, brought up to date; a file is made if it is missing. */
static int open_database(tn_db **db, tn_error *err)
{
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.create = true;
    int rc = tn_db_open_env(db, &options, err);
    if (rc == TN_OK)
        rc = tn_migrate(*db, &my_app_migrations, NULL, NULL, err);
    return rc;
}

static int add(tn_db *db, const char *title, tn_arena *arena, tn_error *err)
{
    struct my_app_tasks task;
    int rc = my_app_task_add(&task, db, tn_text_of(title), (tn_text){0}, arena, err);
    if (rc == TN_OK)
        printf("%lld  %s\n", (long long)task.id, task.title.data);
    return rc;
}

static int list(tn_db *db, tn_error *err)
{
    struct my_app_task_list_iter iter;
    int rc = my_app_task_list_begin(&iter, db, false, err);
    if (rc != TN_OK)
        return rc;
    while ((rc = my_app_task_list_next(&iter, err)) == TN_ROW)
        printf("%lld  %s\n", (long long)iter.row.id, iter.row.title.data);
    my_app_task_list_end(&iter);
    return rc;
}

static int finish(tn_db *db, const char *id, tn_error *err)
{
    int64_t affected;
    int rc = my_app_task_finish(&affected, db, strtoll(id, NULL, 10), err);
    if (rc == TN_OK && affected == 0)
        rc = tn_error_set(err, TN_ENOROW, "no open task has the number '%s'", id);
    return rc;
}

int main(int argc, char **argv)
{
    tn_db *db = NULL;
    tn_error err = {0};
    tn_arena arena = TN_ARENA_INIT;
    const char *command = argc > 1 ? argv[1] : "list";
    int rc = open_database(&db, &err);
    if (rc >= 0 && strcmp(command, "add") == 0 && argc == 3)
        rc = add(db, argv[2], &arena, &err);
    else if (rc >= 0 && strcmp(command, "done") == 0 && argc == 3)
        rc = finish(db, argv[2], &err);
    else if (rc >= 0 && strcmp(command, "list") == 0 && argc <= 2)
        rc = list(db, &err);
    else if (rc >= 0)
        rc = tn_error_set(&err, TN_EINVAL, "usage: my_app [list | add TITLE | done NUMBER]");
    if (rc < 0)
        fprintf(stderr, "my_app: %s\n", err.message);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc < 0;
}
