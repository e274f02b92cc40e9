/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_POSTGRES_TOTAL_H
#define TN_INFER_POSTGRES_TOTAL_H

#include "schema/server.h"

/*
 * The server's own functions that never give NULL for arguments that are not NULL (and, if they are not
 * strict, for any at all). That a function is strict says the reverse: NULL for NULL.
 */

/* By name, and OID where its namesakes differ; what operators are made of is among them. */
bool tn__pg_is_total(const char *name, uint32_t oid);

/* Whether a function that gives rows never has NULL in that column, from 0. */
bool tn__pg_is_firm_column(const struct tn__server *server, uint32_t oid, uint32_t column);

/* For tests and documents: all of them, by name. */
struct tn__pg_total {
    const char *name;
    uint32_t oid; /* 0: all of this name */
};
extern const struct tn__pg_total tn__pg_totals[];
extern const uint32_t tn__pg_total_count;

#endif
