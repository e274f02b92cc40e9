/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_AGREEING_H
#define TN_TEST_AGREEING_H

/* What the parser accepts and refuses, with the linked engine for a judge. Include check.h first. */

#include "parsing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sqlite3 *db;

static int open_db(void **state)
{
    (void)state;
    static const char *const schema =
        "CREATE TABLE t(a, b, c);"
        "CREATE TABLE u(a INTEGER PRIMARY KEY, b TEXT UNIQUE, d REAL);"
        "CREATE TABLE \"or\" (\"select\", key, \"left\");"
        "CREATE INDEX t_a ON t(a);"
        "CREATE VIEW v AS SELECT a, b FROM t;";
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    return 0;
}

static int close_db(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return 0;
}

/* Both agree on whether it is sound, and on the words and the place if it is not. What the engine
 * refuses for another reason than syntax is sound to the parser. */
static inline void check_agreed(const char *text)
{
    struct parsing parsing;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, text, -1, &stmt, NULL);
    const char *message = rc == SQLITE_OK ? "" : sqlite3_errmsg(db);
    bool is_refused = parsing_is_syntax(message);
    parsing_begin(&parsing, text);
    /* Some of its other refusals are made here as well. */
    is_refused = is_refused || (parsing.faults && strcmp(parsing.faults->message, message) == 0);
    if (is_refused != (parsing.rc == TN_ESYNTAX))
        fail_msg("%s: status %d, the engine: %s", text, parsing.rc, message);
    if (is_refused && strcmp(parsing.faults->message, message) != 0)
        fail_msg("%s: \"%s\", the engine: \"%s\"", text, parsing.faults->message, message);
    if (!is_refused)
        assert_ok(parsing.rc);
    sqlite3_finalize(stmt);
    parsing_end(&parsing);
}

static inline void check_all(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_agreed(texts[i]);
}

#endif
