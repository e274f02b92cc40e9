/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_OFD_SETLKW */
#include "driver/sqlite/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/clock.h"

/*
 * The kernel's queue knows no time limit, and a library must not send itself signals. So where the
 * gate is not free at once a thread of its own waits in that queue, and its owner waits for it with a
 * limit. If the limit passes, the thread stays in the queue, and lets go what it gets, or hands it to
 * the next call. There is such a thread only where processes really meet.
 */
struct tn__gate {
    int file;
    bool is_in; /* the owner's alone */
    atomic_bool is_interrupted;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t queuer;
    bool has_queuer;
    /* Under the mutex: */
    bool is_wanted;
    bool is_queuing; /* in the kernel's queue */
    bool is_granted;
    bool is_failed;
    bool is_over;
};

enum {
    TURN_MS = 20
};

static int lock_whole(int file, int how, short type)
{
    struct flock range = {.l_type = type, .l_whence = SEEK_SET};
    int rc;
    do
        rc = fcntl(file, how, &range);
    while (rc != 0 && errno == EINTR);
    return rc == 0 ? 0 : errno;
}

/* Blocked in nothing but the system call, so that it can be cancelled there at any moment. */
static int queue_up(int file)
{
    int before;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before); /* NOLINT(cert-pos47-c) */
    pthread_testcancel();
    int failed = lock_whole(file, F_OFD_SETLKW, F_WRLCK);
    pthread_setcanceltype(before, &before);
    return failed;
}

static void *run_queuer(void *user)
{
    struct tn__gate *gate = user;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    pthread_mutex_lock(&gate->mutex);
    while (!gate->is_over) {
        if (!gate->is_wanted) {
            pthread_cond_wait(&gate->changed, &gate->mutex);
            continue;
        }
        gate->is_queuing = true;
        pthread_mutex_unlock(&gate->mutex);
        pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
        int failed = queue_up(gate->file);
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
        pthread_mutex_lock(&gate->mutex);
        gate->is_queuing = false;
        gate->is_failed = failed != 0;
        if (gate->is_wanted)
            gate->is_granted = failed == 0;
        else if (!failed)
            lock_whole(gate->file, F_OFD_SETLK, F_UNLCK);
        gate->is_wanted = false;
        pthread_cond_broadcast(&gate->changed);
    }
    pthread_mutex_unlock(&gate->mutex);
    return NULL;
}

/* The program's signals are not for this thread. */
static bool start_queuer(struct tn__gate *gate)
{
    sigset_t all, before;
    if (gate->has_queuer)
        return true;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    gate->has_queuer = pthread_create(&gate->queuer, NULL, run_queuer, gate) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return gate->has_queuer;
}

/* A file that is made here gets the rights and, where we may, the owner of the database's. */
static int open_file(const char *path, const char *database)
{
    struct stat st;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0 || errno != ENOENT || stat(database, &st) != 0)
        return file;
    file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, st.st_mode & 0666);
    if (file < 0)
        return errno == EEXIST ? open(path, O_RDWR | O_CLOEXEC) : file;
    if (fchmod(file, st.st_mode & 0666) != 0 ||
        (geteuid() == 0 && fchown(file, st.st_uid, st.st_gid) != 0)) {
        close(file);
        return -1;
    }
    return file;
}

/* Whether the file system knows such locks. */
static bool can_lock(int file)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_OFD_GETLK, &range) == 0;
}

int tn__gate_open(struct tn__gate **out, const char *path, const char *database, tn_error *err)
{
    struct tn__gate *gate = tn__alloc_zero(1, sizeof *gate);
    if (!gate)
        return tn_error_set(err, TN_ENOMEM, "cannot open '%s': out of memory", path);
    gate->file = open_file(path, database);
    if (gate->file < 0 || !can_lock(gate->file)) {
        int rc = tn_error_set(err, TN_EUNSUPPORTED, "no gate '%s': %s", path, strerror(errno));
        if (gate->file >= 0)
            close(gate->file);
        tn__free(gate);
        return rc;
    }
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&gate->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&gate->mutex, NULL);
    *out = gate;
    return TN_OK;
}

void tn__gate_close(struct tn__gate *gate)
{
    if (!gate)
        return;
    if (gate->has_queuer) {
        pthread_mutex_lock(&gate->mutex);
        gate->is_over = true;
        gate->is_wanted = false;
        pthread_cond_broadcast(&gate->changed);
        pthread_mutex_unlock(&gate->mutex);
        pthread_cancel(gate->queuer); /* out of the kernel's queue, if it is there */
        pthread_join(gate->queuer, NULL);
    }
    close(gate->file);
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->mutex);
    tn__free(gate);
}

/* In short turns: a signal handler, which may interrupt it, must not signal a condition. */
static int wait_for_queuer(struct tn__gate *gate, int64_t patience_ms, tn_error *err)
{
    int64_t end = tn__mono_ns() + patience_ms * 1000000;
    gate->is_wanted = true;
    gate->is_granted = gate->is_failed = false;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_granted && !gate->is_failed && !atomic_load(&gate->is_interrupted)) {
        int64_t left_ms = (end - tn__mono_ns() + 999999) / 1000000;
        if (left_ms <= 0)
            break;
        struct timespec turn = tn__deadline_in(left_ms < TURN_MS ? left_ms : TURN_MS);
        pthread_cond_timedwait(&gate->changed, &gate->mutex, &turn);
    }
    gate->is_wanted = false;
    if (gate->is_granted || gate->is_failed)
        return TN_OK;
    if (atomic_load(&gate->is_interrupted))
        return tn_error_set(err, TN_EINTERRUPT, "interrupted");
    return tn_error_set(err, TN_EBUSY,
                        "database is locked: another process has been writing, or waited for, for "
                        "%lld ms",
                        (long long)patience_ms);
}

int tn__gate_enter(struct tn__gate *gate, int64_t patience_ms, tn_error *err)
{
    int rc = TN_OK;
    if (gate->is_in)
        return TN_OK;
    atomic_store(&gate->is_interrupted, false);
    pthread_mutex_lock(&gate->mutex);
    /* While the queuer is in the queue, a lock taken here would be let go by it. */
    int failed = gate->is_queuing ? EAGAIN : lock_whole(gate->file, F_OFD_SETLK, F_WRLCK);
    gate->is_in = failed == 0;
    if (failed == EAGAIN || failed == EACCES) {
        if (!start_queuer(gate))
            rc = tn_error_set(err, TN_ENOMEM, "cannot queue for the database: out of memory");
        else
            rc = wait_for_queuer(gate, patience_ms, err);
        gate->is_in = rc == TN_OK && gate->is_granted;
    }
    /* Any other failure is the file system's: then the engine's own way of waiting must do. */
    pthread_mutex_unlock(&gate->mutex);
    return rc;
}

void tn__gate_interrupt(struct tn__gate *gate)
{
    atomic_store(&gate->is_interrupted, true);
}

void tn__gate_leave(struct tn__gate *gate)
{
    if (!gate->is_in)
        return;
    gate->is_in = false;
    lock_whole(gate->file, F_OFD_SETLK, F_UNLCK);
}
