/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <tenon/conn.h>

#include "doctor/doctor.h"
#include "util/clock.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

/* --- drop -------------------------------------------------------------------------------------- */

/* Nobody else has it open: in WAL mode every open connection holds a lock on the file. */
static int lock_alone(tn_conn *conn, tn_error *err)
{
    int rc = tn_exec(tn_conn_db(conn), "PRAGMA locking_mode = EXCLUSIVE", NULL, 0, NULL, err);
    if (rc == TN_OK)
        rc = tn_exec(tn_conn_db(conn), "BEGIN EXCLUSIVE", NULL, 0, NULL, err);
    return rc;
}

static int remove_files(const char *path, tn_arena *arena, tn_error *err)
{
    /* The database last: without it the others mean nothing, with it they may hold its changes. */
    static const char *const suffixes[] = {"-wal", "-shm", "-journal", "-gate", ""};
    const char *files[sizeof suffixes / sizeof suffixes[0]];
    const size_t count = sizeof suffixes / sizeof suffixes[0];
    for (size_t i = 0; i < count; i++) {
        files[i] = tn__arena_printf(arena, "%s%s", path, suffixes[i]);
        if (!files[i])
            return tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    char *dir = tn__path_dir(arena, path);
    if (!dir)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (access(dir, W_OK | X_OK) != 0)
        return tn_error_set(err, TN_EPERM, "cannot remove '%s': %s", path, strerror(errno));
    if (unlink(path) != 0)
        return tn_error_set(err, errno == EACCES || errno == EPERM ? TN_EPERM : TN_EIO,
                            "cannot remove '%s': %s", path, strerror(errno));
    for (size_t i = 0; i + 1 < count; i++) {
        if (unlink(files[i]) != 0 && errno != ENOENT)
            return tn_error_set(err, TN_EIO, "cannot remove '%s': %s", files[i], strerror(errno));
    }
    return TN_OK;
}

static int drop_file(const struct tn__url *url, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_db *db = NULL;
    tn_conn *conn = NULL;
    if (url->is_memory)
        return tn_error_set(err, TN_EINVAL, "a database in memory is gone with its program");
    if (tn__path_kind(url->path) == TN__PATH_NONE)
        return TN_NONE;
    int rc = tn_db_open(&db, url->text, NULL, err);
    if (rc == TN_OK)
        rc = tn_conn_acquire(&conn, db, TN_WRITE, err);
    if (rc == TN_OK)
        rc = lock_alone(conn, err);
    if (rc == TN_OK)
        rc = remove_files(url->path, &arena, err);
    tn_conn_release(conn);
    tn_db_close(db);
    tn_arena_fini(&arena);
    return rc;
}

int tn__database_drop(const char *url_text, bool by_force, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__url url;
    int rc = tn__url_parse(&url, url_text, &arena, err);
    if (rc == TN_OK && by_force && url.engine == TN__URL_SQLITE)
        rc = tn_error_set(err, TN_EINVAL, "nobody can be disconnected from a file");
    else if (rc == TN_OK)
        rc = url.engine == TN__URL_SQLITE ? drop_file(&url, err)
                                          : tn__server_drop_database(&url, by_force, err);
    tn_arena_fini(&arena);
    return rc;
}

/* --- wait -------------------------------------------------------------------------------------- */

/* It says itself when it has waited for long enough. */
static int try_once(const char *url, tn_error *err)
{
    tn_db *db;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.acquire_timeout_ms = 1;
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int rc = tn_db_open(&db, url, &options, err);
    if (rc != TN_OK)
        return rc;
    bool is_file = strcmp(tn_db_engine(db), "sqlite") == 0;
    rc = tn_query(&rows, db, is_file ? "SELECT count(*) FROM sqlite_schema" : "SELECT 1", NULL, 0,
                  &arena, err);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc;
}

int tn__database_wait(const char *url, int64_t timeout_ms, bool (*stop)(void *user), void *user,
                      tn_error *err)
{
    enum {
        PAUSE_US = 50000
    };
    int64_t start = tn__mono_ns();
    for (;;) {
        int rc = try_once(url, err);
        /* What will not be better later is told at once. */
        bool is_refused = strncmp(err->sqlstate, "28", 2) == 0 || /* the password, for one */
                          strcmp(err->sqlstate, "3D000") == 0;    /* a server without it */
        if (rc == TN_OK || rc == TN_EINVAL || rc == TN_ENOMEM || rc == TN_EUNSUPPORTED ||
            is_refused)
            return rc;
        if (tn__mono_ns() - start >= timeout_ms * 1000000)
            return rc;
        if (stop && stop(user))
            return tn_error_set(err, TN_EINTERRUPT, "interrupted");
        tn__sleep_us(PAUSE_US);
    }
}
