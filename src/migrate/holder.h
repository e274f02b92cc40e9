/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_HOLDER_H
#define TN_MIGRATE_HOLDER_H

#include <tenon/base.h>

/*
 * Who runs a script outside a transaction: a thread, because several of one process may migrate.
 * Numbers of processes are used again, so its start goes with it; and they mean something within one
 * machine and one set of processes (a container has its own), so that goes with it too.
 */
struct tn__holder {
    int64_t process;
    int64_t thread; /* as the system numbers them; of a main thread that of the process */
    int64_t start;  /* of the thread, in the system's ticks; 0: the system does not tell */
    char home[96];  /* "4026531836@host" */
};

enum tn__holder_life {
    TN__HOLDER_GONE,
    TN__HOLDER_ALIVE,
    TN__HOLDER_ELSEWHERE /* on another machine or in another container: nobody here can tell */
};

/* The thread that asks. */
void tn__holder_self(struct tn__holder *out);

/* What has become of one. The thread that asks counts as gone: what it asks about, it does not run. */
enum tn__holder_life tn__holder_life(const struct tn__holder *holder);

#endif
