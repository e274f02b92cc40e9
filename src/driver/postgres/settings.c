/* SPDX-License-Identifier: MIT */
#include "driver/postgres/settings.h"

#include <stdlib.h>
#include <string.h>

#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Whose a parameter is, and what it may be. */
enum kind {
    POOL,   /* the pool reads it */
    OWN,    /* read below */
    MEMBER, /* of the URL: a member of struct tn__url has it */
    TEXT,   /* libpq's; as the next ones */
    NUMBER,
    SECONDS, /* or a time such as 5s */
    MILLIS,  /* the same, where a number alone is one of milliseconds */
    CHOICE
};

/* Every parameter: libpq's as its documentation has them ("34.1.2. Parameter Key Words"). Those that
 * would change the protocol or the encoding are left out. */
static const struct parameter {
    const char *name;
    enum kind kind;
    const char *choices;  /* words with blanks in between */
    const char *fallback; /* what is said where the URL says nothing */
    const char *variable; /* unless this one of the environment does, which libpq reads */
} parameters[] = {
    {"max_connections", POOL, NULL, NULL, NULL},
    {"min_connections", POOL, NULL, NULL, NULL},
    {"acquire_timeout", POOL, NULL, NULL, NULL},
    {"idle_timeout", POOL, NULL, NULL, NULL},
    {"max_lifetime", POOL, NULL, NULL, NULL},
    {"statement_cache", POOL, NULL, NULL, NULL},
    {"statement_timeout", POOL, NULL, NULL, NULL},
    {"slow_query", POOL, NULL, NULL, NULL},
    {"lock_timeout", OWN, NULL, NULL, NULL},
    {"prepare", OWN, NULL, NULL, NULL},
    {"replicas", OWN, NULL, NULL, NULL},
    {"direct_url", OWN, NULL, NULL, NULL},
    {"migration_lock", OWN, NULL, NULL, NULL},
    {"host", MEMBER, NULL, NULL, NULL},
    {"port", MEMBER, NULL, NULL, NULL},
    {"dbname", MEMBER, NULL, NULL, NULL},
    {"user", MEMBER, NULL, NULL, NULL},
    {"password", MEMBER, NULL, NULL, NULL},
    {"target_session_attrs", OWN, NULL, NULL, NULL},
    {"hostaddr", TEXT, NULL, NULL, NULL},
    {"passfile", TEXT, NULL, NULL, NULL},
    {"service", TEXT, NULL, NULL, NULL},
    {"options", TEXT, NULL, NULL, NULL},
    {"application_name", TEXT, NULL, NULL, NULL},
    {"fallback_application_name", TEXT, NULL, "tenon", NULL},
    {"connect_timeout", SECONDS, NULL, "10", "PGCONNECT_TIMEOUT"},
    {"keepalives", NUMBER, NULL, NULL, NULL},
    {"keepalives_idle", SECONDS, NULL, "30", NULL},
    {"keepalives_interval", SECONDS, NULL, "10", NULL},
    {"keepalives_count", NUMBER, NULL, "3", NULL},
    {"tcp_user_timeout", MILLIS, NULL, "15000", NULL},
    {"sslmode", CHOICE, "disable allow prefer require verify-ca verify-full", NULL, NULL},
    {"sslcert", TEXT, NULL, NULL, NULL},
    {"sslkey", TEXT, NULL, NULL, NULL},
    {"sslpassword", TEXT, NULL, NULL, NULL},
    {"sslcertmode", CHOICE, "disable allow require", NULL, NULL},
    {"sslrootcert", TEXT, NULL, NULL, NULL},
    {"sslcrl", TEXT, NULL, NULL, NULL},
    {"sslcrldir", TEXT, NULL, NULL, NULL},
    {"sslsni", NUMBER, NULL, NULL, NULL},
    {"sslcompression", NUMBER, NULL, NULL, NULL},
    {"sslnegotiation", CHOICE, "postgres direct", NULL, NULL},
    {"ssl_min_protocol_version", CHOICE, "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", NULL, NULL},
    {"ssl_max_protocol_version", CHOICE, "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", NULL, NULL},
    {"requirepeer", TEXT, NULL, NULL, NULL},
    {"require_auth", TEXT, NULL, NULL, NULL},
    {"channel_binding", CHOICE, "disable prefer require", NULL, NULL},
    {"gssencmode", CHOICE, "disable prefer require", NULL, NULL},
    {"gsslib", TEXT, NULL, NULL, NULL},
    {"gssdelegation", NUMBER, NULL, NULL, NULL},
    {"krbsrvname", TEXT, NULL, NULL, NULL},
    {"load_balance_hosts", CHOICE, "disable random", NULL, NULL},
};

