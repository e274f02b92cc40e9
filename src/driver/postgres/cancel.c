/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver/postgres/postgres.h"
#include "util/alloc.h"
#include "util/clock.h"

void tn__pg_ask(PGcancel *cancel)
{
    static const struct timespec at_once = {0, 0};
    char ignored[256];
    sigset_t broken, pending, before;
    int number = errno;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    tn__pq->cancel(cancel, ignored, sizeof ignored);
    if (!sigismember(&pending, SIGPIPE)) {
        while (sigtimedwait(&broken, NULL, &at_once) < 0 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = number;
}

/* --- waking who waits -------------------------------------------------------------------------- */

void tn__pg_wake_init(struct tn__driver_conn *conn)
{
    conn->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void tn__pg_wake_fini(struct tn__driver_conn *conn)
{
    if (conn->wake_fd >= 0)
        close(conn->wake_fd);
}

bool tn__pg_wake(struct tn__driver_conn *conn)
{
    const uint64_t one = 1;
    int number = errno;
    bool is_woken = atomic_load(&conn->is_waiting) &&
                    write(conn->wake_fd, &one, sizeof one) == (ssize_t)sizeof one;
    errno = number;
    return is_woken;
}

bool tn__pg_is_woken(struct tn__driver_conn *conn)
{
    uint64_t count;
    return conn->wake_fd >= 0 && read(conn->wake_fd, &count, sizeof count) == (ssize_t)sizeof count;
}

/* --- asking the server ------------------------------------------------------------------------- */

/*
 * Asking the server to stop a statement takes a connection of its own, and PQcancel() waits for the
 * server to hang up on it, for as long as that takes: for ever, where the server has stopped or the
 * network swallows all. Who asks because his time is up cannot wait for that, so a thread does. What was
 * asked for may arrive late, so that nothing else is sent on the connection before that is over.
 */
struct tn__pg_canceller {
    PGcancel *cancel; /* its own */
    pthread_mutex_t mutex;
    pthread_cond_t done;
    bool is_over; /* the server has been told, or cannot be */
    bool is_left; /* nobody waits for it any more: the thread frees it */
};

static void free_canceller(struct tn__pg_canceller *canceller)
{
    tn__pq->freeCancel(canceller->cancel);
    pthread_cond_destroy(&canceller->done);
    pthread_mutex_destroy(&canceller->mutex);
    tn__free(canceller);
}

static void *run_canceller(void *user)
{
    struct tn__pg_canceller *canceller = user;
    tn__pg_ask(canceller->cancel);
    pthread_mutex_lock(&canceller->mutex);
    canceller->is_over = true;
    bool is_left = canceller->is_left;
    pthread_cond_signal(&canceller->done);
    pthread_mutex_unlock(&canceller->mutex);
    if (is_left)
        free_canceller(canceller);
    return NULL;
}

/* On the monotonic clock. NULL: no memory. */
static struct tn__pg_canceller *make_canceller(const struct tn__driver_conn *conn)
{
    struct tn__pg_canceller *canceller = tn__alloc_zero(1, sizeof *canceller);
    pthread_condattr_t attributes;
    if (!canceller)
        return NULL;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&canceller->mutex, NULL);
    pthread_cond_init(&canceller->done, &attributes);
    pthread_condattr_destroy(&attributes);
    canceller->cancel = tn__pq->getCancel(conn->pg);
    if (canceller->cancel)
        return canceller;
    free_canceller(canceller);
    return NULL;
}

/* The program's signals are not for it. */
static bool start_thread(struct tn__pg_canceller *canceller)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&thread, NULL, run_canceller, canceller) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_started)
        pthread_detach(thread);
    return is_started;
}

bool tn__pg_cancel_start(struct tn__driver_conn *conn)
{
    if (conn->canceller)
        return true;
    struct tn__pg_canceller *canceller = make_canceller(conn);
    if (!canceller)
        return false;
    if (!start_thread(canceller)) {
        free_canceller(canceller);
        return false;
    }
    conn->canceller = canceller;
    return true;
}

void tn__pg_cancel(struct tn__driver_conn *conn)
{
    if (!conn->limits || !tn__pg_cancel_start(conn))
        tn__pg_ask(conn->cancel);
}

bool tn__pg_cancel_end(struct tn__driver_conn *conn, int64_t patience_ms)
{
    struct tn__pg_canceller *canceller = conn->canceller;
    struct timespec deadline = tn__deadline_in(patience_ms);
    if (!canceller)
        return true;
    conn->canceller = NULL;
    pthread_mutex_lock(&canceller->mutex);
    while (!canceller->is_over && patience_ms > 0 &&
           pthread_cond_timedwait(&canceller->done, &canceller->mutex, &deadline) == 0)
        continue;
    bool is_over = canceller->is_over;
    canceller->is_left = !is_over;
    pthread_mutex_unlock(&canceller->mutex);
    if (is_over)
        free_canceller(canceller);
    return is_over;
}
