/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "doctor/ask.h"
#include "doctor/doctor.h"
#include "util/str.h"

/* Facts that are the value of a query. */
static const struct query {
    const char *name;
    const char *sql;
    bool is_number;
} queries[] = {
    {"sqlite_version", "SELECT sqlite_version()", false},
    {"encoding", "PRAGMA encoding", false},
    {"page_size", "PRAGMA page_size", true},
    {"page_count", "PRAGMA page_count", true},
    {"freelist_count", "PRAGMA freelist_count", true},
    {"user_version", "PRAGMA user_version", true},
    {"application_id", "PRAGMA application_id", true},
    {"auto_vacuum", "PRAGMA auto_vacuum", true},
    {"synchronous", "PRAGMA synchronous", true},
    {"foreign_keys", "PRAGMA foreign_keys", true},
    {"busy_timeout", "PRAGMA busy_timeout", true},
    {"cache_size", "PRAGMA cache_size", true},
    {"mmap_size", "PRAGMA mmap_size", true},
    {"tables",
     "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
     "ESCAPE '\\'",
     true},
    {"indexes", "SELECT count(*) FROM sqlite_schema WHERE type = 'index'", true},
    {"views", "SELECT count(*) FROM sqlite_schema WHERE type = 'view'", true},
    {"triggers", "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'", true},
};

enum {
    QUERY_COUNT = sizeof queries / sizeof queries[0],
    FILE_COUNT = 3
};

static const char *ask(tn_db *db, const char *sql, tn_arena *arena)
{
    const char *value;
    tn_error ignored;
    return tn__ask(&value, db, sql, arena, &ignored) == TN_OK ? value : NULL;
}

static const char *file_size(const char *path, const char *suffix, tn_arena *arena)
{
    struct stat st;
    const char *file = path ? tn__arena_printf(arena, "%s%s", path, suffix) : NULL;
    if (!file || stat(file, &st) != 0)
        return NULL;
    return tn__arena_printf(arena, "%lld", (long long)st.st_size);
}

int tn__facts_read(const struct tn__fact **out, size_t *out_count, tn_db *db, const char *url,
                   tn_arena *arena, tn_error *err)
{
    static const struct {
        const char *name;
        const char *suffix;
    } files[FILE_COUNT] = {{"file_bytes", ""}, {"wal_bytes", "-wal"}, {"shm_bytes", "-shm"}};
    const size_t most = 4 + FILE_COUNT + QUERY_COUNT;
    if (strcmp(tn_db_engine(db), "sqlite") != 0)
        return tn__facts_read_postgres(out, out_count, db, url, arena, err);
    struct tn__fact *facts = tn_arena_array(arena, most, sizeof *facts);
    size_t count = 0;
    if (!facts)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    const char *path = ask(db, "SELECT file FROM pragma_database_list WHERE name = 'main'", arena);
    if (path && path[0] == '\0')
        path = NULL;
    facts[count++] = (struct tn__fact){"url", url, false};
    facts[count++] = (struct tn__fact){"engine", tn_db_engine(db), false};
    facts[count++] = (struct tn__fact){"file", path, false};
    for (int i = 0; i < FILE_COUNT; i++)
        facts[count++] =
            (struct tn__fact){files[i].name, file_size(path, files[i].suffix, arena), true};
    const char *mode = NULL;
    if (tn__ask_journal_mode(&mode, db, arena, err) != TN_OK)
        mode = NULL;
    facts[count++] = (struct tn__fact){"journal_mode", mode, false};
    for (int i = 0; i < QUERY_COUNT; i++)
        facts[count++] = (struct tn__fact){queries[i].name, ask(db, queries[i].sql, arena),
                                           queries[i].is_number};
    *out = facts;
    *out_count = count;
    return TN_OK;
}
