/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "driver/postgres/postgres.h"
#include "driver/postgres/settings.h"
#include "util/clock.h"
#include "util/str.h"

/*
 * Connecting. It is libpq that goes from server to server and from address to address; the waiting is
 * done here, because PQconnectdb() alone cannot be told to say why a server refuses: the SQLSTATE stands
 * in what PQERRORS_VERBOSE shows, and nowhere else.
 */

static const char *find_value(const struct tn__pg_settings *settings, const char *keyword)
{
    for (size_t i = 0; settings->keywords[i]; i++) {
        if (strcmp(settings->keywords[i], keyword) == 0)
            return settings->values[i];
    }
    return NULL;
}

/* For each address, as libpq has it; 0: as long as it takes. */
static int64_t address_ms(const struct tn__pg_settings *settings)
{
    const char *text = find_value(settings, "connect_timeout");
    int64_t seconds = 0;
    if (!text)
        text = getenv("PGCONNECT_TIMEOUT");
    if (!text || tn__text_to_int(&seconds, tn_text_of(text)) != TN_OK || seconds <= 0)
        return 0;
    return (seconds < INT32_MAX / 1000 ? seconds : INT32_MAX / 1000) * 1000;
}

/* --- waiting ----------------------------------------------------------------------------------- */

/* Until `end`, on the monotonic clock; 0: for ever. False: the time is up. */
static bool wait_socket(int fd, short events, int64_t end)
{
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = events};
        int64_t left = end ? (end - tn__mono_ns() + 999999) / 1000000 : -1;
        if (end && left <= 0)
            left = 0;
        int got = poll(&wait, 1, (int)left);
        if (got != 0 && !(got < 0 && errno == EINTR))
            return true; /* an error is libpq's to find */
        if (got == 0)
            return false;
    }
}

/* Which address is being tried. */
static void name_address(char *out, size_t size, const PGconn *pg)
{
    const char *host = tn__pq->host(pg);
    const char *address = tn__pq->hostaddr(pg);
    const char *port = tn__pq->port(pg);
    snprintf(out, size, "%s|%s|%s", host ? host : "", address ? address : "", port ? port : "");
}

/* Go through the servers; false: none of them will have us, or (*is_late) the last did not answer. An
 * address that takes too long is closed under libpq, which goes on to the next one. */
static bool drive(PGconn *pg, int64_t limit_ms, bool *is_late)
{
    char now_at[300], was_at[sizeof now_at] = "";
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    int64_t end = 0;
    *is_late = false;
    while (wants == PGRES_POLLING_WRITING || wants == PGRES_POLLING_READING) {
        name_address(now_at, sizeof now_at, pg);
        if (limit_ms && strcmp(now_at, was_at) != 0) {
            end = tn__mono_ns() + limit_ms * 1000000;
            memcpy(was_at, now_at, sizeof was_at);
        }
        int fd = tn__pq->socket(pg);
        *is_late = !wait_socket(fd, wants == PGRES_POLLING_READING ? POLLIN : POLLOUT, end);
        if (*is_late)
            shutdown(fd, SHUT_RDWR);
        wants = tn__pq->connectPoll(pg);
    }
    return wants == PGRES_POLLING_OK;
}

/* --- failing ----------------------------------------------------------------------------------- */

/* ":  28P01: " behind the severity, whose word is in the server's language. 0: there is none. */
static size_t find_sqlstate(tn_text line)
{
    enum {
        BEFORE = 3,
        STATE = 5
    };
    for (size_t i = 0; i + BEFORE + STATE + 2 <= line.size; i++) {
        size_t k = 0;
        if (memcmp(line.data + i, ":  ", BEFORE) != 0)
            continue;
        const char *state = line.data + i + BEFORE;
        while (k < STATE &&
               ((state[k] >= '0' && state[k] <= '9') || (state[k] >= 'A' && state[k] <= 'Z')))
            k++;
        if (k == STATE && state[k] == ':' && state[k + 1] == ' ')
            return i + BEFORE;
    }
    return 0;
}

/* A line of what belongs to the message in front: "DETAIL:  …", "LOCATION:  …". */
static bool is_field(tn_text line)
{
    size_t colon = tn__text_find(line, ':');
    if (!tn__text_starts(tn__text_sub(line, colon, line.size), ":  "))
        return false;
    for (size_t i = 0; i < colon; i++) {
        if (line.data[i] == ' ')
            return false;
    }
    return true;
}

/* What was said, server by server, without SQLSTATEs and details. */
static int fail_open(const PGconn *pg, tn_error *err)
{
    struct tn__buf text;
    char state[sizeof err->sqlstate] = "";
    char message[sizeof err->message];
    tn_text rest = tn_text_of(tn__pq->errorMessage(pg));
    tn_text line;
    tn__buf_init(&text, 0);
    while (tn__text_line(&rest, &line)) {
        size_t at = find_sqlstate(line);
        if (at == 0 && is_field(line))
            continue;
        bool goes_on =
            tn__text_starts(line, "\t") || (text.size && text.data[text.size - 1] == '?');
        tn__buf_puts(&text, text.size == 0 ? "" : goes_on ? "\n" : ";\n");
        if (at) {
            tn__copy_text(state, 6, tn__text_sub(line, at, 5));
            tn__buf_text(&text, tn__text_sub(line, 0, at - 1));
            line = tn__text_sub(line, at + 7, line.size);
        }
        tn__buf_text(&text, line);
    }
    tn__pg_one_line(message, sizeof message, tn__buf_status(&text) == TN_OK ? text.data : NULL);
    bool is_memory = tn__buf_status(&text) != TN_OK || strstr(message, "out of memory");
    tn__buf_fini(&text);
    tn_error_set(err, is_memory ? TN_ENOMEM : TN_ECONNECT, "%s",
                 message[0] ? message : "cannot connect to the server");
    tn__copy_text(err->sqlstate, sizeof err->sqlstate, tn_text_of(state));
    return err->status;
}

