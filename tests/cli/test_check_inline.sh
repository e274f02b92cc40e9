#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon check: TN_QUERY in C files.
source "$(dirname "$0")/lib.sh"

schema() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    owner TEXT
);
SQL
}

test_query_in_c_is_checked_at_its_place() {
    schema
    write tenon.ini <<<'[queries]
source = src/*.c'
    write src/app.c <<'C'
#define TN_QUERY(...) /* not this one */
// TN_QUERY(no, ":one", "not this one")
/* nor TN_QUERY(this, ":one", "") */
const char *text = "TN_QUERY(nor, \":one\", \"this\")";
char quote = '"';
TN_QUERY(task_find, ":optional",
         "SELECT id, title\n"
         /* a comment */ "FROM tasks "
         "WHERE titel = :title");
C
    run "$TENON" check
    expect_exit 1
    expect_err_contains "src/app.c:9:17: error: no column 'titel' in table 'tasks' [unknown-column]"
    expect_err_contains "help: 'title'"
    sed -i 's/titel/title/' src/app.c
    run "$TENON" check --json
    expect_exit 0
    expect_json_value '$.queries[0].line' 6
    expect_json_value '$.queries[0].sql' $'SELECT id, title\nFROM tasks WHERE title = ?1'
}

test_query_in_c_that_is_no_literal_is_refused() {
    schema
    write tenon.ini <<<'[queries]
source = src/*.c'
    write src/app.c <<'C'
TN_QUERY(a, ":many", "SELECT " COLUMNS " FROM tasks");
TN_QUERY(b, MODE, "SELECT id FROM tasks");
TN_QUERY(c, ":mny", "SELECT id FROM tasks");
TN_QUERY(d, ":many", "SELECT \q FROM tasks");
C
    run "$TENON" check
    expect_exit 1
    expect_err_matches '^src/app.c:1:32: error: .*\[bad-query-call\]$'
    expect_err_matches '^src/app.c:2:13: error: .*\[bad-query-call\]$'
    expect_err_matches '^src/app.c:3:13: error: .*\[query-name\]$'
    expect_err_matches '^src/app.c:4:31: error: .*\[bad-query-call\]$'
}

run_tests
