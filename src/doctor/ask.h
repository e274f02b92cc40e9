/* SPDX-License-Identifier: MIT */
#ifndef TN_DOCTOR_ASK_H
#define TN_DOCTOR_ASK_H

#include <tenon/conn.h>

/* Private to this folder. */

/* The first column of the first row as text of the arena; NULL for no row and for NULL. */
TN_NODISCARD int tn__ask(const char **out, tn_db *db, const char *sql, tn_arena *arena,
                         tn_error *err);
TN_NODISCARD int tn__ask_journal_mode(const char **out, tn_db *db, tn_arena *arena, tn_error *err);

#endif
