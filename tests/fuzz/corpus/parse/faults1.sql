SELECT a, , b FROM WHERE c = = 1 GROUP d;
UPDATE t SET a = 1, b = , c = 3 WHER d;
INSERT INTO t (a, b VALUES (1, 2);
CREATE TABLE t(a INT PRIMARY, b TEXT NOT, c CHECK c > 1, d);
