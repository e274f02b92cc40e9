/* SPDX-License-Identifier: MIT */
#ifndef COBALT_DATABASE_H
#define COBALT_DATABASE_H

#include "status.h"

/*
 * The database: a pool of connections to PostgreSQL, for all threads of a program. The URL may say
 * how many: `postgres://…/cobalt_dev?max_connections=20&acquire_timeout=3s`.
 */

/*
 * Open it. The schema is looked at by database_check().
 *
 * @param url  NULL: DATABASE_URL, or POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER and
 *             POSTGRES_PASSWORD, from the environment or from a file `.env`
 * @return TN_OK: end with tn_db_close(); TN_ECONNECT; TN_EINVAL: no URL, or not PostgreSQL's
 */
TN_NODISCARD int database_open(tn_db **out, const char *url, tn_error *err);

/* Apply the migrations that the program carries and the database has not seen. Two programs may do
 * so at the same time: one waits for the other. */
TN_NODISCARD int database_migrate(tn_db *db, tn_error *err);

/* COBALT_EOUTDATED: some are pending; TN_EREFUSED: the database has another history. */
TN_NODISCARD int database_check(tn_db *db, tn_error *err);

/*
 * Options of a transaction that decides by what it has counted: as if all such ran one after the
 * other. Those that could not have are run again, up to ten times, and so are deadlocks.
 */
tn_tx_options database_serializable(void);

/* Options of one that locks first and looks then: it sees what was committed while it waited, whatever
 * the server's default is. */
tn_tx_options database_locking(void);

#endif
