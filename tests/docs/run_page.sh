#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a Markdown page: writes the files that it shows, types the commands that it shows, and
# compares what they print with what it shows.
#
# usage: run_page.sh PAGE.md   (in an empty folder; TENON's folder is on PATH)
#
#   <!-- file: PATH -->     the next block is the content of PATH
#   <!-- append: PATH -->   the next block is put behind PATH
#   <!-- fragment -->       the next block is an excerpt and not run
#   <!-- postgres -->       anywhere: the page has a PostgreSQL server to itself, where libpq looks
#                           for one (PGHOST …), so that postgres:///NAME is a database of it
#   ```console              lines with "$ " are typed; the lines below are their output (both
#                           streams), "…" stands for any lines, and a status other than 0 or 1 must
#                           be shown by `; echo $?`
#
# Times and dates differ from run to run: "1.2 ms", fourteen digits and ISO dates compare equal.
set -euo pipefail

page=$(realpath "$1")
failed=0

# Cut the page into numbered block files: kind, argument, first line, content.
mkdir -p .blocks
awk '
    /^<!-- file: .* -->$/     { kind = "file"; arg = substr($0, 12, length($0) - 15); next }
    /^<!-- append: .* -->$/   { kind = "append"; arg = substr($0, 14, length($0) - 17); next }
    /^<!-- fragment -->$/     { kind = "fragment"; arg = ""; next }
    /^```/ && !inside {
        inside = 1; n++
        if ($0 == "```console") kind = "console"
        else if (kind == "") kind = "unmarked"
        name = sprintf(".blocks/%03d", n)
        printf "%s\n%s\n%d\n", kind, arg, NR > (name ".head")
        printf "" > (name ".body")
        next
    }
    /^```/ && inside { inside = 0; kind = ""; arg = ""; next }
    inside { print > (name ".body") }
' "$page"

if grep -qx '<!-- postgres -->' "$page"; then
    cat <(exec "$TENON_BUILD/tests/support/pgserver" start --while $$ </dev/null) >.blocks/server
    # shellcheck disable=SC1091
    source .blocks/server
    export PGHOST=$PG_SOCKET PGPORT=$PG_PORT PGUSER=postgres PATH="$PATH:$PG_BINDIR"
    unset PG_SOCKET PG_PORT PG_URL
fi

normalise() {
    sed -E -e 's/[0-9]+(\.[0-9]+)? (ns|us|µs|ms|s)\b/N ms/g' -e 's/[0-9]{14}/YYYYMMDDHHMMSS/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?/DATE/g' \
        -e 's/[[:space:]]+$//' "$1"
}

# Whether the output file matches the expected one, in which a line "…" stands for any lines.
matches() {
    awk 'NR == FNR { want[++n] = $0; next } { got[++m] = $0 }
        function match_from(i, j,   k) {
            while (i <= n && want[i] != "…") {
                if (j > m || want[i] != got[j]) return 0
                i++; j++
            }
            if (i > n) return j > m
            for (k = j; k <= m + 1; k++) if (match_from(i + 1, k)) return 1
            return 0
        }
        END { exit !match_from(1, 1) }' "$1" "$2"
}

run_console() { # BODY FIRST_LINE
    local command="" line number=$2
    : >.blocks/want
    check() {
        [ -n "$command" ] || return 0
        local status=0
        bash -c "$command" >.blocks/got 2>&1 </dev/null || status=$?
        normalise .blocks/got >.blocks/got.n
        normalise .blocks/want >.blocks/want.n
        if [ "$status" -gt 1 ] || ! matches .blocks/want.n .blocks/got.n; then
            printf '%s:%s: %s (exit %s)\n' "$(basename "$page")" "$number" "$command" "$status"
            diff .blocks/want.n .blocks/got.n || true
            failed=$((failed + 1))
        fi
    }
    while IFS= read -r line; do
        number=$((number + 1))
        if [[ $line == '$ '* ]]; then
            check
            command=${line#'$ '}
            : >.blocks/want
        elif [[ $command == *\\ ]]; then
            command=${command%\\}$line
        else
            printf '%s\n' "$line" >>.blocks/want
        fi
    done <"$1"
    check
}

count=0
for head in .blocks/*.head; do
    { read -r kind; read -r arg; read -r line; } <"$head"
    body=${head%.head}.body
    count=$((count + 1))
    case $kind in
    file | append)
        mkdir -p "$(dirname "$arg")"
        if [ "$kind" = file ]; then cat "$body" >"$arg"; else cat "$body" >>"$arg"; fi
        ;;
    console) run_console "$body" "$line" ;;
    fragment) ;;
    *)
        printf '%s:%s: a block that is neither run nor marked as a fragment\n' \
            "$(basename "$page")" "$line"
        failed=$((failed + 1))
        ;;
    esac
done
rm -rf .blocks
[ "$count" -gt 0 ] || { echo "$page: no blocks"; exit 1; }
[ "$failed" -eq 0 ]
