/* SPDX-License-Identifier: MIT */
#include "core/conn.h"

#include "core/observe.h"
#include "core/opened.h"

#include "util/clock.h"

_Thread_local unsigned tn__thread_number;

/* The library's counter: a thread has one number in all pools. */
static atomic_uint last_thread;

unsigned tn__thread_number_new(void)
{
    do
        tn__thread_number = atomic_fetch_add(&last_thread, 1) + 1;
    while (tn__thread_number == 0);
    return tn__thread_number;
}

tn_conn *tn__side_sweep(const struct tn__side *side, unsigned self)
{
    unsigned index = self % side->count;
    for (unsigned i = 0; i < side->count; i++) {
        tn_conn *conn = &side->first[index];
        if (tn__conn_claim(conn, self))
            return conn;
        index = index + 1 < side->count ? index + 1 : 0;
    }
    return NULL;
}

/* One that is open, even if it is not the thread's own: to open another one costs both sides much more
 * than that, and takes up a place at the server. */
static tn_conn *claim_open(const struct tn__side *side, unsigned self)
{
    unsigned index = self % side->count;
    for (unsigned i = 0; i < side->count; i++) {
        tn_conn *conn = &side->first[index];
        if (atomic_load_explicit(&conn->target, memory_order_relaxed) && tn__conn_claim(conn, self))
            return conn;
        index = index + 1 < side->count ? index + 1 : 0;
    }
    return NULL;
}

enum tn__dialect tn__db_dialect(const tn_db *db)
{
    const struct tn__side *side = db->side[TN_READ] ? db->side[TN_READ] : db->side[TN_WRITE];
    if (db->pinned)
        return db->pinned->driver->dialect;
    return side ? side->first->driver->dialect : TN__SQLITE; /* a transaction that is over */
}

static int fail_no_side(const tn_db *db, enum tn_access access, tn_error *err)
{
    if (!db->side[TN_READ] && !db->side[TN_WRITE])
        return tn_error_set(err, TN_EMISUSE, "the transaction is over");
    return tn_error_set(err, TN_EREADONLY, "the database is open for %s only",
                        access == TN_WRITE ? "reading" : "writing");
}

/*
 * What was left to be seen to when the connection was last given back: a transaction for whose
 * ROLLBACK there was no memory, on one that must not be closed; and whether it is watched.
 */
int tn__conn_freshen(tn_conn *conn, tn_error *err)
{
    if (conn->is_broken) {
        conn->driver->rollback(conn->handle);
        if (conn->driver->in_transaction(conn->handle))
            return tn_error_set(err, TN_ENOMEM,
                                "the connection's last transaction cannot be rolled back: out of "
                                "memory");
        conn->is_broken = false;
    }
    tn__observe_refresh(conn);
    return TN_OK;
}

/* A connection that has just been claimed, made ready for its holder; on failure it goes back. */
static int prepare(tn_conn *conn, enum tn_access access, enum tn__hold hold, tn_error *err)
{
    conn->access = access;
    tn__conn_label(conn, NULL);
    atomic_store_explicit(&conn->hold, (int)hold, memory_order_relaxed);
    if (!conn->handle) {
        int rc = tn__pool_connect(conn, err);
        if (rc != TN_OK) {
            tn__conn_give_back(conn);
            return rc;
        }
    }
    if (atomic_load_explicit(&conn->is_stale, memory_order_relaxed)) {
        int rc = tn__conn_freshen(conn, err);
        if (rc != TN_OK) {
            tn__conn_give_back(conn);
            return rc;
        }
    }
    conn->keeps_transaction = conn->is_adopted && conn->driver->in_transaction(conn->handle);
    return TN_OK;
}

/* Of the side `from`, for `access`. */
static int take_from(tn_conn **out, tn_db *db, enum tn_access from, enum tn_access access,
                     enum tn__hold hold, bool joins, tn_error *err)
{
    struct tn__side *side = db->side[from];
    if (!side)
        return fail_no_side(db, access, err);
    if (side->is_tended)
        tn__pool_round(db->pool);
    unsigned self = tn__thread_id();
    bool is_reserved = atomic_load(&side->is_reserved);
    tn_conn *conn = side->is_remote && !is_reserved ? claim_open(side, self) : NULL;
    if (!conn)
        conn = tn__side_own(side, self);
    if (!conn && !is_reserved)
        conn = tn__side_sweep(side, self);
    int rc = conn ? TN_OK : tn__pool_wait(&conn, db, from, joins, err);
    if (rc == TN_OK && side->is_tended)
        tn__pool_retire(conn);
    if (rc == TN_OK && side->is_remote)
        tn__pool_inspect(conn);
    if (rc == TN_OK)
        rc = prepare(conn, access, hold, err);
    if (rc == TN_OK)
        *out = conn;
    return rc;
}

