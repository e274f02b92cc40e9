/* SPDX-License-Identifier: MIT */
#ifndef RIVETR_DATABASE_H
#define RIVETR_DATABASE_H

#include <tenon/tenon.h>

#include "rivetr_data_migrations.h" /* rv_migrations: the folder migrations/, in the program */

/*
 * Open `DIR/rivetr.db`, made with its folder if it is not there: WAL, five connections. Pending
 * migrations are applied, also to a database that sqlx has looked after until now.
 *
 * @param url  NULL: that file; else a database of one's own
 * @return TN_OK: end with tn_db_close(); else as tn_db_open() and tn_migrate()
 */
TN_NODISCARD int database_open(tn_db **out, const char *data_dir, const char *url, tn_error *err);

/* Remove an app with all that is refused otherwise: logs, deployments, variables; in one transaction.
 * TN_NONE: there is no such app. */
TN_NODISCARD int database_delete_app(tn_db *db, tn_text app_id, tn_error *err);

#endif
