-- Every total function is called with values from the edges of its types (test_pg_total).
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE seq;
CREATE TABLE edge (type text PRIMARY KEY, values text[] NOT NULL);
CREATE TABLE asked (name text, oid oid, rule int NOT NULL);
CREATE TABLE found (sig text PRIMARY KEY, what text NOT NULL, tries int NOT NULL, done int NOT NULL, is_bad bool NOT NULL);
INSERT INTO edge VALUES
('bool', ARRAY[$q$'true'::bool$q$, $q$'false'::bool$q$]),
('int2', ARRAY[$q$'-32768'::int2$q$, $q$'0'::int2$q$, $q$'1'::int2$q$, $q$'32767'::int2$q$]),
('int4', ARRAY[$q$'-2147483648'::int4$q$, $q$'-1'::int4$q$, $q$'0'::int4$q$, $q$'1'::int4$q$,
    $q$'3'::int4$q$, $q$'2147483647'::int4$q$, $q$'5'::int4$q$]),
('int8', ARRAY[$q$'-9223372036854775808'::int8$q$, $q$'0'::int8$q$, $q$'1'::int8$q$,
    $q$'7'::int8$q$, $q$'9223372036854775807'::int8$q$]),
('float4', ARRAY[$q$'NaN'::float4$q$, $q$'Infinity'::float4$q$, $q$'-Infinity'::float4$q$,
    $q$'0'::float4$q$, $q$'-1.5'::float4$q$]),
('float8', ARRAY[$q$'NaN'::float8$q$, $q$'Infinity'::float8$q$, $q$'-Infinity'::float8$q$,
    $q$'0'::float8$q$, $q$'-1.5'::float8$q$, $q$'1e300'::float8$q$]),
('numeric', ARRAY[$q$'NaN'::numeric$q$, $q$'Infinity'::numeric$q$, $q$'-Infinity'::numeric$q$,
    $q$'0'::numeric$q$, $q$'-1.5'::numeric$q$, $q$'12345678901234567890.1234'::numeric$q$]),
('text', ARRAY[$q$''::text$q$, $q$'a'::text$q$, $q$'12:30'::text$q$, $q$'aXbX%_'::text$q$,
    $q$'hour'::text$q$, $q$'year'::text$q$, $q$'UTC'::text$q$, $q$'{}'::text$q$,
    $q$'{"a":1}'::text$q$, $q$'('::text$q$, $q$'UTF8'::text$q$, $q$'NFC'::text$q$, $q$'1 kB'::text$q$,
    $q$'hex'::text$q$, $q$'[)'::text$q$, $q$'LATIN1'::text$q$]),
