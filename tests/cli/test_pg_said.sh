#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What annotations say of types on PostgreSQL, and what C gets of it: it compiles, and does what it says.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"
source "$(dirname "$0")/pg.sh"

project() {
    write tenon.ini <<'INI'
[database]
engine = postgres
[generate]
prefix = app
[types]
items.id = item_id
items.name = item_name
items.ref = item_ref
INI
    write migrations/1_schema.sql <<'SQL'
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TABLE items (
    id     int PRIMARY KEY,
    name   varchar(20) NOT NULL,
    ref    uuid,
    n      int,
    big    bigint NOT NULL DEFAULT 1,
    real   float4,
    flag   bool,
    data   bytea,
    at     timestamptz NOT NULL DEFAULT '2026-01-01Z',
    plain  timestamp,
    doc    jsonb,
    color  color NOT NULL DEFAULT 'red',
    state  text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'old')),
    net    inet
);
SQL
}

# build MAIN.c: all of gen and it, by each compiler; the last one makes ./app.
build() {
    local source
    for source in gen/*.c; do
        compile "$source" "${compilers[@]}"
    done
    run gcc -std=c11 "${strict[@]}" "${includes[@]}" -o app gen/*.c "$1" "${links[@]}"
    expect_exit 0
    expect_err_empty
}

test_params_are_what_is_said() {
    local url
    project
    write queries/items.sql <<'SQL'
-- name: item_add :one
-- param id int
-- param name text
-- param n int nullable
-- param real real nullable
-- param flag bool nullable
-- param data blob nullable
-- param at timestamp
-- param plain timestamp(ms) nullable
-- param doc json nullable
-- param color text
-- param state text
INSERT INTO items (id, name, n, real, flag, data, at, plain, doc, color, state)
VALUES (:id, :name, :n, :real, :flag, :data, :at, :plain, :doc, :color, :state) RETURNING id;

-- name: item_since :many
-- param since timestamp nullable
-- param big item_id
SELECT id FROM items WHERE (:since IS NULL OR at >= :since) AND n IS DISTINCT FROM :big;

-- name: item_some :many
-- param ids int
-- param names text
-- param states text
-- param colors text
-- param times timestamp
SELECT id FROM items
WHERE id IN (:ids[]) AND name IN (:names[]) AND state IN (:states[]) AND color IN (:colors[])
  AND at IN (:times[]);
SQL
    write main.c <<'C'
#include <stdio.h>

#include "items.tenon.h"

int main(int argc, char **argv)
{
    struct app_item_add_args args = {.id = 7,
                                     .name = tn_text_of("ada"),
                                     .n = tn_some_int(3),
                                     .real = tn_some_real(0.5),
                                     .flag = {true, true},
                                     .data = {"x", 1},
                                     .at = {5000000},
                                     .plain = {true, {1000}},
                                     .doc = tn_text_of("{}"),
                                     .color = tn_text_of("blue"),
                                     .state = tn_text_of("old")};
    static const int64_t ids[] = {7, 8};
    const tn_text words[] = {tn_text_of("ada"), tn_text_of("old"), tn_text_of("blue")};
    static const tn_timestamp times[] = {{5000000}};
    const struct app_item_some_args some_args = {
        {ids, 2}, {words, 3}, {words, 3}, {words + 2, 1}, {times, 1}};
    struct app_item_add_row added = {{0}};
    struct app_item_since_rows since = {NULL, 0};
    struct app_item_some_rows some = {NULL, 0};
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    tn_db *db = NULL;
    int rc = tn_db_open(&db, argc > 1 ? argv[1] : "", NULL, &err);
    if (rc == TN_OK)
        rc = app_item_add(&added, db, &args, &err);
    if (rc == TN_OK)
        rc = app_item_since_all(&since, db, (tn_opt_timestamp){true, {4000000}},
                                (struct app_opt_item_id){false, {0}}, &arena, &err);
    if (rc == TN_OK)
        rc = app_item_some_all(&some, db, &some_args, &arena, &err);
    if (rc != TN_OK)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("%lld, %zu, %zu\n", (long long)added.id.value, since.count, some.count);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc != TN_OK;
}
C
    pg_start
    url=$(pg_database said_params)
    run "$TENON" generate --url "$url"
    expect_exit 0
    build main.c
    run "$TENON" migrate up --url "$url"
    expect_exit 0
    run ./app "$url"
    expect_out "7, 1, 1"
}

test_columns_are_what_is_said() {
    local url
    project
    write queries/items.sql <<'SQL'
-- name: item_one :one
-- column id int
-- column n item_id
-- column at timestamp(ms)
-- column color text
-- column state text
-- column name text
SELECT id, n, at, color, state, name, 1 AS "a b" FROM items WHERE id = :id;

-- name: item_all :many
-- column at timestamp(text)
-- column color text
-- column net text
SELECT at, color, net, id FROM items ORDER BY id;
SQL
    write main.c <<'C'
#include <stdio.h>

#include "items.tenon.h"

int main(int argc, char **argv)
{
    struct app_item_one_row one;
    struct app_item_all_rows all;
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    tn_db *db = NULL;
    int rc = tn_db_open(&db, argc > 1 ? argv[1] : "", NULL, &err);
    if (rc == TN_OK)
        rc = app_item_one(&one, db, (struct app_item_id){7}, &arena, &err);
    if (rc == TN_OK)
        rc = app_item_all_all(&all, db, &arena, &err);
    if (rc != TN_OK)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("%lld %lld %lld %s %s %s %lld, %s %lld\n", (long long)one.id, (long long)one.n.value.value,
               (long long)one.at.us, one.color.data, one.state.data, one.name.data,
               (long long)one.a_20b,
               all.items[0].color.data, (long long)all.items[0].at.us);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc != TN_OK;
}
C
    pg_start
    url=$(pg_database said_columns)
    run "$TENON" generate --url "$url"
    expect_exit 0
    build main.c
    run "$TENON" migrate up --url "$url"
    expect_exit 0
    pg_psql "$url" "INSERT INTO items (id, name, n) VALUES (7, 'ada', 3)" >/dev/null
    run ./app "$url"
    expect_out "7 3 1767225600000000 red new ada 1, red 1767225600000000"
}

test_an_enum_without_values_is_a_text() {
    write tenon.ini <<'INI'
[database]
engine = postgres
[generate]
prefix = app
INI
    write migrations/1_schema.sql <<'SQL'
CREATE TYPE nothing AS ENUM ();
CREATE TABLE t (id int NOT NULL, e nothing, many nothing[]);
SQL
    write queries/t.sql <<'SQL'
-- name: t_all :many
SELECT * FROM t WHERE e = :e OR e IN (:es[]);
SQL
    pg_start
    run "$TENON" generate --url "$(pg_database nothing)"
    expect_exit 0
    compile gen/t.tenon.c "${compilers[@]}"
    grep -q 'tn_text e;' gen/app_tables.h
}

test_structs_are_shared_by_their_types_in_c() {
    project
    write queries/items.sql <<'SQL'
-- name: item_a :many
-- returns head
SELECT n AS id, name FROM items;

-- name: item_b :many
-- returns head
SELECT big AS id, 'x'::text AS name FROM items;
SQL
    sed -i '/^items\./d' tenon.ini
    pg_start
    run "$TENON" generate --url "$(pg_database shared)"
    expect_exit 0
    compile gen/items.tenon.c "${compilers[@]}"
    echo '-- name: item_c :many
-- returns head
SELECT real AS id, name FROM items;' >>queries/items.sql
    run "$TENON" generate --url "$(pg_database shared)"
    expect_exit 1
    expect_err_contains "column 'id' of 'item_c' is 'tn_opt_real' in C, and 'tn_opt_int' in struct 'app_head'"
}

test_null_is_refused_before_it_is_sent() {
    local url
    project
    sed -i '/^items\./d' tenon.ini
    write queries/items.sql <<'SQL'
-- name: item_find :optional
SELECT id FROM items WHERE name = :name;

-- name: item_like :many
-- param data nullable
SELECT id FROM items
WHERE data = :data AND doc = :doc AND net = :net AND name = ANY(:names::text[]);

-- name: item_names :exec
UPDATE items SET name = :name, data = :data WHERE id = :id;

-- name: item_maybe :many
SELECT id FROM items WHERE id > 0 /*? some */ AND name = ANY(:names::text[]) AND state = :state /*?*/;

-- name: item_put :bulk
INSERT INTO items (id, name) VALUES (:id, :name);
SQL
    write main.c <<'C'
#include <stdio.h>

#include "items.tenon.h"

int main(int argc, char **argv)
{
    static const tn_text none[1];
    static const tn_text null = {NULL, 0};
    const struct app_item_like_args args = {
        .doc = tn_text_of("{}"), .net = tn_text_of("10.0.0.1"), .names = {none, 0}};
    struct app_item_like_args likes[] = {args, args, args, args};
    static struct app_item_put_args items[100];
    struct app_item_find_row found;
    struct app_item_like_rows like;
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    tn_db *db = NULL;
    int64_t changed = 0;
    int rc = tn_db_open(&db, argc > 1 ? argv[1] : "", NULL, &err);
    if (rc != TN_OK)
        return 2;
    rc = app_item_find(&found, db, null, &err);
    printf("%s: %s\n", tn_status_name(rc), err.message);
    likes[0].doc = null;
    likes[1].net = null;
    likes[2].names.items = NULL;
    for (int i = 0; i < 4; i++) {
        rc = app_item_like_all(&like, db, &likes[i], &arena, &err);
        printf("%s: %s\n", tn_status_name(rc), rc == TN_OK ? "fine" : err.message);
    }
    rc = app_item_names(&changed, db, args.net, (tn_blob){NULL, 0}, 1, &err);
    printf("%s\n", tn_status_name(rc));
    for (int i = 0; i < 100; i++) {
        items[i].id = i;
        items[i].name = i == 70 ? null : args.net;
    }
    rc = app_item_put(&changed, db, items, 100, &err);
    printf("%s: %s\n", tn_status_name(rc), err.message);
    rc = app_item_put(&changed, db, items + 41, 30, &err);
    printf("%s: %s\n", tn_status_name(rc), err.message);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return 0;
}
C
    pg_start
    url=$(pg_database nulls)
    run "$TENON" generate --url "$url"
    expect_exit 0
    build main.c
    run "$TENON" migrate up --url "$url"
    run ./app "$url"
    expect_out "TN_EINVAL: query 'item_find': parameter 'name' is NULL, which it may not be
TN_EINVAL: query 'item_like': parameter 'doc' is NULL, which it may not be
TN_EINVAL: query 'item_like': parameter 'net' is NULL, which it may not be
TN_EINVAL: query 'item_like': parameter 'names' is NULL, which it may not be
TN_OK: fine
TN_OK
TN_EINVAL: query 'item_put': item 70: parameter 'name' is NULL, which it may not be
TN_EINVAL: query 'item_put': item 29: parameter 'name' is NULL, which it may not be"
}

run_tests