static int take(tn_conn **out, tn_db *db, enum tn_access access, enum tn__hold hold, bool joins,
                tn_error *err)
{
    return take_from(out, db, access, access, hold, joins, err);
}

static void remember(tn_conn *conn)
{
    if (conn->is_touched)
        return;
    conn->is_touched = conn->needs_care = true;
    conn->driver->remember(conn->handle);
}

void tn__conn_touch(tn_conn *conn)
{
    int hold = atomic_load_explicit(&conn->hold, memory_order_relaxed);
    if (!conn->is_adopted && (hold == TN__HOLD_CONN || hold == TN__HOLD_TX))
        remember(conn);
}

void tn__conn_touch_loan(tn_conn *conn)
{
    int hold = atomic_load_explicit(&conn->hold, memory_order_relaxed);
    if (conn->driver->is_remote && hold == TN__HOLD_QUERY)
        remember(conn);
}

int tn__conn_take(tn_conn **out, tn_db *db, enum tn_access access, enum tn__hold hold,
                  tn_error *err)
{
    return take(out, db, access, hold, false, err);
}

int tn__conn_take_joining(tn_conn **out, tn_db *db, tn_error *err)
{
    return take(out, db, TN_WRITE, TN__HOLD_TX, true, err);
}

int tn__conn_take_primary(tn_conn **out, tn_db *db, tn_error *err)
{
    return take_from(out, db, TN_WRITE, TN_READ, TN__HOLD_CONN, false, err);
}

bool tn__conn_restore(tn_conn *conn)
{
    bool was_changed = false;
    tn_error ignored;
    if (!conn->is_touched)
        return false;
    conn->is_touched = false;
    conn->is_broken |= conn->driver->restore(conn->handle, &was_changed, &ignored) != TN_OK;
    return was_changed;
}

/* What its user has left behind: a connection must come back as it was. */
static void clean_up(tn_conn *conn)
{
    bool is_open = conn->driver->in_transaction(conn->handle);
    if (TN_LIKELY(!is_open && !conn->tx && !conn->is_touched))
        return;
    bool is_mine = atomic_load_explicit(&conn->hold, memory_order_relaxed) == TN__HOLD_CONN;
    bool was_open = is_mine && !conn->keeps_transaction && is_open;
    tn__tx_abandon(conn);
    if (!conn->keeps_transaction && conn->driver->in_transaction(conn->handle)) {
        conn->is_broken = true;
        atomic_store(&conn->is_stale, true);
    }
    bool was_changed = tn__conn_restore(conn);
    if (was_open || was_changed)
        tn__pool_note_return(conn, was_open, was_changed);
}

void tn__conn_drop(tn_conn *conn)
{
    if (TN_UNLIKELY(conn->side->is_remote) && conn->driver->is_lost(conn->handle))
        tn__pool_note_lost(conn);
    clean_up(conn);
    if (conn->opened)
        tn__opened_cut(conn, NULL, "its connection was given back");
    if (conn->open_count) {
        conn->driver->reset_all(conn->handle);
        conn->open_count = 0;
    }
    conn->nested = 0;
    conn->needs_care = conn->retire_ns != 0;
    if (conn->timeout_ns || conn->deadline_ns) {
        conn->timeout_ns = conn->deadline_ns = 0;
        tn__observe_refresh(conn);
    }
    if (conn->is_broken || conn->retire_ns != 0)
        tn__pool_retire(conn);
    atomic_store_explicit(&conn->hold, TN__HOLD_QUERY, memory_order_relaxed);
    tn__conn_give_back(conn);
}

int tn__conn_check(const tn_conn *conn, tn_error *err)
{
    int status = conn->lost_status;
    if (status != 0)
        return tn_error_set(err, status, "the engine has rolled back the transaction: %s",
                            tn_status_text(status));
    return TN_OK;
}