('varchar', ARRAY[$q$''::varchar$q$, $q$'ab'::varchar$q$]),
('bpchar', ARRAY[$q$''::bpchar$q$, $q$'a '::bpchar$q$]),
('name', ARRAY[$q$''::name$q$, $q$'a'::name$q$, $q$'UTF8'::name$q$, $q$'LATIN1'::name$q$]),
('"char"', ARRAY[$q$''::"char"$q$, $q$'a'::"char"$q$]),
('bytea', ARRAY[$q$''::bytea$q$, $q$'\x00ff10'::bytea$q$]),
('timestamp', ARRAY[$q$'infinity'::timestamp$q$, $q$'-infinity'::timestamp$q$, $q$'2020-02-29
    12:34:56.789'::timestamp$q$, $q$'0044-03-15 00:00:00 BC'::timestamp$q$]),
('timestamptz', ARRAY[$q$'infinity'::timestamptz$q$, $q$'-infinity'::timestamptz$q$,
    $q$'2020-02-29 12:34:56.789+00'::timestamptz$q$]),
('date', ARRAY[$q$'infinity'::date$q$, $q$'-infinity'::date$q$, $q$'2020-02-29'::date$q$,
    $q$'4713-01-01 BC'::date$q$]),
('time', ARRAY[$q$'00:00'::time$q$, $q$'24:00'::time$q$, $q$'12:34:56.789'::time$q$]),
('timetz', ARRAY[$q$'00:00+00'::timetz$q$, $q$'24:00-12'::timetz$q$]),
('interval', ARRAY[$q$'0'::interval$q$, $q$'-1 year 2 mons -3 days 04:05:06'::interval$q$,
    $q$'178000000 years'::interval$q$, $q$'1 hour'::interval$q$]),
('uuid', ARRAY[$q$'00000000-0000-0000-0000-000000000000'::uuid$q$,
    $q$'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid$q$]),
('json', ARRAY[$q$'null'::json$q$, $q$'{}'::json$q$, $q$'[]'::json$q$, $q$'[1,null]'::json$q$,
    $q$'{"a":null}'::json$q$, $q$'"x"'::json$q$, $q$'1'::json$q$]),
('jsonb', ARRAY[$q$'null'::jsonb$q$, $q$'{}'::jsonb$q$, $q$'[]'::jsonb$q$,
    $q$'[1,null]'::jsonb$q$, $q$'{"a":null}'::jsonb$q$, $q$'"x"'::jsonb$q$, $q$'true'::jsonb$q$,
    $q$'1'::jsonb$q$]),
('jsonpath', ARRAY[$q$'$'::jsonpath$q$, $q$'$.a'::jsonpath$q$, $q$'$[*]'::jsonpath$q$]),
('inet', ARRAY[$q$'0.0.0.0/0'::inet$q$, $q$'192.168.1.5/24'::inet$q$, $q$'::1'::inet$q$,
    $q$'fe80::1/10'::inet$q$]),
('cidr', ARRAY[$q$'10.0.0.0/8'::cidr$q$, $q$'::/0'::cidr$q$]),
('macaddr', ARRAY[$q$'00:00:00:00:00:00'::macaddr$q$, $q$'ff:ff:ff:ff:ff:ff'::macaddr$q$]),
('macaddr8', ARRAY[$q$'00:00:00:00:00:00:00:00'::macaddr8$q$,
    $q$'ff:ff:ff:ff:ff:ff:ff:ff'::macaddr8$q$, $q$'00:01:02:ff:fe:03:04:05'::macaddr8$q$]),
('money', ARRAY[$q$'0'::money$q$, $q$'-92233720368547758.08'::money$q$, $q$'12.34'::money$q$]),
('bit', ARRAY[$q$'0'::bit(1)$q$, $q$'1'::bit(1)$q$]),
('varbit', ARRAY[$q$''::varbit$q$, $q$'1011'::varbit$q$]),
('point', ARRAY[$q$'(0,0)'::point$q$, $q$'(NaN,1)'::point$q$, $q$'(Infinity,-1)'::point$q$,
    $q$'(1.5,-2)'::point$q$]),
('line', ARRAY[$q$'{1,-1,0}'::line$q$, $q$'{0,1,2}'::line$q$]),
('lseg', ARRAY[$q$'[(0,0),(0,0)]'::lseg$q$, $q$'[(0,0),(1,1)]'::lseg$q$,
    $q$'[(2,0),(2,5)]'::lseg$q$]),
('box', ARRAY[$q$'(0,0),(0,0)'::box$q$, $q$'(1,1),(0,0)'::box$q$, $q$'(5,5),(4,4)'::box$q$]),
('path', ARRAY[$q$'[(0,0),(1,1)]'::path$q$, $q$'[(3,3)]'::path$q$,
    $q$'((0,0),(1,0),(1,1))'::path$q$]),
('polygon', ARRAY[$q$'((0,0),(1,0),(1,1))'::polygon$q$, $q$'((0,0))'::polygon$q$]),
('circle', ARRAY[$q$'<(0,0),0>'::circle$q$, $q$'<(1,1),2>'::circle$q$]),
('oid', ARRAY[$q$'0'::oid$q$, $q$'23'::oid$q$, $q$'4294967295'::oid$q$]),
('regclass', ARRAY[$q$'seq'::regclass$q$, $q$'pg_class'::regclass$q$]),
('regtype', ARRAY[$q$'int4'::regtype$q$]),
('tid', ARRAY[$q$'(0,0)'::tid$q$, $q$'(4294967295,65535)'::tid$q$]),
('xid', ARRAY[$q$'0'::xid$q$, $q$'3'::xid$q$]),
('xid8', ARRAY[$q$'3'::xid8$q$]),
('cid', ARRAY[$q$'0'::cid$q$]),
('pg_lsn', ARRAY[$q$'0/0'::pg_lsn$q$, $q$'FFFFFFFF/FFFFFFFF'::pg_lsn$q$]),
('tsvector', ARRAY[$q$''::tsvector$q$, $q$'''a'':1 ''b'':2,3'::tsvector$q$]),
('tsquery', ARRAY[$q$''::tsquery$q$, $q$'a & !b'::tsquery$q$]),
('regconfig', ARRAY[$q$'simple'::regconfig$q$]),
('regdictionary', ARRAY[$q$'simple'::regdictionary$q$]),
('int4range', ARRAY[$q$'empty'::int4range$q$, $q$'(,)'::int4range$q$, $q$'[1,5)'::int4range$q$]),
('int8range', ARRAY[$q$'empty'::int8range$q$, $q$'(,)'::int8range$q$, $q$'[1,5)'::int8range$q$]),
('numrange', ARRAY[$q$'empty'::numrange$q$, $q$'(,)'::numrange$q$, $q$'[1.5,NaN)'::numrange$q$]),
('tsrange', ARRAY[$q$'empty'::tsrange$q$, $q$'[2020-01-01,infinity)'::tsrange$q$]),
('tstzrange', ARRAY[$q$'empty'::tstzrange$q$, $q$'(,infinity)'::tstzrange$q$]),
('daterange', ARRAY[$q$'empty'::daterange$q$, $q$'(,)'::daterange$q$]),
('int4multirange', ARRAY[$q$'{}'::int4multirange$q$, $q$'{(,)}'::int4multirange$q$,
    $q$'{[1,3),[7,9)}'::int4multirange$q$]),
('nummultirange', ARRAY[$q$'{}'::nummultirange$q$]),
('tsmultirange', ARRAY[$q$'{}'::tsmultirange$q$]),
('datemultirange', ARRAY[$q$'{(,)}'::datemultirange$q$]),
('tstzmultirange', ARRAY[$q$'{}'::tstzmultirange$q$]),
('int8multirange', ARRAY[$q$'{}'::int8multirange$q$]),
('anyarray', ARRAY[$q$'{}'::int4[]$q$, $q$'{1,NULL,3}'::int4[]$q$, $q$'{{1,2},{3,4}}'::int4[]$q$]),
('anyelement', ARRAY[$q$'1'::int4$q$, $q$'-1'::int4$q$]),
('anynonarray', ARRAY[$q$'1'::int4$q$]),
('anyenum', ARRAY[$q$'sad'::mood$q$]),
('anyrange', ARRAY[$q$'empty'::int4range$q$, $q$'(,)'::int4range$q$, $q$'[1,5)'::int4range$q$]),
('anymultirange', ARRAY[$q$'{}'::int4multirange$q$, $q$'{(,3)}'::int4multirange$q$,
    $q$'{[1,3),[7,9)}'::int4multirange$q$]),
('anycompatible', ARRAY[$q$'1'::int4$q$]),
('anycompatiblearray', ARRAY[$q$'{}'::int4[]$q$, $q$'{1,NULL}'::int4[]$q$]),
('anycompatiblenonarray', ARRAY[$q$'1'::int4$q$]),
('anycompatiblerange', ARRAY[$q$'[1,5)'::int4range$q$]),
('"any"', ARRAY[$q$''::text$q$, $q$'{NULL}'::int4[]$q$, $q$'null'::jsonb$q$]),
('text[]', ARRAY[$q$'{}'::text[]$q$, $q$'{a,NULL}'::text[]$q$, $q$'{a,b}'::text[]$q$]),
('int4[]', ARRAY[$q$'{}'::int4[]$q$, $q$'{1,NULL}'::int4[]$q$]),
('int2[]', ARRAY[$q$'{1}'::int2[]$q$]),
('int8[]', ARRAY[$q$'{}'::int8[]$q$]),
('float8[]', ARRAY[$q$'{NaN}'::float8[]$q$]),
('"char"[]', ARRAY[$q$'{}'::"char"[]$q$, $q$'{a,d}'::"char"[]$q$]),
('oidvector', ARRAY[$q$''::oidvector$q$, $q$'1 2'::oidvector$q$]),
('int2vector', ARRAY[$q$'1'::int2vector$q$]),
('jsonb[]', ARRAY[$q$'{}'::jsonb[]$q$]),
('xml', ARRAY[$q$'<a/>'::xml$q$, $q$''::xml$q$]),
('refcursor', ARRAY[$q$'x'::refcursor$q$]),
('record', ARRAY[$q$ROW(1, 2)$q$]),
('float4[]', ARRAY[$q$'{0.1,0.2,0.4,1}'::float4[]$q$]),
('int4range[]', ARRAY[$q$'{}'::int4range[]$q$, $q$'{empty}'::int4range[]$q$]),
('int8range[]', ARRAY[$q$'{"[1,2)"}'::int8range[]$q$]),
('numrange[]', ARRAY[$q$'{"[1,2)"}'::numrange[]$q$]),
('tsrange[]', ARRAY[$q$'{empty}'::tsrange[]$q$]),
('tstzrange[]', ARRAY[$q$'{empty}'::tstzrange[]$q$]),
('daterange[]', ARRAY[$q$'{}'::daterange[]$q$]);
-- What stands for a type that may be any.
CREATE FUNCTION type_of(t oid) RETURNS text LANGUAGE sql AS $$
    SELECT CASE f WHEN 'anyelement' THEN 'int4' WHEN 'anynonarray' THEN 'int4'
        WHEN 'anycompatible' THEN 'int4' WHEN 'anycompatiblenonarray' THEN 'int4'
        WHEN 'anyarray' THEN 'int4[]' WHEN 'anycompatiblearray' THEN 'int4[]'
        WHEN 'anyenum' THEN 'mood' WHEN 'anyrange' THEN 'int4range'
        WHEN 'anycompatiblerange' THEN 'int4range' WHEN 'anymultirange' THEN 'int4multirange'
        WHEN 'anycompatiblemultirange' THEN 'int4multirange' WHEN '"any"' THEN 'text' ELSE f END
    FROM format_type(t, NULL) f $$;
-- rule: 1 never NULL for what is not NULL, and if the function is not strict, for nothing; 2 NULL where the
-- first argument is, and nowhere else; 3 NULL where all are; 4 as 1, of fields that infinity has, too.
CREATE FUNCTION call_all(rounds int) RETURNS void LANGUAGE plpgsql AS $do$
DECLARE
    f record; args text[]; given bool[]; choice text[]; what text; gave bool; wants bool;
    tries int; done int; bad text;
BEGIN
    FOR f IN SELECT p.oid, p.proname, p.proargtypes::oid[] AS types, p.proisstrict, p.provariadic,
            p.oid::regprocedure::text AS sig, a.rule, p.proretset,
            (SELECT array_agg(coalesce(e.id, -1) ORDER BY t.n)
             FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t (type, n)
             LEFT JOIN (SELECT row_number() OVER (ORDER BY type) AS id, type AS name FROM edge) e
             ON CASE WHEN e.name LIKE '%any%' OR e.name = 'record' THEN e.name = format_type(t.type, NULL)
                ELSE to_regtype(e.name) = t.type END) AS edges
        FROM pg_proc p JOIN asked a ON a.name = p.proname OR a.oid = p.oid
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f'
        AND NOT (p.proargtypes::oid[] && ARRAY['internal'::regtype::oid, 'cstring'::regtype::oid])
        AND p.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype)
        AND p.proname NOT IN ('pg_sleep', 'pg_sleep_for', 'pg_sleep_until', 'setseed')
    LOOP
        tries := 0; done := 0; bad := NULL;
        CONTINUE WHEN -1 = ANY (f.edges);
        FOR i IN 1..CASE WHEN cardinality(f.types) = 0 THEN 1 ELSE rounds END LOOP
            args := '{}'; given := '{}';
            FOR k IN 0..cardinality(f.types) - 1 LOOP
                SELECT values INTO choice FROM edges WHERE id = f.edges[k + 1];
                given := given || (f.proisstrict OR random() < 0.7);
                args := args || (CASE WHEN f.provariadic <> 0 AND k = cardinality(f.types) - 1
                    AND f.types[k] <> '"any"'::regtype THEN 'VARIADIC ' ELSE '' END
                    || CASE WHEN NOT given[k + 1] THEN 'NULL::' || type_of(f.types[k])
                    WHEN f.rule = 4 AND k = 0
                    THEN (ARRAY['''year''', '''epoch''', '''decade''', '''century''', '''millennium'''])[1 + i % 5]
                    ELSE choice[1 + floor(random() * cardinality(choice))::int] END);
            END LOOP;
            what := format('pg_catalog.%I(%s)', f.proname, array_to_string(args, ', '));
            wants := CASE f.rule WHEN 2 THEN NOT given[1] WHEN 3 THEN NOT (true = ANY (given)) ELSE false END;
            tries := tries + 1;
            BEGIN
                EXECUTE format('SELECT coalesce(bool_or(num_nulls(x) = 1), false), count(*) > 0'
                    ' FROM (SELECT %s AS x LIMIT 50) s', what) INTO gave;
                done := done + 1;
                IF gave <> wants AND bad IS NULL AND NOT (wants AND f.proretset) THEN
                    bad := what;
                END IF;
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
        INSERT INTO found VALUES (f.sig, coalesce(bad, what), tries, done, bad IS NOT NULL)
            ON CONFLICT (sig) DO NOTHING;
    END LOOP;
END $do$;
CREATE TABLE edges AS SELECT row_number() OVER (ORDER BY type) AS id, values FROM edge;
CREATE UNIQUE INDEX ON edges (id);
ANALYZE edges;
