/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"

#include "util/alloc.h"
#include "util/str.h"

enum {
    DEFAULT_CONNECTIONS = 5,
    MOST_CONNECTIONS = 1000,
    DEFAULT_ACQUIRE_TIMEOUT_MS = 5000,
    DEFAULT_STATEMENT_CACHE = 64,
    MOST_STATEMENT_CACHE = 100000
};

/* The pool's own parameters of the URL, options laid over them. */
struct sizes {
    int64_t connections;
    int64_t acquire_timeout_ms;
    int64_t statement_cache;
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot open the database: out of memory");
}

static int read_count(int64_t *out, const struct tn__url *url, const char *name, unsigned option,
                      int64_t least, int64_t most, tn_error *err)
{
    tn_text text = tn__url_param(url, name);
    int64_t value = *out;
    if (text.data && tn__text_to_int(&value, text) != TN_OK)
        return tn_error_set(err, TN_EINVAL,
                            "bad value '%.*s' of '%s' in the database URL: not a number",
                            (int)(text.size < 200 ? text.size : 200), text.data, name);
    if (option)
        value = option;
    if (value < least || value > most)
        return tn_error_set(err, TN_EINVAL, "'%s' is not between %lld and %lld", name,
                            (long long)least, (long long)most);
    *out = value;
    return TN_OK;
}

static int read_sizes(struct sizes *out, const struct tn__url *url, const tn_db_options *options,
                      tn_error *err)
{
    struct sizes s = {DEFAULT_CONNECTIONS, DEFAULT_ACQUIRE_TIMEOUT_MS, DEFAULT_STATEMENT_CACHE};
    tn_text text = tn__url_param(url, "acquire_timeout");
    if (text.data && (tn__text_to_ms(&s.acquire_timeout_ms, text) != TN_OK ||
                      s.acquire_timeout_ms < 0 || s.acquire_timeout_ms > INT32_MAX))
        return tn_error_set(err, TN_EINVAL,
                            "bad value '%.*s' of 'acquire_timeout' in the database URL: not a "
                            "time such as 5s or 250ms",
                            (int)(text.size < 200 ? text.size : 200), text.data);
    if (options->acquire_timeout_ms)
        s.acquire_timeout_ms = options->acquire_timeout_ms;
    int rc = read_count(&s.connections, url, "max_connections", options->max_connections, 1,
                        MOST_CONNECTIONS, err);
    if (rc == TN_OK)
        rc = read_count(&s.statement_cache, url, "statement_cache", options->statement_cache, 0,
                        MOST_STATEMENT_CACHE, err);
    if (rc == TN_OK)
        *out = s;
    return rc;
}

/* --- connections ------------------------------------------------------------------------------ */

static int on_open(tn_conn *conn, tn_error *err)
{
    struct tn__pool *pool = conn->pool;
    if (!pool->on_open)
        return TN_OK;
    tn_error_clear(err);
    int rc = pool->on_open(conn, pool->on_open_user, err);
    tn__tx_abandon(conn);
    if (rc >= 0)
        return TN_OK;
    if (err->status != rc)
        tn_error_set(err, rc, "on_open refused the connection: %s", tn_status_text(rc));
    return rc;
}

static void disconnect(tn_conn *conn)
{
    if (!conn->handle)
        return;
    tn__conn_shield(conn);
    tn__cache_fini(&conn->cache);
    for (uint32_t i = 0; i < conn->slot_count; i++)
        conn->driver->finalize(conn->slots[i]);
    conn->driver->close(conn->handle);
    tn__free(conn->slots);
    conn->slots = NULL;
    conn->slot_count = 0;
    conn->handle = NULL;
}

int tn__pool_connect(tn_conn *conn, tn_error *err)
{
    struct tn__pool *pool = conn->pool;
    enum tn_access access = conn->access;
    bool is_writer = pool->plan.has_writer && conn == pool->conns;
    struct tn__driver_open how = {&pool->url, is_writer ? TN_WRITE : TN_READ,
                                  is_writer && pool->plan.create};
    int rc = conn->driver->open(&conn->handle, &how, err);
    if (rc != TN_OK)
        return rc;
    tn__cache_init(&conn->cache, pool->statement_cache);
    atomic_store(&conn->target, conn->handle);
    conn->access = how.access;
    rc = on_open(conn, err);
    conn->access = access;
    if (rc != TN_OK)
        disconnect(conn);
    return rc;
}

void tn__conn_forget(tn_conn *conn, const char *text)
{
    pthread_mutex_lock(&conn->pool->mutex);
    if (atomic_load_explicit(&conn->label, memory_order_relaxed) == text)
        tn__conn_label(conn, NULL);
    pthread_mutex_unlock(&conn->pool->mutex);
}

/* --- open and close --------------------------------------------------------------------------- */

static void add_side(struct tn__pool *pool, enum tn_access access, unsigned first, unsigned count)
{
    struct tn__side *side = &pool->sides[pool->side_count++];
    side->first = &pool->conns[first];
    side->count = count;
    for (unsigned i = 0; i < count; i++)
        side->first[i].side = side;
    pool->db.side[access] = side;
}

/* The first connection writes, the others read; or the only one does both; or all read. */
static void lay_out(struct tn__pool *pool)
{
    if (!pool->plan.has_writer) {
        add_side(pool, TN_READ, 0, pool->conn_count);
    } else {
        add_side(pool, TN_WRITE, 0, 1);
        if (pool->conn_count == 1)
            pool->db.side[TN_READ] = pool->db.side[TN_WRITE];
        else
            add_side(pool, TN_READ, 1, pool->conn_count - 1);
    }
}