static int fail_late(const PGconn *pg, int64_t limit_ms, tn_error *err)
{
    const char *host = tn__pq->host(pg);
    return tn_error_set(err, TN_ECONNECT,
                        "connection to server at '%s', port %s failed: no answer in %lld s", host,
                        tn__pq->port(pg), (long long)limit_ms / 1000);
}

/* --- servers that hang ------------------------------------------------------------------------- */

/* A list with commas from its item `from` on; one item alone is for all. */
static const char *cut_list(const char *list, size_t from)
{
    if (!strchr(list, ','))
        return list;
    for (const char *comma; from > 0 && (comma = strchr(list, ',')) != NULL; from--)
        list = comma + 1;
    return list;
}

static tn_text item_of(const char *list, size_t index)
{
    tn_text rest = tn_text_of(cut_list(list, index));
    return tn__text_sub(rest, 0, tn__text_find(rest, ','));
}

/* The settings for the servers behind the one that has not answered: libpq ends there if it has
 * accepted the connection. False: there are none. */
static bool skip_server(struct tn__pg_settings *settings, const PGconn *pg, const char **values)
{
    const char *hosts = find_value(settings, "host");
    const char *ports = find_value(settings, "port");
    const char *host = tn__pq->host(pg);
    const char *port = tn__pq->port(pg);
    size_t index = 0, count = 1;
    for (const char *p = hosts ? hosts : ""; *p; p++)
        count += *p == ',';
    while (index < count &&
           (!tn__text_is(item_of(hosts, index), host) ||
            (ports && item_of(ports, index).size && !tn__text_is(item_of(ports, index), port))))
        index++;
    if (!hosts || index + 1 >= count)
        return false;
    for (size_t i = 0; settings->keywords[i]; i++) {
        const char *keyword = settings->keywords[i];
        bool is_list = strcmp(keyword, "host") == 0 || strcmp(keyword, "port") == 0 ||
                       strcmp(keyword, "hostaddr") == 0;
        values[i] = is_list ? cut_list(settings->values[i], index + 1) : settings->values[i];
    }
    settings->values = values;
    return true;
}

/* Nobody is told yet, and libpq itself would write to stderr. */
static void ignore_notice(void *user, const PGresult *result)
{
    (void)user;
    (void)result;
}

/* --- connecting -------------------------------------------------------------------------------- */

static int try_servers(PGconn **out, struct tn__pg_settings *settings, tn_arena *arena,
                       tn_error *err)
{
    int64_t limit_ms = address_ms(settings);
    size_t count = 0;
    while (settings->keywords[count])
        count++;
    for (;;) {
        bool is_late = false;
        PGconn *pg = tn__pq->connectStartParams(settings->keywords, settings->values, 0);
        const char **values = tn_arena_array(arena, count + 1, sizeof *values);
        if (!pg || !values) {
            tn__pq->finish(pg);
            return tn_error_set(err, TN_ENOMEM, "cannot connect: out of memory");
        }
        tn__pq->setNoticeReceiver(pg, ignore_notice, NULL);
        tn__pq->setErrorVerbosity(pg, PQERRORS_VERBOSE);
        if (tn__pq->status(pg) != CONNECTION_BAD && drive(pg, limit_ms, &is_late)) {
            tn__pq->setErrorVerbosity(pg, PQERRORS_DEFAULT);
            *out = pg;
            return TN_OK;
        }
        int rc = is_late ? fail_late(pg, limit_ms, err) : fail_open(pg, err);
        bool goes_on = is_late && skip_server(settings, pg, values);
        tn__pq->finish(pg);
        if (!goes_on)
            return rc;
    }
}

/* The server is there, and will have us a moment later: it starts, or has too many connections. */
static bool is_passing(const tn_error *err)
{
    return strcmp(err->sqlstate, "57P03") == 0 || strcmp(err->sqlstate, "53300") == 0;
}

int tn__pg_connect(PGconn **out, const struct tn__pg_settings *settings, int64_t patience_ms,
                   tn_arena *arena, tn_error *err)
{
    enum {
        FIRST_PAUSE_US = 20000,
        LONGEST_PAUSE_US = 250000
    };
    int64_t end = tn__mono_ns() + patience_ms * 1000000;
    for (int64_t pause_us = FIRST_PAUSE_US;; pause_us *= 2) {
        struct tn__pg_settings all = *settings;
        int rc = try_servers(out, &all, arena, err);
        if (pause_us > LONGEST_PAUSE_US)
            pause_us = LONGEST_PAUSE_US;
        if (rc == TN_OK || !is_passing(err) || tn__mono_ns() + pause_us * 1000 >= end)
            return rc;
        tn__sleep_us(pause_us);
    }
}
