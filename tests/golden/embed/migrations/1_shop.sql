CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    mail TEXT,
    kind TEXT CHECK (kind IN ('new', 'old')),
    boss INTEGER REFERENCES users (id)
);
CREATE TABLE orders (
    note TEXT, -- nullable, and first: it does not tell whether a row is there
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    total REAL,
    data BLOB,
    extra NUMERIC,
    is_paid BOOLEAN,
    made DATETIME
);
CREATE TABLE lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    number INTEGER NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (order_id, number)
) WITHOUT ROWID;
CREATE VIEW buyers AS SELECT u.* FROM orders o JOIN users u ON u.id = o.user_id;
