/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "driver/sqlite/sqlite_driver.h"
#include "util/alloc.h"
#include "util/fs.h"
#include "util/str.h"

/*
 * Opening a connection: the file, then the pragmas, each read back. A pragma that SQLite ignores is
 * an error here, not a surprise later.
 */

enum when {
    ALWAYS,
    ON_FILES,
    ON_WRITERS
};

struct pragma {
    const char *name;
    const char *standard; /* value without the URL's say; NULL: leave the engine's */
    const char *words;    /* accepted values, separated by blanks; NULL: a whole number */
    enum when when;
    bool is_verified;
};

/* In the order in which they are run: waiting first, then the journal, since synchronous depends on
 * it. busy_timeout is set through the API, before anything can be busy. */
static const struct pragma pragmas[] = {
    {"foreign_keys", "on", "off on", ALWAYS, true},
    {"journal_mode", "wal", "delete truncate persist memory wal off", ON_WRITERS, true},
    {"synchronous", NULL, "off normal full extra", ALWAYS, true},
    {"cache_size", NULL, NULL, ALWAYS, true},
    {"mmap_size", NULL, NULL, ON_FILES, false}, /* the build may cap it */
};

/* Every parameter of a URL; those without a pragma are the pool's or handled by name. */
static const char *const known_params[] = {
    "mode",       "busy_timeout", "foreign_keys",    "journal_mode",    "synchronous",
    "cache_size", "mmap_size",    "max_connections", "acquire_timeout", "statement_cache",
};

static int check_params(const struct tn__url *url, tn_error *err)
{
    size_t known = sizeof known_params / sizeof known_params[0];
    for (size_t i = 0; i < url->param_count; i++) {
        tn_text name = url->params[i].name;
        bool found = false;
        for (size_t k = 0; k < known && !found; k++)
            found = tn__text_is(name, known_params[k]);
        if (found)
            continue;
        const char *near = tn__nearest(name, known_params, known);
        return tn_error_set(err, TN_EINVAL, "unknown parameter '%.*s' in the database URL%s%s%s",
                            (int)name.size, name.data, near ? "; did you mean '" : "",
                            near ? near : "", near ? "'?" : "");
    }
    return TN_OK;
}

/* Whether `value` is one of the words, and its number in the list. */
static bool find_word(const char *words, tn_text value, int *number)
{
    tn_text rest = tn_text_of(words);
    for (int i = 0; rest.size > 0; i++) {
        size_t blank = tn__text_find(rest, ' ');
        tn_text word = tn__text_sub(rest, 0, blank);
        if (tn__text_equal_nocase(word, value)) {
            *number = i;
            return true;
        }
        rest = tn__text_sub(rest, blank + 1, rest.size);
    }
    return false;
}

static int check_value(const struct pragma *pragma, tn_text value, tn_error *err)
{
    int64_t number;
    int word;
    if (pragma->words ? find_word(pragma->words, value, &word)
                      : tn__text_to_int(&number, value) == TN_OK)
        return TN_OK;
    return tn_error_set(err, TN_EINVAL, "bad value '%.*s' for '%s' in the database URL: %s%s",
                        (int)value.size, value.data, pragma->name,
                        pragma->words ? "one of " : "a whole number is needed",
                        pragma->words ? pragma->words : "");
}

/* Run "PRAGMA name" or "PRAGMA name=value" and read its answer as text; "" if it has none. */
static int ask(struct tn__driver_conn *conn, const char *name, tn_text value, char *answer,
               size_t size, tn_error *err)
{
    char sql[128];
    sqlite3_stmt *stmt = NULL;
    answer[0] = '\0';
    if (value.data)
        snprintf(sql, sizeof sql, "PRAGMA %s=%.*s", name, (int)value.size, value.data);
    else
        snprintf(sql, sizeof sql, "PRAGMA %s", name);
    int native = sqlite3_prepare_v2(conn->db, sql, -1, &stmt, NULL);
    if (native == SQLITE_OK) {
        native = sqlite3_step(stmt);
        if (native == SQLITE_ROW && sqlite3_column_text(stmt, 0))
            tn__copy_text(answer, size, tn_text_of((const char *)sqlite3_column_text(stmt, 0)));
        native = sqlite3_finalize(stmt);
    }
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(conn, native, err);
}

