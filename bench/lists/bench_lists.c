/* SPDX-License-Identifier: MIT */
/*
 * A list of keys against the same keys in a temporary table:
 *
 *     bench_lists tenon|peer ints|texts filled|ready|indexed COUNT DATABASE
 *
 * Each operation selects the rows of KEYS keys. `tenon` does so as generated code does, with
 * tn_sqlite_bind_list(); `peer` as a careful C programmer would without it, with the keys in a temporary
 * table. `filled`: it is filled within each operation, in one transaction; else before the clock, into a
 * plain column, or into its own index (`indexed`, and `filled`). Prints "WALL_NS CPU_NS SUM" as
 * sqlite/loop.h does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/gen_sqlite.h>
#include <tenon/tenon.h>

#include "../clock.h"

enum {
    KEYS = 10000,
    ROWS = 100000
};

struct bench {
    bool is_list;
    bool is_text;
    bool is_filled;
    bool is_plain;
    tn_db *db;
    sqlite3_stmt *clear;
    sqlite3_stmt *fill;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *select;
    int64_t ints[KEYS];
    tn_text texts[KEYS];
    char bytes[KEYS][16];
};

#define SELECT(column, source) \
 "SELECT id, code, title, score FROM items WHERE " column " IN (SELECT value FROM " source ")"

static const char ints_sql[] = SELECT("id", "tn_list(?1)");
static const char texts_sql[] = SELECT("code", "tn_list(?1)");
static struct tn_gen_query ints_query = {"by_ids",   ints_sql, sizeof ints_sql - 1, 4, TN_WRITE,
                                         TN_GEN_ABI, 0};
static struct tn_gen_query texts_query = {"by_codes", texts_sql, sizeof texts_sql - 1, 4, TN_WRITE,
                                          TN_GEN_ABI, 0};

static void die(const char *what)
{
    fprintf(stderr, "bench_lists: %s\n", what);
    exit(1);
}

/* Far apart and in no order. */
static void make_keys(struct bench *bench)
{
    for (int i = 0; i < KEYS; i++) {
        bench->ints[i] = (int64_t)i * 7919 % ROWS + 1;
        int size =
            snprintf(bench->bytes[i], sizeof bench->bytes[i], "code-%06d", (int)bench->ints[i]);
        bench->texts[i] = (tn_text){bench->bytes[i], (size_t)size};
    }
}

static uint64_t read_rows(sqlite3_stmt *stmt)
{
    uint64_t sum = 0;
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        sum += (uint64_t)sqlite3_column_int64(stmt, 0) + (uint64_t)sqlite3_column_text(stmt, 1)[5] +
               (uint64_t)sqlite3_column_text(stmt, 2)[0] + (uint64_t)sqlite3_column_double(stmt, 3);
    if (rc != SQLITE_DONE)
        die("a select failed");
    return sum;
}

/* --- the list ----------------------------------------------------------------------------------- */

static uint64_t run_list(struct bench *bench)
{
    const struct tn_sqlite_list list = {
        .items = bench->is_text ? (const void *)bench->texts : bench->ints,
        .count = KEYS,
        .kind = bench->is_text ? TN_SQLITE_LIST_TEXT : TN_SQLITE_LIST_INT,
        .name = "keys",
    };
    struct tn_gen_use use;
    if (tn_gen_acquire(&use, bench->db, bench->is_text ? &texts_query : &ints_query, NULL) !=
            TN_OK ||
        tn_sqlite_bind_list(use.stmt, 1, &list) != SQLITE_OK)
        die("no statement");
    uint64_t sum = read_rows(use.stmt);
    tn_gen_release(&use);
    return sum;
}

/* --- the table ---------------------------------------------------------------------------------- */

static void run(sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE || sqlite3_reset(stmt) != SQLITE_OK)
        die("a statement failed");
}

static void fill(struct bench *bench)
{
    run(bench->begin);
    run(bench->clear);
    for (int i = 0; i < KEYS; i++) {
        int rc = bench->is_text ? tn_sqlite_bind_text(bench->fill, 1, bench->texts[i])
                                : sqlite3_bind_int64(bench->fill, 1, bench->ints[i]);
        if (rc != SQLITE_OK)
            die("bind failed");
        run(bench->fill);
    }
    run(bench->commit);
}

static uint64_t run_table(struct bench *bench)
{
    if (bench->is_filled)
        fill(bench);
    uint64_t sum = read_rows(bench->select);
    sqlite3_reset(bench->select);
    return sum;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    return stmt;
}

static void make_table(struct bench *bench, sqlite3 *db)
{
    const char *create = bench->is_plain ? "CREATE TEMP TABLE keys (value)"
                         : bench->is_text
                             ? "CREATE TEMP TABLE keys (value TEXT PRIMARY KEY) WITHOUT ROWID"
                             : "CREATE TEMP TABLE keys (value INTEGER PRIMARY KEY)";
    if (sqlite3_exec(db, create, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    bench->clear = prepare(db, "DELETE FROM keys");
    bench->fill = prepare(db, "INSERT INTO keys (value) VALUES (?1)");
    bench->begin = prepare(db, "BEGIN");
    bench->commit = prepare(db, "COMMIT");
    bench->select = prepare(db, bench->is_text ? SELECT("code", "keys") : SELECT("id", "keys"));
    fill(bench);
}

/* --- the loop ----------------------------------------------------------------------------------- */

__attribute__((noinline)) uint64_t bench_measured(struct bench *bench, long count);
__attribute__((noinline)) uint64_t bench_measured(struct bench *bench, long count)
{
    uint64_t sum = 0;
    for (long i = 0; i < count; i++)
        sum += bench->is_list ? run_list(bench) : run_table(bench);
    return sum;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    char url[4096];
    tn_conn *conn = NULL;
    tn_error err = {0};
    if (argc != 6 || strtol(argv[4], NULL, 10) < 1)
        die("usage: bench_lists tenon|peer ints|texts filled|ready|indexed COUNT DATABASE");
    bench.is_list = strcmp(argv[1], "tenon") == 0;
    bench.is_text = strcmp(argv[2], "texts") == 0;
    bench.is_filled = strcmp(argv[3], "filled") == 0;
    bench.is_plain = strcmp(argv[3], "ready") == 0;
    make_keys(&bench);
    snprintf(url, sizeof url, "sqlite:%s", argv[5]);
    if (tn_db_open(&bench.db, url, NULL, &err) != TN_OK ||
        tn_conn_acquire(&conn, bench.db, TN_WRITE, &err) != TN_OK)
        die(err.message);
    tn_db *pool = bench.db;
    bench.db = tn_conn_db(conn);
    if (!bench.is_list)
        make_table(&bench, tn_conn_sqlite3(conn));

    uint64_t sum = bench_measured(&bench, 1);
    int64_t wall = now_ns(CLOCK_MONOTONIC);
    int64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    sum = bench_measured(&bench, strtol(argv[4], NULL, 10));
    cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = now_ns(CLOCK_MONOTONIC) - wall;
    printf("%" PRId64 " %" PRId64 " %" PRIu64 "\n", wall, cpu, sum);

    sqlite3_stmt *const stmts[] = {bench.clear, bench.fill, bench.begin, bench.commit,
                                   bench.select};
    for (size_t i = 0; i < sizeof stmts / sizeof stmts[0]; i++)
        sqlite3_finalize(stmts[i]);
    tn_conn_release(conn);
    tn_db_close(pool);
    return 0;
}
