#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon schema: what the migrations make.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

shop() {
    write migrations/0001_shop.sql <<'SQL'
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE nocase,
    role TEXT NOT NULL DEFAULT 'reader' CHECK (role IN ('reader', 'writer'))
);
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    title TEXT NOT NULL,
    done BOOLEAN NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    slug TEXT AS (lower(title)) STORED,
    CONSTRAINT no_blank CHECK (trim(title)
        <> '')
);
CREATE INDEX tasks_open ON tasks (owner, lower(title) DESC) WHERE done = 0;
CREATE TABLE tags (task INTEGER REFERENCES tasks (id), tag TEXT, PRIMARY KEY (task, tag)) WITHOUT ROWID;
CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE NOT done;
CREATE VIRTUAL TABLE search USING fts5(title);
CREATE TRIGGER tasks_ai AFTER INSERT ON tasks BEGIN INSERT INTO search VALUES (new.title); END;
SQL
}

fingerprint() { "$TENON" -q schema show --json | sed -E 's/.*"fingerprint":"([0-9a-f]{64})".*/\1/'; }

test_overview_has_a_row_for_each_table_and_view() {
    shop
    run "$TENON" schema show
    expect_exit 0
    expect_out "name	kind	columns	key	indexes	triggers	references
open_tasks	view	2				
search	fts5	3				
tags	table without rowid	2	task, tag			tasks
tasks	table	5	id	1	1	users
users	table	3	id	1		"
    expect_err_contains "4 tables, 1 view; fingerprint "
    expect_no_file app.db
}

test_table_is_shown_with_all_that_belongs_to_it() {
    shop
    run "$TENON" schema show TASKS
    expect_exit 0
    expect_err_empty
    expect_out_contains "tasks: table"
    expect_out_contains "slug    TEXT     yes                   generated, stored: lower(title)"
    expect_out_contains "done    BOOLEAN  no           0        0 or 1"
    expect_out_contains "tasks_open  no      owner, lower(title) DESC  done = 0"
    expect_out_contains "owner        users (id)  CASCADE    NO ACTION  no"
    expect_out_contains "tags (task)    id       NO ACTION  NO ACTION  no"
    expect_out_contains "trim(title) <> ''  no_blank"
    expect_out_contains "tasks_ai  AFTER INSERT"
    expect_out_contains "CREATE TABLE tasks ("
    run "$TENON" schema show users
    expect_out_contains "'reader' | 'writer'"
    expect_out_contains "COLLATE nocase"
    run "$TENON" schema show tags
    expect_out_contains "tag     TEXT     no    2"
}

test_view_index_trigger_and_virtual_table_are_shown() {
    shop
    run "$TENON" schema show open_tasks
    expect_exit 0
    expect_out_contains "open_tasks: view"
    expect_out_contains "CREATE VIEW open_tasks AS SELECT id, title"
    run "$TENON" schema show tasks_open
    expect_exit 0
    expect_out_contains "tasks_open: partial index of tasks"
    expect_out_contains "lower(title)  BINARY     descending"
    run "$TENON" schema show tasks_ai
    expect_exit 0
    expect_out_contains "tasks_ai: trigger of tasks"
    run "$TENON" schema show search
    expect_exit 0
    expect_out_contains "search: fts5"
    expect_out_contains "hidden"
}

test_json_has_the_whole_model() {
    shop
    run "$TENON" schema show --json
    expect_exit 0
    expect_out_matches '^\{"v":1,"fingerprint":"[0-9a-f]{64}","tables":\[\{"name":"open_tasks","kind":"view"'
    expect_out_contains '"name":"role","type":"TEXT","affinity":"text","collation":"BINARY","nullable":false,"default":"'"'reader'"'","rowid":false,"hidden":false,"generated":null,"expression":null,"choices":["reader","writer"],"flag":false'
    expect_out_contains '"generated":"stored","expression":"lower(title)"'
    expect_out_contains '{"column":null,"expression":"lower(title)","collation":"BINARY","descending":true}'
    expect_out_contains '"where":"done = 0"'
    expect_out_contains '{"columns":["owner"],"table":"users","parents":null,"on_delete":"CASCADE","on_update":"NO ACTION","deferred":false}'
    expect_out_contains '"primary_key":["task","tag"]'
    expect_out_contains '"module":"fts5"'
    expect_out_lacks 'search_data'
    expect_out_lacks '_sqlx_migrations'
    run "$TENON" schema show --json users
    expect_out_contains '"tables":[{"name":"users"'
    expect_out_lacks '"name":"tasks"'
    run "$TENON" schema show --json tasks_open
    expect_out_contains '"table":"tasks","index":{"name":"tasks_open"'
    run "$TENON" schema show --json tasks_ai
    expect_out_contains '"table":"tasks","trigger":{"name":"tasks_ai"'
}

