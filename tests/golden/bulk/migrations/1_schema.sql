CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('red', 'blue')),
    size INTEGER CHECK (size > 0),
    data BLOB,
    owner INTEGER REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED
);
