CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    name TEXT,
    code BLOB,
    kind TEXT NOT NULL CHECK (kind IN ('red', 'light blue', 'it''s')),
    done BOOLEAN NOT NULL,
    made DATETIME NOT NULL,
    seen DATETIME,
    doc JSON,
    weight REAL NOT NULL,
    amount NUMERIC,
    owner INTEGER REFERENCES owners (id)
);
CREATE VIEW open_items AS SELECT id, kind AS sort, owner FROM items WHERE NOT done;
