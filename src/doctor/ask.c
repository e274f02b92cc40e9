/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/conn.h"
#include "doctor/ask.h"
#include "util/str.h"

/* Past the pool, which takes a PRAGMA that might write for one that does. */
int tn__ask(const char **out, tn_db *db, const char *sql, tn_arena *arena, tn_error *err)
{
    tn_conn *conn;
    struct tn__driver_stmt *stmt = NULL;
    *out = NULL;
    int rc = tn_conn_acquire(&conn, db, TN_READ, err);
    if (rc != TN_OK)
        return rc;
    rc = conn->driver->prepare(&stmt, conn->handle, sql, strlen(sql), false, err);
    if (rc == TN_OK)
        rc = conn->driver->step(stmt, err);
    if (rc == TN_ROW) {
        tn_value value = conn->driver->column(stmt, 0);
        if (value.type == TN_INT)
            *out = tn__arena_printf(arena, "%" PRId64, value.as.integer);
        else if (value.type == TN_TEXT && value.as.text.data)
            *out = tn_arena_copy(arena, value.as.text.data, value.as.text.size);
        if (!*out && value.type != TN_NULL)
            rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    conn->driver->finalize(stmt);
    tn_conn_release(conn);
    return rc < 0 ? rc : TN_OK;
}

/* The file's header tells, where a connection that may not make a log does not:
 * https://www.sqlite.org/fileformat2.html#file_format_version_numbers */
static bool header_says_wal(const char *path)
{
    unsigned char head[20];
    FILE *file = fopen(path, "rb");
    bool is_read = file && fread(head, 1, sizeof head, file) == sizeof head;
    if (file)
        fclose(file);
    return is_read && head[18] == 2 && head[19] == 2;
}

int tn__ask_journal_mode(const char **out, tn_db *db, tn_arena *arena, tn_error *err)
{
    const char *path;
    int rc =
        tn__ask(&path, db, "SELECT file FROM pragma_database_list WHERE name = 'main'", arena, err);
    if (rc == TN_OK && path && path[0] && header_says_wal(path)) {
        *out = "wal";
        return TN_OK;
    }
    return rc == TN_OK ? tn__ask(out, db, "PRAGMA journal_mode", arena, err) : rc;
}
