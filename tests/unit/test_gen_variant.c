/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include "fault_alloc.h"
#include "gen.h"

/*
 * Queries with optional parts, as a generator would write them: the bits 0 to 10 of a key choose
 * numbers that are added up, the bits 12 and 13 one of three orders.
 */
#define PIECE(text, mask, value)                          \
 {                                                        \
  text, sizeof(text) - 1, UINT64_C(mask), UINT64_C(value) \
 }
static const struct tn_gen_piece pieces[] = {
    PIECE("SELECT n + 0", 0, 0),
    PIECE(" + 1", 1, 1),
    PIECE(" + 2", 2, 2),
    PIECE(" + 4", 4, 4),
    PIECE(" + 8", 8, 8),
    PIECE(" + 16", 16, 16),
    PIECE(" + 32", 32, 32),
    PIECE(" + 64", 64, 64),
    PIECE(" + 128", 128, 128),
    PIECE(" + 256", 256, 256),
    PIECE(" + 512", 512, 512),
    PIECE(" + 1024", 1024, 1024),
    PIECE(" FROM t ORDER BY ", 0, 0),
    PIECE("n", 0x3000, 0),
    PIECE("n DESC", 0x3000, 0x1000),
    PIECE("name, n", 0x3000, 0x2000),
};
enum {
    PIECES = sizeof pieces / sizeof pieces[0],
    BUCKETS = 64,
    KEYS = 2048
};
static const char all_sql[] = "SELECT n FROM t";

static struct tn_gen_template template_over(void **buckets)
{
    return (struct tn_gen_template){
        .query = {"numbers", all_sql, sizeof all_sql - 1, 1, TN_READ, TN_GEN_ABI, 0},
        .pieces = pieces,
        .piece_count = PIECES,
        .bucket_count = BUCKETS,
        .buckets = buckets,
    };
}

static const char schema[] = "CREATE TABLE t (n INTEGER PRIMARY KEY, name TEXT);"
                             "INSERT INTO t VALUES (10000, 'c'), (20000, 'b'), (30000, 'a');";

static int setup(void **state)
{
    return open_fixture(state, "&max_connections=5", schema);
}

/* The first row's number; *stmt, if wanted: the statement that was used. */
static int first_of(int64_t *out, void **stmt, tn_db *db, struct tn_gen_template *template_,
                    uint64_t key, tn_error *err)
{
    struct tn_gen_use use;
    int rc = tn_gen_acquire_variant(&use, db, template_, key, err);
    if (rc != TN_OK)
        return rc;
    int native = sqlite3_step(use.stmt);
    if (native == SQLITE_ROW)
        *out = sqlite3_column_int64(use.stmt, 0);
    else
        rc = tn_gen_fail(&use, native, err);
    if (stmt)
        *stmt = use.stmt;
    tn_gen_release_variant(&use);
    return rc;
}

static int64_t number(tn_db *db, struct tn_gen_template *template_, uint64_t key)
{
    int64_t out = -1;
    tn_error err = {0};
    if (first_of(&out, NULL, db, template_, key, &err) != TN_OK)
        fail_msg("%s", err.message);
    return out;
}

static void variant_is_the_text_of_its_pieces(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct tn_gen_template template_ = template_over(buckets);
    struct tn_gen_use use;
    assert_int_equal(number(f->db, &template_, 0), 10000);
    assert_int_equal(number(f->db, &template_, 5), 10005);
    assert_int_equal(number(f->db, &template_, 0x1000), 30000);
    assert_int_equal(number(f->db, &template_, 0x1007), 30007);
    assert_int_equal(number(f->db, &template_, 0x2000), 30000);
    assert_int_equal(number(f->db, &template_, 5), 10005);
    assert_int_equal(template_.used, 5);
    assert_ok(tn_gen_acquire_variant(&use, f->db, &template_, 0x1003, NULL));
    assert_string_equal(use.query->sql, "SELECT n + 0 + 1 + 2 FROM t ORDER BY n DESC");
    assert_int_equal(use.query->sql_size, strlen(use.query->sql));
    assert_string_equal(use.query->name, "numbers");
    assert_string_equal(sqlite3_sql(use.stmt), use.query->sql);
    tn_gen_release_variant(&use);
    tn_gen_release_variant(&use); /* again: nothing */
}

static void variants_have_a_statement_each(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct tn_gen_template template_ = template_over(buckets);
    void *first, *second, *third;
    int64_t out;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, NULL));
    tn_db *view = tn_conn_db(conn);
    assert_ok(first_of(&out, &first, view, &template_, 1, NULL));
    assert_ok(first_of(&out, &second, view, &template_, 2, NULL));
    assert_ok(first_of(&out, &third, view, &template_, 1, NULL));
    assert_ptr_not_equal(first, second);
    assert_ptr_equal(first, third); /* prepared once */
    tn_conn_release(conn);
}

