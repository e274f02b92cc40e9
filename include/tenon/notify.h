/* SPDX-License-Identifier: MIT */
#ifndef TENON_NOTIFY_H
#define TENON_NOTIFY_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/notify.h
 * Notifications among programs (PostgreSQL's LISTEN and NOTIFY): who listens to a channel is told what
 * others send to it, when they commit.
 *
 *     rc = tn_listener_open(&listener, db, NULL, &err);
 *     if (rc == TN_OK)
 *         rc = tn_listener_listen(listener, "jobs", &err);
 *     while (rc == TN_OK && (rc = tn_listener_wait(&n, listener, 60000, &err)) >= 0)
 *         look_for_jobs(); // told, not told of something, or a minute has passed
 *     tn_listener_close(listener);
 *
 * A notification is a hint, not a message that is kept: nobody has it who was not listening. So look at
 * what it is about when listening begins, and again when TN_NOTIFIED_GAP says that some may have been
 * missed.
 *
 * On SQLite all of this is TN_EUNSUPPORTED.
 *
 * Threading: a listener belongs to one thread at a time, but for tn_listener_wake().
 */
typedef struct tn_listener tn_listener;

/** Options. Start from TN_LISTENER_OPTIONS_INIT. */
typedef struct tn_listener_options {
    unsigned version;      /**< TN_LISTENER_OPTIONS_VERSION */
    uint32_t retry_ms;     /**< a connection that is lost is made anew after so long, then after
                                twice as long, and so on; default 100 */
    uint32_t max_retry_ms; /**< and no longer than this; default 10000 */
} tn_listener_options;

#define TN_LISTENER_OPTIONS_VERSION 1u
#define TN_LISTENER_OPTIONS_INIT            \
 {                                          \
  TN_LISTENER_OPTIONS_VERSION, 100u, 10000u \
 }

enum tn_notified {
    TN_NOTIFIED = 0, /**< something was sent */
    TN_NOTIFIED_GAP =
        1 /**< the connection was lost, and is there again: what was sent meanwhile has
                             been missed */
};

/** Borrowed until the listener is used again. */
typedef struct tn_notification {
    enum tn_notified kind;
    const char *channel; /**< NULL of a gap, as the next */
    const char *payload; /**< empty if there is none */
    int pid;             /**< of the session that has sent it; 0 of a gap */
} tn_notification;

/**
 * Begin to listen, on a connection of its own, which is none of the pool's.
 *
 * @param out      set on success only; end it with tn_listener_close()
 * @param db       whose database it is; may be a view, and is not needed any more when it returns
 * @param options  NULL for the defaults
 * @return TN_OK; TN_EUNSUPPORTED: SQLite, or a pooler that gives each transaction another session (a
 *         URL with `direct_url` goes past it); TN_ECONNECT and others of opening a connection
 */
TN_API TN_NODISCARD int tn_listener_open(tn_listener **out, tn_db *db,
                                         const tn_listener_options *options, tn_error *err);

/** Listen to a channel, by its exact name of at most 63 bytes. @return TN_OK; TN_EINVAL (no name),
 * TN_ERANGE (too long), TN_ECONNECT, TN_ENOMEM */
TN_API TN_NODISCARD int tn_listener_listen(tn_listener *listener, const char *channel,
                                           tn_error *err);

/** No more. @return TN_OK, also if it did not; TN_ECONNECT */
TN_API TN_NODISCARD int tn_listener_unlisten(tn_listener *listener, const char *channel,
                                             tn_error *err);

/**
 * Wait for a notification. A connection that is lost is made anew meanwhile.
 *
 * @param timeout_ms  0: do not wait; negative: for ever
 * @return TN_ROW: *out is set; TN_NONE: none came in time; TN_EINTERRUPT: tn_listener_wake();
 *         TN_ECONNECT: the connection is lost, and could not be made anew in time: the next call tries again
 */
TN_API TN_NODISCARD int tn_listener_wait(tn_notification *out, tn_listener *listener,
                                         int timeout_ms, tn_error *err);

/** Make a wait return with TN_EINTERRUPT, the one that goes on or else the next. Any thread may call
 * it, and a signal handler may, too. */
TN_API void tn_listener_wake(tn_listener *listener);

/** Its socket, to wait for until something can be read; -1 while the connection is lost. It may be
 * another one after each call that waits. */
TN_API int tn_listener_socket(const tn_listener *listener);

/** As tn_listener_wait() without waiting; a connection that is lost is TN_ECONNECT, and stays so until
 * tn_listener_wait() makes it anew. */
TN_API TN_NODISCARD int tn_listener_pump(tn_notification *out, tn_listener *listener,
                                         tn_error *err);

/** End it. NULL is allowed. */
TN_API void tn_listener_close(tn_listener *listener);

/**
 * Tell all who listen to a channel. In a transaction it is sent when that is committed, and not if it is
 * rolled back.
 *
 * @param payload  NULL: none; less than 8000 bytes
 * @return TN_OK; TN_EUNSUPPORTED (SQLite); else as tn_exec()
 */
TN_API TN_NODISCARD int tn_notify(tn_db *db, const char *channel, const char *payload,
                                  tn_error *err);

TN_END_DECLS

#endif
