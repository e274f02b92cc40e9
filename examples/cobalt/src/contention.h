/* SPDX-License-Identifier: MIT */
#ifndef COBALT_CONTENTION_H
#define COBALT_CONTENTION_H

#include "cobalt_tables.h"
#include "secret.h"
#include "status.h"

/*
 * What happens when several want the same at the same moment, made to happen: threads that do it on the
 * real server. Where two have to be in the middle of it together they wait there for each other, in
 * their first run alone.
 */

enum {
    CONTENTION_THREADS_MAX = 16
};

/* What came of it. */
struct contention {
    unsigned runs;    /* of the bodies of transactions; more than there were: some were run again */
    unsigned done;    /* threads that succeeded */
    unsigned refused; /* that were told `status` */
    int status;       /* what the refused ones were told; all of them alike */
};

/* Two transactions lock the same two users, each the other one first: the server ends one, and the
 * library runs it again. 2 done in 3 runs. */
TN_NODISCARD int contention_deadlock(struct contention *out, tn_db *db, tn_uuid a, tn_uuid b,
                                     tn_error *err);

/* Two administrators each take the other's role away, having counted that one stays. As if one after
 * the other: 3 runs, and if there are no others, 1 done and 1 refused (COBALT_ELASTADMIN). */
TN_NODISCARD int contention_serialization(struct contention *out, tn_db *db, tn_uuid a, tn_uuid b,
                                          tn_error *err);

/* Each of `count` threads changes the address of a user from the same version of him: 1 done, all
 * others refused (COBALT_ESTALE). */
TN_NODISCARD int contention_optimistic(struct contention *out, tn_db *db,
                                       const struct cobalt_user *user, unsigned count,
                                       tn_error *err);

/* Each of `count` threads reads the number in front of a user's address and writes the next one,
 * `times` times, with the row locked: none is lost. */
TN_NODISCARD int contention_for_update(struct contention *out, tn_db *db, tn_uuid user,
                                       unsigned count, unsigned times, tn_error *err);

/* Each of `count` threads exchanges the same refresh token: 1 done, all others refused
 * (COBALT_EREUSED). `successor` is what the one has got, which is worth nothing any more. */
TN_NODISCARD int contention_rotate(struct contention *out, struct secret *successor, tn_db *db,
                                   const struct secret *token, unsigned count, tn_error *err);

#endif
