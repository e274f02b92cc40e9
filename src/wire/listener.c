/* SPDX-License-Identifier: MIT */
#include <tenon/notify.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <tenon/conn.h>

#include "core/conn.h"
#include "util/alloc.h"
#include "util/clock.h"

enum {
    MOST_NAME_BYTES = 63 /* NAMEDATALEN of the server, without its NUL */
};

struct tn_listener {
    tn_db *pool;   /* its own, of one connection */
    tn_conn *conn; /* NULL: lost */
    char **channels;
    size_t count;
    size_t cap;
    int waker[2];
    uint32_t retry_ms;
    uint32_t least_retry_ms;
    uint32_t most_retry_ms;
    int64_t retry_ns; /* when to connect again */
    bool has_gap;     /* and has not told of it */
    tn_error why;     /* it is lost */
};

static int fail_engine(tn_error *err)
{
    return tn_error_set(err, TN_EUNSUPPORTED, "SQLite has no notifications among programs");
}

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot listen: out of memory");
}

/* --- the connection ----------------------------------------------------------------------------- */

static int listen_to(tn_listener *l, const char *channel, bool is_on, tn_error *err)
{
    return l->conn->driver->wire->listen(l->conn->handle, channel, is_on, err);
}

static void give_back(tn_listener *l)
{
    tn_conn_release(l->conn);
    l->conn = NULL;
}

/* A connection, and on it all channels. */
static int connect_now(tn_listener *l, tn_error *err)
{
    int rc = tn_conn_acquire(&l->conn, l->pool, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0; rc == TN_OK && i < l->count; i++)
        rc = listen_to(l, l->channels[i], true, err);
    if (rc != TN_OK)
        give_back(l);
    return rc;
}

static void lose(tn_listener *l, const tn_error *err)
{
    l->why = *err;
    give_back(l);
    l->retry_ms = l->least_retry_ms;
    l->retry_ns = tn__mono_ns(); /* once at once: a server that was restarted may be there */
}

static int connect_again(tn_listener *l, tn_error *err)
{
    int rc = connect_now(l, err);
    if (rc == TN_OK) {
        l->has_gap = true;
        return rc;
    }
    l->why = *err;
    l->retry_ns = tn__mono_ns() + (int64_t)l->retry_ms * 1000000;
    l->retry_ms = l->retry_ms < l->most_retry_ms / 2 ? l->retry_ms * 2 : l->most_retry_ms;
    return rc;
}

/* --- beginning and end -------------------------------------------------------------------------- */

