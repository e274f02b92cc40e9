/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"

#include <tenon/maintain.h>
#include <tenon/stats.h>

#include "core/log.h"
#include "core/opened.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/str.h"

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot open the database: out of memory");
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

bool tn__pool_may_close(const tn_conn *conn)
{
    return !conn->pool->plan.is_single && !conn->pool->adopted;
}

void tn__pool_disconnect(tn_conn *conn)
{
    if (!conn->handle)
        return;
    tn__observe_closing(conn);
    tn__conn_shield(conn);
    tn__cache_fini(&conn->cache);
    for (uint32_t i = 0; i < conn->slot_count; i++)
        conn->driver->finalize(conn->slots[i]);
    conn->driver->close(conn->handle);
    tn__free(conn->slots);
    tn__free(conn->named);
    tn__gen_free_spare(conn);
    conn->slots = NULL;
    conn->named = NULL;
    conn->slot_count = 0;
    conn->passing = NULL;
    conn->handle = NULL;
}

/* A tenth of the time is chance, so that connections of one age do not all go at once. */
static int64_t retirement(const struct tn__pool *pool, int64_t now)
{
    int64_t life_ns = pool->limits.max_lifetime_ms * 1000000;
    if (life_ns == 0)
        return 0;
    uint64_t chance = tn__hash64(&now, sizeof now);
    return now + life_ns - (int64_t)(chance % (uint64_t)(life_ns / 10 + 1));
}

int tn__pool_connect(tn_conn *conn, tn_error *err)
{
    struct tn__pool *pool = conn->pool;
    enum tn_access access = conn->access;
    bool is_writer = pool->plan.has_writer && conn->side == pool->db.side[TN_WRITE];
    struct tn__driver_open how = {
        .url = &pool->url,
        .access = is_writer ? TN_WRITE : TN_READ,
        .create = is_writer && pool->plan.create,
        .no_optimize = pool->no_optimize,
        .adopt = pool->adopted,
        .from_standby = pool->plan.has_replicas && !is_writer,
        .patience_ms = pool->acquire_timeout_ms,
    };
    /* Before it is open: what is lost meanwhile makes it one of the old. */
    conn->generation = atomic_load(&pool->generation);
    int rc = conn->driver->open(&conn->handle, &how, err);
    if (rc != TN_OK)
        return rc;
    tn__cache_init(&conn->cache, (unsigned)pool->limits.statement_cache);
    atomic_store(&conn->target, conn->handle);
    conn->access = how.access;
    rc = on_open(conn, err);
    conn->access = access;
    if (rc != TN_OK) {
        tn__pool_disconnect(conn);
        return rc;
    }
    tn__observe_opened(conn);
    conn->is_touched = conn->is_broken = false;
    conn->needs_care = pool->limits.max_lifetime_ms != 0;
    conn->opened_ns = conn->looked_ns = tn__mono_ns();
    if (is_writer)
        conn->driver->watch_wal(conn->handle, pool->limits.wal_limit, tn__pool_on_wal, pool);
    if (is_writer)
        atomic_store(&pool->groups, pool->limits.group_commit && !pool->adopted &&
                                        conn->driver->commit_syncs(conn->handle));
    conn->retire_ns = retirement(pool, conn->opened_ns);
    pthread_mutex_lock(&pool->mutex);
    conn->side->counts.opened++;
    pthread_mutex_unlock(&pool->mutex);
    return TN_OK;
}

void tn__conn_forget(tn_conn *conn, const char *text)
{
    pthread_mutex_lock(&conn->pool->mutex);
    if (atomic_load_explicit(&conn->label, memory_order_relaxed) == text)
        tn__conn_label(conn, NULL);
    pthread_mutex_unlock(&conn->pool->mutex);
}

const struct tn__url *tn__pool_url(const struct tn__pool *pool)
{
    return pool ? &pool->url : NULL;
}

/* --- open and close --------------------------------------------------------------------------- */

static void add_side(struct tn__pool *pool, enum tn_access access, unsigned first, unsigned count)
{
    struct tn__side *side = &pool->sides[pool->side_count++];
    side->first = &pool->conns[first];
    side->count = count;
    side->is_tended = pool->limits.idle_timeout_ms != 0 || pool->limits.max_lifetime_ms != 0 ||
                      pool->plan.has_replicas;
    side->is_remote = pool->driver->is_remote;
    for (unsigned i = 0; i < count; i++)
        side->first[i].side = side;
    pool->db.side[access] = side;
    pool->db.quick[access] = side->is_tended || side->is_remote ? NULL : side;
}

/* The first connection writes, the others read; or all do both, as the only one does; or all read; or
 * half of them writes, and the others are the replicas'. */
