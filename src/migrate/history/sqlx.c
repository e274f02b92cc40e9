/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <tenon/time.h>

#include "migrate/engine/engine.h"
#include "migrate/history/history.h"
#include "util/hash.h"
#include "util/str.h"

/*
 * `_sqlx_migrations`, as sqlx 0.8 and 0.9 write it: sqlx-sqlite/src/migrate.rs and its brother in
 * sqlx-postgres. The table is the same to the byte (its statements are the engine's), and so is every
 * column of a row: the description with blanks for underscores, SHA-384 of the file's bytes,
 * nanoseconds (-1 until they are known).
 */
static const char *text_of(tn_value value, tn_arena *arena)
{
    if (value.type == TN_TEXT) /* without data: no memory for it */
        return value.as.text.data ? tn_arena_copy(arena, value.as.text.data, value.as.text.size)
                                  : NULL;
    if (value.type == TN_INT)
        return tn__arena_printf(arena, "%lld", (long long)value.as.integer);
    return "";
}

static int read_row(struct tn__history_row *row, struct tn__link *link,
                    struct tn__driver_stmt *stmt, tn_arena *arena, tn_error *err)
{
    tn_value version = link->driver->column(stmt, 0);
    tn_value success = link->driver->column(stmt, 3);
    tn_value checksum = link->driver->column(stmt, 4);
    tn_value elapsed = link->driver->column(stmt, 5);
    memset(row, 0, sizeof *row);
    if (version.type != TN_INT)
        return tn_error_set(err, TN_EREFUSED,
                            "'_sqlx_migrations' holds a version that is no number");
    row->version = version.as.integer;
    row->is_success = (success.type == TN_INT && success.as.integer != 0) ||
                      (success.type == TN_BOOL && success.as.boolean);
    row->elapsed_ns = elapsed.type == TN_INT ? elapsed.as.integer : -1;
    if (checksum.type == TN_BLOB && checksum.as.blob.size == sizeof row->checksum) {
        memcpy(row->checksum, checksum.as.blob.data, sizeof row->checksum);
        row->has_checksum = true;
    }
    if (checksum.type == TN_TEXT && !checksum.as.text.data)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    row->description = text_of(link->driver->column(stmt, 1), arena);
    row->applied_at = text_of(link->driver->column(stmt, 2), arena);
    if (!row->description || !row->applied_at)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    return TN_OK;
}

static int load(const struct tn__history_row **out, size_t *out_count, struct tn__link *link,
                tn_arena *arena, tn_error *err)
{
    const char *sql = tn__link_sql(link, TN__SQL_HISTORY_LOAD);
    struct tn__driver_stmt *stmt = NULL;
    struct tn__history_row *rows = NULL;
    size_t count = 0;
    size_t cap = 0;
    int rc = link->driver->prepare(&stmt, link->native, sql, strlen(sql), false, err);
    while (rc >= 0 && (rc = link->driver->step(stmt, err)) == TN_ROW) {
        if (count == cap) {
            size_t more = cap ? 2 * cap : 64;
            struct tn__history_row *grown = tn_arena_alloc(arena, more * sizeof *grown);
            if (!grown) {
                rc = tn_error_set(err, TN_ENOMEM, "out of memory");
                break;
            }
            if (count > 0)
                memcpy(grown, rows, count * sizeof *grown);
            rows = grown;
            cap = more;
        }
        rc = read_row(&rows[count++], link, stmt, arena, err);
    }
    link->driver->finalize(stmt);
    if (rc < 0)
        return rc;
    *out = rows;
    *out_count = count;
    return TN_OK;
}

/* SQLite has no clock in a row that can be read without a journal for it: the time is given. */
static int insert_timed(struct tn__history_use *use, struct tn__link *link,
                        const tn_migration *migration, const char **applied_at, tn_arena *arena,
                        tn_error *err)
{
    char now[TN_TIME_MAX];
    tn_timestamp seconds = tn_now();
    seconds.us -= seconds.us % 1000000;
    size_t size = tn_time_format(now, seconds, TN_TIME_DATETIME);
    const tn_value params[] = {
        tn_value_int(migration->version),
        tn_value_string(migration->name),
        tn_value_text((tn_text){now, size}),
        tn_value_blob((tn_blob){migration->checksum, sizeof migration->checksum}),
    };
    const char *copy = tn_arena_copy(arena, now, size);
    if (!copy)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int rc = tn__link_again(link, &use->insert, tn__link_sql(link, TN__SQL_HISTORY_INSERT), params,
                            4, err);
    if (rc == TN_OK)
        *applied_at = copy;
    return rc;
}

