-- A column of each declared type, and the traps of affinity.
CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    i INT NOT NULL,
    i8 BIGINT,
    point "FLOATING POINT",
    r REAL NOT NULL,
    d DOUBLE PRECISION,
    t TEXT NOT NULL,
    v VARCHAR(20),
    b BLOB NOT NULL,
    on_ BOOLEAN NOT NULL,
    at DATETIME NOT NULL,
    ts TIMESTAMP,
    doc TEXT NOT NULL,
    j JSON,
    n NUMERIC(10, 2) NOT NULL,
    s STRING,
    bare,
    flag INTEGER NOT NULL CHECK (flag IN (0, 1)),
    at_ms INTEGER NOT NULL,
    at_rfc TEXT,
    "two words" TEXT,
    class TEXT NOT NULL,
    twice INTEGER GENERATED ALWAYS AS (i * 2)
);

CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, x TEXT);
CREATE TABLE int_key (id INT PRIMARY KEY, x TEXT);
CREATE TABLE text_key (k TEXT PRIMARY KEY, x INTEGER) WITHOUT ROWID;
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, a ANY, b INT NOT NULL) STRICT;
CREATE VIRTUAL TABLE notes USING fts5(body);
