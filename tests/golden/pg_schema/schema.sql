-- One of everything that a server's catalog has.
CREATE SCHEMA auth;
CREATE TYPE user_role AS ENUM ('reader', 'writer');
CREATE TYPE auth.pair AS (a integer, roles user_role[]);
CREATE TYPE span AS RANGE (subtype = integer);
CREATE DOMAIN email AS text NOT NULL CHECK (VALUE ~ '@');
CREATE DOMAIN level AS text DEFAULT 'low' CHECK (VALUE IN ('low', 'high'));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION roles(INOUT n bigint, OUT role user_role) RETURNS SETOF record STABLE STRICT
    LANGUAGE sql AS 'SELECT $1, ''reader''::user_role';
CREATE AGGREGATE total (integer) (SFUNC = int4pl, STYPE = integer);
CREATE OPERATOR ### (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl);
CREATE SEQUENCE numbers AS smallint INCREMENT 5 MAXVALUE 100 CYCLE;
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email email NOT NULL UNIQUE,
    role user_role NOT NULL DEFAULT 'reader',
    state varchar(9) NOT NULL CHECK (state IN ('on', 'off')),
    level level,
    note text COLLATE "C",
    shout text GENERATED ALWAYS AS (upper(note)) STORED,
    rank integer UNIQUE DEFERRABLE
);
CREATE INDEX users_by_note ON users (lower(note) DESC, rank NULLS FIRST) INCLUDE (role) WHERE note IS NOT NULL;
CREATE TRIGGER users_touch BEFORE INSERT OR UPDATE OF note ON users FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON users FOR UPDATE USING (id > 0) WITH CHECK (rank > 0);
COMMENT ON TABLE users IS 'Who may come in.';
COMMENT ON COLUMN users.note IS 'For us.';
CREATE TABLE auth.users (
    user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    "Secret" auth.pair
);
CREATE TABLE events (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01Z') TO ('2027-01-01Z');
CREATE TABLE base (a integer);
CREATE TABLE derived (b integer) INHERITS (base);
CREATE VIEW constants AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW kept AS SELECT 'x'::text AS x;
