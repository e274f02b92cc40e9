/* SPDX-License-Identifier: MIT */
#include "core/opened.h"
#include "core/tx.h"

#include <errno.h>
#include <semaphore.h>

/*
 * Group commit. Where a COMMIT waits for the disk, transactions of threads that queue for the writer
 * share one: each runs its function in its own thread, behind a savepoint of its own, and passes the
 * connection on to the next in the queue. The last one, behind whom nobody waits, commits for all.
 * Nobody waits for companions, and nobody returns before that COMMIT.
 *
 * A member whose function fails is rolled back alone. Should the engine end the transaction under it
 * (RAISE(ROLLBACK), a full disk), the work of those before it is gone with it: they run again, alone,
 * in their order. If COMMIT fails it fails for all.
 *
 * The list of members is touched by whoever holds the connection, and by nobody else. A member sleeps
 * on a semaphore of its own, which may go as soon as it has been woken: nobody contends for a lock
 * with those who wake it.
 */

enum {
    MOST_MEMBERS = 32
};

enum fate {
    COMMITTED,
    FAILED,   /* with `error` */
    RUN_AGAIN /* the connection is the member's once more */
};

struct tn__member {
    struct tn__member *next;
    sem_t told;
    unsigned thread;
    enum fate fate;
    tn_error error;
};

static void add_member(struct tn__group *group, struct tn__member *member)
{
    member->next = NULL;
    if (group->last)
        group->last->next = member;
    else
        group->first = member;
    group->last = member;
    group->count++;
}

static struct tn__member *take_first(struct tn__group *group)
{
    struct tn__member *member = group->first;
    group->first = member->next;
    if (!group->first)
        group->last = NULL;
    group->count--;
    return member;
}

/* It may be gone when this returns. */
static void tell(struct tn__member *member, enum fate fate)
{
    member->fate = fate;
    sem_post(&member->told);
}

/* The next of those that have to run again gets the connection; or nobody, and it is free. */
static void go_on_again(tn_conn *conn)
{
    if (!conn->group.first) {
        tn__conn_drop(conn);
        return;
    }
    struct tn__member *next = take_first(&conn->group);
    atomic_store(&conn->owner, next->thread);
    tell(next, RUN_AGAIN);
}

/* A transaction of its own. */
static int run_alone(tn_conn *conn, tn_tx_fn fn, void *user, struct tn__after **after,
                     tn_error *err)
{
    tn_db tx = {.pinned = NULL};
    bool is_over = false;
    int rc = tn__tx_begin_on(&tx, conn, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__tx_call(&tx, fn, user, &is_over, err);
    if (is_over)
        return rc;
    int ended = rc < 0 ? rc : tn__conn_check(conn, err);
    if (ended >= 0)
        ended = conn->driver->commit(conn->handle, err);
    if (ended < 0) {
        tn__tx_undo(&tx);
        return ended;
    }
    *after = tx.after;
    tx.after = NULL;
    tn__tx_close_view(&tx);
    return rc;
}

/* The last one: COMMIT, and tell everybody. The connection goes first: while they are being woken the
 * next transaction may begin. */
static void commit_all(tn_conn *conn)
{
    struct tn__group group = conn->group;
    tn_error err;
    tn_error_clear(&err);
    int rc = TN_OK;
    conn->group = (struct tn__group){NULL, NULL, 0, false};
    if (group.first)
        rc = conn->driver->commit(conn->handle, &err);
    if (rc != TN_OK || !group.first)
        conn->driver->rollback(conn->handle);
    tn__conn_drop(conn);
    while (group.first) {
        struct tn__member *member = take_first(&group);
        if (rc != TN_OK)
            member->error = err;
        tell(member, rc == TN_OK ? COMMITTED : FAILED);
    }
}

/*
 * Run the function behind a savepoint. On success the view is closed, the savepoint released, and
 * what is to happen after COMMIT in *after. On failure only its own work is undone, unless the engine
 * has ended the transaction.
 */
static int run_member(tn_conn *conn, tn_tx_fn fn, void *user, struct tn__after **after,
                      tn_error *err)
{
    tn_db tx = {.pinned = NULL, .is_member = true};
    bool is_over = false;
    int rc = tn__tx_begin_on(&tx, conn, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__tx_call(&tx, fn, user, &is_over, err);
    if (is_over)
        return rc;
    int ended = rc < 0 ? rc : tn__conn_check(conn, err);
    if (ended >= 0)
        ended = conn->driver->check_deferred(conn->handle, err);
    if (ended >= 0)
        ended = conn->driver->release(conn->handle, tx.depth, err);
    if (ended < 0) {
        tn__tx_undo(&tx);
        return ended;
    }
    *after = tx.after;
    tx.after = NULL;
    tn__tx_close_view(&tx);
    return rc;
}

/* Sleep until the COMMIT, which others see to. */
static int await_fate(tn_conn *conn, struct tn__member *self, tn_tx_fn fn, void *user, int result,
                      struct tn__after **after, tn_error *err)
{
    while (sem_wait(&self->told) != 0 && errno == EINTR) {
        /* a signal of the program's */
    }
    if (self->fate == COMMITTED)
        return result;
    tn__after_free(*after);
    *after = NULL;
    if (self->fate == FAILED) {
        *err = self->error;
        return self->error.status;
    }
    result = run_alone(conn, fn, user, after, err);
    go_on_again(conn);
    return result;
}

/* The member's function has run, well or not: who goes on with the connection? */
static void leave(tn_conn *conn, struct tn__member *self, bool has_worked)
{
    struct tn__group *group = &conn->group;
    if (conn->opened) /* on its connection's own view */
        tn__opened_cut(conn, NULL, "its connection was given back");
    if (!conn->driver->in_transaction(conn->handle)) {
        /* Gone, with all that the others had done: this one has failed, they run again. */
        group->is_open = false;
        conn->lost_status = 0;
        conn->driver->rollback(conn->handle);
        go_on_again(conn);
        return;
    }
    conn->driver->end_member(conn->handle);
    if (tn__conn_restore(conn)) /* before the next one meets them */
        tn__pool_note_return(conn, false, true);
    if (has_worked)
        add_member(group, self);
    if (group->count == MOST_MEMBERS || !tn__pool_pass_on(conn))
        commit_all(conn);
}

int tn__group_run(tn_db *db, tn_tx_fn fn, void *user, int *result, tn_error *err)
{
    struct tn__member self = {.thread = tn__thread_id()};
    struct tn__after *after = NULL;
    tn_conn *conn;
    if (!db->side[TN_WRITE] || !tn__pool_groups(db->pool))
        return TN_NONE;
    int rc = tn__conn_take_joining(&conn, db, err);
    if (rc == TN_OK && !conn->group.is_open) {
        rc = conn->driver->begin(conn->handle, TN_WRITE, err);
        conn->group.is_open = rc == TN_OK;
        if (rc != TN_OK)
            tn__conn_drop(conn);
    }
    if (rc != TN_OK) {
        *result = rc;
        return TN_OK;
    }
    sem_init(&self.told, 0, 0);
    rc = run_member(conn, fn, user, &after, err);
    leave(conn, &self, rc >= 0);
    if (rc >= 0)
        rc = await_fate(conn, &self, fn, user, rc, &after, err);
    sem_destroy(&self.told);
    tn__after_run(after);
    *result = rc;
    return TN_OK;
}
