/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_CAPABILITY_H
#define TN_DRIVER_POSTGRES_CAPABILITY_H

#include <tenon/conn.h>

/* Servers that speak PostgreSQL's protocol, and what each of them can do. */
enum tn__pg_flavor {
    TN__PG_UNKNOWN, /* not asked yet */
    TN__PG_PLAIN,
    TN__PG_COCKROACH,
    TN__PG_YUGABYTE,
    TN__PG_CITUS
};

/* What the server reports as it is connected to; NULL: no such parameter. */
typedef const char *(*tn__pg_status_fn)(void *user, const char *name);

/* By what it reports. Citus is an extension, and looks as TN__PG_PLAIN from there. */
enum tn__pg_flavor tn__pg_flavor_of(tn__pg_status_fn status, void *user);

/* `version` as PQserverVersion() has it: 150004. */
bool tn__pg_flavor_can(enum tn__pg_flavor flavor, int version, enum tn_capability capability);

#endif
