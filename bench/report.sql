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
-- Without a workload: of all of them.
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
    ('analyser', NULL, 'memory', 'bytes', NULL, 3);

-- A ratio is taken within a round, whose two runs follow each other; then the median of those.
CREATE VIEW ratio AS
SELECT t.experiment, t.workload, t.metric, t.round,
    CAST(t.value AS REAL) / p.value AS ratio, t.value AS tenon, p.value AS peer
FROM sample AS t
JOIN sample AS p USING (experiment, workload, metric, round)
WHERE t.side = 'tenon' AND p.side = 'peer';

CREATE VIEW ranked AS
SELECT experiment, workload, metric, ratio, tenon, peer,
    row_number() OVER (PARTITION BY experiment, workload, metric ORDER BY ratio) AS by_ratio,
    row_number() OVER (PARTITION BY experiment, workload, metric ORDER BY tenon) AS by_tenon,
    row_number() OVER (PARTITION BY experiment, workload, metric ORDER BY peer) AS by_peer,
    count(*) OVER (PARTITION BY experiment, workload, metric) AS rounds
FROM ratio;

-- Medians of an even number of rounds are the mean of the two in the middle.
CREATE TABLE result AS
SELECT r.experiment, r.workload, r.metric, max(r.rounds) AS rounds,
    avg(CASE WHEN by_tenon IN ((rounds + 1) / 2, rounds / 2 + 1) THEN tenon END) AS tenon,
    avg(CASE WHEN by_peer IN ((rounds + 1) / 2, rounds / 2 + 1) THEN peer END) AS peer,
    avg(CASE WHEN by_ratio IN ((rounds + 1) / 2, rounds / 2 + 1) THEN ratio END) AS ratio,
    min(ratio) AS ratio_min, max(ratio) AS ratio_max,
    t.unit, t.target, t.rank,
    (SELECT min(rowid) FROM sample AS s
     WHERE s.experiment = r.experiment AND s.workload = r.workload) AS place
FROM ranked AS r
JOIN target AS t ON t.experiment = r.experiment AND t.metric = r.metric
    AND (t.workload IS NULL OR t.workload = r.workload)
GROUP BY r.experiment, r.workload, r.metric;

.mode table
SELECT experiment, workload, metric, rounds,
    printf('%,d', tenon) AS tenon, printf('%,d', peer) AS peer,
    printf('%.3f', ratio) AS ratio, printf('%.3f-%.3f', ratio_min, ratio_max) AS 'min-max',
    CASE WHEN target IS NULL THEN '' ELSE printf('%.2f', target) END AS target,
    CASE WHEN target IS NULL THEN '' WHEN ratio <= target THEN 'yes' ELSE 'NO' END AS reached
FROM result
ORDER BY place, rank;

.mode list
.once results.json
SELECT json_object('v', 1, 'sqlite', sqlite_version(), 'results', json_group_array(
    json_object('experiment', experiment, 'workload', workload, 'metric', metric, 'unit', unit,
        'rounds', rounds, 'tenon', tenon, 'peer', peer, 'ratio', round(ratio, 4),
        'ratio_min', round(ratio_min, 4), 'ratio_max', round(ratio_max, 4), 'target', target)))
FROM (SELECT * FROM result ORDER BY place, rank);
