/* Asserts are the test: they stay, whatever the build type says. */
#undef NDEBUG
#include "database.h"

#include <string.h>

#include "tasks.tenon.h"

static void task_that_was_added_is_open(void)
{
    tn_db *db = new_database();
    tn_arena arena = TN_ARENA_INIT;
    struct my_app_tasks task;
    struct my_app_task_list_rows open = {0};
    assert(my_app_task_add(&task, db, tn_text_of("first"), (tn_text){0}, &arena, NULL) == TN_OK);
    assert(my_app_task_list_all(&open, db, false, &arena, NULL) == TN_OK);
    assert(open.count == 1);
    assert(strcmp(open.items[0].title.data, "first") == 0);
    tn_arena_fini(&arena);
    end_database(db);
}

static void task_is_done_once(void)
{
    tn_db *db = new_database();
    tn_arena arena = TN_ARENA_INIT;
    struct my_app_tasks task;
    int64_t affected;
    assert(my_app_task_add(&task, db, tn_text_of("first"), (tn_text){0}, &arena, NULL) == TN_OK);
    assert(my_app_task_finish(&affected, db, task.id, NULL) == TN_OK && affected == 1);
    assert(my_app_task_finish(&affected, db, task.id, NULL) == TN_OK && affected == 0);
    tn_arena_fini(&arena);
    end_database(db);
}

static void task_without_title_is_refused(void)
{
    tn_db *db = new_database();
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct my_app_tasks task;
    assert(my_app_task_add(&task, db, tn_text_of(""), (tn_text){0}, &arena, &err) == TN_ECHECK);
    tn_arena_fini(&arena);
    end_database(db);
}

int main(void)
{
    task_that_was_added_is_open();
    task_is_done_once();
    task_without_title_is_refused();
    puts("3 passed");
    return 0;
}
