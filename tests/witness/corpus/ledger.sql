-- Accounting: signed amounts, balances, compounds, exact sums.
CREATE TABLE account (number TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('asset', 'debt', 'income')), parent TEXT REFERENCES account(number)) WITHOUT ROWID;
CREATE TABLE entry (id INTEGER PRIMARY KEY, day TEXT NOT NULL, memo TEXT);
CREATE TABLE posting (
    entry_id INTEGER NOT NULL REFERENCES entry(id),
    line INTEGER NOT NULL,
    account TEXT NOT NULL REFERENCES account(number),
    cents INTEGER NOT NULL CHECK (cents <> 0),
    rate REAL,
    PRIMARY KEY (entry_id, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE budget (account TEXT NOT NULL, month TEXT NOT NULL, cents INTEGER, UNIQUE (account, month));
CREATE VIEW balance AS SELECT account, sum(cents) AS cents, count(*) AS postings FROM posting GROUP BY account;
CREATE VIEW side AS SELECT account, cents AS debit, NULL AS credit FROM posting WHERE cents > 0 UNION ALL SELECT account, NULL, -cents FROM posting WHERE cents < 0;
-- queries
SELECT * FROM balance; -- expect: account text, cents int, postings int; -
SELECT * FROM side; -- expect: account text, debit int?, credit int?
SELECT sum(debit) - sum(credit) AS diff FROM side; -- expect: diff int?; single row
SELECT a.name, b.cents FROM account a LEFT JOIN balance b ON b.account = a.number; -- expect: name text, cents int?
SELECT a.name, ifnull(b.cents, 0) AS cents FROM account a LEFT JOIN balance b ON b.account = a.number WHERE a.number = ?; -- expect: name text, cents int
SELECT a.kind, sum(p.cents) AS cents FROM posting p JOIN account a ON a.number = p.account GROUP BY a.kind HAVING sum(p.cents) <> 0; -- expect: kind text, cents int
SELECT cents * rate AS converted, cents / rate AS back FROM posting WHERE rate IS NOT NULL; -- expect: converted real, back real?
SELECT sum(cents * rate) AS s FROM posting; -- expect: s real?; single row
SELECT p.cents, abs(p.cents) AS amount, CASE WHEN p.cents > 0 THEN 'debit' WHEN p.cents < 0 THEN 'credit' END AS side FROM posting p; -- expect: cents int, amount int, side text
SELECT entry_id, line, sum(cents) OVER (PARTITION BY account ORDER BY entry_id, line) AS running FROM posting; -- expect: entry_id int, line int, running int
SELECT entry_id, cents - lag(cents) OVER (ORDER BY entry_id, line) AS change FROM posting; -- expect: entry_id int, change int?
SELECT b.month, b.cents AS planned, (SELECT total(p.cents) FROM posting p JOIN entry e ON e.id = p.entry_id WHERE p.account = b.account AND substr(e.day, 1, 7) = b.month) AS actual FROM budget b; -- expect: month text, planned int?, actual real
SELECT cents FROM budget WHERE account = ?1 AND month = ?2; -- expect: cents int?; single
SELECT entry_id FROM posting GROUP BY entry_id HAVING sum(cents) <> 0; -- expect: entry_id int
SELECT day FROM entry WHERE day >= :from AND day < :to ORDER BY day, id; -- expect: day text
SELECT substr(day, 1, 7) AS month, count(*) AS n FROM entry GROUP BY 1; -- expect: month text, n int
SELECT number FROM account UNION SELECT parent FROM account; -- expect: number text?
SELECT number FROM account UNION ALL SELECT parent FROM account WHERE parent IS NOT NULL; -- expect: number text
SELECT 'all' AS account, sum(cents) AS cents FROM posting UNION ALL SELECT account, cents FROM balance; -- expect: account text, cents int?; row
SELECT e.id, p.cents FROM entry e LEFT JOIN posting p ON p.entry_id = e.id AND p.line = 1; -- expect: id int, cents int?
SELECT e.id, p.cents FROM entry e LEFT JOIN posting p ON p.entry_id = e.id AND p.line = 1 WHERE e.id = ?; -- expect: id int, cents int?; single
SELECT max(day) AS last, min(day) AS first, count(DISTINCT day) AS days FROM entry; -- expect: last text?, first text?, days int; single row
WITH RECURSIVE up(number, level) AS (VALUES (?1, 0) UNION ALL SELECT a.parent, level + 1 FROM account a JOIN up ON a.number = up.number WHERE level < 9) SELECT level FROM up; -- expect: level int
INSERT INTO posting (entry_id, line, account, cents) VALUES (?, ?, ?, ?) RETURNING entry_id, rate; -- expect: entry_id int, rate int|real?; single
INSERT INTO budget (account, month, cents) VALUES (?, ?, ?) ON CONFLICT (account, month) DO UPDATE SET cents = excluded.cents + coalesce(budget.cents, 0) RETURNING cents, rowid; -- expect: cents int?, rowid int; single
UPDATE posting SET cents = -cents WHERE entry_id = ? RETURNING line, cents; -- expect: line int, cents int
