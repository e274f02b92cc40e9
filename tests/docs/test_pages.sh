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

passed=0 failed=0
for page in "$TENON_SOURCE"/README.md "$TENON_SOURCE"/docs/*.md "$TENON_SOURCE"/docs/annotations/*.md \
    "$TENON_SOURCE"/docs/codes/*.md; do
    [ -f "$page" ] || continue
    # A page without a block has nothing to run.
    grep -q '^```' "$page" || continue
    # Nor has one about a server, where it was not built in.
    ! grep -qx '<!-- postgres -->' "$page" ||
        grep -qx 'TENON_POSTGRES:BOOL=ON' "$TENON_BUILD/CMakeCache.txt" || continue
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