/* The server's own clock, which the statement returns. */
static int insert_returning(struct tn__history_use *use, struct tn__link *link,
                            const tn_migration *migration, const char **applied_at, tn_arena *arena,
                            tn_error *err)
{
    const tn_value params[] = {
        tn_value_int(migration->version),
        tn_value_string(migration->name),
        tn_value_blob((tn_blob){migration->checksum, sizeof migration->checksum}),
    };
    const char *copy = NULL;
    int rc = tn__link_ready(link, &use->insert, tn__link_sql(link, TN__SQL_HISTORY_INSERT), params,
                            3, err);
    if (rc == TN_OK)
        rc = link->driver->step(use->insert, err);
    if (rc == TN_ROW) {
        copy = text_of(link->driver->column(use->insert, 0), arena);
        rc = copy ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    if (use->insert) {
        link->driver->reset(use->insert);
        link->driver->clear(use->insert);
    }
    if (rc == TN_OK)
        *applied_at = copy;
    return rc < 0 ? rc : TN_OK;
}

static int set_elapsed(struct tn__history_use *use, struct tn__link *link, int64_t version,
                       int64_t elapsed_ns, tn_error *err)
{
    const tn_value params[] = {tn_value_int(elapsed_ns), tn_value_int(version)};
    return tn__link_again(link, &use->elapsed, tn__link_sql(link, TN__SQL_HISTORY_ELAPSED), params,
                          2, err);
}

static int remove_row(struct tn__history_use *use, struct tn__link *link, int64_t version,
                      tn_error *err)
{
    const tn_value params[] = {tn_value_int(version)};
    return tn__link_again(link, &use->remove, tn__link_sql(link, TN__SQL_HISTORY_REMOVE), params, 1,
                          err);
}

static int run_once(struct tn__link *link, const char *sql, const tn_value *params, int count,
                    tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    int rc = tn__link_again(link, &stmt, sql, params, count, err);
    link->driver->finalize(stmt);
    return rc;
}

static int set_checksum(struct tn__link *link, int64_t version, const uint8_t checksum[48],
                        tn_error *err)
{
    const tn_value params[] = {tn_value_blob((tn_blob){checksum, 48}), tn_value_int(version)};
    return run_once(link, tn__link_sql(link, TN__SQL_HISTORY_CHECKSUM), params, 2, err);
}

static int rename_row(struct tn__link *link, int64_t version, const tn_migration *migration,
                      tn_error *err)
{
    const tn_value params[] = {tn_value_int(migration->version), tn_value_string(migration->name),
                               tn_value_int(version)};
    return run_once(link, tn__link_sql(link, TN__SQL_HISTORY_RENAME), params, 3, err);
}

static void show_insert(struct tn__buf *out, const struct tn__link *link,
                        const tn_migration *migration)
{
    char hex[2 * sizeof migration->checksum + 1];
    tn__hex(hex, migration->checksum, sizeof migration->checksum);
    tn__buf_printf(out,
                   "INSERT INTO %s ( version, description, success, checksum, "
                   "execution_time ) VALUES ( %lld, ",
                   tn__link_sql(link, TN__SQL_HISTORY_NAME), (long long)migration->version);
    tn__buf_sql_string(out, tn_text_of(migration->name));
    tn__buf_printf(out, ", TRUE, %s%s', -1 );\n", link->engine->blob_open, hex);
}

static void show_remove(struct tn__buf *out, const struct tn__link *link, int64_t version)
{
    tn__buf_printf(out, "DELETE FROM %s WHERE version = %lld;\n",
                   tn__link_sql(link, TN__SQL_HISTORY_NAME), (long long)version);
}

#define COLUMNS                                                                \
 "('version'), ('description'), ('installed_on'), ('success'), ('checksum'), " \
 "('execution_time')"

const struct tn__history tn__history_sqlx = {
    .table = "_sqlx_migrations",
    .columns = COLUMNS,
    .load = load,
    .insert = insert_timed,
    .set_elapsed = set_elapsed,
    .remove = remove_row,
    .set_checksum = set_checksum,
    .rename = rename_row,
    .show_insert = show_insert,
    .show_remove = show_remove,
};

const struct tn__history tn__history_sqlx_postgres = {
    .table = "_sqlx_migrations",
    .columns = COLUMNS,
    .load = load,
    .insert = insert_returning,
    .set_elapsed = set_elapsed,
    .remove = remove_row,
    .set_checksum = set_checksum,
    .rename = rename_row,
    .show_insert = show_insert,
    .show_remove = show_remove,
};

void tn__history_use_fini(struct tn__history_use *use, struct tn__link *link)
{
    if (!link->driver)
        return;
    link->driver->finalize(use->insert);
    link->driver->finalize(use->elapsed);
    link->driver->finalize(use->remove);
    *use = (struct tn__history_use){NULL, NULL, NULL};
}
