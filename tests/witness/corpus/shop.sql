-- A shop: keys of every kind, money as integers, divisions, windows.
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    code TEXT UNIQUE,
    name TEXT NOT NULL,
    city TEXT
);
CREATE TABLE product (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    weight REAL,
    stock INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    placed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    shipped_at TEXT,
    status TEXT NOT NULL CHECK (status IN ('new', 'paid', 'shipped'))
);
CREATE TABLE item (
    order_id INTEGER NOT NULL REFERENCES orders(id),
    sku TEXT NOT NULL REFERENCES product(sku),
    quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL,
    note TEXT,
    line_cents INTEGER GENERATED ALWAYS AS (quantity * price_cents) STORED,
    PRIMARY KEY (order_id, sku)
);
CREATE TABLE coupon (code TEXT NOT NULL, order_id INTEGER, percent INTEGER, UNIQUE (order_id, code));
CREATE UNIQUE INDEX coupon_code ON coupon (lower(code));
CREATE UNIQUE INDEX one_new ON orders (customer_id) WHERE status = 'new';
-- queries
SELECT * FROM product; -- expect: sku text, name text, price_cents int, weight real?, stock int; -
SELECT sku FROM product WHERE sku = ?; -- expect: sku text; single
SELECT name FROM product WHERE sku IS NULL; -- expect: name text; -
SELECT name FROM customer WHERE code = ?; -- expect: name text; single
SELECT name FROM customer WHERE code IS ?; -- expect: name text; -
SELECT name FROM customer WHERE id = ? OR code = ?; -- expect: name text; -
SELECT * FROM item WHERE order_id = ?1 AND sku = ?2; -- expect: order_id int, sku text, quantity int, price_cents int, note text?, line_cents int; single
SELECT quantity FROM item WHERE order_id = ?1; -- expect: quantity int; -
SELECT id FROM orders WHERE customer_id = ? AND status = 'new'; -- expect: id int
SELECT id FROM orders WHERE customer_id = ?; -- expect: id int; -
SELECT percent FROM coupon WHERE code = ?; -- expect: percent int?; -
SELECT percent FROM coupon WHERE order_id IS ? AND code = ?; -- expect: percent int?; -
SELECT percent FROM coupon WHERE order_id = ? AND code = ?; -- expect: percent int?; single
SELECT percent FROM coupon WHERE lower(code) = lower(?); -- expect: percent int?
SELECT o.id, sum(i.quantity * i.price_cents) AS total FROM orders o JOIN item i ON i.order_id = o.id GROUP BY o.id; -- expect: id int, total int
SELECT o.id, sum(i.quantity * i.price_cents) AS total FROM orders o LEFT JOIN item i ON i.order_id = o.id GROUP BY o.id; -- expect: id int, total int?
SELECT o.id, coalesce(sum(i.line_cents), 0) AS total FROM orders o LEFT JOIN item i ON i.order_id = o.id GROUP BY o.id; -- expect: id int, total int
SELECT price_cents / 100 AS euros, price_cents % 100 AS cents, price_cents / 100.0 AS exact FROM product; -- expect: euros int, cents int, exact real
SELECT price_cents / stock AS each FROM product; -- expect: each int?
SELECT price_cents / stock AS each FROM product WHERE stock > 0; -- expect: each int
SELECT price_cents * 1.19 AS gross FROM product; -- expect: gross real
SELECT round(price_cents * 1.19 / 100, 2) AS gross FROM product; -- expect: gross real
SELECT CAST(round(price_cents * 1.19) AS INTEGER) AS gross FROM product; -- expect: gross int
SELECT weight * 2 AS w FROM product; -- expect: w real?
SELECT weight - weight AS w FROM product WHERE weight IS NOT NULL; -- expect: w real?
SELECT 1000 / ? AS r; -- expect: r int?; single row
SELECT 7 / 2 AS a, 7 / 2.0 AS b, 7 % 0 AS c, 7 / 0 AS d, 7 / 0.0 AS e; -- expect: a int, b real, c null, d null, e null; single row
SELECT abs(price_cents) AS a, -price_cents AS b, ~price_cents AS c, +price_cents AS d FROM product; -- expect: a int, b int, c int, d int
SELECT max(price_cents, stock) AS a, min(price_cents, weight) AS b FROM product; -- expect: a int, b int|real?
SELECT max(weight) AS m FROM product WHERE weight IS NOT NULL; -- expect: m real?; single row
SELECT status, count(*) AS n FROM orders GROUP BY status ORDER BY n DESC; -- expect: status text, n int
SELECT c.name, o.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'new'; -- expect: name text, id int?
SELECT c.name, o.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = 'new'; -- expect: name text, id int
SELECT c.name, i.sku, p.name AS product FROM customer c LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN item i ON i.order_id = o.id LEFT JOIN product p ON p.sku = i.sku; -- expect: name text, sku text?, product text?
SELECT c.name, i.sku FROM customer c LEFT JOIN orders o ON o.customer_id = c.id JOIN item i ON i.order_id = o.id; -- expect: name text, sku text
SELECT o.id, c.name FROM orders o LEFT JOIN (customer c JOIN coupon k ON k.order_id = c.id) ON c.id = o.customer_id; -- expect: id int, name text?
SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at) AS n FROM orders; -- expect: id int, n int
SELECT id, lag(id) OVER (ORDER BY id) AS before, lag(id, 1, 0) OVER (ORDER BY id) AS before0 FROM orders; -- expect: id int, before int?, before0 int
SELECT id, sum(id) OVER (ORDER BY id) AS running FROM orders; -- expect: id int, running int
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before FROM orders; -- expect: id int, before int?
SELECT id, first_value(status) OVER w AS f, nth_value(status, 2) OVER w AS s, ntile(4) OVER w AS q FROM orders WINDOW w AS (ORDER BY id); -- expect: id int, f text, s text?, q int
SELECT id, percent_rank() OVER (ORDER BY id) AS p, cume_dist() OVER (ORDER BY id) AS c FROM orders; -- expect: id int, p real, c real
SELECT sku FROM product EXCEPT SELECT sku FROM item; -- expect: sku text
SELECT sku FROM product INTERSECT SELECT sku FROM item; -- expect: sku text
SELECT sku, 1 AS n FROM product UNION ALL SELECT name, NULL FROM customer; -- expect: sku text, n int?
SELECT id, 'order' AS kind FROM orders UNION SELECT order_id, note FROM item; -- expect: id int, kind text?
SELECT shipped_at FROM orders WHERE shipped_at > ?; -- expect: shipped_at text
SELECT shipped_at FROM orders WHERE shipped_at BETWEEN ? AND ?; -- expect: shipped_at text
SELECT shipped_at FROM orders WHERE NOT (shipped_at IS NULL); -- expect: shipped_at text
SELECT shipped_at FROM orders WHERE shipped_at IN ('2024-01-01', '2024-01-02'); -- expect: shipped_at text
SELECT city FROM customer WHERE city LIKE 'a%'; -- expect: city text
SELECT city FROM customer WHERE city IS NOT NULL OR id = 1; -- expect: city text?
SELECT city FROM customer WHERE city = ?1 OR city > ?1; -- expect: city text
INSERT INTO orders (customer_id, status) VALUES (?, 'new') RETURNING id, placed_at, shipped_at, status; -- expect: id int, placed_at text, shipped_at text?, status text; single
INSERT INTO item (order_id, sku, quantity, price_cents) SELECT ?1, sku, 1, price_cents FROM product WHERE sku = ?2 RETURNING line_cents; -- expect: line_cents int; single
UPDATE product SET stock = stock - ? WHERE sku = ? RETURNING stock; -- expect: stock int; single
UPDATE orders SET status = 'paid' FROM customer c WHERE c.id = customer_id AND c.name = ? RETURNING id, shipped_at; -- expect: id int, shipped_at text?
REPLACE INTO coupon (code, order_id, percent) VALUES (?, ?, ?) RETURNING rowid, code; -- expect: rowid int, code text; single
DELETE FROM item WHERE order_id = ? AND sku = ? RETURNING quantity; -- expect: quantity int; single
