/* SPDX-License-Identifier: MIT */
#include <tenon/maintain.h>

#include <signal.h>
#include <time.h>

#include "pool/pool.h"
#include "util/clock.h"

/* The thread that calls tn_db_maintain(), where the program has asked for one. */

enum {
    DEFAULT_INTERVAL_MS = 60000
};

static void *run(void *user)
{
    struct tn__pool *pool = user;
    struct tn__keeper *keeper = &pool->keeper;
    pthread_mutex_lock(&pool->mutex);
    while (!keeper->is_over) {
        struct timespec deadline = tn__deadline_in(keeper->interval_ms);
        int waited = pthread_cond_timedwait(&keeper->waiting.told, &pool->mutex, &deadline);
        if (waited == 0 || keeper->is_over)
            continue; /* the interval is another one, or it is over */
        pthread_mutex_unlock(&pool->mutex);
        tn_db_maintain(&pool->db);
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* The program's signals are not for this thread. */
static bool start(struct tn__pool *pool)
{
    sigset_t all, before;
    tn__waiting_init(&pool->keeper.waiting);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_running = pthread_create(&pool->keeper.thread, NULL, run, pool) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!is_running)
        tn__waiting_fini(&pool->keeper.waiting);
    return is_running;
}

int tn_db_maintain_start(tn_db *db, uint32_t interval_ms, tn_error *err)
{
    struct tn__pool *pool = db->pool;
    if (db->pinned || db->depth != 0)
        return tn_error_set(err, TN_EMISUSE,
                            "a view of a connection is not looked after by itself");
    pthread_mutex_lock(&pool->mutex);
    pool->keeper.interval_ms = interval_ms ? interval_ms : DEFAULT_INTERVAL_MS;
    if (pool->keeper.is_running)
        pthread_cond_signal(&pool->keeper.waiting.told);
    else
        pool->keeper.is_running = start(pool);
    bool is_running = pool->keeper.is_running;
    pthread_mutex_unlock(&pool->mutex);
    return is_running ? TN_OK
                      : tn_error_set(err, TN_ENOMEM, "cannot start a thread: out of memory");
}

void tn__keeper_stop(struct tn__pool *pool)
{
    struct tn__keeper *keeper = &pool->keeper;
    if (!keeper->is_running)
        return;
    pthread_mutex_lock(&pool->mutex);
    keeper->is_over = true;
    pthread_cond_signal(&keeper->waiting.told);
    pthread_mutex_unlock(&pool->mutex);
    pthread_join(keeper->thread, NULL);
    tn__waiting_fini(&keeper->waiting);
}
