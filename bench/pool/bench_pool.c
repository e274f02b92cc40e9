/* SPDX-License-Identifier: MIT */
/*
 * What the pool itself costs:
 *
 *     bench_pool acquire COUNT DATABASE      acquire and release a reader, COUNT times
 *     bench_pool point COUNT DATABASE        a point select by hand, COUNT times
 *     bench_pool memory tenon|hand COUNT DATABASE
 *
 * The first two are for counting instructions inside bench_measured(). The last opens COUNT
 * connections, runs a select on each, and prints the bytes of the heap that they take.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>
#include <tenon/tenon.h>

enum {
    MOST = 64
};

static const char select_sql[] = "SELECT id, title, note, score FROM items WHERE id = ?1";

static void die(const char *what)
{
    fprintf(stderr, "bench_pool: %s\n", what);
    exit(1);
}

static tn_db *open_pool(const char *path, int connections)
{
    char url[4096];
    tn_db *db;
    tn_error err = {0};
    snprintf(url, sizeof url, "sqlite:%s?min_connections=%d&max_connections=%d", path, connections,
             connections);
    if (tn_db_open(&db, url, NULL, &err) != TN_OK)
        die(err.message);
    return db;
}

static sqlite3 *open_hand(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    sqlite3_exec(db,
                 "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; "
                 "PRAGMA synchronous = NORMAL; PRAGMA schema_version",
                 NULL, NULL, NULL);
    return db;
}

__attribute__((noinline)) void bench_measured(tn_db *db, sqlite3_stmt *stmt, long count);
__attribute__((noinline)) void bench_measured(tn_db *db, sqlite3_stmt *stmt, long count)
{
    volatile int64_t sink = 0;
    for (long i = 0; i < count; i++) {
        if (db) {
            tn_conn *conn;
            if (tn_conn_acquire(&conn, db, TN_READ, NULL) != TN_OK)
                die("no connection");
            tn_conn_release(conn);
            continue;
        }
        sqlite3_bind_int64(stmt, 1, i % 1000 + 1);
        if (sqlite3_step(stmt) == SQLITE_ROW)
            sink += sqlite3_column_int64(stmt, 0) + sqlite3_column_bytes(stmt, 1) +
                    sqlite3_column_bytes(stmt, 2);
        sqlite3_reset(stmt);
    }
    (void)sink;
}

static void select_one(sqlite3 *db)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, select_sql, -1, &stmt, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    sqlite3_bind_int64(stmt, 1, 1);
    sqlite3_step(stmt);
    sqlite3_finalize(stmt);
}

static size_t heap(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void measure_memory(const char *side, int count, const char *path)
{
    tn_conn *conns[MOST];
    sqlite3 *warm = open_hand(path); /* the engine's own first use */
    select_one(warm);
    size_t before = heap();
    if (count < 2 || count > MOST)
        die("COUNT is not between 2 and 64");
    if (strcmp(side, "tenon") == 0) {
        tn_db *db = open_pool(path, count);
        for (int i = 0; i < count; i++) {
            if (tn_conn_acquire(&conns[i], db, i == 0 ? TN_WRITE : TN_READ, NULL) != TN_OK)
                die("no connection");
            select_one(tn_conn_sqlite3(conns[i]));
        }
        printf("%zu\n", heap() - before);
        return;
    }
    for (int i = 0; i < count; i++)
        select_one(open_hand(path));
    printf("%zu\n", heap() - before);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "memory") == 0) {
        measure_memory(argv[2], atoi(argv[3]), argv[4]);
        return 0;
    }
    if (argc != 4)
        die("usage: bench_pool acquire|point COUNT DATABASE");
    if (strcmp(argv[1], "acquire") == 0) {
        tn_db *db = open_pool(argv[3], 2);
        bench_measured(db, NULL, atol(argv[2]));
        tn_db_close(db);
        return 0;
    }
    sqlite3 *db = open_hand(argv[3]);
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(db, select_sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    bench_measured(NULL, stmt, atol(argv[2]));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return 0;
}