static const char *const of_sqlite[] = {
    "mode",         "journal_mode", "synchronous",         "busy_timeout",
    "foreign_keys", "cache_size",   "mmap_size",           "immutable",
    "gate",         "wal_limit",    "checkpoint_interval", "group_commit",
};

static int shown_size(tn_text text)
{
    return (int)(text.size < 200 ? text.size : 200);
}

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot read the database URL: out of memory");
}

static int fail_value(tn_error *err, const char *name, tn_text text, const char *what)
{
    return tn_error_set(err, TN_EINVAL, "bad value '%.*s' of '%s' in the database URL: not %s",
                        shown_size(text), text.data, name, what);
}

static int fail_unknown(tn_text name, tn_error *err)
{
    const char *known[COUNT(parameters)];
    for (size_t i = 0; i < COUNT(of_sqlite); i++) {
        if (tn__text_is(name, of_sqlite[i]))
            return tn_error_set(err, TN_EINVAL,
                                "the parameter '%s' in the database URL is SQLite's, and this is "
                                "PostgreSQL",
                                of_sqlite[i]);
    }
    for (size_t i = 0; i < COUNT(parameters); i++)
        known[i] = parameters[i].name;
    const char *nearest = tn__nearest(name, known, COUNT(parameters));
    return tn_error_set(err, TN_EINVAL, "unknown parameter '%.*s' in the database URL%s%s%s",
                        shown_size(name), name.data, nearest ? "; did you mean '" : "",
                        nearest ? nearest : "", nearest ? "'?" : "");
}

static int check_names(const struct tn__url *url, tn_error *err)
{
    for (size_t i = 0; i < url->param_count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < COUNT(parameters) && !is_known; k++)
            is_known = tn__text_is(url->params[i].name, parameters[k].name);
        if (!is_known)
            return fail_unknown(url->params[i].name, err);
    }
    return TN_OK;
}

/* --- our own ----------------------------------------------------------------------------------- */

/* The number of the value among words with blanks in between; -1: it is none. */
static int find_word(tn_text value, const char *words)
{
    tn_text rest = tn_text_of(words);
    for (int i = 0; rest.size; i++) {
        tn_text word = tn__text_sub(rest, 0, tn__text_find(rest, ' '));
        if (tn__text_equal_nocase(word, value))
            return i;
        rest = tn__text_sub(rest, word.size + 1, rest.size);
    }
    return -1;
}

static int read_choice(int *out, const struct tn__url *url, const char *name, const char *words,
                       tn_arena *arena, tn_error *err)
{
    tn_text value = tn__url_param(url, name);
    int found = value.data ? find_word(value, words) : 0;
    if (found < 0) {
        const char *one_of = tn__arena_printf(arena, "one of: %s", words);
        return one_of ? fail_value(err, name, value, one_of) : fail_memory(err);
    }
    *out = found;
    return TN_OK;
}

static int read_own(struct tn__pg_settings *out, const struct tn__url *url, tn_arena *arena,
                    tn_error *err)
{
    tn_text lock = tn__url_param(url, "lock_timeout");
    tn_text replicas = tn__url_param(url, "replicas");
    int prepare = TN__PG_PREPARE_AUTO;
    int ignored; /* migrations read it */
    if (lock.data && (tn__text_to_ms(&out->lock_timeout_ms, lock) != TN_OK ||
                      out->lock_timeout_ms < 0 || out->lock_timeout_ms > INT32_MAX))
        return fail_value(err, "lock_timeout", lock, "a time such as 5s or 250ms");
    if (replicas.data && tn__text_to_bool(&out->has_replicas, replicas) != TN_OK)
        return fail_value(err, "replicas", replicas, "'on' or 'off'");
    int rc = read_choice(&prepare, url, "prepare", "auto named unnamed", arena, err);
    out->prepare = (enum tn__pg_prepare)prepare;
    if (rc == TN_OK)
        rc = read_choice(&ignored, url, "migration_lock", "auto table", arena, err);
    return rc;
}

