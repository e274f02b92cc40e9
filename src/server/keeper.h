/* SPDX-License-Identifier: MIT */
#ifndef TN_SERVER_KEEPER_H
#define TN_SERVER_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The keeper: a small child of the process that wants a server. It runs as the server's user,
 * starts the server and, when told so, when its parent is gone or when it is asked to end by a
 * signal, stops it and removes the folder. It was forked from a process that may have threads: so
 * it only uses what is safe in a signal handler, and everything it needs is made before.
 */

/* What it is told, one byte on its socket; it answers each with a struct tn__answer. The end of
 * the socket means: stop all and remove the folder. */
enum tn__order {
    TN__ORDER_MAKE = 'm',  /* run plan->make to its end */
    TN__ORDER_START = 's', /* start the server, wait until it accepts connections */
    TN__ORDER_STOP = 'f',  /* `pg_ctl stop -m fast`, and harder if that takes long */
    TN__ORDER_CRASH = 'q'  /* `pg_ctl stop -m immediate` */
};

enum tn__outcome {
    TN__OUTCOME_DONE,
    TN__OUTCOME_ENDED,      /* `detail`: as waitpid() tells */
    TN__OUTCOME_TIMEOUT,    /* and was ended */
    TN__OUTCOME_NO_PROCESS, /* `detail`: errno of fork() */
    TN__OUTCOME_NO_USER     /* `detail`: errno of setuid() and its like; it has ended itself */
};

struct tn__answer {
    int outcome; /* enum tn__outcome */
    int detail;
    pid_t pid; /* of the server; 0: it does not run */
};

/* Exit code of a program that could not be run at all. */
#define TN__NOT_RUN 127

struct tn__keeper_plan {
    int control; /* its end of the socket */
    pid_t parent;
    bool drops; /* becomes that user first */
    uid_t uid;
    gid_t gid;
    int64_t timeout_ms;
    const char *folder;
    const char *pid_file; /* of the server */
    const char *make_log;
    const char *server_log;
    char *const *make;   /* initdb or pg_basebackup */
    char *const *server; /* postgres */
    char *const *remove; /* rm -rf */
    char *const *environment;
};

/* Called in the child, with all signals blocked; does not return. */
_Noreturn void tn__keeper_run(const struct tn__keeper_plan *plan);

#endif