void tn__conn_note_failure(tn_conn *conn, int status)
{
    if (conn->tx && conn->lost_status == 0 && !conn->driver->in_transaction(conn->handle))
        conn->lost_status = status;
    if (conn->driver->is_lost(conn->handle))
        tn__pool_note_lost(conn);
}

static int acquire_on_view(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    int rc = tn__conn_check(db->pinned, err);
    if (rc != TN_OK)
        return rc;
    if (access > db->pinned->access)
        return tn_error_set(err, TN_EREADONLY, "the view's connection is for reading");
    db->pinned->nested++;
    *out = db->pinned;
    return TN_OK;
}

static int acquire_slowly(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (access != TN_READ && access != TN_WRITE)
        return tn_error_set(err, TN_EINVAL, "access is neither TN_READ nor TN_WRITE");
    if (!db->pinned)
        return take(out, db, access, TN__HOLD_CONN, false, err);
    return acquire_on_view(out, db, access, err);
}

/* The thread's own connection, open and free, is the way that costs next to nothing. */
int tn_conn_acquire(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    const struct tn__side *side = (unsigned)access <= TN_WRITE ? db->quick[access] : NULL;
    tn_conn *conn;
    if (TN_UNLIKELY(!side) || TN_UNLIKELY(!(conn = tn__side_own(side, tn__thread_number))))
        return acquire_slowly(out, db, access, err);
    if (TN_UNLIKELY(!conn->handle || conn->is_adopted ||
                    atomic_load_explicit(&conn->is_stale, memory_order_relaxed))) {
        tn_error own;
        int rc = prepare(conn, access, TN__HOLD_CONN, err ? err : &own);
        if (rc != TN_OK)
            return rc;
    } else {
        conn->access = access;
        tn__conn_label(conn, NULL);
        atomic_store_explicit(&conn->hold, TN__HOLD_CONN, memory_order_relaxed);
    }
    *out = conn;
    return TN_OK;
}

void tn_conn_release(tn_conn *conn)
{
    if (!conn)
        return;
    if (conn->nested) {
        conn->nested--;
        return;
    }
    bool is_clean = !conn->tx && !conn->opened && !conn->open_count && !conn->needs_care;
    if (TN_LIKELY(is_clean && !conn->driver->in_transaction(conn->handle))) {
        atomic_store_explicit(&conn->hold, TN__HOLD_QUERY, memory_order_relaxed);
        tn__conn_give_back(conn);
    } else {
        tn__conn_drop(conn);
    }
}

/*
 * The connection may be closed meanwhile: whoever closes it takes `target` away first and waits for
 * those who have seen it. A handler that interrupts that very wait finds it gone.
 */
void tn_conn_interrupt(tn_conn *conn)
{
    atomic_fetch_add(&conn->interrupters, 1);
    struct tn__driver_conn *target = atomic_load(&conn->target);
    if (target)
        conn->driver->interrupt(target);
    atomic_fetch_sub(&conn->interrupters, 1);
}

void tn__conn_shield(tn_conn *conn)
{
    atomic_store(&conn->target, NULL);
    while (atomic_load(&conn->interrupters) != 0)
        tn__sleep_us(0);
}

enum tn_access tn_conn_access(const tn_conn *conn)
{
    return conn->access;
}

bool tn_conn_in_transaction(const tn_conn *conn)
{
    return conn->driver->in_transaction(conn->handle);
}

bool tn_conn_can(tn_conn *conn, enum tn_capability capability)
{
    return conn->driver->can(conn->handle, capability);
}

int64_t tn_conn_last_rowid(const tn_conn *conn)
{
    return conn->driver->last_rowid(conn->handle);
}

tn_db *tn_conn_db(tn_conn *conn)
{
    return &conn->view;
}

struct sqlite3 *tn_conn_sqlite3(tn_conn *conn)
{
    if (conn->driver->engine != TN__URL_SQLITE)
        return NULL;
    tn__conn_touch(conn);
    return conn->driver->native_conn(conn->handle);
}

struct pg_conn *tn_conn_pgconn(tn_conn *conn)
{
    if (conn->driver->engine != TN__URL_POSTGRES)
        return NULL;
    tn__conn_touch(conn);
    return conn->driver->native_conn(conn->handle);
}
