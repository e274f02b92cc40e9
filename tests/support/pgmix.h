/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PGMIX_H
#define TN_TEST_PGMIX_H

/*
 * A bit of everything that a program does on PostgreSQL, for tests in which any of it may fail. It stops
 * at the first failure, and what succeeds is right. Include pgfault.h first.
 */

/* Why it has failed. */
static tn_error pgmix_err;

static inline void pgmix_make_tables(struct pgfault *f)
{
    pgfault_script(f, "CREATE TYPE mood AS ENUM ('sad', 'glad');"
                      "CREATE TABLE account (id int PRIMARY KEY, balance int8 NOT NULL);"
                      "INSERT INTO account VALUES (1, 100), (2, 100);"
                      "CREATE TABLE entry (word text NOT NULL, mood mood);"
                      "CREATE TABLE wide (id int8 PRIMARY KEY, text text NOT NULL, "
                      "amount numeric NOT NULL, bytes bytea NOT NULL);"
                      "INSERT INTO wide SELECT i, repeat('x', 1000), i * 1.5, "
                      "decode(md5(i::text), 'hex') FROM generate_series(1, 20) AS i");
}

/* Transfers are whole. */
static inline void pgmix_check(const struct pgfault *f)
{
    assert_int_equal(pgfault_number(f->watcher, "SELECT sum(balance)::int8 FROM account"), 200);
    assert_int_equal(
        pgfault_number(f->watcher, "SELECT count(*)::int8 FROM entry WHERE word = 'refused'"), 0);
}

static inline int pgmix_rows(tn_db *db)
{
    tn_stmt *stmt;
    int64_t id = 0;
    int rc =
        tn_stmt_open(&stmt, db, "SELECT * FROM wide WHERE id > :least ORDER BY id", &pgmix_err);
    if (rc != TN_OK)
        return rc;
    rc = tn_stmt_bind_name(stmt, "least", tn_value_int(0), &pgmix_err);
    while (rc == TN_OK || rc == TN_ROW) {
        rc = tn_stmt_step(stmt, &pgmix_err);
        if (rc != TN_ROW)
            break;
        tn_value text = tn_stmt_column(stmt, 1);
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, ++id);
        if (text.as.text.data) /* or there was no memory for it */
            assert_int_equal(text.as.text.size, 1000);
    }
    if (rc == TN_DONE)
        assert_int_equal(id, 20);
    tn_stmt_close(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

static inline int pgmix_refuse(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "INSERT INTO entry VALUES ('refused')", NULL, 0, NULL, err);
    return rc == TN_OK ? tn_error_set(err, TN_EUSER, "refused") : rc;
}

static inline int pgmix_transfer(tn_db *tx, void *user, tn_error *err)
{
    tn_value amount = tn_value_int(1);
    int rc = tn_exec(tx, "UPDATE account SET balance = balance - $1 WHERE id = 1", &amount, 1, NULL,
                     err);
    if (rc == TN_OK)
        rc = tn_transact(tx, pgmix_refuse, user, NULL, err);
    if (rc == TN_OK || rc == TN_EUSER)
        rc = tn_exec(tx, "UPDATE account SET balance = balance + $1 WHERE id = 2", &amount, 1, NULL,
                     err);
    return rc;
}

/* A type that the catalog is asked for, and a list. */
static inline int pgmix_values(tn_db *db)
{
    tn_value values[2] = {tn_value_string("word"), tn_value_string("glad")};
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int64_t affected = 0;
    int rc = tn_exec(db, "INSERT INTO entry VALUES ($1, $2)", values, 2, &affected, &pgmix_err);
    if (rc == TN_OK)
        assert_int_equal(affected, 1);
    if (rc == TN_OK)
        rc = tn_query(&rows, db, "SELECT mood, ARRAY[1, 2, 3] FROM entry WHERE word = $1", values,
                      1, &arena, &pgmix_err);
    if (rc == TN_OK)
        assert_text(tn_rows_at(&rows, 0, 0)->as.text, "glad");
    if (rc == TN_OK)
        rc = tn_exec(db, "DELETE FROM entry", NULL, 0, NULL, &pgmix_err);
    tn_arena_fini(&arena);
    return rc;
}

static inline int pgmix_pipeline(tn_db *db)
{
    tn_pipeline *pipeline;
    int rc = tn_pipeline_open(&pipeline, db, NULL, &pgmix_err);
    if (rc != TN_OK)
        return rc;
    for (int i = 1; i <= 5 && rc == TN_OK; i++) {
        tn_value id = tn_value_int(i);
        rc = tn_pipeline_send(pipeline, "SELECT text FROM wide WHERE id = $1", &id, 1, NULL,
                              &pgmix_err);
    }
    if (rc == TN_OK)
        rc = tn_pipeline_finish(pipeline, &pgmix_err);
    tn_pipeline_close(pipeline);
    return rc;
}

static inline int pgmix_copy(tn_db *db)
{
    static const char *const columns[] = {"word"};
    tn_copy_in *in;
    tn_copy_out *out;
    const tn_value *row;
    int64_t count = 0;
    int rc = tn_copy_in_open(&in, db, "entry", columns, 1, &pgmix_err);
    if (rc != TN_OK)
        return rc;
    for (int i = 0; i < 100 && rc == TN_OK; i++) {
        tn_value word = tn_value_string("copied");
        rc = tn_copy_in_row(in, &word, 1, &pgmix_err);
    }
    if (rc == TN_OK)
        rc = tn_copy_in_close(in, &count, &pgmix_err);
    else
        tn_copy_in_abort(in);
    if (rc != TN_OK)
        return rc;
    assert_int_equal(count, 100);
    rc = tn_copy_out_open(&out, db, "SELECT id, text FROM wide", &pgmix_err);
    if (rc != TN_OK)
        return rc;
    for (count = 0; (rc = tn_copy_out_next(&row, out, &pgmix_err)) == TN_ROW; count++)
        assert_int_equal(row[1].as.text.size, 1000);
    if (rc == TN_DONE)
        assert_int_equal(count, 20);
    tn_copy_out_close(out);
    return rc == TN_DONE ? TN_OK : rc;
}

static inline int pgmix_run(tn_db *db)
{
    int rc = pgmix_values(db);
    if (rc == TN_OK)
        rc = pgmix_rows(db);
    if (rc == TN_OK)
        rc = tn_transact(db, pgmix_transfer, NULL, NULL, &pgmix_err);
    if (rc == TN_OK)
        rc = tn_exec_script(db, "SELECT 1; CREATE TEMP TABLE IF NOT EXISTS u (x int); DROP TABLE u",
                            &pgmix_err);
    if (rc == TN_OK)
        rc = pgmix_pipeline(db);
    if (rc == TN_OK)
        rc = pgmix_copy(db);
    return rc;
}

#endif
