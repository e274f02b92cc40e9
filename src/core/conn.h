/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_CONN_H
#define TN_CORE_CONN_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/cache.h"
#include "driver/driver.h"

struct tn__observers;
struct tn__opened;
struct tn__gen_open;
struct tn__observer;
struct tn_gen_query;

/*
 * The two objects behind the public handles, and how a connection changes hands.
 *
 * A pool keeps its connections in two sides, one for each enum tn_access; both are the same side
 * where one connection serves both. Who holds a connection is one atomic word in it, the number of
 * the thread: taking a free one is one compare-and-swap, giving it back one exchange. Only a thread
 * that finds all of them taken goes to the pool's mutex (src/pool).
 */
struct tn__pool;

/* What has happened on a side, for its statistics. Written under the pool's mutex. */
struct tn__side_counts {
    uint64_t waits;
    uint64_t timeouts;
    uint64_t wait_ns;
    uint64_t most_wait_ns;
    uint64_t opened;
    uint64_t closed_idle;
    uint64_t closed_old;
    uint64_t closed_broken;
    unsigned most_waiting;
};

struct tn__waiter; /* src/pool/wait.c */

/* Connections of one kind. */
struct tn__side {
    tn_conn *first;
    unsigned count;
    atomic_uint waiters;     /* threads in the queue */
    atomic_bool is_reserved; /* for the oldest of them: who comes by must queue */
    bool is_tended;          /* its connections come and go with age and use */
    bool is_remote;          /* a server may have hung up: looked at before they are handed out */
    /* Under the pool's mutex: */
    struct tn__waiter *oldest;
    struct tn__waiter *youngest;
    struct tn__side_counts counts;
};

/* A thread that sleeps until another one tells it something, under the pool's mutex. */
struct tn__waiting {
    pthread_cond_t told;
    unsigned thread;
};

/* Transactions of several threads that share one COMMIT (group.c). The holder's. */
struct tn__member;
struct tn__group {
    struct tn__member *first; /* those whose work is done */
    struct tn__member *last;
    unsigned count;
    bool is_open; /* BEGIN has been run for it */
};

/* A generated query and its statement. */
struct tn__named {
    const struct tn_gen_query *query;
    const void *stmt;
    bool is_left; /* what it does stays in the session: it is looked at each time (kind.h) */
};

/* One that has no slot, while it is in use. */
struct tn__passing {
    struct tn__named named;
    struct tn__passing *next;
};

/* A pool; a view of a connection; or a transaction, which is a view too. */
struct tn_db {
    tn_conn *pinned;          /* of a view; NULL: a pool, or a transaction that is over */
    struct tn__side *side[2]; /* of a pool, by enum tn_access; NULL: none on that side */
    /* The same; NULL also where taking a connection is more than that: it may be too old. */
    struct tn__side *quick[2];
    struct tn__pool *pool;
    /* A transaction: */
    struct tn_db *outer; /* the transaction it is a savepoint of */
    unsigned depth;      /* 1: the outermost; 0: not a transaction */
    bool is_savepoint;
    bool is_member;             /* of a group: its savepoint stands for a transaction */
    bool owns_conn;             /* taken from the pool for it */
    int64_t deadline_ns;        /* of the transaction; 0: none */
    int64_t former_deadline_ns; /* of its connection, before */
    struct tn__after *after;    /* what is to be called when it is committed (tx.h) */
    bool is_heap;
};

/* What a connection has been taken for. */
enum tn__hold {
    TN__HOLD_QUERY, /* also while it is free */
    TN__HOLD_CONN,
    TN__HOLD_TX,
    TN__HOLD_POOL /* the pool looks after it */
};

struct tn_conn {
    atomic_uint owner; /* tn__thread_id() of the holder; 0: free */

    /* How often it has been taken. Written by its holder, read by everybody. */
    _Atomic uint64_t uses;

