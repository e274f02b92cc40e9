/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/sqlite/sqlite.h"
#include "util/clock.h"
#include "util/str.h"

enum {
    DEFAULT_BUSY_TIMEOUT_MS = 5000,
    SYNCHRONOUS_NORMAL = 1,
    SYNCHRONOUS_FULL = 2
};

static const char *const modes[] = {"rw", "rwc", "ro", "memory"};
static const char *const journal_modes[] = {"wal",     "delete", "truncate",
                                            "persist", "memory", "off"};
static const char *const synchronous_modes[] = {"off", "normal", "full", "extra"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Every parameter that a SQLite URL may have; those of the last two lines are the pool's. */
static const char *const names[] = {"mode",
                                    "journal_mode",
                                    "synchronous",
                                    "busy_timeout",
                                    "foreign_keys",
                                    "cache_size",
                                    "mmap_size",
                                    "immutable",
                                    "statement_cache",
                                    "max_connections",
                                    "min_connections",
                                    "acquire_timeout",
                                    "idle_timeout",
                                    "max_lifetime",
                                    "group_commit",
                                    "gate",
                                    "wal_limit",
                                    "checkpoint_interval",
                                    "slow_query",
                                    "statement_timeout"};

static int fail_unknown(tn_error *err, const char *what, tn_text word, const char *const *known,
                        size_t count)
{
    const char *nearest = tn__nearest(word, known, count);
    return tn_error_set(err, TN_EINVAL, "unknown %s '%.*s' in the database URL%s%s%s", what,
                        (int)(word.size < 200 ? word.size : 200), word.data,
                        nearest ? "; did you mean '" : "", nearest ? nearest : "",
                        nearest ? "'?" : "");
}

static int check_names(const struct tn__url *url, tn_error *err)
{
    for (size_t i = 0; i < url->param_count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < COUNT(names); k++)
            is_known = is_known || tn__text_is(url->params[i].name, names[k]);
        if (!is_known)
            return fail_unknown(err, "parameter", url->params[i].name, names, COUNT(names));
    }
    return TN_OK;
}

/* Index of the parameter's value in a list of words; `missing` if the URL has none. */
static int read_word(int *out, const struct tn__url *url, const char *name,
                     const char *const *words, size_t count, int missing, tn_error *err)
{
    tn_text value = tn__url_param(url, name);
    *out = missing;
    if (!value.data)
        return TN_OK;
    for (size_t i = 0; i < count; i++) {
        if (tn__text_is_nocase(value, words[i])) {
            *out = (int)i;
            return TN_OK;
        }
    }
    return fail_unknown(err, name, value, words, count);
}

static int fail_value(tn_error *err, const char *name, tn_text value, const char *wanted)
{
    return tn_error_set(err, TN_EINVAL, "bad value '%.*s' of '%s' in the database URL: not %s",
                        (int)(value.size < 200 ? value.size : 200), value.data, name, wanted);
}

/* A whole number; *has tells whether the URL has one. */
static int read_number(int64_t *out, bool *has, const struct tn__url *url, const char *name,
                       tn_error *err)
{
    tn_text value = tn__url_param(url, name);
    *has = value.data != NULL;
    if (*has && tn__text_to_int(out, value) != TN_OK)
        return fail_value(err, name, value, "a number");
    return TN_OK;
}

int tn__sqlite_settings_read(struct tn__sqlite_settings *out, const struct tn__url *url,
                             tn_error *err)
{
    struct tn__sqlite_settings s = {.busy_timeout_ms = DEFAULT_BUSY_TIMEOUT_MS,
                                    .foreign_keys = true};
    int mode, journal;
    int rc = check_names(url, err);
    if (rc != TN_OK)
        return rc;
    rc = read_word(&mode, url, "mode", modes, COUNT(modes), TN__SQLITE_RW, err);
    if (rc != TN_OK)
        return rc;
    if (url->is_memory && mode == TN__SQLITE_RO)
        return tn_error_set(err, TN_EINVAL, "a database in memory cannot have 'mode=ro'");
    s.mode = url->is_memory ? TN__SQLITE_MEMORY : (enum tn__sqlite_mode)mode;

    bool is_file = s.mode != TN__SQLITE_MEMORY;
    rc = read_word(&journal, url, "journal_mode", journal_modes, COUNT(journal_modes),
                   is_file && s.mode != TN__SQLITE_RO ? 0 : -1, err);
    if (rc == TN_OK)
        rc = read_word(&s.synchronous, url, "synchronous", synchronous_modes,
                       COUNT(synchronous_modes), -1, err);
    if (rc == TN_OK)
        rc = read_number(&s.cache_size, &s.has_cache_size, url, "cache_size", err);
    if (rc == TN_OK)
        rc = read_number(&s.mmap_size, &s.has_mmap_size, url, "mmap_size", err);
    if (rc != TN_OK)
        return rc;
    s.journal_mode = journal >= 0 ? journal_modes[journal] : NULL;

    tn_text text = tn__url_param(url, "busy_timeout");
    if (text.data && (tn__text_to_ms(&s.busy_timeout_ms, text) != TN_OK || s.busy_timeout_ms < 0 ||
                      s.busy_timeout_ms > INT32_MAX))
        return fail_value(err, "busy_timeout", text, "a time such as 5s or 250ms");
    text = tn__url_param(url, "foreign_keys");
    if (text.data && tn__text_to_bool(&s.foreign_keys, text) != TN_OK)
        return fail_value(err, "foreign_keys", text, "on or off");
    text = tn__url_param(url, "gate");
    if (text.data && tn__text_to_bool(&s.has_gate, text) != TN_OK)
        return fail_value(err, "gate", text, "on or off");
    text = tn__url_param(url, "immutable");
    if (text.data && tn__text_to_bool(&s.is_immutable, text) != TN_OK)
        return fail_value(err, "immutable", text, "on or off");
    if (s.is_immutable && s.mode != TN__SQLITE_RO)
        return tn_error_set(err, TN_EINVAL, "'immutable=on' goes with 'mode=ro' only");
    *out = s;
    return TN_OK;
}

