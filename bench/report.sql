-- The samples of a run as a table and as JSON. Read by the sqlite3 shell, from the folder that holds
-- samples.tsv; writes results.json there.
.bail on
CREATE TABLE sample (
    experiment TEXT, workload TEXT, metric TEXT, side TEXT, round INTEGER, value INTEGER
);
.mode tabs
.import samples.tsv sample

-- The ratio that each metric is to keep below, and what one unit of a value is.
CREATE TABLE target (
    experiment TEXT, workload TEXT, metric TEXT, unit TEXT, target REAL, rank INTEGER
);
-- Without a workload: of all of them. An experiment is a GLOB.
INSERT INTO target VALUES
    ('sqlite', NULL, 'instructions', 'instructions', 1.03, 1),
    ('sqlite', NULL, 'wall', 'ns', 1.05, 2),
    ('sqlite', NULL, 'cpu', 'ns', NULL, 3),
    ('lists', NULL, 'instructions', 'instructions', NULL, 1),
    ('lists', NULL, 'wall', 'ns', 1.1, 2),
    ('lists', NULL, 'cpu', 'ns', NULL, 3),
    ('migrate', NULL, 'wall', 'ns', 1.3, 2),
    ('migrate', NULL, 'cpu', 'ns', NULL, 3),
    ('writers', 'update_normal', 'time', 'ns', 0.333, 1),
    ('writers', 'update_normal', 'longest', 'ns', NULL, 2),
    ('writers', 'insert_normal', 'time', 'ns', 1.333, 1),
    ('writers', 'insert_normal', 'longest', 'ns', 0.05, 2),
    ('writers', 'insert_full', 'time', 'ns', 0.5, 1),
    ('writers', 'insert_full', 'longest', 'ns', 0.01, 2),
    ('writers', 'processes_full', 'time', 'ns', NULL, 1),
    ('writers', 'processes_full', 'longest', 'ns', NULL, 2),
    ('pool', 'acquire_release', 'instructions', 'instructions', 0.02, 1),
    ('pool', 'memory_beyond', 'bytes', 'bytes', 1.0, 1),
    ('analyser', NULL, 'wall', 'ns', NULL, 1),
    ('analyser', NULL, 'cpu', 'ns', NULL, 2),
    ('analyser', NULL, 'memory', 'bytes', NULL, 3),
    ('postgres_*', NULL, 'instructions', 'instructions', NULL, 1),
    ('postgres_*', NULL, 'wall', 'ns', 1.0, 2),
    ('postgres_*', NULL, 'both', 'ns', 1.0, 3),
    ('postgres_*', NULL, 'cpu', 'ns', NULL, 4);

-- Where the ratio to one peer is another than that to the rest; of times.
CREATE TABLE peer_target (workload TEXT, peer TEXT, target REAL);
INSERT INTO peer_target VALUES
    (NULL, 'hand', 1.05),
    ('bulk', 'hand', 1.1),
    ('pipe_get', 'each', 0.2),
    ('pipe_add', 'each', 0.2),
    ('up_grown', 'psql', 1.3),
    ('up_tables', 'psql', 1.3);

-- A ratio is taken within a round, whose runs follow each other; then the median of those. Tenon is
-- compared with everybody, and everybody with what is written by hand.
CREATE VIEW ratio AS
SELECT t.experiment, t.workload, t.metric, t.round, t.side, p.side AS peer_side,
    CAST(t.value AS REAL) / p.value AS ratio, t.value AS tenon, p.value AS peer
FROM sample AS t
JOIN sample AS p USING (experiment, workload, metric, round)
WHERE t.side <> p.side AND (t.side = 'tenon' OR p.side = 'hand');

CREATE VIEW ranked AS
SELECT experiment, workload, metric, side, peer_side, ratio, tenon, peer,
    row_number() OVER (pair ORDER BY ratio) AS by_ratio,
    row_number() OVER (pair ORDER BY tenon) AS by_tenon,
    row_number() OVER (pair ORDER BY peer) AS by_peer,
    count(*) OVER pair AS rounds
FROM ratio
WINDOW pair AS (PARTITION BY experiment, workload, metric, side, peer_side);