test_unknown_name_is_a_usage_error_with_the_nearest() {
    shop
    run "$TENON" schema show taskss
    expect_exit 2
    expect_out_empty
    expect_err_contains "no table, view, index or trigger 'taskss'"
    expect_err_contains "did you mean 'tasks'?"
    run "$TENON" schema show task_open
    expect_err_contains "did you mean 'tasks_open'?"
    run "$TENON" schema show ''
    expect_exit 2
    run "$TENON" schema show a b
    expect_exit 2
}

test_fingerprint_is_that_of_the_facts() {
    shop
    local first
    first=$(fingerprint)
    echo "CREATE TABLE more (x);" | write migrations/0002_more.sql
    [ "$(fingerprint)" != "$first" ] || fail "a table more, and the same fingerprint"
    echo "DROP TABLE more;" | write migrations/0003_less.sql
    expect_equal "$(fingerprint)" "$first"
}

test_empty_schema_is_no_error() {
    mkdir migrations
    run "$TENON" schema show
    expect_exit 0
    expect_err_contains "0 tables, 0 views; fingerprint"
    run "$TENON" schema show --json
    expect_exit 0
    expect_out_matches '"tables":\[\]\}$'
    run "$TENON" schema show users
    expect_exit 2
}

test_missing_folder_is_exit_2() {
    run "$TENON" schema show
    expect_exit 2
    expect_err_contains "migrations"
}

test_broken_migration_is_a_finding_at_its_place() {
    shop
    printf 'CREATE TABLE ok (x);\nCREATE TABEL nope (x);\n' | write migrations/0002_broken.sql
    run "$TENON" schema show
    expect_exit 1
    expect_out_empty
    expect_err_contains "migrations/0002_broken.sql:2:"
}

test_file_that_is_not_utf8_is_exit_2() {
    printf 'CREATE TABLE "a\377" (x);\n' | write migrations/0001_bytes.sql
    run "$TENON" schema show
    expect_exit 2
    expect_out_empty
}

test_names_of_any_kind_are_shown_on_one_line() {
    write migrations/0001_odd.sql <<'SQL'
CREATE TABLE "new
line" ("a ""quote""" INT, "tab	bed" TEXT, "Größe" REAL, "'" INT REFERENCES "new
line" ("a ""quote"""));
SQL
    run "$TENON" schema show
    expect_exit 0
    expect_out_contains 'new\nline	table	4'
    run "$TENON" schema show $'new\nline'
    expect_exit 0
    expect_out_contains 'new<U+000A>line: table'
    expect_out_contains 'a "quote"'
    expect_out_contains 'Größe'
    run "$TENON" schema show --json
    expect_out_contains '"name":"new\nline"'
    expect_out_contains '"name":"a \"quote\""'
    run "$TENON" schema show $'new\nlin'
    expect_exit 2
    expect_err_contains "did you mean"
}

test_view_of_what_is_gone_does_not_hide_the_rest() {
    shop
    printf 'CREATE TABLE old (x);\nCREATE VIEW stale AS SELECT x FROM old;\nDROP TABLE old;\n' |
        write migrations/0002_stale.sql
    run "$TENON" schema show
    expect_exit 0
    expect_out_contains "stale	view	"
    expect_out_contains "users	table	3	id"
    run "$TENON" schema show stale
    expect_exit 0
    expect_out_contains "CREATE VIEW stale"
}

test_temporary_tables_are_warned_of_and_left_out() {
    shop
    echo "CREATE TEMP TABLE mine (x);" | write migrations/0002_mine.sql
    run "$TENON" schema show
    expect_exit 0
    expect_out_lacks mine
    expect_err_contains "temporary-object"
}

test_schema_is_a_family_of_commands() {
    run "$TENON" help schema
    expect_exit 0
    expect_out_contains "schema show [NAME]"
    run "$TENON" schema
    expect_exit 2
    run "$TENON" schema shwo
    expect_exit 2
    expect_err_contains "did you mean 'tenon schema show'?"
    run "$TENON" schema show --no-such-flag
    expect_exit 2
}

run_tests
