/* SPDX-License-Identifier: MIT */
#include "contention.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "account.h"
#include "database.h"
#include "token.h"
#include "users.tenon.h"

enum {
    MEETING_SECONDS = 10
};

/* A place where two wait for each other. */
struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t both_are_here;
    unsigned here;
};

struct task;

/* What the threads of one scene share. */
struct scene {
    tn_db *db;
    int (*act)(struct task *task, tn_error *err);
    struct meeting meeting;
    atomic_uint runs;
    tn_uuid users[2];
    const struct cobalt_user *version;
    const struct secret *token;
    unsigned times;
};

struct task {
    struct scene *scene;
    unsigned index;
    bool has_met;
    struct secret successor;
    tn_arena arena; /* for the rows of one run */
    int status;
    tn_error err;
};

/* The second one wakes the first. Whoever waits for too long goes on alone, and the scene shows it. */
static void meet(struct task *task)
{
    struct meeting *m = &task->scene->meeting;
    struct timespec until;
    int rc = 0;
    if (task->has_met)
        return;
    task->has_met = true;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += MEETING_SECONDS;
    pthread_mutex_lock(&m->mutex);
    if (++m->here == 2)
        pthread_cond_broadcast(&m->both_are_here);
    while (m->here < 2 && rc == 0)
        rc = pthread_cond_timedwait(&m->both_are_here, &m->mutex, &until);
    pthread_mutex_unlock(&m->mutex);
}

static void *run_task(void *argument)
{
    struct task *task = argument;
    task->status = task->scene->act(task, &task->err);
    tn_arena_fini(&task->arena);
    return NULL;
}

/* The first refusal counts; an error that is none ends the scene with it. */
static int sum_up(struct contention *out, const struct task *tasks, unsigned count, tn_error *err)
{
    *out = (struct contention){.runs = tasks->scene->runs};
    for (unsigned i = 0; i < count; i++) {
        if (tasks[i].status >= 0) {
            out->done++;
            continue;
        }
        if (tasks[i].status > TN_EUSER || (out->refused && out->status != tasks[i].status)) {
            *err = tasks[i].err;
            return tasks[i].status;
        }
        out->refused++;
        out->status = tasks[i].status;
    }
    return TN_OK;
}

/* `tasks` has `count` elements. Threads that cannot be started are an error, when the others have ended. */
static int play(struct contention *out, struct scene *scene, struct task *tasks, unsigned count,
                tn_error *err)
{
    pthread_t threads[CONTENTION_THREADS_MAX];
    unsigned started = 0;
    if (count > CONTENTION_THREADS_MAX)
        return tn_error_set(err, TN_EINVAL, "%d threads at most", CONTENTION_THREADS_MAX);
    pthread_mutex_init(&scene->meeting.mutex, NULL);
    pthread_cond_init(&scene->meeting.both_are_here, NULL);
    for (; started < count; started++) {
        tasks[started] = (struct task){.scene = scene, .index = started, .arena = TN_ARENA_INIT};
        if (pthread_create(&threads[started], NULL, run_task, &tasks[started]) != 0)
            break;
    }
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&scene->meeting.both_are_here);
    pthread_mutex_destroy(&scene->meeting.mutex);
    if (started < count)
        return tn_error_set(err, TN_ERROR, "cannot start a thread");
    return sum_up(out, tasks, count, err);
}

/* --- deadlock -------------------------------------------------------------------------------------- */

static int lock_in_turn(tn_db *tx, void *user, tn_error *err)
{
    struct task *task = user;
    struct scene *scene = task->scene;
    struct cobalt_user row;
    scene->runs++;
    int rc = cobalt_user_lock(&row, tx, scene->users[task->index], &task->arena, err);
    if (rc < 0)
        return rc;
    meet(task);
    rc = cobalt_user_lock(&row, tx, scene->users[1 - task->index], &task->arena, err);
    return rc < 0 ? rc : TN_OK;
}

static int deadlock(struct task *task, tn_error *err)
{
    const tn_tx_options options = database_locking();
    return tn_transact(task->scene->db, lock_in_turn, task, &options, err);
}

int contention_deadlock(struct contention *out, tn_db *db, tn_uuid a, tn_uuid b, tn_error *err)
{
    struct scene scene = {.db = db, .act = deadlock, .users = {a, b}};
    struct task tasks[2];
    return play(out, &scene, tasks, 2, err);
}

