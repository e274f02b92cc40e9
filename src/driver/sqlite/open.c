/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/sqlite/sqlite.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

/* The oldest engine that the driver is written for: RETURNING, and ALTER TABLE DROP COLUMN. */
enum {
    OLDEST_VERSION = 3035000
};

static int check_engine(tn_error *err)
{
    if (sqlite3_threadsafe() == 0)
        return tn_error_set(err, TN_EUNSUPPORTED, "SQLite was built without threads");
    if (sqlite3_libversion_number() < OLDEST_VERSION)
        return tn_error_set(err, TN_EUNSUPPORTED, "SQLite %s is too old: 3.35 is needed",
                            sqlite3_libversion());
    return TN_OK;
}

static int fail_file(tn_error *err, const char *path, int reason)
{
    int status = reason == EACCES    ? TN_EPERM
                 : reason == EROFS   ? TN_EREADONLY
                 : reason == ENOTDIR ? TN_ENOTFOUND
                                     : TN_EIO;
    return tn_error_set(err, status, "cannot open '%s': %s", path, strerror(reason));
}

/* Make the folder, and see whether a file may be made in it: SQLite would tell that there is none. */
static int make_folder(const char *path, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    char *dir = tn__path_dir(&arena, path);
    int rc = dir ? tn__mkdirs(dir, err)
                 : tn_error_set(err, TN_ENOMEM, "cannot open '%s': out of memory", path);
    if (rc == TN_OK && access(dir, W_OK | X_OK) != 0)
        rc = fail_file(err, path, errno);
    tn_arena_fini(&arena);
    return rc;
}

/* SQLite says "unable to open" for all of these, and takes some of them for a database. */
static int check_file(const char *path, bool create, tn_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT && create)
            return make_folder(path, err);
        if (errno == ENOENT)
            return tn_error_set(err, TN_ENOTFOUND, "no database file '%s'", path);
        return fail_file(err, path, errno);
    }
    if (S_ISDIR(st.st_mode))
        return tn_error_set(err, TN_EINVAL, "'%s' is a folder, not a database file", path);
    if (!S_ISREG(st.st_mode))
        return tn_error_set(err, TN_EINVAL, "'%s' is not a regular file", path);
    return TN_OK;
}

/* The first look into the file, so that what is no database fails here. */
static int read_header(sqlite3 *db, tn_error *err)
{
    int native = sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(db, native, err);
}

/* A path as a URI that says that nobody writes the file: no lock is taken, and no -wal or -shm file
 * is made beside a database in WAL mode. https://www.sqlite.org/uri.html */
static int immutable_uri(tn_text *out, const char *path, tn_arena *arena)
{
    struct tn__buf uri;
    tn__buf_init(&uri, 0);
    tn__buf_puts(&uri, path[0] == '/' ? "file://" : "file:");
    for (const char *c = path; *c; c++) {
        if (*c == '%' || *c == '?' || *c == '#')
            tn__buf_printf(&uri, "%%%02X", (unsigned)*c);
        else
            tn__buf_putc(&uri, *c);
    }
    tn__buf_puts(&uri, "?immutable=1");
    int rc = tn__buf_to_arena(&uri, arena, out);
    tn__buf_fini(&uri);
    return rc;
}

static int open_handle(sqlite3 **out, const char *path, int flags, tn_error *err)
{
    flags |= SQLITE_OPEN_NOMUTEX;
#ifdef SQLITE_OPEN_EXRESCODE
    flags |= SQLITE_OPEN_EXRESCODE;
#endif
    int native = sqlite3_open_v2(path, out, flags, NULL);
    if (!*out)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    sqlite3_extended_result_codes(*out, 1);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(*out, native, err);
}

/* A relative path gets "./" in front, or SQLite might take it for ":memory:" or a URI. */
static int open_file(sqlite3 **out, const char *path, int flags, bool is_immutable, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_text name = tn_text_of(path);
    int rc;
    if (is_immutable) {
        flags |= SQLITE_OPEN_URI;
        rc = immutable_uri(&name, path, &arena);
    } else {
        if (path[0] != '/')
            name = tn_text_of(tn__arena_printf(&arena, "./%s", path));
        rc = name.data ? TN_OK : TN_ENOMEM;
    }
    rc = rc == TN_OK ? open_handle(out, name.data, flags, err)
                     : tn_error_set(err, rc, "out of memory");
    tn_arena_fini(&arena);
    return rc;
}

static int open_flags(const struct tn__sqlite_settings *settings, const struct tn__driver_open *how)
{
    if (settings->mode == TN__SQLITE_MEMORY)
        return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (how->access == TN_READ)
        return SQLITE_OPEN_READONLY;
    return SQLITE_OPEN_READWRITE | (how->create ? SQLITE_OPEN_CREATE : 0);
}

