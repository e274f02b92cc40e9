#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every block of the README and of docs/ runs, against an installed Tenon, and prints what it says.
set -euo pipefail

: "${TENON_SOURCE:?}" "${TENON_BUILD:?}"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tenon-docs.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

cmake --install "$TENON_BUILD" --prefix "$scratch/usr" >/dev/null
lib=$(dirname "$(find "$scratch/usr" -name 'libtenon.so' | head -n 1)")
export PATH="$scratch/usr/bin:$PATH" LD_LIBRARY_PATH="$lib" PKG_CONFIG_PATH="$lib/pkgconfig"
export CMAKE_PREFIX_PATH="$scratch/usr"
unset DATABASE_URL NO_COLOR

# A page that speaks of $PG_URL has an empty database on a server, which ends with this script.
serve() {
    if [ ! -e "$scratch/pg.facts" ]; then
        cat <("$TENON_BUILD/tests/support/pgserver" start --while $$ </dev/null) >"$scratch/pg.facts"
        [ -s "$scratch/pg.facts" ] || return 1
    fi
    # shellcheck disable=SC1091
    source "$scratch/pg.facts"
    "$PG_BINDIR/psql" -XqAtw -d "$PG_URL" -v ON_ERROR_STOP=1 \
        -c 'DROP DATABASE IF EXISTS page WITH (FORCE)' -c 'CREATE DATABASE page' 2>/dev/null
    export PG_URL=${PG_URL/\/postgres\?//page?}
}

passed=0 failed=0
for page in "$TENON_SOURCE"/README.md "$TENON_SOURCE"/docs/*.md "$TENON_SOURCE"/docs/annotations/*.md \
    "$TENON_SOURCE"/docs/codes/*.md; do
    [ -f "$page" ] || continue
    # A page without a block has nothing to run.
    grep -q '^```' "$page" || continue
    # shellcheck disable=SC2016
    ! grep -q '\$PG_URL' "$page" || serve
    mkdir "$scratch/page"
    if (cd "$scratch/page" && bash "$TENON_SOURCE/tests/docs/run_page.sh" "$page"); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    rm -rf "$scratch/page"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
