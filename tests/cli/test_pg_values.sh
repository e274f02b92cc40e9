#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What 'tenon sql' shows of PostgreSQL's types.
source "$(dirname "$0")/lib.sh"
source "$tn_here/pg.sh"

query="SELECT true AS b, 1.50::numeric AS n, date '0044-03-15 BC' AS d, time '04:05:06.5' AS t,
    timestamptz '2026-01-01 00:00:00+00' AS at, timestamp 'infinity' AS never,
    interval '1 mon -2 days 3:00' AS i, '550e8400-e29b-41d4-a716-446655440000'::uuid AS u,
    array[[1, 2], [3, NULL]] AS a, E'{\"a\":\\n1}'::json AS j, '\\x00ff'::bytea AS c,
    'NaN'::float8 AS f, inet '127.0.0.1' AS o"

test_values_are_text_in_lines() {
    pg_start
    local url
    url=$(pg_database shapes)
    run "$TENON" sql --csv --url "$url" "$query"
    expect_exit 0
    expect_equal "$(tail -n +2 "$out" | tr -d '\r')" "true,1.50,0044-03-15 BC,04:05:06.5,\
2026-01-01 00:00:00+00,infinity,1 mon -2 days +03:00:00,550e8400-e29b-41d4-a716-446655440000,\
\"{{1,2},{3,NULL}}\",\"{\"\"a\"\":
1}\",x'00ff',NaN,127.0.0.1"
}

test_values_are_json() {
    pg_start
    local url
    url=$(pg_database shapes)
    run "$TENON" sql --json --url "$url" "$query"
    expect_exit 0
    expect_equal "$(sed 's/.*"rows"://' "$out")" '[[true,"1.50","0044-03-15 BC","04:05:06.5",'\
'"2026-01-01 00:00:00+00","infinity","1 mon -2 days +03:00:00","550e8400-e29b-41d4-a716-446655440000",'\
'[[1,2],[3,null]],{"a": 1},{"blob":"00ff"},"NaN","127.0.0.1"]]}'
}

run_tests