/* Everything that needs the handle; on failure the caller closes it. */
static int set_up(sqlite3 *db, const struct tn__sqlite_settings *settings, enum tn_access access,
                  tn_error *err)
{
    bool is_file = settings->mode != TN__SQLITE_MEMORY;
    sqlite3_busy_timeout(db, (int)settings->busy_timeout_ms);
    int rc = read_header(db, err);
    if (rc != TN_OK)
        return rc;
    /* SQLite opens a file that it may not write read-only, without a word. */
    if (is_file && access == TN_WRITE && sqlite3_db_readonly(db, "main") == 1)
        return tn_error_set(err, TN_EREADONLY, "the file is read-only (mode=ro opens it)");
    /* Only the writer checkpoints: two that do so at once are what the WAL-reset bug of SQLite
     * before 3.51.3 needs. */
    if (is_file && access == TN_READ &&
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL) != SQLITE_OK)
        return tn_error_set(err, TN_EUNSUPPORTED, "cannot keep a reader from checkpointing");
    return tn__sqlite_settings_apply(db, settings, access, err);
}

int tn__sqlite_inspect(struct tn__driver_plan *out, const char **path, void *handle, tn_error *err)
{
    int rc = check_engine(err);
    if (rc != TN_OK)
        return rc;
    const char *file = sqlite3_db_filename(handle, "main");
    out->is_single = true;
    out->has_writer = sqlite3_db_readonly(handle, "main") != 1;
    *path = file && file[0] ? file : NULL;
    return TN_OK;
}

/* Nothing of the handle is changed, but that it knows tn_list(): its settings are the program's. */
static int adopt(struct tn__driver_conn **out, sqlite3 *db, tn_error *err)
{
    struct tn__driver_conn *conn = tn__alloc_zero(1, sizeof *conn);
    if (!conn)
        return tn_error_set(err, TN_ENOMEM, "cannot adopt the handle: out of memory");
    conn->db = db;
    conn->is_adopted = true;
    int rc = tn__sqlite_add_list(db, err);
    if (rc == TN_OK)
        rc = tn__sqlite_prepare_own(conn, err);
    if (rc != TN_OK) {
        tn_error_prefix(err, "cannot adopt the handle");
        tn__driver_sqlite.close(conn);
        return rc;
    }
    *out = conn;
    return TN_OK;
}

/* By the engine's name of the file, which is the same through any link. Where there can be no gate
 * the database works without. */
static int open_gate(struct tn__driver_conn *conn, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error why;
    const char *database = sqlite3_db_filename(conn->db, "main");
    const char *path = tn__arena_printf(&arena, "%s-gate", database);
    int rc = path ? tn__gate_open(&conn->gate, path, database, &why) : TN_ENOMEM;
    if (rc == TN_ENOMEM)
        tn_error_set(err, TN_ENOMEM, "out of memory");
    tn_arena_fini(&arena);
    return rc == TN_EUNSUPPORTED ? TN_OK : rc;
}

int tn__sqlite_open(struct tn__driver_conn **out, const struct tn__driver_open *how, tn_error *err)
{
    struct tn__sqlite_settings settings;
    struct tn__driver_conn *conn = NULL;
    if (how->adopt)
        return adopt(out, how->adopt, err);
    int rc = check_engine(err);
    if (rc == TN_OK)
        rc = tn__sqlite_settings_read(&settings, how->url, err);
    if (rc != TN_OK)
        return rc;
    bool is_file = settings.mode != TN__SQLITE_MEMORY;
    const char *path = is_file ? how->url->path : ":memory:";
    if (is_file)
        rc = check_file(path, how->create, err);
    if (rc != TN_OK)
        return rc;
    conn = tn__alloc_zero(1, sizeof *conn);
    if (!conn)
        return tn_error_set(err, TN_ENOMEM, "cannot open '%s': out of memory", path);

    int flags = open_flags(&settings, how);
    rc = is_file ? open_file(&conn->db, path, flags, settings.is_immutable, err)
                 : open_handle(&conn->db, path, flags, err);
    if (rc == TN_OK)
        rc = set_up(conn->db, &settings, how->access, err);
    if (rc == TN_OK)
        rc = tn__sqlite_add_list(conn->db, err);
    if (rc == TN_OK)
        rc = tn__sqlite_prepare_own(conn, err);
    conn->busy_timeout_ms = settings.busy_timeout_ms;
    conn->no_optimize = how->no_optimize;
    if (rc == TN_OK && settings.has_gate && is_file && how->access == TN_WRITE)
        rc = open_gate(conn, err);
    if (rc != TN_OK) {
        tn_error_prefix(err, "cannot open '%s'", path);
        tn__driver_sqlite.close(conn);
        return rc;
    }
    *out = conn;
    return TN_OK;
}
