/* SPDX-License-Identifier: MIT */
/*
 * Eight writers on one database, for a while:
 *
 *     bench_writers SIDE WORKLOAD SYNCHRONOUS MILLISECONDS DATABASE
 *
 * SIDE is `tenon`, or `peer`: a connection per thread, BEGIN, busy_timeout, and again when busy.
 * WORKLOAD is `update` (read a row, then write it) or `insert`. SIDE `gate` and `nogate` are eight
 * processes with Tenon. Prints nanoseconds per transaction, the longest one, how often a transaction
 * had to be run again for being busy, and the number of transactions.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon/gen_sqlite.h>
#include <tenon/tenon.h>

#include "../clock.h"

enum {
    WRITERS = 8,
    ROWS = 100000
};

#define QUERY(name, columns, access, text) \
 static struct tn_gen_query name = {#name, text, sizeof(text) - 1, columns, access, TN_GEN_ABI, 0}
#define SELECT_SQL "SELECT n FROM items WHERE id = ?1"
#define UPDATE_SQL "UPDATE items SET n = ?2 WHERE id = ?1"
#define INSERT_SQL "INSERT INTO events (item, note) VALUES (?1, 'some text here')"
QUERY(item_get, 1, TN_READ, SELECT_SQL);
QUERY(item_set, 0, TN_WRITE, UPDATE_SQL);
QUERY(event_add, 0, TN_WRITE, INSERT_SQL);

/* What a writer has done; shared where it is a process. */
struct writer {
    int number;
    uint64_t seed;
    int64_t done;
    int64_t longest_ns;
    int64_t busy;
};

struct run {
    const char *path;
    const char *synchronous;
    bool is_insert;
    bool is_peer;
    bool has_gate;
    int64_t end_ns;
    tn_db *db;
};
static struct run run;

static void die(const char *what)
{
    fprintf(stderr, "bench_writers: %s\n", what);
    exit(1);
}

static int64_t random_row(struct writer *w)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)(w->seed >> 33) % ROWS + 1;
}

/* --- Tenon ------------------------------------------------------------------------------------- */

static int change(tn_db *tx, struct tn_gen_query *query, int64_t id, int64_t n, tn_error *err)
{
    struct tn_gen_use use;
    int rc = tn_gen_acquire(&use, tx, query, err);
    if (rc != TN_OK)
        return rc;
    sqlite3_bind_int64(use.stmt, 1, id);
    if (query == &item_set)
        sqlite3_bind_int64(use.stmt, 2, n);
    int native = sqlite3_step(use.stmt);
    if (native != SQLITE_DONE)
        rc = tn_gen_fail(&use, native, err);
    tn_gen_release(&use);
    return rc;
}

static int body(tn_db *tx, void *user, tn_error *err)
{
    struct writer *w = user;
    struct tn_gen_use use;
    int64_t id = random_row(w);
    if (run.is_insert)
        return change(tx, &event_add, id, 0, err);
    int rc = tn_gen_acquire(&use, tx, &item_get, err);
    if (rc != TN_OK)
        return rc;
    sqlite3_bind_int64(use.stmt, 1, id);
    int native = sqlite3_step(use.stmt);
    int64_t n = sqlite3_column_int64(use.stmt, 0);
    if (native != SQLITE_ROW)
        rc = tn_gen_fail(&use, native, err);
    tn_gen_release(&use);
    return rc == TN_OK ? change(tx, &item_set, id, n + 1, err) : rc;
}

static void write_tenon(struct writer *w, tn_db *db)
{
    tn_error err = {0};
    if (tn_transact(db, body, w, NULL, &err) == TN_OK)
        return;
    if (err.status != TN_EBUSY)
        die(err.message);
    w->busy++;
}

/* --- by hand ----------------------------------------------------------------------------------- */

struct hand {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *rollback, *get, *set, *add;
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    return stmt;
}

