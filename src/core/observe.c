/* SPDX-License-Identifier: MIT */
#include "core/observe.h"

#include <string.h>

#include <tenon/gen.h>

#include "core/log.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/str.h"

enum {
    DEFAULT_SLOW_MS = 100
};

int tn__observers_init(struct tn__observers *observers, tn_conn *conns, unsigned count)
{
    observers->conns = conns;
    observers->conn_count = count;
    return pthread_mutex_init(&observers->mutex, NULL) == 0 ? TN_OK : TN_ENOMEM;
}

void tn__observers_fini(struct tn__observers *observers)
{
    struct tn__watch *watch = atomic_load(&observers->watch);
    while (watch) {
        struct tn__watch *former = watch->former;
        tn__free(watch);
        watch = former;
    }
    tn__tally_fini(&observers->tally);
    pthread_mutex_destroy(&observers->mutex);
}

static const struct tn__watch *watch_of(const tn_conn *conn)
{
    return atomic_load_explicit(&conn->observers->watch, memory_order_acquire);
}

static unsigned depth_of(const tn_conn *conn)
{
    return conn->tx ? conn->tx->depth : 0;
}

static void emit(tn_conn *conn, tn_trace_event *event)
{
    const struct tn__watch *watch = watch_of(conn);
    if (!watch || !watch->trace)
        return;
    event->connection = (unsigned)(conn - conn->observers->conns);
    event->access = conn->access;
    event->depth = depth_of(conn);
    watch->trace(event, watch->trace_user);
}

/* --- statements -------------------------------------------------------------------------------- */

/* A generated query tells its name when it is prepared; its statement, or its text, tells it again. */
static const char *query_of(const tn_conn *conn, const void *stmt, const char *sql)
{
    for (uint32_t i = 0; i < conn->slot_count; i++) {
        if (conn->named[i].stmt == stmt)
            return conn->named[i].query->name;
    }
    for (const struct tn__passing *p = conn->passing; p; p = p->next) {
        if (p->named.stmt == stmt)
            return p->named.query->name;
    }
    for (uint32_t i = 0; sql && i < conn->slot_count; i++) {
        if (conn->named[i].query && strcmp(conn->named[i].query->sql, sql) == 0)
            return conn->named[i].query->name;
    }
    return NULL;
}

static struct tn__flight *find_flight(struct tn__observer *observer, const void *stmt)
{
    for (size_t i = observer->count; i-- > 0;) {
        if (observer->flights[i].stmt == stmt)
            return &observer->flights[i];
    }
    return NULL;
}

/* When a statement that begins now has to be over; 0: never. */
static int64_t stop_of(tn_conn *conn, int64_t now)
{
    int64_t timeout_ns =
        conn->timeout_ns ? conn->timeout_ns : conn->observers->statement_timeout_ns;
    int64_t stop = timeout_ns ? now + timeout_ns : 0;
    if (conn->deadline_ns && (!stop || conn->deadline_ns < stop))
        stop = conn->deadline_ns;
    return stop;
}

static int64_t ms_until(int64_t stop, int64_t now)
{
    return stop > now ? (stop - now + 999999) / 1000000 : 0;
}

/* As long as the statement may take, and no longer, it also waits for a lock. */
static void limit_wait(tn_conn *conn, int64_t now)
{
    conn->stop_ns = stop_of(conn, now);
    if (conn->stop_ns)
        conn->driver->limit_wait(conn->handle, ms_until(conn->stop_ns, now));
}

/* Before the statement that is waited for. */
static int64_t left_ms(void *user)
{
    tn_conn *conn = user;
    int64_t now = tn__mono_ns();
    conn->stop_ns = stop_of(conn, now);
    return conn->stop_ns ? ms_until(conn->stop_ns, now) : INT64_MAX;
}

