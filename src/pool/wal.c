/* SPDX-License-Identifier: MIT */
#include <tenon/maintain.h>

#include <string.h>

#include "core/log.h"
#include "pool/pool.h"
#include "util/clock.h"
#include "util/str.h"

/* The write-ahead log: carried over by the writer alone, and named who keeps it from being so. */

/* How often the program is told of one that goes on. */
#define TELL_AGAIN_NS 10000000000

/* The reader that has been at it longest, as far as that is known. */
static void name_reader(char *out, size_t size, struct tn__pool *pool)
{
    struct tn__buf buf;
    const tn_conn *longest = NULL;
    struct tn__side *side = pool->db.side[TN_READ];
    tn__buf_init(&buf, 0);
    pthread_mutex_lock(&pool->mutex);
    int64_t now = tn__mono_ns();
    for (unsigned i = 0; side && i < side->count; i++) {
        const tn_conn *conn = &side->first[i];
        uint64_t uses = atomic_load_explicit(&conn->uses, memory_order_relaxed);
        int hold = atomic_load_explicit(&conn->hold, memory_order_relaxed);
        if (atomic_load(&conn->owner) == 0 || hold == TN__HOLD_POOL || conn == pool->conns)
            continue;
        bool is_known = conn->seen_uses == uses && conn->seen_ns != 0;
        if (!longest || (is_known && conn->seen_ns < longest->seen_ns))
            longest = conn;
    }
    if (side)
        tn__side_look(side, now);
    if (longest)
        tn__describe_holder(&buf, longest, now);
    pthread_mutex_unlock(&pool->mutex);
    bool is_named = longest && tn__buf_status(&buf) == TN_OK;
    tn__copy_text(out, size, is_named ? tn__buf_view(&buf) : tn_text_of("another process"));
    tn__buf_fini(&buf);
}

static void tell_pinned(struct tn__pool *pool, int64_t bytes)
{
    char who[256];
    int64_t now = tn__mono_ns();
    pthread_mutex_lock(&pool->mutex);
    bool is_news = pool->wal_told_ns == 0 || now - pool->wal_told_ns >= TELL_AGAIN_NS;
    if (is_news) {
        pool->wal_told_ns = now;
        pool->wal_pinned++;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!is_news)
        return;
    name_reader(who, sizeof who, pool);
    tn__log(pool, TN_LOG_WARN, TN_LOG_CHECKPOINT,
            "the write-ahead log has %lld bytes, its limit is %lld: it is pinned by %s",
            (long long)bytes, (long long)pool->limits.wal_limit, who);
}

static void note_checkpoint(struct tn__pool *pool, int64_t bytes)
{
    atomic_store_explicit(&pool->wal_bytes, bytes, memory_order_relaxed);
    pthread_mutex_lock(&pool->mutex);
    pool->checkpoints++;
    pthread_mutex_unlock(&pool->mutex);
}

void tn__pool_on_wal(void *user, int64_t bytes, bool is_kept)
{
    struct tn__pool *pool = user;
    atomic_store_explicit(&pool->wal_bytes, bytes, memory_order_relaxed);
    if (is_kept && bytes > pool->limits.wal_limit)
        tell_pinned(pool, bytes);
}

void tn__pool_tend_wal(tn_conn *writer)
{
    struct tn__pool *pool = writer->pool;
    struct tn__wal_state state;
    tn_error err;
    tn_error_clear(&err);
    int rc = writer->driver->checkpoint(writer->handle, TN_CHECKPOINT_PASSIVE, false, &state, &err);
    if (rc == TN_OK && state.has_wal && state.file_bytes > pool->limits.wal_limit)
        rc =
            writer->driver->checkpoint(writer->handle, TN_CHECKPOINT_TRUNCATE, false, &state, &err);
    if (rc != TN_OK) {
        tn__log(pool, TN_LOG_WARN, TN_LOG_CHECKPOINT, "checkpoint failed: %s", err.message);
        return;
    }
    if (!state.has_wal)
        return;
    note_checkpoint(pool, state.file_bytes);
    tn__log(pool, TN_LOG_DEBUG, TN_LOG_CHECKPOINT, "%lld of %lld pages carried over, %lld bytes",
            (long long)state.carried, (long long)state.frames, (long long)state.file_bytes);
    if (!state.is_complete && state.file_bytes > pool->limits.wal_limit)
        tell_pinned(pool, state.file_bytes);
}

int tn_db_checkpoint(tn_db *db, enum tn_checkpoint_mode mode, tn_checkpoint_report *report,
                     tn_error *err)
{
    tn_error own;
    struct tn__wal_state state = {.has_wal = false};
    tn_conn *conn;
    err = err ? err : &own;
    if ((unsigned)mode > TN_CHECKPOINT_TRUNCATE)
        return tn_error_set(err, TN_EINVAL, "unknown mode of a checkpoint");
    int rc = tn_conn_acquire(&conn, db, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    if (conn->driver->in_transaction(conn->handle))
        rc = tn_error_set(err, TN_EMISUSE, "no checkpoint inside a transaction");
    else
        rc = conn->driver->checkpoint(conn->handle, mode, true, &state, err);
    struct tn__pool *pool = conn->pool;
    tn_conn_release(conn);
    if (rc != TN_OK)
        return rc;
    note_checkpoint(pool, state.file_bytes);
    if (!report)
        return TN_OK;
    *report = (tn_checkpoint_report){
        .has_wal = state.has_wal,
        .is_complete = !state.has_wal || state.is_complete,
        .frames = state.frames,
        .carried = state.carried,
        .wal_bytes = state.file_bytes,
    };
    if (!report->is_complete)
        name_reader(report->pinned_by, sizeof report->pinned_by, pool);
    return TN_OK;
}