    /* All below is the holder's, but for `label`, `hold` and what says so. */
    struct tn__driver_stmt **slots; /* statements of generated queries that are not in use */
    struct tn__named *named;        /* of each slot: what it was prepared for */
    uint32_t slot_count;
    atomic_bool is_stale; /* what is wanted of watching it has changed (observe.h) */
    uint32_t open_count;  /* statements in use that do not hang in `opened` */
    enum tn_access access;
    int lost_status; /* why the engine has rolled back the transaction by itself; 0: it has not */
    const struct tn__driver *driver;
    struct tn__driver_conn *handle; /* NULL: not opened yet */
    struct tn__side *side;
    _Atomic(const char *) label; /* name or text of the latest statement; see tn__conn_forget() */
    atomic_int hold;             /* enum tn__hold */
    _Atomic(struct tn__driver_conn *) target; /* `handle`, while it may be interrupted */
    atomic_uint interrupters;                 /* who looks at `target` right now */
    struct tn__pool *pool;
    tn_db view;      /* tn_conn_db() */
    tn_db *tx;       /* the innermost transaction */
    unsigned nested; /* tn_conn_acquire() calls on a view of it */
    struct tn__cache cache;
    struct tn__opened *opened;  /* the youngest of what is open on views of it (opened.h) */
    struct tn__gen_open *spare; /* for generated queries (gen.c) */
    struct tn__passing *passing;
    struct tn__group group;
    struct tn__observers *observers; /* the pool's */
    struct tn__observer *observer;   /* NULL: nothing has been wanted of it */
    int64_t timeout_ns;              /* of each statement; 0: the pool's */
    int64_t deadline_ns;             /* of all of them; 0: none */
    int64_t stop_ns;                 /* of the one that runs */
    int64_t waited_ns;               /* for the connection, before the next statement */
    int64_t opened_ns;
    int64_t retire_ns;      /* when it has lived long enough; 0: never */
    bool is_adopted;        /* its handle is the program's */
    bool keeps_transaction; /* the one that was open on the adopted handle is not ours to end */
    bool needs_care;        /* giving it back is more than that: any of what follows, or a limit */
    bool is_touched;        /* its settings may have been changed: they are put back at release */
    bool is_broken;         /* not to be used again: closed at release */
    uint64_t generation;    /* of the pool, when it was opened (src/pool/reconnect.c) */
    int64_t looked_ns;      /* when the server was last seen to be there */
    /* What was seen of `uses` last, and when: for how long it has been held, or idle, at least.
     * Under the pool's mutex. */
    uint64_t seen_uses;
    int64_t seen_ns;
    bool seen_free;
    char padding[64]; /* the next one's `owner` is on another cache line */
};

/* --- taking and giving back ------------------------------------------------------------------- */

/*
 * Threads are numbered from 1 as they first come by, and numbers are not used again. In turn they
 * also spread the threads over the connections: each begins at one of its own, and tends to meet its
 * own statements there. The model saves a call in the shared library for four bytes.
 */
extern _Thread_local unsigned tn__thread_number __attribute__((tls_model("initial-exec")));
unsigned tn__thread_number_new(void);

static inline unsigned tn__thread_id(void)
{
    unsigned number = tn__thread_number;
    return TN_LIKELY(number != 0) ? number : tn__thread_number_new();
}

static inline bool tn__conn_claim(tn_conn *conn, unsigned self)
{
    unsigned nobody = 0;
    if (!atomic_compare_exchange_strong(&conn->owner, &nobody, self))
        return false;
    uint64_t uses = atomic_load_explicit(&conn->uses, memory_order_relaxed);
    atomic_store_explicit(&conn->uses, uses + 1, memory_order_relaxed);
    return true;
}

/* The thread's own connection of the side, where it is free and nobody is being waited for; else
 * NULL. `self` may be 0: a thread without a number yet has none. */
static inline tn_conn *tn__side_own(const struct tn__side *side, unsigned self)
{
    if (TN_UNLIKELY(self == 0 || atomic_load_explicit(&side->is_reserved, memory_order_relaxed)))
        return NULL;
    tn_conn *conn = &side->first[self % side->count];
    if (TN_UNLIKELY(!tn__conn_claim(conn, self)))
        return NULL;
    return conn;
}

/* Any free connection of the side, tried in turn from the thread's own; NULL: none is free. */
tn_conn *tn__side_sweep(const struct tn__side *side, unsigned self);

/* Wake a thread that waits for a connection of the side. (src/pool) */
void tn__side_wake(struct tn__side *side, struct tn__pool *pool);

/*
 * Back to the pool. The exchange and the waiters' increment are both sequentially consistent: either
 * the waiter sees the connection free, or this sees the waiter.
 */
static inline void tn__conn_give_back(tn_conn *conn)
{
    struct tn__side *side = conn->side;
    struct tn__pool *pool = conn->pool;
    atomic_store(&conn->owner, 0);
    if (TN_UNLIKELY(atomic_load(&side->waiters) != 0))
        tn__side_wake(side, pool);
}

/*
 * A connection of the pool `db` for `access`, opened if it is a new one, waited for if none is free.
 * What tn_conn_acquire() returns, and TN_EREADONLY where there is no writer.
 */
TN_NODISCARD int tn__conn_take(tn_conn **out, tn_db *db, enum tn_access access, enum tn__hold hold,
                               tn_error *err);