static void on_start(void *user, const void *stmt, const char *sql)
{
    tn_conn *conn = user;
    struct tn__observer *observer = conn->observer;
    const struct tn__watch *watch = watch_of(conn);
    int64_t now = tn__mono_ns();
    if (find_flight(observer, stmt)) /* a trigger's program */
        return;
    limit_wait(conn, now);
    struct tn__flight *grown =
        tn__grow(observer->flights, &observer->cap, observer->count + 1, sizeof *grown);
    if (!grown)
        return; /* it runs unseen */
    observer->flights = grown;
    struct tn__flight *flight = &grown[observer->count++];
    *flight = (struct tn__flight){.stmt = stmt, .sql = sql, .start_ns = now};
    flight->query = query_of(conn, stmt, sql);
    flight->waited_ns = conn->waited_ns;
    conn->waited_ns = 0;
    if (watch && watch->finds_n_plus_1 && flight->query)
        tn__n_plus_1_look(conn, flight->query);
}

static void on_row(void *user, const void *stmt)
{
    tn_conn *conn = user;
    struct tn__flight *flight = find_flight(conn->observer, stmt);
    if (flight)
        flight->rows++;
}

static void tell_log(tn_conn *conn, const struct tn__watch *watch, const struct tn__flight *flight,
                     int64_t elapsed_ns)
{
    char shown[200];
    bool is_slow = watch->slow_ns && elapsed_ns + flight->waited_ns >= watch->slow_ns;
    enum tn_log_level level = is_slow ? TN_LOG_WARN : TN_LOG_DEBUG;
    if (is_slow) {
        pthread_mutex_lock(&conn->observers->mutex);
        conn->observers->tally.slow++;
        pthread_mutex_unlock(&conn->observers->mutex);
    }
    if (!tn__logs(conn->observers, level, TN_LOG_SQL))
        return;
    tn__copy_line(shown, sizeof shown, tn_text_of(flight->sql ? flight->sql : ""));
    tn__log_to(conn->observers, level, TN_LOG_SQL, "%s%s%s%.3f ms%s, %lld row%s: %s",
               is_slow ? "slow query " : "", flight->query ? flight->query : "",
               flight->query || is_slow ? ": " : "", (double)elapsed_ns / 1e6,
               flight->waited_ns ? " after waiting for a connection" : "", (long long)flight->rows,
               flight->rows == 1 ? "" : "s", shown);
}

static void on_end(void *user, const void *stmt, int64_t affected)
{
    tn_conn *conn = user;
    struct tn__observer *observer = conn->observer;
    struct tn__flight *found = find_flight(observer, stmt);
    const struct tn__watch *watch = watch_of(conn);
    if (!found)
        return;
    struct tn__flight flight = *found;
    *found = observer->flights[--observer->count];
    if (!watch)
        return;
    int64_t elapsed = tn__mono_ns() - flight.start_ns;
    if (watch->counts) {
        pthread_mutex_lock(&conn->observers->mutex);
        tn__tally_statement(&conn->observers->tally, flight.query, elapsed, flight.rows);
        pthread_mutex_unlock(&conn->observers->mutex);
    }
    tn_trace_event event = {
        .kind = TN_TRACE_STATEMENT,
        .query = flight.query,
        .sql = flight.sql,
        .rows = flight.rows,
        .affected = affected,
        .elapsed_ns = elapsed,
        .waited_ns = flight.waited_ns,
    };
    emit(conn, &event);
    tell_log(conn, watch, &flight, elapsed);
}

static bool is_expired(void *user)
{
    const tn_conn *conn = user;
    return conn->stop_ns != 0 && tn__mono_ns() >= conn->stop_ns;
}

static void on_notice(void *user, const struct tn__driver_notice *notice)
{
    tn_conn *conn = user;
    tn_trace_event event = {
        .kind = TN_TRACE_NOTICE, .notice = notice->message, .severity = notice->severity};
    emit(conn, &event);
    if (tn__logs(conn->observers, TN_LOG_INFO, TN_LOG_SQL))
        tn__log_to(conn->observers, TN_LOG_INFO, TN_LOG_SQL, "%s: %s",
                   notice->severity ? notice->severity : "NOTICE", notice->message);
}

static int judge(void *user, int status, tn_error *err)
{
    return tn__observe_timeout(user, status, err);
}

static const struct tn__driver_observer observer_fns = {on_start, on_row,    on_end, is_expired,
                                                        left_ms,  on_notice, judge};