static void open_hand(struct hand *h)
{
    char sql[64];
    if (sqlite3_open_v2(run.path, &h->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        die(sqlite3_errmsg(h->db));
    sqlite3_busy_timeout(h->db, 5000);
    snprintf(sql, sizeof sql, "PRAGMA synchronous = %s", run.synchronous);
    sqlite3_exec(h->db, sql, NULL, NULL, NULL);
    h->begin = prepare(h->db, "BEGIN");
    h->commit = prepare(h->db, "COMMIT");
    h->rollback = prepare(h->db, "ROLLBACK");
    h->get = prepare(h->db, SELECT_SQL);
    h->set = prepare(h->db, UPDATE_SQL);
    h->add = prepare(h->db, INSERT_SQL);
}

static int step(sqlite3_stmt *stmt)
{
    sqlite3_step(stmt);
    return sqlite3_reset(stmt);
}

static bool try_hand(struct hand *h, struct writer *w)
{
    int64_t id = random_row(w);
    if (step(h->begin) != SQLITE_OK)
        return false;
    int rc;
    if (run.is_insert) {
        sqlite3_bind_int64(h->add, 1, id);
        rc = step(h->add);
    } else {
        sqlite3_bind_int64(h->get, 1, id);
        sqlite3_step(h->get);
        int64_t n = sqlite3_column_int64(h->get, 0);
        sqlite3_reset(h->get);
        sqlite3_bind_int64(h->set, 1, id);
        sqlite3_bind_int64(h->set, 2, n + 1);
        rc = step(h->set);
    }
    if (rc == SQLITE_OK)
        rc = step(h->commit);
    if (rc == SQLITE_OK)
        return true;
    step(h->rollback);
    w->busy++;
    return false;
}

/* --- the loop ---------------------------------------------------------------------------------- */

static void *work(void *user)
{
    struct writer *w = user;
    struct hand hand;
    if (run.is_peer)
        open_hand(&hand);
    for (int64_t start; (start = now_ns(CLOCK_MONOTONIC)) < run.end_ns; w->done++) {
        if (!run.is_peer)
            write_tenon(w, run.db);
        while (run.is_peer && !try_hand(&hand, w)) {
            /* until it works: as a program that gives up nothing must */
        }
        int64_t took = now_ns(CLOCK_MONOTONIC) - start;
        w->longest_ns = took > w->longest_ns ? took : w->longest_ns;
    }
    return NULL;
}

static void open_tenon(void)
{
    char url[4096];
    tn_error err = {0};
    snprintf(url, sizeof url, "sqlite:%s?synchronous=%s%s", run.path, run.synchronous,
             run.has_gate ? "&gate=on" : "");
    if (tn_db_open(&run.db, url, NULL, &err) != TN_OK)
        die(err.message);
}

static void run_threads(struct writer *writers)
{
    pthread_t threads[WRITERS];
    if (!run.is_peer)
        open_tenon();
    for (int i = 0; i < WRITERS; i++) {
        if (pthread_create(&threads[i], NULL, work, &writers[i]) != 0)
            die("no thread");
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    tn_db_close(run.db);
}

static void run_processes(struct writer *writers)
{
    for (int i = 0; i < WRITERS; i++) {
        if (fork() != 0)
            continue;
        open_tenon();
        work(&writers[i]);
        tn_db_close(run.db);
        _exit(0);
    }
    for (int i = 0; i < WRITERS; i++) {
        int ended;
        if (wait(&ended) < 0 || ended != 0)
            die("a process failed");
    }
}

int main(int argc, char **argv)
{
    if (argc != 6)
        die("usage: bench_writers SIDE WORKLOAD SYNCHRONOUS MILLISECONDS DATABASE");
    struct writer *writers = mmap(NULL, sizeof *writers * WRITERS, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (writers == MAP_FAILED)
        die("no memory");
    run.is_peer = strcmp(argv[1], "peer") == 0;
    run.has_gate = strcmp(argv[1], "gate") == 0;
    bool are_processes = run.has_gate || strcmp(argv[1], "nogate") == 0;
    run.is_insert = strcmp(argv[2], "insert") == 0;
    run.synchronous = argv[3];
    run.path = argv[5];
    for (int i = 0; i < WRITERS; i++)
        writers[i] = (struct writer){.number = i, .seed = (uint64_t)i * 77 + 1};
    int64_t start = now_ns(CLOCK_MONOTONIC);
    run.end_ns = start + atoll(argv[4]) * 1000000;
    if (are_processes)
        run_processes(writers);
    else
        run_threads(writers);
    int64_t elapsed = now_ns(CLOCK_MONOTONIC) - start;
    int64_t done = 0, longest = 0, busy = 0;
    for (int i = 0; i < WRITERS; i++) {
        done += writers[i].done;
        busy += writers[i].busy;
        longest = writers[i].longest_ns > longest ? writers[i].longest_ns : longest;
    }
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", elapsed / (done ? done : 1),
           longest, busy, done);
    return 0;
}
