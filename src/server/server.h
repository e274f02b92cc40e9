/* SPDX-License-Identifier: MIT */
#ifndef TN_SERVER_SERVER_H
#define TN_SERVER_SERVER_H

#include <sys/types.h>

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * A private PostgreSQL server, started from the installed binaries in a folder of its own and for
 * as long as it is wanted: for checking against the real engine, and for tests. Nothing of it
 * lasts. It is fast and not safe (fsync off), speaks on a Unix socket in a folder that only its
 * user may enter, and ends with the process that started it, whatever that one dies of.
 *
 * Started by root it runs as the user "postgres" or else "nobody", because PostgreSQL refuses root.
 * The superuser of the database is always "postgres". Its messages are English, its time zone is
 * UTC and its order of text that of the bytes, on every machine.
 *
 * One thread at a time uses one server. In a child of the process that started it, all that may be
 * done is tn__server_stop(), which then gives back the memory and leaves the server alone.
 */
struct tn__server;

/* Zero-initialised is the usual server. Everything is copied. */
struct tn__server_options {
    /* Folder of `postgres` and `initdb`. NULL: $TENON_PG_BINDIR, `pg_config --bindir`, the PATH,
     * the newest of /usr/lib/postgresql. */
    const char *bindir;
    /* Wanted from everybody who connects (SCRAM-SHA-256); one line. NULL: who can enter its
     * folder may connect. */
    const char *password;
    /* Listen on a free port of 127.0.0.1 as well. Wants a password: every user of the machine can
     * connect there. */
    bool tcp;
    int max_connections; /* 0: 100; of a standby: as many as its primary */
    int timeout_ms;      /* for each of its steps; 0: 60000 */
    /* More "name=value" of postgresql.conf, the last one of a name counts; ended by NULL. May be
     * NULL. */
    const char *const *settings;
};

/*
 * Start one and wait until it accepts connections. `options` may be NULL.
 *
 * TN_OK; TN_ENOTFOUND: no binaries; TN_EPERM: root, and no user to run it as; TN_EINVAL: the
 * options; TN_ECONNECT: initdb or the server failed, err->message has the end of what it wrote;
 * TN_ETIMEOUT; TN_EIO, TN_EFULL …: the folder, a process; TN_ENOMEM.
 */
TN_NODISCARD int tn__server_start(struct tn__server **out, const struct tn__server_options *options,
                                  tn_error *err);

/*
 * Start a standby of a running server: a copy of it that follows by streaming replication, in a
 * folder of its own, and answers reading queries. It has the password of its primary, of which a
 * copy is made: `options->password` must be NULL. `primary` must live as long as it is to be
 * followed. As tn__server_start().
 */
TN_NODISCARD int tn__server_standby(struct tn__server **out, struct tn__server *primary,
                                    const struct tn__server_options *options, tn_error *err);

/* Stop it (SIGINT, and if that takes long SIGQUIT, SIGKILL), wait for its end and remove its
 * folder. NULL is allowed. */
void tn__server_stop(struct tn__server *server);

/* Break it off as `pg_ctl stop -m immediate` does: clients are cut, and the next start recovers.
 * Returns when it has ended. TN_OK, also if it was not running; TN_EIO. */
TN_NODISCARD int tn__server_crash(struct tn__server *server, tn_error *err);

/* Start it again on the same data, socket and port; a server that is running is stopped first. As
 * tn__server_start(). */
TN_NODISCARD int tn__server_restart(struct tn__server *server, tn_error *err);

/* All of these are the server's and live as long as it. */
const char *tn__server_bindir(const struct tn__server *server);
/* The folder of the socket, and below it all that the server has. */
const char *tn__server_socket_dir(const struct tn__server *server);
const char *tn__server_data_dir(const struct tn__server *server);
/* Of the socket's name, and on 127.0.0.1 if it listens there. */
int tn__server_port(const struct tn__server *server);
/* The file with what the server says. */
const char *tn__server_log(const struct tn__server *server);
/* NULL if none is wanted. */
const char *tn__server_password(const struct tn__server *server);
/* The process of the server (the postmaster); 0 after a crash until it is started again. */
pid_t tn__server_pid(const struct tn__server *server);
/* The process that looks after it. */
pid_t tn__server_keeper(const struct tn__server *server);

/* URL of a database of it by its socket, and by TCP, the password included. In `arena`; NULL: no
 * memory. */
TN_NODISCARD char *tn__server_url(const struct tn__server *server, const char *database,
                                  tn_arena *arena);
TN_NODISCARD char *tn__server_tcp_url(const struct tn__server *server, const char *database,
                                      tn_arena *arena);

#endif