void tn__observe_refresh(tn_conn *conn)
{
    const struct tn__watch *watch = watch_of(conn);
    bool sees = watch && (watch->trace || watch->log || watch->counts);
    bool limits = conn->timeout_ns || conn->deadline_ns || conn->observers->statement_timeout_ns;
    atomic_store(&conn->is_stale, conn->is_broken);
    if (!conn->handle)
        return;
    if ((sees || limits) && !conn->observer)
        conn->observer = tn__alloc_zero(1, sizeof *conn->observer);
    if (!conn->observer) {
        /* Without memory it is looked at again the next time. */
        atomic_store(&conn->is_stale, conn->is_broken || sees || limits);
        return;
    }
    if (!sees)
        conn->observer->count = 0;
    if (!limits)
        conn->stop_ns = 0;
    conn->driver->observe(conn->handle, sees, limits, &observer_fns, conn);
}

/* --- limits ------------------------------------------------------------------------------------ */

int64_t tn__observe_until(tn_conn *conn, int64_t deadline_ns)
{
    int64_t before = conn->deadline_ns;
    conn->deadline_ns = deadline_ns;
    if (before != deadline_ns)
        tn__observe_refresh(conn);
    return before;
}

int tn__observe_timeout(tn_conn *conn, int status, tn_error *err)
{
    if (conn->stop_ns == 0 || (status != TN_EINTERRUPT && status != TN_EBUSY) || !is_expired(conn))
        return status;
    tn_error was = *err;
    bool is_deadline = conn->deadline_ns != 0 && conn->stop_ns == conn->deadline_ns;
    int64_t timeout_ns =
        conn->timeout_ns ? conn->timeout_ns : conn->observers->statement_timeout_ns;
    if (is_deadline)
        tn_error_set(err, TN_ETIMEOUT, "the transaction's time is up%s",
                     status == TN_EBUSY ? ": the database is locked" : "");
    else
        tn_error_set(err, TN_ETIMEOUT, "the statement took longer than %lld ms%s",
                     (long long)(timeout_ns / 1000000),
                     status == TN_EBUSY ? ": the database is locked" : "");
    err->native = was.native;
    memcpy(err->sqlstate, was.sqlstate, sizeof err->sqlstate);
    return TN_ETIMEOUT;
}

int tn__observe_unprepared(tn_conn *conn, int status, tn_error *err)
{
    if (!conn->driver->is_remote)
        return status;
    tn__conn_note_failure(conn, status);
    return tn__observe_timeout(conn, status, err);
}

void tn_conn_set_timeout(tn_conn *conn, uint32_t timeout_ms)
{
    conn->timeout_ns = (int64_t)timeout_ms * 1000000;
    conn->needs_care = true;
    tn__observe_refresh(conn);
}

/* --- other events ------------------------------------------------------------------------------ */

void tn__observe_opened(tn_conn *conn)
{
    tn_trace_event event = {.kind = TN_TRACE_OPEN};
    atomic_store(&conn->is_stale, true);
    emit(conn, &event);
    tn__log_to(conn->observers, TN_LOG_INFO, TN_LOG_POOL, "connection %u opened for %s",
               (unsigned)(conn - conn->observers->conns),
               conn->access == TN_WRITE ? "writing" : "reading");
}

void tn__observe_closing(tn_conn *conn)
{
    tn_trace_event event = {.kind = TN_TRACE_CLOSE};
    emit(conn, &event);
    tn__log_to(conn->observers, TN_LOG_INFO, TN_LOG_POOL, "connection %u closed",
               (unsigned)(conn - conn->observers->conns));
    conn->driver->observe(conn->handle, false, false, &observer_fns, conn);
    if (conn->observer)
        tn__free(conn->observer->flights);
    tn__free(conn->observer);
    conn->observer = NULL;
    conn->waited_ns = 0;
}

void tn__observe_failure(tn_conn *conn, const char *query, const char *sql, const tn_error *err)
{
    const struct tn__watch *watch = watch_of(conn);
    if (!watch)
        return;
    if (watch->counts) {
        pthread_mutex_lock(&conn->observers->mutex);
        tn__tally_failure(&conn->observers->tally, query);
        pthread_mutex_unlock(&conn->observers->mutex);
    }
    tn_trace_event event = {
        .kind = TN_TRACE_FAILURE,
        .status = err->status,
        .native = err->native,
        .query = query,
        .sql = sql,
    };
    emit(conn, &event);
    tn__log_to(conn->observers, TN_LOG_DEBUG, TN_LOG_SQL, "%s%sfailed: %s", query ? query : "",
               query ? ": " : "", err->message);
}

