-- Time series: reals, NaN and infinities, windows, gaps.
CREATE TABLE sensor (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT);
CREATE TABLE sample (sensor_id INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, quality INTEGER, PRIMARY KEY (sensor_id, at)) WITHOUT ROWID;
CREATE TABLE limits (sensor_id INTEGER PRIMARY KEY, low REAL, high REAL);
-- queries
SELECT at, value FROM sample WHERE sensor_id = ? AND at BETWEEN ? AND ? ORDER BY at; -- expect: at int, value real; -
SELECT value FROM sample WHERE sensor_id = ?1 AND at = ?2; -- expect: value real; single
SELECT value FROM sample WHERE sensor_id = ? ORDER BY at DESC LIMIT 1; -- expect: value real; single
SELECT sensor_id, at / 3600 AS hour, min(value) AS low, max(value) AS high, count(*) AS n FROM sample GROUP BY sensor_id, at / 3600; -- expect: sensor_id int, hour int, low real, high real, n int
SELECT sensor_id, avg(value) AS mean FROM sample GROUP BY sensor_id; -- expect: sensor_id int, mean real?
SELECT avg(quality) AS q, count(quality) AS n FROM sample GROUP BY sensor_id; -- expect: q real?, n int
SELECT value - lag(value) OVER (PARTITION BY sensor_id ORDER BY at) AS delta FROM sample; -- expect: delta real?
SELECT at - lag(at, 1, at) OVER (PARTITION BY sensor_id ORDER BY at) AS gap FROM sample; -- expect: gap int
SELECT at, max(value) OVER (ORDER BY at ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS m FROM sample; -- expect: at int, m real
SELECT at, max(value) OVER (ORDER BY at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS m FROM sample; -- expect: at int, m real?
SELECT at, count(*) OVER (ORDER BY at RANGE BETWEEN 60 PRECEDING AND 1 PRECEDING) AS n FROM sample; -- expect: at int, n int
SELECT at, first_value(value) OVER (PARTITION BY sensor_id ORDER BY at) AS f, last_value(value) OVER (PARTITION BY sensor_id ORDER BY at) AS l FROM sample; -- expect: at int, f real, l real
SELECT at, nth_value(value, 1) OVER (PARTITION BY sensor_id ORDER BY at) AS f FROM sample; -- expect: at int, f real
SELECT at, lead(value, 1, value) OVER (ORDER BY at) AS next FROM sample; -- expect: at int, next real
SELECT rank() OVER (ORDER BY value) AS r, dense_rank() OVER (ORDER BY value) AS d FROM sample; -- expect: r int, d int
SELECT total(value) OVER (ORDER BY at) AS t FROM sample; -- expect: t real?
SELECT value > high AS above, value BETWEEN low AND high AS inside FROM sample JOIN limits USING (sensor_id); -- expect: above int?, inside int?
SELECT value > high AS above FROM sample JOIN limits USING (sensor_id) WHERE high IS NOT NULL; -- expect: above int
SELECT s.name, l.high FROM sensor s LEFT JOIN limits l ON l.sensor_id = s.id WHERE s.id = ?; -- expect: name text, high real?; single
SELECT datetime(at, 'unixepoch') AS t FROM sample; -- expect: t text?
SELECT round(value, 2) AS v, CAST(value AS INTEGER) AS i, CAST(value AS TEXT) AS t FROM sample; -- expect: v real, i int, t text
SELECT abs(value) AS a, -value AS b, value * 2 AS c, value + 1 AS d, value / 10 AS e FROM sample; -- expect: a real, b real, c real, d real, e real
SELECT value * quality AS weighted, value * 0.0 AS zero FROM sample; -- expect: weighted real?, zero real?
SELECT sqrt(abs(value)) AS s, pow(value, 2) AS p, exp(1) AS e, pi() AS pi FROM sample; -- expect: s real, p real, e real, pi real
WITH RECURSIVE hour(t) AS (SELECT 0 UNION ALL SELECT t + 3600 FROM hour WHERE t < 20000) SELECT hour.t, count(sample.at) AS n, max(value) AS m FROM hour LEFT JOIN sample ON sample.at / 3600 = hour.t / 3600 GROUP BY hour.t; -- expect: t int, n int, m real?
SELECT count(*) AS n, sum(value > 0) AS positive, max(at) - min(at) AS span FROM sample; -- expect: n int, positive int?, span int?; single row
INSERT INTO sample (sensor_id, at, value) VALUES (?, ?, ?) ON CONFLICT (sensor_id, at) DO UPDATE SET value = excluded.value RETURNING value, quality; -- expect: value int|real, quality int?; single
DELETE FROM sample WHERE at < ? RETURNING sensor_id, at; -- expect: sensor_id int, at int
