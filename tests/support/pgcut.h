/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PGCUT_H
#define TN_TEST_PGCUT_H

/*
 * A program on PostgreSQL whose wire is cut at one byte after the other of all that the server says. Each
 * call must come back with a status that is true, and the pool must work again as soon as the wire does.
 * Include pgfault.h first.
 */

enum {
    PGCUT_EACH_BYTE = 3000, /* up to here the cuts are dense; beyond, drawn */
    PGCUT_DRAWN = 60,
    PGCUT_NEVER = -1
};

/* What the program was told of a change: whether it is there. */
enum pgcut_outcome {
    PGCUT_NOT_DONE,
    PGCUT_DONE,
    PGCUT_UNKNOWN
};

struct pgcut_program {
    const char *clean;                  /* SQL that makes the data as it was */
    void (*run)(tn_db *db, void *told); /* does it, and notes what it is told */
    /* What must be so afterwards, by the watcher. `told` is zeroed where nothing ran. */
    void (*check)(const struct pgfault *f, const void *told);
    /* Whether all went well. */
    bool (*is_well)(const void *told);
    void *told;
    size_t told_size;
};

/* That the wire is cut is the one error that may come of it. Whether the call succeeded. */
static inline bool pgcut_went_well(int rc, const tn_error *err)
{
    if (rc < 0 && rc != TN_ECONNECT)
        fail_msg("%s: %s", tn_status_name(rc), err->message);
    if (rc < 0)
        assert_true(err->message[0] != '\0');
    return rc >= 0;
}

/* A statement without a transaction of ours may have been done, if the answer did not come. */
static inline enum pgcut_outcome pgcut_of_statement(int rc, const tn_error *err)
{
    return pgcut_went_well(rc, err) ? PGCUT_DONE : PGCUT_UNKNOWN;
}

/* A transaction was done only if COMMIT was sent, and a message says when that is not known. */
static inline enum pgcut_outcome pgcut_of_transaction(int rc, const tn_error *err)
{
    if (pgcut_went_well(rc, err))
        return PGCUT_DONE;
    return strstr(err->message, "is unknown") ? PGCUT_UNKNOWN : PGCUT_NOT_DONE;
}

/* It is there once, or not at all, as was told. */
static inline void pgcut_expect(const char *what, enum pgcut_outcome outcome, int64_t found)
{
    if (found < 0 || found > 1 || (outcome != PGCUT_UNKNOWN && found != (outcome == PGCUT_DONE)))
        fail_msg("%s: %lld times, and the program was told %d", what, (long long)found, outcome);
}

/* The same pool, the wire being whole again. */
static inline void pgcut_check_pool(tn_db *db, const struct pgcut_program *program)
{
    assert_int_equal(pgfault_number(db, "SELECT 42"), 42);
    memset(program->told, 0, program->told_size);
    program->run(db, program->told);
    assert_true(program->is_well(program->told));
    assert_ok(tn_db_check_unused(db, NULL));
}

static inline void pgcut_run_once(struct pgfault *f, const struct pgcut_program *program,
                                  int64_t cut)
{
    char url[PGFAULT_URL_SIZE];
    tn_error err = {0};
    int files = pgfault_files();
    pgfault_watchdog(30);
    pgfault_script(f, program->clean);
    memset(program->told, 0, program->told_size);
    proxy_cut_after(f->proxy, cut);
    bool is_open = pgcut_went_well(
        tn_db_open(&f->db, pgfault_proxy_url(url, f, "&max_connections=2"), NULL, &err), &err);
    if (is_open)
        program->run(f->db, program->told);
    proxy_cut_after(f->proxy, PGCUT_NEVER);
    pgfault_await(f, "SELECT count(*)::int8 " PGFAULT_OTHERS " AND state <> 'idle'", 0);
    program->check(f, program->told);
    if (is_open)
        pgcut_check_pool(f->db, program);
    tn_db_close(f->db);
    f->db = NULL;
    pgfault_await_alone(f);
    for (int i = 0; i < 1000 && pgfault_files() != files; i++)
        tn__sleep_us(1000); /* the proxy's */
    assert_int_equal(pgfault_files(), files);
}

/* xorshift64: https://www.jstatsoft.org/article/view/v008i14 */
static inline uint64_t pgcut_chance(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* All of it. The proxy must have been started. */
static inline void pgcut_sweep(struct pgfault *f, const struct pgcut_program *program)
{
    uint64_t seed = 2463534242;
    pgcut_run_once(f, program, PGCUT_NEVER);
    int64_t before = proxy_passed(f->proxy);
    pgcut_run_once(f, program, PGCUT_NEVER);
    int64_t whole = (proxy_passed(f->proxy) - before) / 2; /* it runs twice */
    assert_true(whole > PGCUT_EACH_BYTE);
    int64_t at = 0;
    for (int64_t i = 0; at < PGCUT_EACH_BYTE; i++) {
        pgcut_run_once(f, program, at);
        at += 1 + i % 7;
    }
    for (int i = 0; i < PGCUT_DRAWN; i++) {
        uint64_t beyond = pgcut_chance(&seed) % (uint64_t)(whole - PGCUT_EACH_BYTE);
        pgcut_run_once(f, program, PGCUT_EACH_BYTE + (int64_t)beyond);
    }
}

#endif