/* Another server of the same kind, and its own password. */
static int read_direct(struct tn__pg_settings *out, const struct tn__url *url, tn_arena *arena,
                       tn_error *err)
{
    tn_text text = tn__url_param(url, "direct_url");
    struct tn__url direct;
    if (!text.data)
        return TN_OK;
    int rc = tn__url_parse(&direct, text.data, arena, err);
    if (rc == TN_OK && direct.engine != TN__URL_POSTGRES)
        rc = tn_error_set(err, TN_EINVAL, "no URL of PostgreSQL");
    if (rc == TN_OK && tn__url_param(&direct, "direct_url").data)
        rc = tn_error_set(err, TN_EINVAL, "it has one itself");
    if (rc == TN_EINVAL)
        tn_error_prefix(err, "'direct_url' in the database URL");
    out->direct_url = text.data;
    return rc;
}

/* --- libpq's ----------------------------------------------------------------------------------- */

/* The two arrays that libpq takes, under construction. */
struct pairs {
    const char **keywords;
    const char **values;
    size_t count;
};

static void add(struct pairs *pairs, const char *keyword, const char *value)
{
    if (!value)
        return;
    pairs->keywords[pairs->count] = keyword;
    pairs->values[pairs->count++] = value;
}

/* In libpq's unit, which a number alone is one of: so many milliseconds, rounded up. */
static int read_time(const char **out, const char *name, int64_t unit_ms, tn_text value,
                     tn_arena *arena, tn_error *err)
{
    int64_t number, ms;
    *out = value.data;
    if (tn__text_to_int(&number, value) == TN_OK && number >= 0 && number <= INT32_MAX)
        return TN_OK;
    if (tn__text_to_int(&number, value) == TN_OK || tn__text_to_ms(&ms, value) != TN_OK || ms < 0 ||
        ms > INT32_MAX)
        return fail_value(err, name, value, "a time such as 5s");
    *out = tn__arena_printf(arena, "%lld", (long long)((ms + unit_ms - 1) / unit_ms));
    return *out ? TN_OK : fail_memory(err);
}

static int add_parameter(struct pairs *pairs, const struct parameter *parameter,
                         const struct tn__url *url, tn_arena *arena, tn_error *err)
{
    tn_text value = tn__url_param(url, parameter->name);
    const char *text = value.data;
    int64_t number;
    int ignored;
    int rc = TN_OK;
    if (!text) {
        if (!parameter->variable || !getenv(parameter->variable))
            add(pairs, parameter->name, parameter->fallback);
        return TN_OK;
    }
    if (parameter->kind == CHOICE)
        rc = read_choice(&ignored, url, parameter->name, parameter->choices, arena, err);
    else if (parameter->kind == NUMBER && (tn__text_to_int(&number, value) != TN_OK || number < 0))
        rc = fail_value(err, parameter->name, value, "a number");
    else if (parameter->kind == SECONDS || parameter->kind == MILLIS)
        rc = read_time(&text, parameter->name, parameter->kind == SECONDS ? 1000 : 1, value, arena,
                       err);
    if (rc == TN_OK)
        add(pairs, parameter->name, text);
    return rc;
}

