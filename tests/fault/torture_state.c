/* SPDX-License-Identifier: MIT */
#include "torture_state.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <limits.h>

void torture_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(99);
}

/* The rows of a query, '|' between columns, one a line. NULL: it failed. */
static char *rows(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    char *text = NULL;
    size_t size = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        torture_die("out of memory");
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            fprintf(out, "%s%s", i > 0 ? "|" : "", (const char *)sqlite3_column_text(stmt, i));
        fputc('\n', out);
    }
    sqlite3_finalize(stmt);
    fclose(out);
    if (rc == SQLITE_DONE)
        return text;
    free(text);
    return NULL;
}

static bool has_table(sqlite3 *db, const char *name)
{
    char *sql = sqlite3_mprintf("SELECT 1 FROM sqlite_schema WHERE name = %Q", name);
    char *found = rows(db, sql);
    bool has = found && *found;
    sqlite3_free(sql);
    free(found);
    return has;
}

/* Every row of every table, values as literals. */
static const char list_sql[] =
    "SELECT 'SELECT ''' || t.name || ''', ' || (SELECT group_concat('quote(\"' || c.name || '\")')"
    " FROM pragma_table_info(t.name) c) || ' FROM \"' || t.name || '\" ORDER BY 2'"
    " FROM sqlite_schema t WHERE t.type = 'table' AND t.name NOT IN ('_sqlx_migrations',"
    " '_tenon_state') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name";
static const char schema_sql[] =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE tbl_name NOT IN "
    "('_sqlx_migrations', '_tenon_state') AND name NOT LIKE 'sqlite_stat%' ORDER BY type, name";

static char *read_content(sqlite3 *db)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    char *schema = rows(db, schema_sql);
    char *list = rows(db, list_sql);
    bool is_good = out && schema && list;
    if (is_good)
        fputs(schema, out);
    for (char *line = is_good ? strtok(list, "\n") : NULL; line && is_good;
         line = strtok(NULL, "\n")) {
        char *found = rows(db, line);
        is_good = found != NULL;
        if (found)
            fputs(found, out);
        free(found);
    }
    free(schema);
    free(list);
    if (out)
        fclose(out);
    if (is_good)
        return text;
    free(text);
    return NULL;
}

static bool is_sound(sqlite3 *db, const char *path)
{
    char *integrity = rows(db, "PRAGMA integrity_check");
    char *keys = rows(db, "PRAGMA foreign_key_check");
    bool is_good = integrity && keys && strcmp(integrity, "ok\n") == 0 && !*keys;
    if (!is_good)
        fprintf(stderr, "%s: %s%s%s\n", path, integrity ? integrity : sqlite3_errmsg(db),
                keys && *keys ? "; rows that point to nothing: " : "", keys ? keys : "");
    free(integrity);
    free(keys);
    return is_good;
}

bool torture_state_read(struct torture_state *out, const char *path)
{
    sqlite3 *db;
    *out = (struct torture_state){0};
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        torture_die("%s: %s", path, sqlite3_errmsg(db));
    bool is_good = is_sound(db, path);
    if (is_good) {
        out->content = read_content(db);
        out->history = has_table(db, "_sqlx_migrations")
                           ? rows(db, "SELECT version, success, hex(checksum) FROM "
                                      "_sqlx_migrations ORDER BY version")
                           : strdup("");
        out->progress = has_table(db, "_tenon_state")
                            ? rows(db, "SELECT name, value FROM _tenon_state WHERE name LIKE "
                                       "'migration %' ORDER BY name")
                            : strdup("");
        is_good = out->content && out->history && out->progress;
        if (!is_good)
            fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
    }
    sqlite3_close(db);
    return is_good;
}

void torture_state_fini(struct torture_state *state)
{
    free(state->content);
    free(state->history);
    free(state->progress);
    *state = (struct torture_state){0};
}

void torture_image_take(struct torture_image *out, const char *path)
{
    *out = (struct torture_image){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    fseek(file, 0, SEEK_END);
    out->size = (size_t)ftell(file);
    rewind(file);
    out->data = malloc(out->size + 1);
    if (!out->data || fread(out->data, 1, out->size, file) != out->size)
        torture_die("%s: cannot be read", path);
    fclose(file);
}

void torture_image_put(const struct torture_image *image, const char *path)
{
    static const char *const beside[] = {"", "-journal", "-wal", "-shm"};
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, beside[i]);
        unlink(name);
    }
    if (!image->data)
        return;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(image->data, 1, image->size, file) != image->size || fclose(file) != 0)
        torture_die("%s: cannot be written", path);
}

void torture_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        torture_die("%s: %s: %s", path, sql, message ? message : sqlite3_errmsg(db));
    sqlite3_close(db);
}
