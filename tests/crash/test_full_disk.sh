#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A disk that is really full: a file system in memory of a given size. With each size from none to
# enough, 'migrate up' either applies a migration whole or leaves no trace of it, and the same command
# goes on when there is room.
source "$(dirname "$0")/../cli/lib.sh"

# Whether this machine lets us mount one, in a namespace of our own.
can_mount() { unshare -rm mount -t tmpfs tmpfs "$tn_scratch" 2>/dev/null; }

write_migrations() {
    write migrations/1_a.up.sql <<<'CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 300)
INSERT INTO a SELECT n, hex(zeroblob(200)) FROM c;'
    write migrations/1_a.down.sql <<<'DROP TABLE a;'
    write migrations/2_b.up.sql <<<'CREATE INDEX a_by_text ON a (text, id); DELETE FROM a WHERE id > 200;'
    write migrations/2_b.down.sql <<<'DROP INDEX a_by_text;'
}

# Migrate where all but KIB is taken, and again when there is room. Prints the exit code and the state
# of each: the versions that are noted, and what they have made.
write_session() {
    write session.sh <<'SH'
state() {
    sqlite3 disk/app.db "PRAGMA integrity_check; SELECT group_concat(version) FROM _sqlx_migrations;
        SELECT count(*) FROM a; SELECT count(*) FROM sqlite_schema WHERE name = 'a_by_text'" 2>/dev/null |
        paste -sd ' '
}
mount -t tmpfs -o size=2m tmpfs disk || exit 99
head -c $((2048 * 1024 - $1 * 1024)) /dev/zero >disk/filler 2>/dev/null
"$TENON" --url sqlite:disk/app.db migrate up >&2
echo "exit $?"
rm disk/filler # to look at a log needs room, too
state
"$TENON" --url sqlite:disk/app.db migrate up >&2
echo "exit $?"
state
SH
}

test_migrate_up_on_a_full_disk_applies_whole_migrations() {
    can_mount || skip "no file system can be mounted here"
    write_migrations
    write_session
    mkdir disk
    export TENON
    local kib first seen_none=0 seen_one=0 seen_both=0
    for kib in 0 4 8 16 32 48 64 96 128 160 200 240 280 320 400 500 600 800; do
        run unshare -rm bash session.sh "$kib"
        expect_exit 0
        expect_equal "$(tail -n 2 "$out")" $'exit 0\nok 1,2 200 1' "$kib KiB, in the end"
        first=$(head -n 2 "$out")
        case $first in
        $'exit 0\nok 1,2 200 1') seen_both=1 ;;
        $'exit '[34]$'\nok 1 300 0') seen_one=1 ;;
        $'exit '[34]$'\nok' | $'exit '[34]$'\nok ') seen_none=1 ;;
        *) fail "$kib KiB: half done, or another exit code" ;;
        esac
    done
    expect_equal "$seen_none $seen_one $seen_both" "1 1 1"
}

run_tests