static void lay_out(struct tn__pool *pool)
{
    unsigned writers = pool->plan.has_replicas ? pool->conn_count / 2
                       : pool->plan.all_write  ? pool->conn_count
                                               : 1;
    if (!pool->plan.has_writer) {
        add_side(pool, TN_READ, 0, pool->conn_count);
        return;
    }
    add_side(pool, TN_WRITE, 0, writers);
    if (pool->conn_count > writers) {
        add_side(pool, TN_READ, writers, pool->conn_count - writers);
    } else {
        pool->db.side[TN_READ] = pool->db.side[TN_WRITE];
        pool->db.quick[TN_READ] = pool->db.quick[TN_WRITE];
    }
}

static int init_locks(struct tn__pool *pool, tn_error *err)
{
    if (tn__observers_init(&pool->observers, pool->conns, pool->conn_count) != TN_OK)
        return fail_memory(err);
    pool->has_locks = pthread_mutex_init(&pool->mutex, NULL) == 0;
    return pool->has_locks ? TN_OK : fail_memory(err);
}

static void fini_locks(struct tn__pool *pool)
{
    if (!pool->has_locks)
        return;
    tn__observers_fini(&pool->observers);
    pthread_mutex_destroy(&pool->mutex);
}

static void free_pool(struct tn__pool *pool)
{
    tn__keeper_stop(pool);
    /* The writer last: it is the one that checkpoints, and SQLite does that at the last close. */
    for (unsigned i = pool->conn_count; i-- > 0;)
        tn__pool_disconnect(&pool->conns[i]);
    fini_locks(pool);
    tn_arena_fini(&pool->arena);
    tn__free(pool);
}

/* A pool without connections yet; it owns the recipe's arena from here on, also on failure. NULL: no
 * memory. */
static struct tn__pool *make_pool(struct tn__pool_recipe *recipe, tn_error *err)
{
    unsigned count = recipe->plan.is_single ? 1 : (unsigned)recipe->limits.connections;
    count *= recipe->plan.has_replicas ? 2 : 1;
    struct tn__pool *pool = tn__alloc_zero(1, sizeof *pool + count * sizeof(tn_conn));
    if (!pool) {
        tn_arena_fini(&recipe->arena);
        fail_memory(err);
        return NULL;
    }
    pool->arena = recipe->arena;
    pool->driver = recipe->driver;
    pool->plan = recipe->plan;
    pool->url = recipe->url;
    pool->adopted = recipe->adopt;
    pool->direct_url = recipe->direct_url;
    pool->acquire_timeout_ms = recipe->limits.acquire_timeout_ms;
    pool->limits = recipe->limits;
    pool->db.pool = pool;
    pool->conn_count = count;
    for (unsigned i = 0; i < count; i++) {
        tn_conn *conn = &pool->conns[i];
        conn->driver = recipe->driver;
        conn->pool = pool;
        conn->observers = &pool->observers;
        conn->is_adopted = recipe->adopt != NULL;
        conn->view = (tn_db){.pinned = conn, .pool = pool};
    }
    lay_out(pool);
    int rc = init_locks(pool, err);
    if (rc == TN_OK && tn__url_redact(&pool->shown_url, recipe->url.text, &pool->arena) != TN_OK)
        rc = fail_memory(err);
    if (rc != TN_OK) {
        free_pool(pool);
        return NULL;
    }
    return pool;
}

/* Open what is to be open from the beginning: the writer, so that a wrong URL fails here, and as many
 * readers as min_connections says; where there are replicas, so many of each. */
static int open_first(struct tn__pool *pool, tn_error *err)
{
    unsigned wanted =
        pool->limits.least_connections > 1 ? (unsigned)pool->limits.least_connections : 1;
    unsigned part = pool->plan.has_replicas ? pool->conn_count / 2 : pool->conn_count;
    int rc = TN_OK;
    for (unsigned i = 0; rc == TN_OK && i < pool->conn_count; i++) {
        tn_conn *conn = &pool->conns[i];
        if (i % part >= wanted)
            continue;
        conn->access = conn->side == pool->db.side[TN_WRITE] ? TN_WRITE : TN_READ;
        atomic_store(&conn->owner, tn__thread_id());
        rc = tn__pool_connect(conn, err);
        if (rc == TN_OK)
            tn__conn_give_back(conn);
    }
    return rc;
}

int tn__pool_open(tn_db **out, struct tn__pool_recipe *recipe, const tn_db_options *options,
                  tn_error *err)
{
    struct tn__pool *pool = make_pool(recipe, err);
    if (!pool)
        return err->status;
    pool->on_open = options->on_open;
    pool->on_open_user = options->on_open_user;
    pool->no_optimize = options->no_optimize;
    pool->observers.slow_ns = pool->limits.slow_query_ms * 1000000;
    pool->observers.statement_timeout_ns = pool->limits.statement_timeout_ms * 1000000;
    pool->observers.finds_n_plus_1 = options->find_n_plus_1;
    int rc = open_first(pool, err);
    if (rc == TN_OK && pool->limits.checkpoint_interval_ms > 0)
        rc = tn_db_maintain_start(&pool->db, (uint32_t)pool->limits.checkpoint_interval_ms, err);
    if (rc != TN_OK) {
        free_pool(pool);
        return rc;
    }
    *out = &pool->db;
    return TN_OK;
}

