/* SPDX-License-Identifier: MIT */
/*
 * The least that a status command can do: open the database, read the history, read and hash every
 * file of the folder, compare, and print a line for each.
 *
 *     bench_status_bare DATABASE FOLDER
 */
#include <dirent.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FILES = 100000,
    MAX_FILE_BYTES = 1 << 20
};

struct applied {
    int64_t version;
    char installed_on[32];
    unsigned char checksum[SHA384_DIGEST_LENGTH];
};

static struct applied *history;
static size_t history_count;
static size_t history_cap;

static bool keep_applied(sqlite3_stmt *stmt)
{
    if (history_count == history_cap) {
        size_t cap = history_cap ? history_cap * 2 : 256;
        struct applied *grown = realloc(history, cap * sizeof *grown);
        if (!grown)
            return false;
        history = grown;
        history_cap = cap;
    }
    struct applied *applied = &history[history_count++];
    const unsigned char *when = sqlite3_column_text(stmt, 1);
    applied->version = sqlite3_column_int64(stmt, 0);
    (void)snprintf(applied->installed_on, sizeof applied->installed_on, "%s",
                   when ? (const char *)when : "");
    if (sqlite3_column_bytes(stmt, 2) != SHA384_DIGEST_LENGTH)
        return false;
    memcpy(applied->checksum, sqlite3_column_blob(stmt, 2), SHA384_DIGEST_LENGTH);
    return true;
}

static bool read_history(const char *file)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool ok =
        sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db,
                           "SELECT version, installed_on, checksum FROM _sqlx_migrations "
                           "ORDER BY version",
                           -1, &stmt, NULL) == SQLITE_OK;
    int rc = SQLITE_DONE;
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = keep_applied(stmt);
    ok = ok && rc == SQLITE_DONE;
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return ok;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the folder's files, in order. */
static char **list_folder(const char *folder, size_t *count)
{
    char **names = calloc(MAX_FILES, sizeof *names);
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (names && dir && (entry = readdir(dir)) && *count < MAX_FILES) {
        if (strstr(entry->d_name, ".sql") && !(names[(*count)++] = strdup(entry->d_name)))
            *count = MAX_FILES;
    }
    if (dir)
        (void)closedir(dir);
    if (names)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

static bool hash_file(const char *folder, const char *name, unsigned char *digest)
{
    static unsigned char bytes[MAX_FILE_BYTES];
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    (void)setvbuf(file, NULL, _IONBF, 0);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    bool ok = !ferror(file);
    (void)fclose(file);
    return ok && SHA384(bytes, size, digest) != NULL;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    if (argc != 3 || !read_history(argv[1]))
        return 2;
    char **names = list_folder(argv[2], &count);
    if (!names || count != history_count)
        return 2;
    for (size_t i = 0; i < count; i++) {
        unsigned char digest[SHA384_DIGEST_LENGTH];
        if (!hash_file(argv[2], names[i], digest) ||
            memcmp(digest, history[i].checksum, sizeof digest) != 0)
            return 1;
        printf("%" PRId64 " applied %s %s\n", history[i].version, history[i].installed_on,
               names[i]);
        free(names[i]);
    }
    free(names);
    free(history);
    return 0;
}