/* --- serialization --------------------------------------------------------------------------------- */

/* What account_set_role() does, with a rest in the middle. */
static int demote_the_other(tn_db *tx, void *user, tn_error *err)
{
    struct task *task = user;
    struct scene *scene = task->scene;
    const tn_uuid other = scene->users[1 - task->index];
    struct cobalt_admin_count_others_row others;
    struct cobalt_user row;
    scene->runs++;
    int rc = cobalt_admin_count_others(&others, tx, other, err);
    if (rc < 0)
        return rc;
    if (others.total == 0)
        return tn_error_set(err, COBALT_ELASTADMIN, "he is the last administrator");
    meet(task);
    rc = cobalt_user_set_role(&row, tx, COBALT_USER_ROLE_USER, other, &task->arena, err);
    return rc < 0 ? rc : TN_OK;
}

static int serialization(struct task *task, tn_error *err)
{
    const tn_tx_options options = database_serializable();
    return tn_transact(task->scene->db, demote_the_other, task, &options, err);
}

int contention_serialization(struct contention *out, tn_db *db, tn_uuid a, tn_uuid b, tn_error *err)
{
    struct scene scene = {.db = db, .act = serialization, .users = {a, b}};
    struct task tasks[2];
    return play(out, &scene, tasks, 2, err);
}

/* --- optimistic locking ---------------------------------------------------------------------------- */

static int change_that_version(struct task *task, tn_error *err)
{
    const struct cobalt_user *version = task->scene->version;
    char email[64];
    snprintf(email, sizeof email, "%u.%.40s", task->index, version->email.data);
    task->scene->runs++;
    return account_update_email(NULL, task->scene->db, version->id, tn_text_of(email),
                                tn_some_timestamp(version->updated_at), &task->arena, err);
}

int contention_optimistic(struct contention *out, tn_db *db, const struct cobalt_user *user,
                          unsigned count, tn_error *err)
{
    struct scene scene = {.db = db, .act = change_that_version, .version = user};
    struct task tasks[CONTENTION_THREADS_MAX];
    return play(out, &scene, tasks, count, err);
}

/* --- FOR UPDATE ------------------------------------------------------------------------------------ */

static int add_one(tn_db *tx, void *user, tn_error *err)
{
    struct task *task = user;
    struct cobalt_user row;
    char email[64];
    task->scene->runs++;
    int rc = cobalt_user_lock(&row, tx, task->scene->users[0], &task->arena, err);
    if (rc != TN_OK)
        return rc < 0 ? rc : tn_error_set(err, COBALT_ENOUSER, "there is no such user");
    unsigned long number = strtoul(row.email.data, NULL, 10);
    snprintf(email, sizeof email, "%lu@example.com", number + 1);
    const struct cobalt_user_update_email_args args = {.id = row.id, .email = tn_text_of(email)};
    rc = cobalt_user_update_email(&row, tx, &args, &task->arena, err);
    return rc < 0 ? rc : TN_OK;
}

static int add_often(struct task *task, tn_error *err)
{
    const tn_tx_options options = database_locking();
    int rc = TN_OK;
    for (unsigned i = 0; rc >= 0 && i < task->scene->times; i++) {
        rc = tn_transact(task->scene->db, add_one, task, &options, err);
        tn_arena_reset(&task->arena);
    }
    return rc;
}

int contention_for_update(struct contention *out, tn_db *db, tn_uuid user, unsigned count,
                          unsigned times, tn_error *err)
{
    struct scene scene = {.db = db, .act = add_often, .users = {user, user}, .times = times};
    struct task tasks[CONTENTION_THREADS_MAX];
    return play(out, &scene, tasks, count, err);
}

/* --- compare and swap ------------------------------------------------------------------------------ */

static int rotate(struct task *task, tn_error *err)
{
    task->scene->runs++;
    return token_rotate(&task->successor, task->scene->db, tn_text_of(task->scene->token->text),
                        err);
}

int contention_rotate(struct contention *out, struct secret *successor, tn_db *db,
                      const struct secret *token, unsigned count, tn_error *err)
{
    struct scene scene = {.db = db, .act = rotate, .token = token};
    struct task tasks[CONTENTION_THREADS_MAX];
    int rc = play(out, &scene, tasks, count, err);
    for (unsigned i = 0; rc >= 0 && i < count; i++) {
        if (tasks[i].status >= 0)
            *successor = tasks[i].successor;
    }
    return rc;
}