/* Run a pragma and keep the first column of its first row. Without a row `out` is empty. */
static int run_pragma(sqlite3 *db, const char *sql, char *out, size_t size, tn_error *err)
{
    sqlite3_stmt *stmt = NULL;
    out[0] = '\0';
    int native = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (native == SQLITE_OK)
        native = sqlite3_step(stmt);
    if (native == SQLITE_ROW) {
        bool is_null = sqlite3_column_type(stmt, 0) == SQLITE_NULL;
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        tn__copy_text(out, size, tn_text_of(text ? text : ""));
        native = text || is_null ? SQLITE_DONE : SQLITE_NOMEM;
    }
    int rc = native == SQLITE_DONE ? TN_OK : tn__sqlite_fail(db, native, err);
    sqlite3_finalize(stmt);
    return rc;
}

/* Set a pragma, read it back, and compare. */
static int set_pragma(sqlite3 *db, const char *name, const char *value, tn_error *err)
{
    char sql[96], now[64];
    snprintf(sql, sizeof sql, "PRAGMA %s = %s", name, value);
    int rc = run_pragma(db, sql, now, sizeof now, err);
    if (rc == TN_OK) {
        snprintf(sql, sizeof sql, "PRAGMA %s", name);
        rc = run_pragma(db, sql, now, sizeof now, err);
    }
    if (rc == TN_OK && !tn__text_is_nocase(tn_text_of(now), value))
        rc = tn_error_set(err, TN_EUNSUPPORTED, "pragma '%s' cannot be made '%s': it is '%s'", name,
                          value, now);
    else if (rc != TN_OK)
        tn_error_prefix(err, "pragma '%s'", name);
    return rc;
}

static int set_pragma_number(sqlite3 *db, const char *name, int64_t value, tn_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return set_pragma(db, name, text, err);
}

static int apply_synchronous(sqlite3 *db, const struct tn__sqlite_settings *s, tn_error *err)
{
    int level = s->synchronous;
    if (level < 0 && s->mode == TN__SQLITE_MEMORY)
        return TN_OK;
    if (level < 0) {
        char journal[16];
        int rc = run_pragma(db, "PRAGMA journal_mode", journal, sizeof journal, err);
        if (rc != TN_OK)
            return rc;
        level = strcmp(journal, "wal") == 0 ? SYNCHRONOUS_NORMAL : SYNCHRONOUS_FULL;
    }
    return set_pragma_number(db, "synchronous", level, err);
}

/* Two connections that turn a new file into WAL at once: SQLite tells one of them that it is busy
 * without asking the busy handler, so the waiting is done here. */
static int set_journal_mode(sqlite3 *db, const struct tn__sqlite_settings *s, tn_error *err)
{
    enum {
        PAUSE_US = 1000
    };
    int64_t deadline_ns = tn__mono_ns() + s->busy_timeout_ms * 1000000;
    for (;;) {
        tn_error failed = {0};
        int rc = set_pragma(db, "journal_mode", s->journal_mode, &failed);
        if (rc == TN_EBUSY && tn__mono_ns() < deadline_ns) {
            tn__sleep_us(PAUSE_US);
            continue;
        }
        if (rc != TN_OK && err)
            *err = failed;
        return rc;
    }
}

int tn__sqlite_settings_apply(sqlite3 *db, const struct tn__sqlite_settings *s,
                              enum tn_access access, tn_error *err)
{
    /* First of all: whatever comes next may have to wait for a lock. */
    int rc = set_pragma_number(db, "busy_timeout", s->busy_timeout_ms, err);
    if (rc == TN_OK)
        rc = set_pragma_number(db, "foreign_keys", s->foreign_keys, err);
    if (rc == TN_OK && s->has_cache_size)
        rc = set_pragma_number(db, "cache_size", s->cache_size, err);
    if (rc == TN_OK && s->has_mmap_size && s->mode != TN__SQLITE_MEMORY)
        rc = set_pragma_number(db, "mmap_size", s->mmap_size, err);
    /* The journal mode is the file's: the writer's business. */
    if (rc == TN_OK && s->journal_mode && access == TN_WRITE)
        rc = set_journal_mode(db, s, err);
    if (rc == TN_OK && access == TN_WRITE)
        rc = apply_synchronous(db, s, err);
    return rc;
}
