/* SPDX-License-Identifier: MIT */
/*
 * The least that a check of queries can be: the migrations on a database in memory, and each query
 * prepared once.
 *
 *     bench_prepare_bare MIGRATION.sql QUERIES.sql…
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    if (!file)
        return NULL;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size >= 0 && fseek(file, 0, SEEK_SET) == 0)
        text = malloc((size_t)size + 1);
    if (text)
        text[fread(text, 1, (size_t)size, file)] = '\0';
    (void)fclose(file);
    return text;
}

static int prepare_all(sqlite3 *db, const char *at)
{
    while (*at) {
        sqlite3_stmt *stmt = NULL;
        if (sqlite3_prepare_v2(db, at, -1, &stmt, &at) != SQLITE_OK) {
            fprintf(stderr, "bench_prepare_bare: %s\n", sqlite3_errmsg(db));
            return -1;
        }
        sqlite3_finalize(stmt);
    }
    return 0;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    int rc = argc > 1 ? sqlite3_open(":memory:", &db) : SQLITE_MISUSE;
    for (int i = 1; i < argc && rc == SQLITE_OK; i++) {
        char *text = read_file(argv[i]);
        if (!text)
            rc = SQLITE_CANTOPEN;
        else if (i == 1)
            rc = sqlite3_exec(db, text, NULL, NULL, NULL);
        else if (prepare_all(db, text))
            rc = SQLITE_ERROR;
        free(text);
    }
    sqlite3_close(db);
    return rc == SQLITE_OK ? 0 : 1;
}