/* Whether a pragma's answer is the value that was asked for: a word may come back as its number. */
static bool is_answer(const struct pragma *pragma, tn_text value, const char *answer)
{
    int number;
    char digits[16];
    if (tn__text_is_nocase(value, answer))
        return true;
    if (!pragma->words || !find_word(pragma->words, value, &number))
        return false;
    snprintf(digits, sizeof digits, "%d", number);
    return strcmp(digits, answer) == 0;
}

static int apply(struct tn__driver_conn *conn, const struct pragma *pragma, tn_text value,
                 tn_error *err)
{
    char answer[64];
    int status = ask(conn, pragma->name, (tn_text){NULL, 0}, answer, sizeof answer, err);
    if (status != TN_OK || is_answer(pragma, value, answer))
        return status; /* changing the journal takes locks: not if it is so already */
    status = ask(conn, pragma->name, value, answer, sizeof answer, err);
    if (status != TN_OK || !pragma->is_verified)
        return status;
    status = ask(conn, pragma->name, (tn_text){NULL, 0}, answer, sizeof answer, err);
    if (status != TN_OK || is_answer(pragma, value, answer))
        return status;
    return tn_error_set(err, TN_EUNSUPPORTED, "PRAGMA %s is '%s' and could not be set to '%.*s'",
                        pragma->name, answer, (int)value.size, value.data);
}

static bool applies(const struct pragma *pragma, const struct tn__driver_open *how)
{
    if (pragma->when == ALWAYS)
        return true;
    return !how->url->is_memory && (pragma->when == ON_FILES || how->access == TN_WRITE);
}

