/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/stat.h>

#include "driver/sqlite/sqlite.h"
#include "util/buf.h"

/* The write-ahead log: https://www.sqlite.org/wal.html */

/* As the engine does by itself: https://www.sqlite.org/c3ref/wal_autocheckpoint.html */
enum {
    AUTO_CHECKPOINT_FRAMES = 1000
};

static int64_t wal_file_bytes(sqlite3 *db)
{
    struct stat st;
    const char *path = sqlite3_db_filename(db, "main");
    path = path && path[0] ? sqlite3_filename_wal(path) : NULL;
    return path && stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

int tn__sqlite_checkpoint(struct tn__driver_conn *conn, enum tn_checkpoint_mode mode, bool waits,
                          struct tn__wal_state *out, tn_error *err)
{
    static const int modes[] = {
        [TN_CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
        [TN_CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
        [TN_CHECKPOINT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE,
    };
    int frames = -1;
    int carried = -1;
    if (!waits)
        sqlite3_busy_timeout(conn->db, 0);
    int native = sqlite3_wal_checkpoint_v2(conn->db, "main", modes[mode], &frames, &carried);
    if (!waits)
        sqlite3_busy_timeout(conn->db, (int)conn->busy_timeout_ms);
    bool is_busy = (native & 0xff) == SQLITE_BUSY || (native & 0xff) == SQLITE_LOCKED;
    if (native != SQLITE_OK && !is_busy)
        return tn__sqlite_fail(conn->db, native, err);
    *out = (struct tn__wal_state){
        .has_wal = frames >= 0 || is_busy,
        .is_complete = native == SQLITE_OK && frames == carried,
        .frames = frames > 0 ? frames : 0,
        .carried = carried > 0 ? carried : 0,
        .file_bytes = wal_file_bytes(conn->db),
    };
    return TN_OK;
}

static int on_commit(void *user, sqlite3 *db, const char *name, int frames)
{
    struct tn__driver_conn *conn = user;
    int64_t bytes = (int64_t)frames * conn->page_size;
    int carried = frames;
    if (frames >= AUTO_CHECKPOINT_FRAMES || bytes > conn->wal_limit)
        sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, &carried);
    conn->on_wal(conn->on_wal_user, bytes, carried >= 0 && carried < frames);
    return SQLITE_OK;
}

void tn__sqlite_watch_wal(struct tn__driver_conn *conn, int64_t limit, tn__wal_fn fn, void *user)
{
    char sql[64];
    int64_t page_size = 0;
    if (conn->is_adopted || !tn__sqlite_pragma_int(conn->db, "page_size", &page_size))
        return;
    conn->page_size = (int)page_size;
    conn->on_wal = fn;
    conn->on_wal_user = user;
    conn->wal_limit = limit;
    /* A log that begins anew keeps its file's size otherwise. */
    snprintf(sql, sizeof sql, "PRAGMA journal_size_limit = %lld", (long long)limit);
    sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    sqlite3_wal_hook(conn->db, on_commit, conn);
}

bool tn__sqlite_rewatch_wal(struct tn__driver_conn *conn)
{
    return conn->on_wal && sqlite3_wal_hook(conn->db, on_commit, conn) != conn;
}