void tn__observe_retry(tn_db *db, int status, unsigned attempt)
{
    struct tn__observers *observers = tn__pool_observers(db->pool);
    const struct tn__watch *watch = atomic_load(&observers->watch);
    if (!watch)
        return;
    pthread_mutex_lock(&observers->mutex);
    observers->tally.retries++;
    pthread_mutex_unlock(&observers->mutex);
    tn_trace_event event = {.kind = TN_TRACE_RETRY, .status = status, .access = TN_WRITE};
    if (watch->trace)
        watch->trace(&event, watch->trace_user);
    tn__log_to(observers, TN_LOG_DEBUG, TN_LOG_TX, "attempt %u of a transaction failed, %s: again",
               attempt, tn_status_text(status));
}

/* --- what is wanted ---------------------------------------------------------------------------- */

/* A change of what is wanted: made on a copy, and put in its place. */
typedef void (*change_fn)(struct tn__watch *watch, const void *what);

static int change(tn_db *db, change_fn fn, const void *what, tn_error *err)
{
    struct tn__observers *observers = tn__pool_observers(db->pool);
    struct tn__watch *watch = tn__alloc_zero(1, sizeof *watch);
    if (!watch)
        return tn_error_set(err, TN_ENOMEM, "cannot watch the database: out of memory");
    pthread_mutex_lock(&observers->mutex);
    struct tn__watch *former = atomic_load(&observers->watch);
    if (former) {
        *watch = *former;
    } else {
        watch->slow_ns = observers->slow_ns;
        watch->finds_n_plus_1 = observers->finds_n_plus_1;
    }
    watch->former = former;
    fn(watch, what);
    atomic_store_explicit(&observers->watch, watch, memory_order_release);
    for (unsigned i = 0; i < observers->conn_count; i++)
        atomic_store(&observers->conns[i].is_stale, true);
    pthread_mutex_unlock(&observers->mutex);
    if (db->pinned)
        tn__observe_refresh(db->pinned);
    return TN_OK;
}

static void change_log(struct tn__watch *watch, const void *what)
{
    const struct tn__watch *wanted = what;
    watch->log = wanted->log;
    watch->log_user = wanted->log_user;
    watch->filter = wanted->filter;
}

int tn_db_set_log(tn_db *db, tn_log_fn fn, void *user, tn_log_filter filter, tn_error *err)
{
    const struct tn__watch wanted = {.log = fn, .log_user = user, .filter = filter};
    return change(db, change_log, &wanted, err);
}

static void change_trace(struct tn__watch *watch, const void *what)
{
    const struct tn__watch *wanted = what;
    watch->trace = wanted->trace;
    watch->trace_user = wanted->trace_user;
}

int tn_db_set_trace(tn_db *db, tn_trace_fn fn, void *user, tn_error *err)
{
    const struct tn__watch wanted = {.trace = fn, .trace_user = user};
    return change(db, change_trace, &wanted, err);
}

static void change_slow(struct tn__watch *watch, const void *what)
{
    watch->slow_ns = *(const int64_t *)what;
}

int tn_db_set_slow_query(tn_db *db, uint32_t threshold_ms, tn_error *err)
{
    int64_t ns = (int64_t)threshold_ms * 1000000;
    return change(db, change_slow, &ns, err);
}

static void change_n_plus_1(struct tn__watch *watch, const void *what)
{
    watch->finds_n_plus_1 = *(const bool *)what;
}

int tn_db_set_find_n_plus_1(tn_db *db, bool is_on, tn_error *err)
{
    return change(db, change_n_plus_1, &is_on, err);
}

static void change_metrics(struct tn__watch *watch, const void *what)
{
    watch->counts = *(const bool *)what;
}

int tn_db_set_metrics(tn_db *db, bool is_on, tn_error *err)
{
    return change(db, change_metrics, &is_on, err);
}