static int make_waker(tn_listener *l, tn_error *err)
{
    if (pipe(l->waker) != 0) {
        l->waker[0] = l->waker[1] = -1;
        return tn_error_set(err, TN_EIO, "cannot listen: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        if (fcntl(l->waker[i], F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(l->waker[i], F_SETFD, FD_CLOEXEC) != 0)
            return tn_error_set(err, TN_EIO, "cannot listen: %s", strerror(errno));
    }
    return TN_OK;
}

int tn_listener_open(tn_listener **out, tn_db *db, const tn_listener_options *options,
                     tn_error *err)
{
    static const tn_listener_options defaults = TN_LISTENER_OPTIONS_INIT;
    tn_error own;
    err = err ? err : &own;
    options = options ? options : &defaults;
    if (options->version == 0 || options->version > TN_LISTENER_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "listener options of unknown version %u",
                            options->version);
    if (tn__db_dialect(db) != TN__POSTGRES)
        return fail_engine(err);
    tn_listener *l = tn__alloc_zero(1, sizeof *l);
    if (!l)
        return fail_memory(err);
    l->least_retry_ms = options->retry_ms ? options->retry_ms : defaults.retry_ms;
    l->most_retry_ms = options->max_retry_ms ? options->max_retry_ms : defaults.max_retry_ms;
    l->retry_ms = l->least_retry_ms;
    int rc = make_waker(l, err);
    if (rc == TN_OK)
        rc = tn__pool_open_direct(&l->pool, db, err);
    if (rc == TN_OK)
        rc = connect_now(l, err);
    if (rc == TN_OK) /* whether it can be done at all is told here */
        rc = listen_to(l, "tenon", false, err);
    if (rc != TN_OK) {
        tn_listener_close(l);
        return rc;
    }
    *out = l;
    return TN_OK;
}

void tn_listener_close(tn_listener *l)
{
    if (!l)
        return;
    give_back(l);
    tn_db_close(l->pool);
    for (size_t i = 0; i < l->count; i++)
        tn__free(l->channels[i]);
    tn__free(l->channels);
    for (int i = 0; i < 2; i++) {
        if (l->waker[i] >= 0)
            close(l->waker[i]);
    }
    tn__free(l);
}

/* --- channels ----------------------------------------------------------------------------------- */

/* l->count: it is none of them. */
static size_t find(const tn_listener *l, const char *channel)
{
    size_t i = 0;
    while (i < l->count && strcmp(l->channels[i], channel) != 0)
        i++;
    return i;
}

static int check_channel(const char *channel, tn_error *err)
{
    if (!channel || !channel[0])
        return tn_error_set(err, TN_EINVAL, "no name of a channel");
    if (strlen(channel) > MOST_NAME_BYTES)
        return tn_error_set(err, TN_ERANGE, "the name of a channel has %d bytes at most: '%s'",
                            MOST_NAME_BYTES, channel);
    return TN_OK;
}

static int fail_lost(const tn_listener *l, tn_error *err)
{
    *err = l->why;
    return err->status;
}

/* What the server, or the wire, has to say to it. */
static int run(tn_listener *l, const char *channel, bool is_on, tn_error *err)
{
    int rc = listen_to(l, channel, is_on, err);
    if (rc == TN_ECONNECT)
        lose(l, err);
    return rc;
}

int tn_listener_listen(tn_listener *l, const char *channel, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int rc = check_channel(channel, err);
    if (rc != TN_OK || find(l, channel) < l->count)
        return rc;
    if (!l->conn)
        return fail_lost(l, err);
    char **grown = tn__grow(l->channels, &l->cap, l->count + 1, sizeof *grown);
    if (!grown)
        return fail_memory(err);
    l->channels = grown;
    char *name = tn__memdup(channel, strlen(channel));
    if (!name)
        return fail_memory(err);
    rc = run(l, channel, true, err);
    if (rc != TN_OK) {
        tn__free(name);
        return rc;
    }
    l->channels[l->count++] = name;
    return TN_OK;
}

int tn_listener_unlisten(tn_listener *l, const char *channel, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int rc = check_channel(channel, err);
    size_t i = rc == TN_OK ? find(l, channel) : l->count;
    if (i == l->count)
        return rc;
    tn__free(l->channels[i]);
    l->channels[i] = l->channels[--l->count];
    return l->conn ? run(l, channel, false, err) : TN_OK;
}

/* --- waiting ------------------------------------------------------------------------------------ */

void tn_listener_wake(tn_listener *l)
{
    int kept = errno;
    ssize_t ignored = write(l->waker[1], "", 1); /* full: it will wake anyhow */
    (void)ignored;
    errno = kept;
}

static bool is_woken(tn_listener *l)
{
    char bytes[64];
    bool was = false;
    while (read(l->waker[0], bytes, sizeof bytes) > 0)
        was = true;
    return was;
}

/* Until something can be read, or that moment; INT64_MAX: for ever. */
static void sleep_until(const tn_listener *l, int64_t until)
{
    struct pollfd fds[2] = {{.fd = l->waker[0], .events = POLLIN},
                            {.fd = tn_listener_socket(l), .events = POLLIN}};
    int64_t left = until == INT64_MAX ? -1 : (until - tn__mono_ns() + 999999) / 1000000;
    if (until != INT64_MAX && left < 0)
        left = 0;
    (void)poll(fds, 2, left > INT32_MAX ? INT32_MAX : (int)left);
}

/* What has come. TN_ROW, TN_NONE, TN_ECONNECT. */
static int take(tn_notification *out, tn_listener *l, tn_error *err)
{
    struct tn__driver_notification got;
    if (l->has_gap) {
        l->has_gap = false;
        *out = (tn_notification){.kind = TN_NOTIFIED_GAP};
        return TN_ROW;
    }
    int rc = l->conn->driver->wire->notified(l->conn->handle, &got, err);
    if (rc == TN_ROW)
        *out = (tn_notification){TN_NOTIFIED, got.channel, got.payload, got.pid};
    else if (rc < 0)
        lose(l, err);
    return rc;
}

int tn_listener_wait(tn_notification *out, tn_listener *l, int timeout_ms, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int64_t until = timeout_ms < 0 ? INT64_MAX : tn__mono_ns() + (int64_t)timeout_ms * 1000000;
    for (;;) {
        if (is_woken(l))
            return tn_error_set(err, TN_EINTERRUPT, "woken by tn_listener_wake()");
        int rc = TN_NONE;
        if (!l->conn && tn__mono_ns() >= l->retry_ns)
            (void)connect_again(l, err);
        if (l->conn) {
            rc = take(out, l, err);
            if (rc == TN_ROW)
                return rc;
            if (rc < 0)
                continue;
        }
        if (tn__mono_ns() >= until)
            return l->conn ? rc : fail_lost(l, err);
        sleep_until(l, !l->conn && l->retry_ns < until ? l->retry_ns : until);
    }
}

int tn_listener_socket(const tn_listener *l)
{
    return l->conn ? l->conn->driver->wire->socket(l->conn->handle) : -1;
}

int tn_listener_pump(tn_notification *out, tn_listener *l, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    return l->conn ? take(out, l, err) : fail_lost(l, err);
}

/* --- telling ------------------------------------------------------------------------------------ */

int tn_notify(tn_db *db, const char *channel, const char *payload, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    tn_conn *conn;
    if (tn__db_dialect(db) != TN__POSTGRES)
        return fail_engine(err);
    int rc = check_channel(channel, err);
    if (rc != TN_OK)
        return rc;
    const tn_value params[] = {tn_value_string(channel), tn_value_string(payload ? payload : "")};
    rc = tn_conn_acquire(&conn, db, db->pinned ? db->pinned->access : TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_exec(tn_conn_db(conn), "SELECT pg_catalog.pg_notify($1, $2)", params, 2, NULL, err);
    tn_conn_release(conn);
    return rc;
}
