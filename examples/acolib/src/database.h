/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_DATABASE_H
#define ACOLIB_DATABASE_H

#include <tenon/tenon.h>

#include "acolib_data_migrations.h" /* aco_migrations: the folder migrations/, in the program */

struct app;

/* Bring a database to the schema of this program. TN_OK; what tn_migrate() gives. */
TN_NODISCARD int database_migrate(tn_db *db, tn_error *err);

/* Open app->url as the command needs it. TN_OK, or an error in app->err. */
TN_NODISCARD int database_open(struct app *app);

#endif