static void one_bucket_serves_all(void **state)
{
    struct fixture *f = *state;
    static void *bucket[1];
    struct tn_gen_template template_ = template_over(bucket);
    template_.bucket_count = 1;
    for (int round = 0; round < 2; round++) {
        for (uint64_t key = 0; key < 50; key++)
            assert_int_equal(number(f->db, &template_, key), 10000 + (int64_t)key);
    }
    assert_int_equal(template_.used, 50);
}

static void beyond_the_bound_variants_are_for_one_use(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct tn_gen_template template_ = template_over(buckets);
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_READ, NULL));
    tn_db *view = tn_conn_db(conn);
    for (uint64_t key = 0; key < KEYS; key++)
        assert_int_equal(number(view, &template_, key), 10000 + (int64_t)key);
    assert_int_equal(template_.used, TN_GEN_VARIANTS_MAX);

    sqlite3 *handle = tn_conn_sqlite3(conn);
    int statements = 0;
    for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(handle, stmt));)
        statements++;
    assert_in_range(statements, TN_GEN_VARIANTS_MAX, TN_GEN_VARIANTS_MAX + 50);

    /* Two uses of one that is not kept, and one of one that is, in any order. */
    struct tn_gen_use one, two, kept;
    assert_ok(tn_gen_acquire_variant(&one, view, &template_, KEYS - 1, NULL));
    assert_ok(tn_gen_acquire_variant(&two, view, &template_, KEYS - 1, NULL));
    assert_ok(tn_gen_acquire_variant(&kept, view, &template_, 3, NULL));
    assert_int_equal(one.query->slot, TN_GEN_NO_SLOT);
    assert_int_equal(two.query->slot, TN_GEN_NO_SLOT);
    assert_int_not_equal(kept.query->slot, TN_GEN_NO_SLOT);
    assert_int_equal(sqlite3_step(one.stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_step(two.stmt), SQLITE_ROW);
    tn_gen_release_variant(&one);
    assert_int_equal(sqlite3_step(two.stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(two.stmt, 0), 20000 + KEYS - 1);
    tn_gen_release_variant(&kept);
    tn_gen_release_variant(&two);
    tn_gen_release_variant(&two);
    int after = 0;
    for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(handle, stmt));)
        after++;
    assert_int_equal(after, statements);
    tn_conn_release(conn);
    assert_int_equal(number(f->db, &template_, KEYS - 1), 10000 + KEYS - 1);
}

/* --- what is told of them ----------------------------------------------------------------------- */

struct seen {
    char query[64];
    char sql[256];
    int status;
    int events;
};

static void on_event(const tn_trace_event *event, void *user)
{
    struct seen *seen = user;
    if (event->kind != TN_TRACE_STATEMENT && event->kind != TN_TRACE_FAILURE)
        return;
    snprintf(seen->query, sizeof seen->query, "%s", event->query ? event->query : "");
    snprintf(seen->sql, sizeof seen->sql, "%s", event->sql ? event->sql : "");
    seen->status = event->status;
    seen->events++;
}

static void watchers_see_name_and_text(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct seen seen = {.events = 0};
    struct tn_gen_template template_ = template_over(buckets);
    assert_ok(tn_db_set_trace(f->db, on_event, &seen, NULL));
    for (int round = 0; round < 2; round++) {
        const uint64_t key = round == 0 ? 1 : 2;
        template_.used = round == 0 ? 0 : TN_GEN_VARIANTS_MAX; /* kept, and not kept */
        assert_int_equal(number(f->db, &template_, key), 10000 + (int64_t)key);
        assert_int_equal(seen.events, round + 1);
        assert_string_equal(seen.query, "numbers");
        assert_string_equal(seen.sql, round == 0 ? "SELECT n + 0 + 1 FROM t ORDER BY n"
                                                 : "SELECT n + 0 + 2 FROM t ORDER BY n");
    }
    assert_ok(tn_db_set_trace(f->db, NULL, NULL, NULL));
}