static int apply_all(struct tn__driver_conn *conn, const struct tn__driver_open *how, tn_error *err)
{
    char journal[16] = "";
    for (size_t i = 0; i < sizeof pragmas / sizeof pragmas[0]; i++) {
        const struct pragma *pragma = &pragmas[i];
        tn_text value = tn__url_param(how->url, pragma->name);
        if (value.data) {
            int status = check_value(pragma, value, err);
            if (status != TN_OK)
                return status;
        } else if (strcmp(pragma->name, "synchronous") == 0) {
            /* In WAL, NORMAL loses no consistency, only the last commits on power loss. */
            int status =
                ask(conn, "journal_mode", (tn_text){NULL, 0}, journal, sizeof journal, err);
            if (status != TN_OK)
                return status;
            value = tn_text_of(strcmp(journal, "wal") == 0 ? "normal" : "full");
        } else if (pragma->standard) {
            value = tn_text_of(pragma->standard);
        } else {
            continue;
        }
        int status = applies(pragma, how) ? apply(conn, pragma, value, err) : TN_OK;
        if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

/* What stands in the way of opening the file; SQLite itself says "unable to open database file" to
 * most of it. */
static int check_file(const struct tn__driver_open *how, tn_error *err)
{
    const char *path = how->url->path;
    bool wants_write = how->access == TN_WRITE;
    switch (tn__path_kind(path)) {
    case TN__PATH_DIR:
        return tn_error_set(err, TN_EINVAL, "'%s' is a folder, not a database", path);
    case TN__PATH_OTHER:
        return tn_error_set(err, TN_EINVAL, "'%s' is not a file", path);
    case TN__PATH_FILE:
        if (access(path, R_OK) != 0)
            return tn_error_set(err, TN_EPERM, "cannot read '%s': %s", path, strerror(errno));
        if (wants_write && access(path, W_OK) != 0)
            return tn_error_set(err, TN_EREADONLY, "database '%s' is read-only: %s", path,
                                strerror(errno));
        return TN_OK;
    case TN__PATH_NONE:
        break;
    }
    if (access(path, F_OK) != 0 && errno == EACCES)
        return tn_error_set(err, TN_EPERM, "cannot reach '%s': %s", path, strerror(errno));
    if (!how->create)
        return tn_error_set(err, TN_ENOTFOUND, "no database at '%s'", path);
    tn_arena arena = TN_ARENA_INIT;
    char *dir = tn__path_dir(&arena, path);
    int status = dir ? tn__mkdirs(dir, err) : tn_error_set(err, TN_ENOMEM, "out of memory");
    if (status == TN_OK && access(dir, W_OK) != 0)
        status = tn_error_set(err, TN_EPERM, "cannot create '%s': %s", path, strerror(errno));
    tn_arena_fini(&arena);
    return status;
}

static int open_handle(struct tn__driver_conn *conn, const struct tn__driver_open *how,
                       tn_error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX;
    if (how->url->is_memory || how->create)
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    else
        flags |= how->access == TN_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

    /* "./" keeps a relative path from being taken as a URI or as ":memory:". */
    const char *path = how->url->is_memory ? ":memory:" : how->url->path;
    char *prefixed = NULL;
    if (!how->url->is_memory && path[0] != '/') {
        size_t size = strlen(path) + 3;
        prefixed = tn__alloc(size);
        if (!prefixed)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        snprintf(prefixed, size, "./%s", path);
        path = prefixed;
    }
    int native = sqlite3_open_v2(path, &conn->db, flags, NULL);
    tn__free(prefixed);
    if (native != SQLITE_OK)
        return conn->db ? tn__sqlite_fail(conn, native, err)
                        : tn_error_set(err, TN_ENOMEM, "out of memory");
    sqlite3_extended_result_codes(conn->db, 1);
    return TN_OK;
}

static int set_busy_timeout(struct tn__driver_conn *conn, const struct tn__url *url, tn_error *err)
{
    int64_t ms = 5000;
    tn_text value = tn__url_param(url, "busy_timeout");
    if (value.data && (tn__text_to_ms(&ms, value) != TN_OK || ms < 0 || ms > INT32_MAX))
        return tn_error_set(err, TN_EINVAL,
                            "bad value '%.*s' for 'busy_timeout' in the database "
                            "URL: a time such as 5s or 250ms is needed",
                            (int)value.size, value.data);
    sqlite3_busy_timeout(conn->db, (int)ms);
    return TN_OK;
}

int tn__sqlite_open(struct tn__driver_conn **out, const struct tn__driver_open *how, tn_error *err)
{
    int status = check_params(how->url, err);
    if (status == TN_OK && !how->url->is_memory)
        status = check_file(how, err);
    if (status != TN_OK)
        return status;
    struct tn__driver_conn *conn = tn__alloc_zero(1, sizeof *conn);
    if (!conn)
        return tn_error_set(err, TN_ENOMEM, "out of memory");

    status = open_handle(conn, how, err);
    if (status == TN_OK)
        status = set_busy_timeout(conn, how->url, err);
    if (status == TN_OK)
        status = apply_all(conn, how, err);
    if (status == TN_OK && how->access == TN_READ)
        /* Only the writer checkpoints. */
        sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (status != TN_OK) {
        if (how->url->path && (status == TN_ENOTADB || status == TN_ECORRUPT))
            tn_error_prefix(err, "'%s'", how->url->path);
        tn__sqlite_close(conn);
        return status;
    }
    *out = conn;
    return TN_OK;
}

void tn__sqlite_close(struct tn__driver_conn *conn)
{
    if (!conn)
        return;
    /* Statements that were left over are finalized: none may outlive its connection. */
    for (sqlite3_stmt *stmt; (stmt = sqlite3_next_stmt(conn->db, NULL)) != NULL;)
        sqlite3_finalize(stmt);
    sqlite3_close(conn->db);
    tn__free(conn);
}
