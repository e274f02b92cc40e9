/* SPDX-License-Identifier: MIT */
#include "pool/pool.h"
#include "util/str.h"

/* The pool's own parameters of the URL, with the options laid over them. */

enum {
    DEFAULT_CONNECTIONS = 5,
    MOST_CONNECTIONS = 1000,
    DEFAULT_ACQUIRE_TIMEOUT_MS = 5000,
    DEFAULT_STATEMENT_CACHE = 64,
    MOST_STATEMENT_CACHE = 100000,
    DEFAULT_SLOW_QUERY_MS = 100,
    DEFAULT_WAL_LIMIT = 64 * 1024 * 1024
};

const tn_db_options tn__db_defaults = TN_DB_OPTIONS_INIT;

int tn__db_options_check(const tn_db_options *options, tn_error *err)
{
    if (options->version == 0 || options->version > TN_DB_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "database options of unknown version %u",
                            options->version);
    return TN_OK;
}

static int fail_value(tn_error *err, const char *name, tn_text text, const char *what)
{
    return tn_error_set(err, TN_EINVAL, "bad value '%.*s' of '%s' in the database URL: not %s",
                        (int)(text.size < 200 ? text.size : 200), text.data, name, what);
}

static int read_count(int64_t *out, const struct tn__url *url, const char *name, unsigned option,
                      int64_t least, int64_t most, tn_error *err)
{
    tn_text text = tn__url_param(url, name);
    int64_t value = *out;
    if (text.data && tn__text_to_int(&value, text) != TN_OK)
        return fail_value(err, name, text, "a number");
    if (option)
        value = option;
    if (value < least || value > most)
        return tn_error_set(err, TN_EINVAL, "'%s' is not between %lld and %lld", name,
                            (long long)least, (long long)most);
    *out = value;
    return TN_OK;
}

static int read_time(int64_t *out_ms, const struct tn__url *url, const char *name, uint32_t option,
                     tn_error *err)
{
    tn_text text = tn__url_param(url, name);
    int64_t value = *out_ms;
    if (text.data && (tn__text_to_ms(&value, text) != TN_OK || value < 0 || value > INT32_MAX))
        return fail_value(err, name, text, "a time such as 5s or 250ms");
    *out_ms = option ? option : value;
    return TN_OK;
}

/* "auto" is where it pays. */
static int read_group_commit(bool *out, const struct tn__url *url, const tn_db_options *options,
                             tn_error *err)
{
    tn_text text = tn__url_param(url, "group_commit");
    *out = true;
    if (text.data && tn__text_is_nocase(text, "off"))
        *out = false;
    else if (text.data && !tn__text_is_nocase(text, "auto"))
        return fail_value(err, "group_commit", text, "'auto' or 'off'");
    *out = *out && !options->no_group_commit;
    return TN_OK;
}

int tn__pool_limits_read(struct tn__pool_limits *out, const struct tn__url *url,
                         const tn_db_options *options, tn_error *err)
{
    struct tn__pool_limits l = {
        .connections = DEFAULT_CONNECTIONS,
        .least_connections = 1,
        .acquire_timeout_ms = DEFAULT_ACQUIRE_TIMEOUT_MS,
        .statement_cache = DEFAULT_STATEMENT_CACHE,
        .wal_limit = DEFAULT_WAL_LIMIT,
        .slow_query_ms = DEFAULT_SLOW_QUERY_MS,
    };
    int rc = read_count(&l.connections, url, "max_connections", options->max_connections, 1,
                        MOST_CONNECTIONS, err);
    if (rc == TN_OK)
        rc = read_count(&l.least_connections, url, "min_connections", options->min_connections, 0,
                        MOST_CONNECTIONS, err);
    if (rc == TN_OK && l.least_connections > l.connections)
        rc = tn_error_set(err, TN_EINVAL, "'min_connections' is %lld, and 'max_connections' %lld",
                          (long long)l.least_connections, (long long)l.connections);
    if (rc == TN_OK)
        rc = read_time(&l.acquire_timeout_ms, url, "acquire_timeout", options->acquire_timeout_ms,
                       err);
    if (rc == TN_OK)
        rc = read_time(&l.idle_timeout_ms, url, "idle_timeout", options->idle_timeout_ms, err);
    if (rc == TN_OK)
        rc = read_time(&l.max_lifetime_ms, url, "max_lifetime", options->max_lifetime_ms, err);
    if (rc == TN_OK)
        rc = read_count(&l.statement_cache, url, "statement_cache", options->statement_cache, 0,
                        MOST_STATEMENT_CACHE, err);
    if (rc == TN_OK)
        rc = read_time(&l.statement_timeout_ms, url, "statement_timeout",
                       options->statement_timeout_ms, err);
    if (rc == TN_OK)
        rc = read_time(&l.slow_query_ms, url, "slow_query", 0, err);
    if (rc == TN_OK)
        rc = read_count(&l.wal_limit, url, "wal_limit", 0, 0, INT64_MAX, err);
    if (rc == TN_OK)
        rc = read_time(&l.checkpoint_interval_ms, url, "checkpoint_interval", 0, err);
    if (rc == TN_OK)
        rc = read_group_commit(&l.group_commit, url, options, err);
    if (rc == TN_OK)
        *out = l;
    return rc;
}