static int init_locks(struct tn__pool *pool, tn_error *err)
{
    pthread_condattr_t attr;
    if (pthread_condattr_init(&attr) != 0)
        return fail_memory(err);
    int failed = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    failed = failed ? failed : pthread_mutex_init(&pool->mutex, NULL);
    unsigned made = 0;
    while (!failed && made < pool->side_count) {
        failed = pthread_cond_init(&pool->sides[made].freed, &attr);
        made += !failed;
    }
    pthread_condattr_destroy(&attr);
    pool->has_locks = !failed;
    return failed ? fail_memory(err) : TN_OK;
}

static void fini_locks(struct tn__pool *pool)
{
    if (!pool->has_locks)
        return;
    for (unsigned i = 0; i < pool->side_count; i++)
        pthread_cond_destroy(&pool->sides[i].freed);
    pthread_mutex_destroy(&pool->mutex);
}

static void free_pool(struct tn__pool *pool)
{
    /* The writer last: it is the one that checkpoints, and SQLite does that at the last close. */
    for (unsigned i = pool->conn_count; i-- > 0;)
        disconnect(&pool->conns[i]);
    fini_locks(pool);
    tn_arena_fini(&pool->arena);
    tn__free(pool);
}

/* A pool without connections yet; it owns `arena` from here on, also on failure. NULL: no memory. */
static struct tn__pool *make_pool(tn_arena arena, const struct tn__url *url,
                                  const struct tn__driver *driver,
                                  const struct tn__driver_plan *plan, const struct sizes *sizes,
                                  tn_error *err)
{
    unsigned count = plan->is_single ? 1 : (unsigned)sizes->connections;
    struct tn__pool *pool = tn__alloc_zero(1, sizeof *pool + count * sizeof(tn_conn));
    if (!pool) {
        tn_arena_fini(&arena);
        fail_memory(err);
        return NULL;
    }
    pool->arena = arena;
    pool->driver = driver;
    pool->plan = *plan;
    pool->url = *url;
    pool->acquire_timeout_ms = sizes->acquire_timeout_ms;
    pool->statement_cache = (unsigned)sizes->statement_cache;
    pool->db.pool = pool;
    pool->conn_count = count;
    for (unsigned i = 0; i < count; i++) {
        tn_conn *conn = &pool->conns[i];
        conn->driver = driver;
        conn->pool = pool;
        conn->view = (tn_db){.pinned = conn, .pool = pool};
    }
    lay_out(pool);
    int rc = init_locks(pool, err);
    if (rc == TN_OK && tn__url_redact(&pool->shown_url, url->text, &pool->arena) != TN_OK)
        rc = fail_memory(err);
    if (rc != TN_OK) {
        free_pool(pool);
        return NULL;
    }
    return pool;
}

static int check_options(const tn_db_options *options, tn_error *err)
{
    if (options->version == 0 || options->version > TN_DB_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "database options of unknown version %u",
                            options->version);
    return TN_OK;
}

int tn_db_open(tn_db **out, const char *url_text, const tn_db_options *options, tn_error *err)
{
    static const tn_db_options defaults = TN_DB_OPTIONS_INIT;
    tn_error own;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__url url;
    struct tn__driver_plan plan = {.has_writer = true};
    struct sizes sizes = {1, 0, 0};
    struct tn__pool *pool;
    tn_conn *conn;
    const struct tn__driver *driver = NULL;
    err = err ? err : &own;
    options = options ? options : &defaults;

    int rc = check_options(options, err);
    if (rc == TN_OK)
        rc = tn__url_parse(&url, url_text ? url_text : "", &arena, err);
    if (rc == TN_OK) {
        driver = tn__driver_find(url.engine);
        if (!driver)
            rc = tn_error_set(err, TN_EUNSUPPORTED,
                              "this build has no PostgreSQL yet, SQLite alone");
    }
    if (rc == TN_OK)
        rc = driver->plan(&plan, &url, err);
    if (rc == TN_OK && options->create && !plan.is_single && !tn__url_param(&url, "mode").data)
        plan.create = true;
    if (rc == TN_OK)
        rc = read_sizes(&sizes, &url, options, err);
    if (rc != TN_OK) {
        tn_arena_fini(&arena);
        return rc;
    }
    pool = make_pool(arena, &url, driver, &plan, &sizes, err);
    if (!pool)
        return err->status;
    pool->on_open = options->on_open;
    pool->on_open_user = options->on_open_user;
    rc = tn__conn_take(&conn, &pool->db, plan.has_writer ? TN_WRITE : TN_READ, TN__HOLD_CONN, err);
    if (rc != TN_OK) {
        free_pool(pool);
        return rc;
    }
    tn__conn_give_back(conn);
    *out = &pool->db;
    return TN_OK;
}

void tn_db_close(tn_db *db)
{
    if (db && db == &db->pool->db)
        free_pool(db->pool);
}

void tn_db_interrupt(tn_db *db)
{
    if (db->pinned) {
        tn_conn_interrupt(db->pinned);
        return;
    }
    for (unsigned i = 0; db->depth == 0 && i < db->pool->conn_count; i++)
        tn_conn_interrupt(&db->pool->conns[i]);
}

const char *tn_db_url(const tn_db *db)
{
    return db->pool->shown_url;
}

const char *tn_db_engine(const tn_db *db)
{
    return db->pool->driver->name;
}