/* Of what is written for it. Any, if nothing can run on it any more. */
enum tn__dialect tn__db_dialect(const tn_db *db);

/*
 * A connection is about to run something that may change its settings, or to be shown to the user
 * as the engine's own handle: remember them, so that they can be put back when it is given back.
 */
void tn__conn_touch(tn_conn *conn);
/* The same for one that the pool has lent for a single statement or a script, which leaves something in
 * the session. (Of an engine in this process such a connection keeps what PRAGMA has set.) */
void tn__conn_touch_loan(tn_conn *conn);
/* Put them back now; whether any had been changed. */
bool tn__conn_restore(tn_conn *conn);

/* The writer for a transaction that may share a COMMIT: it may come with `group.is_open`. */
TN_NODISCARD int tn__conn_take_joining(tn_conn **out, tn_db *db, tn_error *err);

/* A connection of the side that writes, for reading. */
TN_NODISCARD int tn__conn_take_primary(tn_conn **out, tn_db *db, tn_error *err);

/*
 * A pool of one connection that is nobody else's and goes past a pooler, where the database has a
 * direct_url: for locks, and what else a session keeps. Closed with tn_db_close(). (src/pool)
 */
TN_NODISCARD int tn__pool_open_direct(tn_db **out, const tn_db *db, tn_error *err);
/* Whether it has one. */
bool tn__pool_has_direct(const tn_db *db);

/* Before a connection with `is_stale` is used. */
TN_NODISCARD int tn__conn_freshen(tn_conn *conn, tn_error *err);

/* Wait until one is free; `joins`: or until a group passes on its own. (src/pool) */
TN_NODISCARD int tn__pool_wait(tn_conn **out, tn_db *db, enum tn_access access, bool joins,
                               tn_error *err);
/* What a pool was opened with; NULL: no pool, as in a transaction that is over. (src/pool) */
const struct tn__url *tn__pool_url(const struct tn__pool *pool);
/* Who watches a pool. (src/pool) */
struct tn__observers *tn__pool_observers(struct tn__pool *pool);
/* Whether transactions of the pool share their COMMIT. (src/pool) */
bool tn__pool_groups(const struct tn__pool *pool);
/* Pass the connection on to the next in the queue, if that joins; false: it does not. (src/pool) */
bool tn__pool_pass_on(tn_conn *conn);
void tn__waiting_init(struct tn__waiting *waiting);
void tn__waiting_fini(struct tn__waiting *waiting);
/* Open a connection that is held but has no handle yet. (src/pool) */
TN_NODISCARD int tn__pool_connect(tn_conn *conn, tn_error *err);

/* Close connections that are idle or old, if it is time again. (src/pool) */
void tn__pool_round(struct tn__pool *pool);
/* Close the connection, which the caller holds, if it is broken or has lived long enough. (src/pool) */
void tn__pool_retire(tn_conn *conn);
/* Close it, if the server behind it is gone, so that it is opened anew. It is the caller's. (src/pool) */
void tn__pool_inspect(tn_conn *conn);
/* It is lost: the next users of the pool's others look closely. (src/pool) */
void tn__pool_note_lost(tn_conn *conn);
/* Note that a connection came back otherwise than it left: inside a transaction, or with settings of
 * its user's own. (src/pool) */
void tn__pool_note_return(tn_conn *conn, bool was_rolled_back, bool was_restored);

/* End what is open on it (transactions, and rows that are being read) and give it back. */
void tn__conn_drop(tn_conn *conn);

/* The places for generated queries on its views that are free. (gen.c) */
void tn__gen_free_spare(tn_conn *conn);

/* Before its handle is closed: nobody interrupts it any more. */
void tn__conn_shield(tn_conn *conn);

/* --- what statements need --------------------------------------------------------------------- */

/* Whether statements may run on it: TN_OK, or why its transaction is gone. */
TN_NODISCARD int tn__conn_check(const tn_conn *conn, tn_error *err);

/* After a statement failed with `status`: keep in mind if the engine has ended the transaction. */
void tn__conn_note_failure(tn_conn *conn, int status);

static inline void tn__conn_label(tn_conn *conn, const char *text)
{
    atomic_store_explicit(&conn->label, text, memory_order_release);
}

/* Before a text that has been a label is freed: no other thread reads it any more. (src/pool) */
void tn__conn_forget(tn_conn *conn, const char *text);

/* Roll back the transactions of a connection that is about to leave its holder. (tx.c) */
void tn__tx_abandon(tn_conn *conn);

#endif
