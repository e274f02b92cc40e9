-- What test_pg_nulls asks its questions of.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN word AS text NOT NULL;
CREATE TYPE pair AS (x int, y text);
CREATE TYPE one AS (x int);
CREATE TABLE a (
    id int PRIMARY KEY, n text, m int NOT NULL, p posint, w word, c pair, mo mood,
    tags text[] NOT NULL, doc jsonb NOT NULL, at timestamptz NOT NULL, d date,
    r int4range NOT NULL, f float8 NOT NULL, q numeric NOT NULL, u text UNIQUE,
    g int GENERATED ALWAYS AS (m * 2) STORED, i interval NOT NULL, ok boolean);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a, x text NOT NULL, y int);
CREATE TABLE e (a_id int NOT NULL, b_id int NOT NULL, k int, PRIMARY KEY (a_id, b_id));
CREATE TABLE par (id int NOT NULL, v int NOT NULL);
CREATE TABLE child () INHERITS (par);
-- From 18 on a child has to keep what its parent hands down.
DO $$ BEGIN
    EXECUTE 'ALTER TABLE par ALTER CONSTRAINT par_v_not_null NO INHERIT';
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
ALTER TABLE child ALTER v DROP NOT NULL;
CREATE TABLE part (id int NOT NULL, v int NOT NULL, z text) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (4);
CREATE TABLE part2 PARTITION OF part DEFAULT;
CREATE TABLE tr (id int PRIMARY KEY, v int, z text NOT NULL);
CREATE FUNCTION tr_v() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.v := NULL; RETURN NEW; END $$;
CREATE TRIGGER tr_v BEFORE INSERT OR UPDATE ON tr FOR EACH ROW EXECUTE FUNCTION tr_v();
CREATE TABLE half (id int NOT NULL, v int) PARTITION BY RANGE (id);
CREATE TABLE half1 PARTITION OF half DEFAULT;
CREATE TRIGGER tr_v BEFORE INSERT ON half FOR EACH ROW EXECUTE FUNCTION tr_v();
CREATE TABLE sec (id int PRIMARY KEY, v int, owner text NOT NULL);
ALTER TABLE sec ENABLE ROW LEVEL SECURITY;
ALTER TABLE sec FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sec USING (v IS NOT NULL OR owner = current_user);
CREATE TABLE two (id int PRIMARY KEY, k1 int, k2 int, late int, CONSTRAINT k UNIQUE (k1, k2),
    CONSTRAINT l UNIQUE (late) DEFERRABLE);
CREATE UNIQUE INDEX two_part ON two (k1) WHERE k2 IS NULL;
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE col (s text UNIQUE, t text COLLATE nocase UNIQUE, n int NOT NULL);
CREATE TABLE clock (ts timestamp UNIQUE, tz timestamptz UNIQUE, n int NOT NULL);
CREATE TABLE ruled (id int NOT NULL, v int);
CREATE TABLE log (id int NOT NULL, v int);
CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO log VALUES (NEW.id, NEW.v);
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER far FOREIGN DATA WRAPPER far;
CREATE FOREIGN TABLE ft (id int NOT NULL, v int) SERVER far;
CREATE VIEW va AS SELECT a.id, a.n, b.x, b.y FROM a LEFT JOIN b ON b.a_id = a.id;
CREATE VIEW vs AS SELECT id, n, m, m + 1 AS m1 FROM a WHERE n IS NOT NULL;
CREATE VIEW vb WITH (security_barrier) AS SELECT id, x, y FROM b WHERE y > 0;
CREATE VIEW vi AS SELECT a.id, b.x FROM a JOIN b ON b.a_id = a.id;
CREATE FUNCTION vi_do() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER vi_do INSTEAD OF UPDATE ON vi FOR EACH ROW EXECUTE FUNCTION vi_do();
CREATE MATERIALIZED VIEW mv AS SELECT id, m FROM a;
CREATE SEQUENCE seq;
CREATE FUNCTION f_strict(int) RETURNS int LANGUAGE sql STRICT AS
    'SELECT CASE WHEN $1 > 2 THEN $1 END';
CREATE FUNCTION f_rows() RETURNS SETOF b LANGUAGE sql AS 'SELECT * FROM b';
CREATE FUNCTION f_table(n int) RETURNS TABLE (k int, v text) LANGUAGE sql AS
    $$ SELECT i, CASE WHEN i > 1 THEN 'x' END FROM generate_series(1, n) i $$;
CREATE FUNCTION f_pair(int) RETURNS pair LANGUAGE sql AS
    $$ SELECT CASE WHEN $1 > 2 THEN ROW($1, NULL)::pair END $$;
CREATE FUNCTION f_default(a int DEFAULT NULL) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE AGGREGATE first_of (int) (SFUNC = int4larger, STYPE = int);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
-- What calls itself STABLE and is not, and an equality that is neither true nor false.
CREATE FUNCTION f_flip() RETURNS int LANGUAGE plpgsql STABLE AS
    $$ BEGIN RETURN CASE WHEN random() < 0.5 THEN 1 END; END $$;
CREATE FUNCTION f_unequal(mood, int) RETURNS bool LANGUAGE sql IMMUTABLE STRICT AS
    'SELECT NULL::bool';
CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = int, FUNCTION = f_unequal);
