/* SPDX-License-Identifier: MIT */
#include "driver/postgres/capability.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/postgres/postgres.h"

/*
 * The first version of PostgreSQL that can do something, and which of the others can, too. They are
 * judged by their defaults and by what they document; what they can do in part counts as not.
 */
static const struct {
    int since;
    bool by_cockroach;
    bool by_yugabyte;
    bool by_citus;
} capabilities[] = {
    /* CockroachDB skips rows that nobody holds; Citus can on one shard. */
    [TN_CAN_SKIP_LOCKED] = {90500, false, true, false},
    [TN_CAN_CHANGE_TWICE] = {90100, false, true, true},
    /* YugabyteDB: a preview. */
    [TN_CAN_ADVISORY_LOCK] = {90100, false, false, true},
    /* YugabyteDB: off by default. */
    [TN_CAN_NOTIFY] = {90000, false, false, true},
    /* CockroachDB: not with other statements. YugabyteDB: what fails leaves objects behind. */
    [TN_CAN_ROLL_BACK_DDL] = {80000, false, false, true},
    [TN_CAN_INCLUDE_COLUMNS] = {110000, false, true, true},
    [TN_CAN_DEFER_CONSTRAINTS] = {80000, false, true, true},
    [TN_CAN_PARTITION] = {100000, false, true, true},
    [TN_CAN_COPY_BINARY] = {80000, false, true, true},
};

enum tn__pg_flavor tn__pg_flavor_of(tn__pg_status_fn status, void *user)
{
    const char *version = status(user, "server_version");
    if (status(user, "crdb_version"))
        return TN__PG_COCKROACH;
    /* "15.2-YB-2.25.0.0-b0" */
    return version && strstr(version, "-YB-") ? TN__PG_YUGABYTE : TN__PG_PLAIN;
}

bool tn__pg_flavor_can(enum tn__pg_flavor flavor, int version, enum tn_capability capability)
{
    if ((size_t)capability >= sizeof capabilities / sizeof capabilities[0])
        return false;
    switch (flavor) {
    case TN__PG_COCKROACH:
        return capabilities[capability].by_cockroach;
    case TN__PG_YUGABYTE:
        return capabilities[capability].by_yugabyte;
    case TN__PG_CITUS:
        return capabilities[capability].by_citus && version >= capabilities[capability].since;
    default:
        return version >= capabilities[capability].since;
    }
}

static const char *parameter_status(void *user, const char *name)
{
    return tn__pq->parameterStatus(user, name);
}

/* The extension is in the catalog. Where that cannot be asked right now, as little is promised as a
 * server with it can do. */
static enum tn__pg_flavor find_citus(struct tn__driver_conn *conn)
{
    char found[8] = "";
    tn_error ignored;
    if (conn->is_failed || (conn->task && !conn->asking) || conn->is_lost ||
        tn__pg_exec(conn,
                    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus')",
                    found, sizeof found, &ignored) != TN_OK)
        return TN__PG_UNKNOWN;
    return strcmp(found, "t") == 0 ? TN__PG_CITUS : TN__PG_PLAIN;
}

bool tn__pg_can(struct tn__driver_conn *conn, enum tn_capability capability)
{
    if (conn->flavor == TN__PG_UNKNOWN) {
        conn->flavor = tn__pg_flavor_of(parameter_status, conn->pg);
        if (conn->flavor == TN__PG_PLAIN)
            conn->flavor = find_citus(conn);
    }
    return tn__pg_flavor_can(conn->flavor == TN__PG_UNKNOWN ? TN__PG_CITUS : conn->flavor,
                             tn__pq->serverVersion(conn->pg), capability);
}

/* --- how far the log is ------------------------------------------------------------------------ */

/*
 * What is committed is flushed, and the end of the flushed log is a place that a standby gets to. Without
 * synchronous_commit it is not flushed yet: then the place at which the next record begins, which may lie
 * behind the header of a page. Nothing ends there (xlog_internal.h: SizeOfXLogShortPHD, and
 * SizeOfXLogLongPHD at the beginning of a file): a standby that has all of it stands in front of the
 * header until something more is written.
 */
static const char position_sql[] =
    "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() "
    "THEN pg_catalog.concat(pg_catalog.pg_last_wal_replay_lsn(), ' 0 1') "
    "WHEN pg_catalog.current_setting('synchronous_commit') <> 'off' "
    "THEN pg_catalog.concat(pg_catalog.pg_current_wal_flush_lsn(), ' 0 1') "
    "ELSE (SELECT pg_catalog.concat(l, ' ', (pg_catalog.pg_walfile_name_offset(l)).file_offset, ' ', "
    "pg_catalog.current_setting('wal_block_size')) FROM pg_catalog.pg_current_wal_insert_lsn() l) END";

static uint32_t header_in_front(uint32_t file_offset, uint32_t page_size)
{
    enum {
        SHORT_HEADER = 24,
        LONG_HEADER = 40
    };
    if (file_offset == LONG_HEADER)
        return LONG_HEADER;
    return page_size > SHORT_HEADER && file_offset % page_size == SHORT_HEADER ? SHORT_HEADER : 0;
}

int tn__pg_position(struct tn__driver_conn *conn, uint64_t *out, tn_error *err)
{
    char text[64] = "";
    uint32_t high, low, offset, page_size;
    int rc = tn__pg_exec(conn, position_sql, text, sizeof text, err);
    if (rc != TN_OK)
        return rc;
    /* NOLINTNEXTLINE(cert-err34-c): numbers of the server's own, of 32 bits each */
    if (sscanf(text, "%" SCNx32 "/%" SCNx32 " %" SCNu32 " %" SCNu32, &high, &low, &offset,
               &page_size) != 4)
        return tn_error_set(err, TN_EUNSUPPORTED, "the server does not tell how far its log is");
    *out = ((uint64_t)high << 32 | low) - header_in_front(offset, page_size);
    return TN_OK;
}

int tn__pg_has_reached(struct tn__driver_conn *conn, bool *out, uint64_t position, tn_error *err)
{
    char sql[160];
    char text[8] = "";
    snprintf(sql, sizeof sql,
             "SELECT NOT pg_catalog.pg_is_in_recovery() "
             "OR pg_catalog.pg_last_wal_replay_lsn() >= '%" PRIX32 "/%" PRIX32 "'",
             (uint32_t)(position >> 32), (uint32_t)position);
    int rc = tn__pg_exec(conn, sql, text, sizeof text, err);
    *out = rc == TN_OK && strcmp(text, "t") == 0;
    return rc;
}