static void failure_has_the_name_and_the_text(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    static const struct tn_gen_piece broken[] = {PIECE("SELECT n", 0, 0), PIECE(" + gone", 1, 1),
                                                 PIECE(" FROM t", 0, 0)};
    struct seen seen = {.events = 0};
    struct tn_gen_template template_ = template_over(buckets);
    struct tn_gen_use use;
    template_.pieces = broken;
    template_.piece_count = 3;
    assert_ok(tn_db_set_trace(f->db, on_event, &seen, NULL));
    for (int round = 0; round < 2; round++) {
        template_.used = round == 0 ? 0 : TN_GEN_VARIANTS_MAX;
        assert_int_equal(
            tn_gen_acquire_variant(&use, f->db, &template_, round == 0 ? 1 : 3, &f->err),
            TN_ENOTFOUND);
        assert_string_equal(f->err.message, "query 'numbers': no such column 'gone'");
        assert_string_equal(f->err.query, "numbers");
        assert_string_equal(seen.query, "numbers");
        assert_string_equal(seen.sql, "SELECT n + gone FROM t");
        assert_int_equal(seen.status, TN_ENOTFOUND);
        assert_int_equal(tn_gen_acquire_variant(&use, f->db, &template_, 3, NULL), TN_ENOTFOUND);
    }
    assert_ok(tn_db_set_trace(f->db, NULL, NULL, NULL));
    assert_int_equal(number(f->db, &template_, 2), 10000);
}

/* --- memory ------------------------------------------------------------------------------------- */

struct scenario {
    struct tn_gen_template *template_;
    tn_db *db;
};

/* All keys, found and made for one use: nothing is kept that was not there before. */
static int use_variants(void *user)
{
    struct scenario *s = user;
    for (uint64_t key = 0; key < 8; key++) {
        int64_t out = -1;
        tn_error err = {0};
        int rc = first_of(&out, NULL, s->db, s->template_, key, &err);
        if (rc != TN_OK) {
            assert_int_equal(err.status, rc);
            return rc;
        }
        assert_int_equal(out, 10000 + (int64_t)key);
    }
    return TN_OK;
}

static void variants_for_one_use_survive_lack_of_memory(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct tn_gen_template template_ = template_over(buckets);
    struct scenario scenario = {&template_, f->db};
    for (uint64_t key = 0; key < 4; key++)
        assert_int_equal(number(f->db, &template_, key), 10000 + (int64_t)key);
    template_.used = TN_GEN_VARIANTS_MAX;
    fault_alloc_each(use_variants, &scenario);
    template_.used = 4;
}

static void kept_variants_survive_lack_of_memory(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    struct tn_gen_template template_ = template_over(buckets);
    int64_t out;
    for (long n = 1;; n++) {
        assert_in_range(n, 1, 1000);
        fault_alloc_begin(n, true);
        int rc = first_of(&out, NULL, f->db, &template_, 7, &f->err);
        long hits = fault_alloc_hits();
        fault_alloc_end();
        if (hits == 0) {
            assert_ok(rc);
            break;
        }
        assert_int_equal(rc, TN_ENOMEM);
        assert_string_equal(f->err.query, "numbers");
        assert_in_range(template_.used, 0, 1);
    }
    assert_int_equal(out, 10007);
    assert_int_equal(template_.used, 1);
}

/* --- threads ------------------------------------------------------------------------------------ */

enum {
    THREADS = 8
};

static struct race {
    struct tn_gen_template template_;
    tn_db *db;
    atomic_int wrong;
    atomic_uint ready;
} race;

static void *run_keys(void *user)
{
    uint64_t offset = (uint64_t)(uintptr_t)user * 37;
    atomic_fetch_add(&race.ready, 1);
    while (atomic_load(&race.ready) < THREADS)
        ;
    for (uint64_t i = 0; i < 2 * KEYS; i++) {
        uint64_t key = (i + (i % 3 ? 0 : offset)) % KEYS;
        int64_t out = -1;
        if (first_of(&out, NULL, race.db, &race.template_, key, NULL) != TN_OK ||
            out != 10000 + (int64_t)key)
            atomic_fetch_add(&race.wrong, 1);
    }
    return NULL;
}

static void threads_share_a_template(void **state)
{
    struct fixture *f = *state;
    static void *buckets[BUCKETS];
    pthread_t threads[THREADS];
    race.template_ = template_over(buckets);
    race.db = f->db;
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_keys, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&race.wrong), 0);
    assert_int_equal(race.template_.used, TN_GEN_VARIANTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(variant_is_the_text_of_its_pieces),
        TEST(variants_have_a_statement_each),
        TEST(one_bucket_serves_all),
        TEST(beyond_the_bound_variants_are_for_one_use),
        TEST(watchers_see_name_and_text),
        TEST(failure_has_the_name_and_the_text),
        TEST(variants_for_one_use_survive_lack_of_memory),
        TEST(kept_variants_survive_lack_of_memory),
        TEST(threads_share_a_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
