#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon sql: forms of rows, reading and writing, bad input; and the log of -v and TENON_LOG.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

filled() {
    export DATABASE_URL=sqlite:app.db
    sql app.db "PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY, x);
        INSERT INTO t (x) VALUES (1), (2.5), (NULL), ('a\"b'), (x'00ff'), (''), ('tab	line
two')" >/dev/null
}

test_rows_as_lines_with_tabs() {
    filled
    run "$TENON" sql 'SELECT id, x FROM t ORDER BY id'
    expect_exit 0
    expect_err_empty
    printf 'id\tx\n1\t1\n2\t2.5\n3\t\\N\n4\ta"b\n5\tx'"'"'00ff'"'"'\n6\t\n7\ttab\\tline\\ntwo\n' >wanted
    expect_out_file wanted
}

test_rows_as_csv_and_json() {
    filled
    run "$TENON" sql --csv 'SELECT x FROM t ORDER BY id'
    expect_exit 0
    printf 'x\r\n1\r\n2.5\r\n\r\n"a""b"\r\nx'"'"'00ff'"'"'\r\n""\r\n"tab\tline\ntwo"\r\n' >wanted
    expect_out_file wanted
    run "$TENON" sql --json 'SELECT id, x FROM t ORDER BY id'
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.columns[1]' x
    expect_json_value '$.rows[1][1]' 2.5
    expect_json_value '$.rows[3][1]' 'a"b'
    expect_json_value '$.rows[4][1].blob' 00ff
    run "$TENON" sql --json 'SELECT 9223372036854775807 AS big, 1.0 AS r, 9e999 AS inf'
    expect_out_contains '[9223372036854775807,1.0,9e999]'
    run "$TENON" sql --json --csv 'SELECT 1'
    expect_exit 2
}

test_reading_writes_nothing() {
    filled
    local before
    before=$(sha256sum app.db)
    run "$TENON" sql 'DELETE FROM t'
    expect_exit 3
    expect_err_contains "sql:1:1: error: the statement writes"
    expect_err_contains "help: --write lets it"
    run "$TENON" sql 'SELECT count(*) FROM t'
    expect_equal "$(sha256sum app.db)" "$before"
    expect_no_file app.db-wal
    expect_no_file app.db-shm
}

test_writing_is_all_or_nothing() {
    filled
    run "$TENON" sql --write "INSERT INTO t (x) VALUES (8), (9); UPDATE t SET x = 0 WHERE id > 7"
    expect_exit 0
    expect_err_contains "4 rows affected"
    run "$TENON" sql --write "DELETE FROM t; INSERT INTO nowhere VALUES (1)"
    expect_exit 4
    expect_err_contains "sql:1:28: error: no such table 'nowhere'"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t')" 9
    run "$TENON" sql --write VACUUM
    expect_exit 0
    run "$TENON" sql --write 'DELETE FROM t; COMMIT'
    expect_exit 2
    expect_err_contains "sql:1:16: error: all of it is one transaction already"
    run "$TENON" sql --write 'BEGIN'
    expect_exit 2
    run "$TENON" sql '-- nothing'
    expect_exit 2
    expect_err_contains "help: an argument that begins so is written behind '--'"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t')" 9
}

test_sql_comes_from_files_and_standard_input() {
    filled
    echo 'SELECT 1 AS a; SELECT 2 AS b' | write q.sql
    run "$TENON" sql -f q.sql
    expect_exit 0
    expect_out_contains b
    run_shell "echo 'SELECT 3 AS c' | '$TENON' sql -f -"
    expect_out_contains 3
    run "$TENON" sql -f nowhere.sql
    expect_exit 2
    run "$TENON" sql
    expect_exit 2
    run "$TENON" sql -f q.sql 'SELECT 1'
    expect_exit 2
    run "$TENON" sql '  ; -- nothing'
    expect_exit 2
    run "$TENON" sql "SELECT 'open"
    expect_exit 2
}

test_faults_have_their_place() {
    filled
    printf 'SELECT 1;\nSELECT y\nFROM t;\n' | write q.sql
    run "$TENON" sql -f q.sql
    expect_exit 4
    expect_err_contains "q.sql:2:8: error: no such column 'y'"
}

test_parameter_without_a_value_is_a_fault_at_its_place() {
    filled
    local sql
    for sql in "SELECT ?" "SELECT ?1" "SELECT :a" "SELECT @a" "SELECT \$a"; do
        run "$TENON" sql "$sql"
        expect_exit 4
        expect_out_empty
        expect_err_contains "sql:1:8: error: a parameter has no value here: write it into the SQL [sql-failed]"
    done
    run "$TENON" sql --write "DELETE FROM t; INSERT INTO t VALUES (:x, ':y')"
    expect_exit 4
    expect_err_contains "sql:1:38:"
    run "$TENON" sql "SELECT count(*) AS n FROM t"
    expect_out_matches '^[1-9]'
}

test_many_rows_are_not_kept_in_memory() {
    filled
    run_shell "'$TENON' sql 'WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 300000) SELECT n FROM c' | tail -n 1"
    expect_exit 0
    expect_out_contains 300000
    run_shell "'$TENON' sql 'WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 30000000) SELECT n FROM c' | head -n 2"
    expect_exit 141
}

test_log_of_statements() {
    filled
    run "$TENON" -v sql 'SELECT count(*) FROM t'
    expect_exit 0
    expect_err_matches '^debug sql: [0-9.]+ ms, 1 row: SELECT count'
    run env TENON_LOG=pool=info "$TENON" sql 'SELECT 1'
    expect_err_contains "info pool: connection 0 closed"
    expect_err_lacks "debug sql"
    run env TENON_LOG=info,wire=debug "$TENON" sql 'SELECT 1'
    expect_exit 2
    expect_err_contains "TENON_LOG: 'wire' is no target"
    expect_err_contains "byte 6"
}

test_ctrl_c_stops_the_statement() {
    filled
    "$TENON" sql 'WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c' \
        >"$out" 2>"$err" &
    local pid=$!
    sleep 0.3
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    expect_exit 143
    expect_err_contains "interrupted"
}

run_tests
