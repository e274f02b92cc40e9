#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The shape of docs/comparison.md: six cells a row, each an answer; each footnote there, and used.
# Of it and its sister page: what a link points at exists. What the cells say, no test can tell.
set -euo pipefail

: "${TENON_SOURCE:?}"
docs=$TENON_SOURCE/docs
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tenon-comparison.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# Rows of the tables whose first column is "feature"; prints what is wrong with them.
wrong_rows() { # PAGE
    awk -F '|' '
        function say(what) { printf "%d: %s\n", NR, what }
        /^\| feature \|/ { inside = 1 }
        !/^\|/ { inside = 0 }
        !inside { next }
        NF != 8 { say("a row of " NF - 2 " cells: " $0); next }
        /^\| feature \|/ || /^\|---/ { next }
        seen[$2]++ { say("twice:" $2) }
        { rows++ }
        { for (i = 3; i <= 7; i++)
              if ($i !~ /^ (yes|partly|no)(: [^ ].*)?(\[\^[a-z0-9-]+\])* $/)
                  say("no yes, partly or no in column " i - 1 ":" $i) }
        END { if (rows < 30) say(rows + 0 " rows are too few") }' "$1"
}

# Footnotes that are used and not there, there and not used, or there twice.
wrong_notes() { # PAGE
    grep -o '^\[^[a-z0-9-]*\]:' "$1" | sed 's/:$//' | sort >"$scratch/there"
    sed 's/^\[^[a-z0-9-]*\]://' "$1" | grep -o '\[^[a-z0-9-]*\]' | sort -u >"$scratch/used"
    uniq -d "$scratch/there" | sed 's/^/twice: /'
    comm -13 <(sort -u "$scratch/there") "$scratch/used" | sed 's/^/not there: /'
    comm -23 <(sort -u "$scratch/there") "$scratch/used" | sed 's/^/not used: /'
}

# The anchors of a page's headings, as forges make them.
anchors() { # PAGE
    awk '/^```/ { code = !code } !code && /^#+ /' "$1" | sed 's/^#* //' | tr '[:upper:]' '[:lower:]' |
        sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# Links whose file or heading is not in the tree.
wrong_links() { # PAGE, as if it were in docs/
    local target file anchor
    { grep -o '](\([^)]*\))' "$1" || true; } | sed 's/^](//; s/)$//' | while IFS= read -r target; do
        file=${target%%#*} anchor=${target#"${target%%#*}"}
        if [ -n "$file" ]; then file=$docs/$file; else file=$1; fi
        if [ ! -e "$file" ]; then
            echo "no such file: $target"
        elif [ -n "$anchor" ] && ! anchors "$file" | grep -qxF -- "${anchor#\#}"; then
            echo "no such heading: $target"
        fi
    done
}

wrong() { # PAGE
    wrong_rows "$1"
    wrong_notes "$1"
    wrong_links "$1"
}

passed=0 failed=0
ok() { # NAME STATUS
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        echo "failed: $1"
        failed=$((failed + 1))
    fi
}

for check in wrong:comparison wrong_links:coming-from; do
    found=$(${check%%:*} "$docs/${check#*:}.md")
    [ -z "$found" ] || printf '%s.md:\n%s\n' "${check#*:}" "$found"
    ok "${check#*:}.md" $((${#found} > 0))
done

# Each of these is found: NAME, what is done to the page, what is said of it.
while IFS=';' read -r name edit words; do
    sed "$edit" "$docs/comparison.md" >"$scratch/page.md"
    ! cmp -s "$scratch/page.md" "$docs/comparison.md" || ok "$name: changes nothing" 1
    status=0
    wrong "$scratch/page.md" | grep -q "$words" || status=1
    ok "$name" "$status"
done <<'EOF'
a cell too few;s/^| migrations | yes: up and down |/| migrations |/;a row of 5 cells
a cell too many;s/^| migrations |/| migrations | yes |/;a row of 7 cells
an answer that is none;s/^| migrations | yes/| migrations | perhaps/;no yes, partly or no in column 2
an empty answer;s/^| migrations | yes: up and down |/| migrations | |/;no yes, partly or no in column 2
a feature twice;s/^| watching files |/| migrations |/;twice: migrations
no table;s/^| feature |/| features |/;0 rows are too few
a note that is not there;s/^\[^cql-plan\]:.*//;not there: \[^cql-plan\]
a note that is not used;s/\[^cql-plan\] /  /g;not used: \[^cql-plan\]
a note twice;s/^\[^cql-enum\]:/[^cql-plan]:/;twice: \[^cql-plan\]
a file that is not there;s/(schema\.md)/(shcema.md)/;no such file: shcema.md
a heading that is not there;s/#not-null/#not-nul/;no such heading: queries.md#not-nul
EOF

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
