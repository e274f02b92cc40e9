/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "doctor/ask.h"
#include "doctor/doctor.h"

/*
 * The checks of a PostgreSQL server and one of its databases: each is a query whose rows are what is
 * wrong, in words. They read catalogs alone.
 */
static const struct check {
    const char *code;
    int since; /* the version that has what the query reads */
    const char *help;
    const char *sql;
} checks[] = {
    /* https://www.postgresql.org/support/versioning/ */
    {"end-of-life", 90600, "go to a version that is looked after: pg_upgrade, or a standby of it",
     "SELECT format('PostgreSQL %s gets no repairs since %s', current_setting('server_version'), "
     "v.ends) FROM (VALUES (9, '2021-11-11'), (10, '2022-11-10'), (11, '2023-11-09'), "
     "(12, '2024-11-21'), (13, '2025-11-13'), (14, '2026-11-12'), (15, '2027-11-11'), "
     "(16, '2028-11-09'), (17, '2029-11-08'), (18, '2030-11-14')) AS v (major, ends) "
     "WHERE v.major = current_setting('server_version_num')::int / 10000 "
     "AND v.ends::date < now()::date"},
    {"idle-in-transaction", 90600,
     "it keeps its locks, and VACUUM from its work: end the transaction in the program, or set "
     "idle_in_transaction_session_timeout",
     "SELECT format('process %s (%s%s) has been idle in a transaction for %s s', pid, usename, "
     "' in ' || nullif(application_name, ''), extract(epoch FROM now() - state_change)::bigint) "
     "FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' "
     "AND now() - state_change > interval '5 seconds' ORDER BY state_change"},
    {"index-not-valid", 120000, "DROP INDEX CONCURRENTLY, and make it again",
     "SELECT format('the index %s of %s is not valid: writes keep it, and no query uses it', "
     "i.indexrelid::regclass, i.indrelid::regclass) FROM pg_index i "
     "JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' WHERE NOT i.indisvalid "
     "AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p "
     "WHERE p.index_relid = i.indexrelid) ORDER BY 1"},
    {"sequence-near-end", 100000,
     "bigint columns have room: ALTER TABLE … ALTER … TYPE bigint, and ALTER SEQUENCE … AS bigint",
     "SELECT format('the sequence %s is at %s of %s', s.id, s.last_value, s.most) FROM ("
     "SELECT i.id, q.last_value, least(q.max_value, ("
     "SELECT min(CASE a.atttypid WHEN 'int2'::regtype THEN 32767 "
     "WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END) "
     "FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
     "WHERE d.classid = 'pg_class'::regclass AND d.objid = i.id AND d.deptype IN ('a', 'i') "
     "AND d.refobjsubid > 0)) AS most FROM pg_sequences q, "
     "LATERAL (SELECT format('%I.%I', q.schemaname, q.sequencename)::regclass AS id) i "
     "WHERE q.increment_by > 0 AND NOT q.cycle AND q.last_value IS NOT NULL) s "
     "WHERE s.last_value > s.most * 0.8 ORDER BY 1"},
    {"constraint-not-valid", 90600, "ALTER TABLE … VALIDATE CONSTRAINT …, which locks nobody out",
     "SELECT format('the constraint %I of %s is NOT VALID: rows from before it may break it', "
     "conname, conrelid::regclass) FROM pg_constraint WHERE NOT convalidated "
     "AND contype IN ('c', 'f') AND conrelid <> 0 ORDER BY 1"},
    {"foreign-key-no-index", 90600,
     "each DELETE and UPDATE of the other table reads all of this one: CREATE INDEX CONCURRENTLY",
     "SELECT format('no index of %s serves its foreign key %I (%s)', c.conrelid::regclass, "
     "c.conname, (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n) "
     "FROM unnest(c.conkey) WITH ORDINALITY k (num, n) "
     "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num)) "
     "FROM pg_constraint c WHERE c.contype = 'f' "
     "AND coalesce(to_jsonb(c) ->> 'conparentid', '0') = '0' " /* since 11 */
     "AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid "
     "AND i.indpred IS NULL "
     "AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey) ORDER BY 1"},
    {"wraparound-near", 90600,
     "something keeps VACUUM from freezing: an old transaction, a replication slot, a prepared "
     "transaction",
     "SELECT format('the database %I has rows that are %s transactions old, and autovacuum should "
     "freeze them at %s', datname, age(datfrozenxid), s.freezes) FROM pg_database, "
     "(SELECT current_setting('autovacuum_freeze_max_age')::bigint AS freezes) s "
     "WHERE datallowconn AND age(datfrozenxid) > 2 * s.freezes ORDER BY 1"},
};

int tn__doctor_run_postgres(struct tn__doctor *doctor, tn_error *err)
{
    const char *version = NULL;
    int rc = tn__ask(&version, doctor->db, "SELECT current_setting('server_version_num')",
                     doctor->arena, err);
    long number = version ? strtol(version, NULL, 10) : 0;
    for (size_t i = 0; rc == TN_OK && i < sizeof checks / sizeof checks[0]; i++) {
        if (number >= checks[i].since)
            rc = tn__doctor_rows(doctor, checks[i].code, checks[i].sql, checks[i].help, err);
    }
    return rc == TN_OK ? tn__doctor_migrations(doctor, err) : rc;
}