/* Lists with commas; NULL where no host says anything, so that the environment does. */
static int add_hosts(struct pairs *pairs, const struct tn__url *url, tn_arena *arena, tn_error *err)
{
    struct tn__buf names, ports;
    bool has_name = false, has_port = false;
    tn_text name_list, port_list;
    tn__buf_init(&names, 0);
    tn__buf_init(&ports, 0);
    for (size_t i = 0; i < url->host_count; i++) {
        tn__buf_puts(&names, i ? "," : "");
        tn__buf_puts(&names, url->hosts[i].name);
        tn__buf_puts(&ports, i ? "," : "");
        tn__buf_puts(&ports, url->hosts[i].port);
        has_name = has_name || url->hosts[i].name[0] || i > 0;
        has_port = has_port || url->hosts[i].port[0];
    }
    int rc = tn__buf_to_arena(&names, arena, &name_list);
    if (rc == TN_OK)
        rc = tn__buf_to_arena(&ports, arena, &port_list);
    tn__buf_fini(&names);
    tn__buf_fini(&ports);
    if (rc != TN_OK)
        return fail_memory(err);
    add(pairs, "host", has_name ? name_list.data : NULL);
    add(pairs, "port", has_port ? port_list.data : NULL);
    return TN_OK;
}

/*
 * Which of several servers. A pool writes: of several it wants the one that lets it, unless it is told
 * otherwise. One server alone is not asked.
 */
static int add_target(struct pairs *pairs, struct tn__pg_settings *out, const struct tn__url *url,
                      bool from_standby, tn_arena *arena, tn_error *err)
{
    static const char words[] = "any read-write read-only primary standby prefer-standby";
    enum {
        READ_ONLY = 2,
        STANDBY = 4
    };
    tn_text value = tn__url_param(url, "target_session_attrs");
    int target = 0;
    int rc = read_choice(&target, url, "target_session_attrs", words, arena, err);
    if (rc != TN_OK)
        return rc;
    out->is_readonly = target == READ_ONLY || target == STANDBY;
    if (out->is_readonly && out->has_replicas)
        return tn_error_set(err, TN_EINVAL,
                            "replicas=on in the database URL: target_session_attrs=%s has no "
                            "primary to go with them",
                            value.data);
    if (from_standby)
        add(pairs, "target_session_attrs", "prefer-standby");
    else if (value.data)
        add(pairs, "target_session_attrs", value.data);
    else if (url->host_count > 1)
        add(pairs, "target_session_attrs", "read-write");
    return TN_OK;
}

static int add_all(struct pairs *pairs, struct tn__pg_settings *out, const struct tn__url *url,
                   bool from_standby, tn_arena *arena, tn_error *err)
{
    int rc = add_hosts(pairs, url, arena, err);
    add(pairs, "dbname", url->database);
    add(pairs, "user", url->user);
    add(pairs, "password", url->password);
    add(pairs, "client_encoding", "UTF8");
    if (rc == TN_OK)
        rc = add_target(pairs, out, url, from_standby, arena, err);
    for (size_t i = 0; rc == TN_OK && i < COUNT(parameters); i++) {
        if (parameters[i].kind >= TEXT)
            rc = add_parameter(pairs, &parameters[i], url, arena, err);
    }
    return rc;
}

int tn__pg_settings_read(struct tn__pg_settings *out, const struct tn__url *url, bool from_standby,
                         tn_arena *arena, tn_error *err)
{
    const size_t most = COUNT(parameters) + 2; /* client_encoding, and the NULL at the end */
    struct tn__pg_settings settings = {.prepare = TN__PG_PREPARE_AUTO};
    struct pairs pairs = {
        .keywords = tn_arena_array(arena, most, sizeof *pairs.keywords),
        .values = tn_arena_array(arena, most, sizeof *pairs.values),
    };
    if (!pairs.keywords || !pairs.values)
        return fail_memory(err);
    int rc = check_names(url, err);
    if (rc == TN_OK)
        rc = read_own(&settings, url, arena, err);
    if (rc == TN_OK)
        rc = read_direct(&settings, url, arena, err);
    if (rc == TN_OK)
        rc = add_all(&pairs, &settings, url, from_standby, arena, err);
    if (rc != TN_OK)
        return rc;
    pairs.keywords[pairs.count] = pairs.values[pairs.count] = NULL;
    settings.keywords = pairs.keywords;
    settings.values = pairs.values;
    *out = settings;
    return TN_OK;
}