-- Medians of an even number of rounds are the mean of the two in the middle.
CREATE TABLE result AS
SELECT r.experiment, r.workload, r.metric, r.side, r.peer_side, max(r.rounds) AS rounds,
    avg(CASE WHEN by_tenon IN ((rounds + 1) / 2, rounds / 2 + 1) THEN tenon END) AS tenon,
    avg(CASE WHEN by_peer IN ((rounds + 1) / 2, rounds / 2 + 1) THEN peer END) AS peer,
    avg(CASE WHEN by_ratio IN ((rounds + 1) / 2, rounds / 2 + 1) THEN ratio END) AS ratio,
    min(ratio) AS ratio_min, max(ratio) AS ratio_max,
    t.unit, t.rank,
    CASE WHEN r.side = 'tenon' AND t.target IS NOT NULL THEN coalesce(
        (SELECT x.target FROM peer_target AS x
         WHERE x.peer = r.peer_side AND coalesce(x.workload, r.workload) = r.workload
         ORDER BY x.workload IS NULL),
        t.target) END AS target,
    (SELECT min(rowid) FROM sample AS s
     WHERE s.experiment = r.experiment AND s.workload = r.workload) AS place
FROM ranked AS r
JOIN target AS t ON r.experiment GLOB t.experiment AND t.metric = r.metric
    AND (t.workload IS NULL OR t.workload = r.workload)
GROUP BY r.experiment, r.workload, r.metric, r.side, r.peer_side;

-- One peer each: Tenon beside it.
.mode table
SELECT experiment, workload, metric, rounds,
    printf('%,d', tenon) AS tenon, printf('%,d', peer) AS peer,
    printf('%.3f', ratio) AS ratio, printf('%.3f-%.3f', ratio_min, ratio_max) AS 'min-max',
    CASE WHEN target IS NULL THEN '' ELSE printf('%.2f', target) END AS target,
    CASE WHEN target IS NULL THEN '' WHEN ratio <= target THEN 'yes' ELSE 'NO' END AS reached
FROM result
WHERE peer_side IN ('peer', 'psql')
ORDER BY place, rank;

-- Many peers: each divided by what is written by hand, and whom Tenon does not keep its target to.
CREATE VIEW cell AS
SELECT experiment, workload, metric, rank, place, rounds, side, peer,
    printf('%.2f', ratio) || CASE WHEN rounds > 1
        THEN printf(' %.2f-%.2f', ratio_min, ratio_max) ELSE '' END AS ratio
FROM result
WHERE peer_side = 'hand';

SELECT substr(experiment, 10) AS place, workload, metric, max(rounds) AS rounds,
    printf('%,d', avg(peer)) AS hand,
    max(CASE side WHEN 'gen' THEN ratio END) AS gen,
    max(CASE side WHEN 'tenon' THEN ratio END) AS tenon,
    max(CASE side WHEN 'query' THEN ratio END) AS query,
    max(CASE side WHEN 'each' THEN ratio END) AS each,
    max(CASE side WHEN 'libzdb' THEN ratio END) AS libzdb,
    max(CASE side WHEN 'ecpg' THEN ratio END) AS ecpg,
    max(CASE side WHEN 'pg' THEN ratio END) AS pg,
    max(CASE side WHEN 'postgresjs' THEN ratio END) AS 'postgres.js',
    max(CASE side WHEN 'drizzle' THEN ratio END) AS drizzle,
    coalesce((SELECT group_concat(printf('%s %.2f', m.peer_side, m.ratio), ', ')
     FROM result AS m
     WHERE m.side = 'tenon' AND m.peer_side NOT IN ('query', 'gen') AND m.experiment = c.experiment AND m.workload = c.workload
         AND m.metric = c.metric AND m.ratio > m.target), '') AS 'tenon misses'
FROM cell AS c
GROUP BY c.experiment, c.workload, c.metric
ORDER BY c.place, c.rank;

.mode list
.once results.json
SELECT json_object('v', 2, 'sqlite', sqlite_version(), 'results', json_group_array(
    json_object('experiment', experiment, 'workload', workload, 'metric', metric, 'unit', unit,
        'rounds', rounds, 'side', side, 'against', peer_side, 'value', tenon, 'peer', peer,
        'ratio', round(ratio, 4), 'ratio_min', round(ratio_min, 4),
        'ratio_max', round(ratio_max, 4), 'target', target)))
FROM (SELECT * FROM result ORDER BY place, rank);
