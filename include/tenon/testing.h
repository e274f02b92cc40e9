/* SPDX-License-Identifier: MIT */
#ifndef TENON_TESTING_H
#define TENON_TESTING_H

#include <tenon/db.h>
#include <tenon/migrate.h>

TN_BEGIN_DECLS

/**
 * @file tenon/testing.h
 * For the tests of a program that uses Tenon.
 */

/**
 * Open an empty database in memory, and bring it up to date. Each is private: tests share nothing.
 *
 * @param set  the program's migrations, embedded or loaded; NULL: none
 * @return TN_OK: end with tn_db_close(); else as tn_db_open() or tn_migrate(), and nothing is open
 */
TN_API TN_NODISCARD int tn_test_db(tn_db **out, const tn_migration_set *set, tn_error *err);

TN_END_DECLS

#endif
