/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "pool/pool.h"
#include "util/alloc.h"
#include "util/str.h"

/* Opening and closing a database. */

enum {
    DEFAULT_CONNECTIONS = 5,
    MOST_CONNECTIONS = 1000,
    DEFAULT_ACQUIRE_MS = 5000,
    DEFAULT_STATEMENTS = 64
};

/* A whole number of the URL into an option that the caller left at 0. */
static int take_count(const struct tn__url *url, const char *name, unsigned *option, unsigned most,
                      unsigned standard, tn_error *err)
{
    tn_text text = tn__url_param(url, name);
    int64_t number;
    if (*option > 0 && *option <= most)
        return TN_OK;
    if (*option > most)
        return tn_error_set(err, TN_EINVAL, "'%s' is more than %u", name, most);
    *option = standard;
    if (!text.data)
        return TN_OK;
    if (tn__text_to_int(&number, text) != TN_OK || number < 1 || number > (int64_t)most)
        return tn_error_set(err, TN_EINVAL,
                            "bad value '%.*s' for '%s' in the database URL: 1 to %u is needed",
                            (int)text.size, text.data, name, most);
    *option = (unsigned)number;
    return TN_OK;
}

static int take_options(struct tn__pool *pool, tn_error *err)
{
    tn_db_options *options = &pool->options;
    int64_t ms = DEFAULT_ACQUIRE_MS;
    int status = take_count(&pool->url, "max_connections", &options->max_connections,
                            MOST_CONNECTIONS, DEFAULT_CONNECTIONS, err);
    if (status == TN_OK)
        status = take_count(&pool->url, "statement_cache", &options->statement_cache, 100000,
                            DEFAULT_STATEMENTS, err);
    if (status != TN_OK)
        return status;
    tn_text text = tn__url_param(&pool->url, "acquire_timeout");
    if (options->acquire_timeout_ms == 0) {
        if (text.data && (tn__text_to_ms(&ms, text) != TN_OK || ms < 1 || ms > UINT32_MAX))
            return tn_error_set(err, TN_EINVAL,
                                "bad value '%.*s' for 'acquire_timeout' in the database URL: a "
                                "time such as 5s or 250ms is needed",
                                (int)text.size, text.data);
        options->acquire_timeout_ms = (uint32_t)ms;
    }
    return TN_OK;
}

static int take_mode(struct tn__pool *pool, tn_error *err)
{
    tn_text mode = tn__url_param(&pool->url, "mode");
    if (!mode.data || tn__text_is(mode, "rw"))
        return TN_OK;
    if (tn__text_is(mode, "rwc"))
        pool->create = true;
    else if (tn__text_is(mode, "ro"))
        pool->is_readonly = true;
    else if (tn__text_is(mode, "memory"))
        pool->url.is_memory = true;
    else
        return tn_error_set(err, TN_EINVAL,
                            "bad value '%.*s' for 'mode' in the database URL: one of rwc rw ro "
                            "memory",
                            (int)mode.size, mode.data);
    return TN_OK;
}

static int make_conns(struct tn__pool *pool, tn_error *err)
{
    pool->is_shared = pool->url.is_memory;
    if (pool->is_shared)
        pool->is_readonly = false;
    pool->conn_count = pool->is_shared ? 1 : pool->options.max_connections;
    /* One connection alone cannot split the roles. */
    if (pool->conn_count == 1 && !pool->is_readonly)
        pool->is_shared = true;
    pool->conns = tn__alloc_zero(pool->conn_count, sizeof *pool->conns);
    if (!pool->conns)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (unsigned i = 0; i < pool->conn_count; i++) {
        pool->conns[i].driver = pool->driver;
        pool->conns[i].pool = pool;
        pool->conns[i].access = i == 0 && !pool->is_readonly ? TN_WRITE : TN_READ;
    }
    return TN_OK;
}

static int init_locks(struct tn__pool *pool, tn_error *err)
{
    pthread_condattr_t attr;
    bool is_good = pthread_condattr_init(&attr) == 0;
    /* Waits are bounded by the clock that nobody sets. */
    is_good = is_good && pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&pool->freed, &attr) == 0;
    pthread_condattr_destroy(&attr);
    if (!is_good)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_mutex_init(&pool->verdict_mutex, NULL);
    return TN_OK;
}

int tn_db_open(tn_db **out, const char *url, const tn_db_options *options, tn_error *err)
{
    static const tn_db_options standard = TN_DB_OPTIONS_INIT;
    tn_conn *conn = NULL;
    if (!out || !url)
        return tn_error_set(err, TN_EINVAL, "no database URL");
    if (!options)
        options = &standard;
    if (options->version != TN_DB_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "unknown version %u of tn_db_options",
                            options->version);
    struct tn__pool *pool = tn__alloc_zero(1, sizeof *pool);
    if (!pool)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    pool->db.pool = pool;
    pool->options = *options;
    int status = init_locks(pool, err);
    if (status != TN_OK) {
        tn__free(pool);
        return status;
    }
    tn__map_init(&pool->verdicts);

    status = tn__url_parse(&pool->url, url, &pool->arena, err);
    if (status == TN_OK && tn__url_redact(&pool->shown_url, url, &pool->arena) != TN_OK)
        status = tn_error_set(err, TN_ENOMEM, "out of memory");
    if (status == TN_OK) {
        pool->driver = tn__driver_find(pool->url.engine);
        if (!pool->driver)
            status = tn_error_set(err, TN_EUNSUPPORTED, "no driver for '%s'", pool->shown_url);
    }
    if (status == TN_OK)
        status = take_options(pool, err);
    if (status == TN_OK)
        status = take_mode(pool, err);
    if (status == TN_OK)
        status = make_conns(pool, err);
    if (status == TN_OK)
        status = tn_conn_acquire(&conn, &pool->db, pool->is_readonly ? TN_READ : TN_WRITE, err);
    if (status != TN_OK) {
        tn_db_close(&pool->db);
        return status;
    }
    tn_conn_release(conn);
    *out = &pool->db;
    return TN_OK;
}

void tn_db_close(tn_db *db)
{
    if (!db || db->conn)
        return;
    struct tn__pool *pool = db->pool;
    /* Readers first: the writer, last to leave, checkpoints the WAL. */
    for (unsigned i = pool->conns ? pool->conn_count : 0; i-- > 0;)
        tn__conn_close(&pool->conns[i]);
    tn__free(pool->conns);
    for (size_t i = 0; i < pool->verdicts.count; i++) {
        union {
            const char *text;
            void *owned;
        } key = {pool->verdicts.entries[i].key.data};
        tn__free(key.owned);
    }
    tn__map_fini(&pool->verdicts);
    pthread_mutex_destroy(&pool->verdict_mutex);
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->mutex);
    tn_arena_fini(&pool->arena);
    tn__free(pool);
}

const char *tn_db_url(const tn_db *db)
{
    return db->pool->shown_url;
}

const char *tn_db_engine(const tn_db *db)
{
    return db->pool->driver->name;
}
