/* SPDX-License-Identifier: MIT */
#ifndef AIT42_DATABASE_H
#define AIT42_DATABASE_H

#include <tenon/tenon.h>

#include "error.h"

/*
 * The database of sessions: a pool of five connections on a file in WAL mode (synchronous NORMAL,
 * busy timeout 5 s), brought to the schema that the program carries. Whoever waits for a connection
 * does so for 3 s. The URL may say otherwise: `sqlite:x.db?max_connections=10&min_connections=2&
 * acquire_timeout=5s&cache_size=-20000&mmap_size=268435456`.
 */

/* Where it is if nobody says anything: `$HOME/.ait42/sessions.db`. IoError: there is no HOME. */
TN_NODISCARD enum ait42_error_kind ait42_database_path(char out[AIT42_PATH_MAX],
                                                       struct ait42_error *err);

/*
 * Open it, made with its folder if it is not there, and apply what is pending of its migrations.
 *
 * @param url  NULL: the file of ait42_database_path(), whose folder nobody else may look into; else
 *             as tn_db_open(), `sqlite::memory:` for a test. Behind `sqlite:` there may be `$HOME`,
 *             `${HOME}` and, at the beginning, `~/`
 * @return AIT42_NO_ERROR: end with tn_db_close(); ConnectionFailed, MigrationFailed, IoError
 */
TN_NODISCARD enum ait42_error_kind ait42_database_open(tn_db **out, const char *url,
                                                       struct ait42_error *err);

/* Bring a database that is open to the schema of this program. MigrationFailed. */
TN_NODISCARD enum ait42_error_kind ait42_database_migrate(tn_db *db, struct ait42_error *err);

/* The body of a transaction: AIT42_NO_ERROR commits, a kind (with err filled) rolls back. It may
 * run more than once. */
typedef enum ait42_error_kind (*ait42_body)(tn_db *tx, void *user, struct ait42_error *err);

/*
 * Run functions of the data layer in one transaction; within one it is a savepoint.
 * @return what the body returned; TransactionError where BEGIN or COMMIT failed
 */
TN_NODISCARD enum ait42_error_kind ait42_transact(tn_db *db, enum tn_access access, ait42_body body,
                                                  void *user, struct ait42_error *err);

#endif
