#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make_project.sh DIR COUNT [ENGINE]: a project of 40 tables, 10 views and COUNT queries, 25 to a file.
# For postgres there is prepare.sql too: each query as psql prepares it.
set -euo pipefail

dir=$1
count=$2
engine=${3:-sqlite}
tables=40
case $engine in
sqlite)
    url=sqlite:app.db key='INTEGER PRIMARY KEY' integer=INTEGER real=REAL blob=BLOB false=0
    time=TIMESTAMP
    ;;
postgres)
    url=postgres://localhost/app key='bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY' integer=bigint
    real='double precision' blob=bytea false=false time=timestamptz
    ;;
*)
    echo "make_project.sh: engine is sqlite or postgres, not '$engine'" >&2
    exit 2
    ;;
esac
mkdir -p "$dir/migrations" "$dir/queries"

cat >"$dir/tenon.ini" <<END
[database]
url = $url
[migrations]
dir = migrations
[queries]
source = queries/*.sql
[generate]
out = gen
END

for ((t = 1; t <= tables; t++)); do
    up=$((t > 1 ? t - 1 : 1))
    cat <<END
CREATE TABLE part_$t (
    id $key,
    parent_id $integer NOT NULL REFERENCES part_$up(id) ON DELETE CASCADE,
    owner_id $integer REFERENCES part_1(id) ON DELETE SET NULL,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'done')),
    weight $real NOT NULL DEFAULT 1.0,
    price $integer,
    is_hidden BOOLEAN NOT NULL DEFAULT $false,
    extra $blob,
    created_at $time NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (parent_id, title)
);
CREATE INDEX part_${t}_owner ON part_$t (owner_id);
END
    if ((t % 4 == 0)); then
        cat <<END
CREATE VIEW part_${t}_open AS
    SELECT p.id, p.code, p.title, u.title AS parent, count(o.id) AS owned
    FROM part_$t p JOIN part_$up u ON u.id = p.parent_id LEFT JOIN part_$t o ON o.owner_id = p.id
    WHERE p.state <> 'done' GROUP BY p.id, u.title;
END
    fi
done >"$dir/migrations/001_parts.sql"

# What people ask: a row by its key, lists, joins, sums, writes.
query() {
    local i=$1 t=$(($1 * 7 % tables + 1))
    local up=$((t > 1 ? t - 1 : 1)) view=$((t > 4 ? t / 4 * 4 : 4))
    case $((i % 12)) in
    0) echo "-- name: q${i}_get :one
SELECT * FROM part_$t WHERE id = :id;" ;;
    1) echo "-- name: q${i}_find :optional
SELECT id, code, title, price FROM part_$t WHERE code = :code AND NOT is_hidden;" ;;
    2) echo "-- name: q${i}_list :many
SELECT p.id, p.title, u.title AS parent, o.code AS owner
FROM part_$t p
JOIN part_$up u ON u.id = p.parent_id
LEFT JOIN part_1 o ON o.id = p.owner_id
WHERE p.state = :state AND p.created_at >= :since
ORDER BY p.created_at DESC, p.id
LIMIT :limit OFFSET :offset;" ;;
    3) echo "-- name: q${i}_add :one
INSERT INTO part_$t (parent_id, owner_id, code, title, body, weight)
VALUES (:parent_id, :owner_id, :code, :title, :body, :weight)
RETURNING id, created_at;" ;;
    4) echo "-- name: q${i}_put :exec
INSERT INTO part_$t (parent_id, code, title, price) VALUES (:parent_id, :code, :title, :price)
ON CONFLICT (code) DO UPDATE SET title = excluded.title, price = coalesce(excluded.price, part_$t.price);" ;;
    5) echo "-- name: q${i}_close :exec
UPDATE part_$t SET state = 'done', body = NULL, weight = weight + :more
WHERE id = :id AND state IN ('new', 'open');" ;;
    6) echo "-- name: q${i}_totals :many
SELECT u.id, u.title, count(p.id) AS parts, coalesce(sum(p.price), 0) AS price,
    avg(p.weight) AS weight, max(p.created_at) AS latest
FROM part_$up u LEFT JOIN part_$t p ON p.parent_id = u.id AND p.price IS NOT NULL
GROUP BY u.id HAVING count(p.id) >= :least ORDER BY price DESC;" ;;
    7) echo "-- name: q${i}_open :many
SELECT v.id, v.title, v.parent, v.owned FROM part_${view}_open v WHERE v.owned > :owned;" ;;
    8) echo "-- name: q${i}_tree :many
WITH RECURSIVE up(id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM part_$t WHERE id = :id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM part_$t p JOIN up ON p.id = up.parent_id WHERE up.depth < 20)
SELECT up.id, up.depth, p.title FROM up JOIN part_$t p ON p.id = up.id ORDER BY up.depth;" ;;
    9) echo "-- name: q${i}_rank :many
SELECT id, title, CASE WHEN price IS NULL THEN 'free' WHEN price > 100 THEN 'dear' ELSE 'cheap' END AS class,
    row_number() OVER (PARTITION BY parent_id ORDER BY price DESC) AS place
FROM part_$t WHERE EXISTS (SELECT 1 FROM part_$up u WHERE u.id = parent_id AND u.state <> 'done');" ;;
    10) echo "-- name: q${i}_drop :many
DELETE FROM part_$t WHERE parent_id IN (SELECT id FROM part_$up WHERE owner_id = :owner_id) RETURNING id, code;" ;;
    11) echo "-- name: q${i}_search :many
SELECT id, title, (SELECT count(*) FROM part_$up u WHERE u.owner_id = p.id) AS owned, upper(code) AS code
FROM part_$t p WHERE title LIKE '%' || :word || '%' OR body LIKE :pattern
UNION ALL
SELECT id, title, 0, lower(code) FROM part_$up WHERE price BETWEEN :low AND :high;" ;;
    esac
    echo
}

for ((i = 0; i < count; i++)); do
    query "$i" >>"$dir/queries/part_$((i / 25)).sql"
done
[ "$engine" = sqlite ] || awk '
    # PREPARE q AS …, and each :name as the $n of its first place.
    /^-- name:/ { split("", seen); count = 0; print "PREPARE " $3 " AS"; next }
    {
        line = $0
        while (match(line, /(^|[^:]):[a-z_]+/)) {
            at = index(substr(line, RSTART), ":") + RSTART - 1
            name = substr(line, at, RSTART + RLENGTH - at)
            if (!(name in seen))
                seen[name] = ++count
            line = substr(line, 1, at - 1) "$" seen[name] substr(line, RSTART + RLENGTH)
        }
        print line
    }' "$dir"/queries/*.sql >"$dir/prepare.sql"
