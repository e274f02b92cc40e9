/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_FORMS_H
#define TN_TEST_FORMS_H

/* For the programs of test_generate_forms.sh, in C and in C++: the database by the generated code and, beside
 * it, by hand. */

#include <sqlite3.h>

#include "generated.h"

static sqlite3 *bare;
static uint32_t seed = 1;

static inline unsigned draw(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static inline void by_hand(const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(bare, sql, NULL, NULL, &message) == SQLITE_OK)
        return;
    fprintf(stderr, "%s: %s\n", sql, message);
    exit(1);
}

static inline sqlite3_stmt *ask(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(bare, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(bare));
        exit(1);
    }
    return stmt;
}

static inline int64_t number_of(const char *sql)
{
    sqlite3_stmt *stmt = ask(sql);
    int64_t number = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_finalize(stmt);
    return number;
}

static inline void open_both(const char *path)
{
    char url[100];
    snprintf(url, sizeof url, "sqlite:%s", path);
    CHECK(tn_db_open(&db, url, NULL, &err) == TN_OK);
    CHECK(sqlite3_open(path, &bare) == SQLITE_OK);
    sqlite3_busy_timeout(bare, 5000);
}

static inline void close_both(void)
{
    tn_db_close(db);
    sqlite3_close(bare);
}

#endif