/* The option's, in the place of the URL's. */
static int read_direct_url(struct tn__pool_recipe *recipe, const tn_db_options *options,
                           tn_error *err)
{
    const char *text = options->version > 1 ? options->direct_url : NULL;
    struct tn__url url;
    recipe->direct_url = tn__url_param(&recipe->url, "direct_url").data;
    if (!text)
        return TN_OK;
    int rc = tn__url_parse(&url, text, &recipe->arena, err);
    if (rc == TN_OK && (url.engine != recipe->url.engine || url.engine == TN__URL_SQLITE))
        rc = tn_error_set(err, TN_EINVAL, "it is for PostgreSQL, and of PostgreSQL");
    if (rc == TN_EINVAL)
        tn_error_prefix(err, "direct_url");
    recipe->direct_url = rc == TN_OK ? url.text : NULL;
    return rc;
}

bool tn__pool_has_direct(const tn_db *db)
{
    return db->pool && db->pool->direct_url;
}

int tn__pool_open_direct(tn_db **out, const tn_db *db, tn_error *err)
{
    const struct tn__pool *pool = db->pool;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.max_connections = options.min_connections = 1;
    int rc = tn_db_open(out, pool->direct_url ? pool->direct_url : pool->url.text, &options, err);
    if (rc != TN_OK && pool->direct_url)
        tn_error_prefix(err, "direct_url");
    return rc;
}

int tn_db_open(tn_db **out, const char *url, const tn_db_options *options, tn_error *err)
{
    tn_error own;
    struct tn__pool_recipe recipe = {.arena = TN_ARENA_INIT, .plan = {.has_writer = true}};
    err = err ? err : &own;
    options = options ? options : &tn__db_defaults;
    int rc = tn__db_options_check(options, err);
    if (rc == TN_OK)
        rc = tn__url_parse(&recipe.url, url ? url : "", &recipe.arena, err);
    if (rc == TN_OK) {
        recipe.driver = tn__driver_find(recipe.url.engine);
        if (!recipe.driver)
            rc = tn_error_set(err, TN_EUNSUPPORTED, "this build has no PostgreSQL, SQLite alone");
    }
    if (rc == TN_OK)
        rc = recipe.driver->plan(&recipe.plan, &recipe.url, err);
    if (rc == TN_OK && options->create && !recipe.plan.is_single &&
        !tn__url_param(&recipe.url, "mode").data)
        recipe.plan.create = true;
    if (rc == TN_OK)
        rc = tn__pool_limits_read(&recipe.limits, &recipe.url, options, err);
    if (rc == TN_OK)
        rc = read_direct_url(&recipe, options, err);
    if (rc != TN_OK) {
        tn_arena_fini(&recipe.arena);
        return rc;
    }
    return tn__pool_open(out, &recipe, options, err);
}

/* A statement of the program's own keeps SQLite's connection after its close: not its locks. */
static void end_what_is_open(tn_conn *conn)
{
    if (atomic_load(&conn->owner) == 0 || !conn->handle)
        return;
    if (!conn->is_adopted)
        conn->driver->reset_all(conn->handle);
    tn__tx_abandon(conn);
    tn__opened_cut(conn, NULL, "its pool was closed");
}

void tn_db_close(tn_db *db)
{
    tn_error leak;
    if (!db || db != &db->pool->db)
        return;
    if (tn_db_check_unused(db, &leak) != TN_OK)
        tn__log(db->pool, TN_LOG_WARN, TN_LOG_POOL, "closed too early: %s", leak.message);
    tn__keeper_stop(db->pool);
    for (unsigned i = 0; i < db->pool->conn_count; i++)
        end_what_is_open(&db->pool->conns[i]);
    free_pool(db->pool);
}

struct tn__observers *tn__pool_observers(struct tn__pool *pool)
{
    return &pool->observers;
}

bool tn__pool_groups(const struct tn__pool *pool)
{
    return atomic_load_explicit(&pool->groups, memory_order_relaxed);
}

void tn__pool_note_return(tn_conn *conn, bool was_rolled_back, bool was_restored)
{
    struct tn__pool *pool = conn->pool;
    pthread_mutex_lock(&pool->mutex);
    pool->rolled_back += was_rolled_back;
    pool->restored += was_restored;
    pthread_mutex_unlock(&pool->mutex);
    if (was_rolled_back)
        tn__log(pool, TN_LOG_WARN, TN_LOG_POOL,
                "a connection was given back inside a transaction, which has been rolled back");
    if (was_restored)
        tn__log(pool, TN_LOG_INFO, TN_LOG_POOL,
                "a connection was given back with other settings, which have been put back");
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
