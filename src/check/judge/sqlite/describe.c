/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"

#include <string.h>

/* Reads as the engine reports them while it prepares. */
struct watch {
    tn_arena *arena;
    struct tn__read *items;
    size_t count;
    size_t cap;
    int status;
};

enum {
    FIRST_READS = 16
};

static tn_text copy_string(struct watch *watch, const char *string)
{
    if (!string)
        return (tn_text){0};
    size_t size = strlen(string);
    const char *copy = tn_arena_copy(watch->arena, string, size);
    if (!copy)
        watch->status = TN_ENOMEM;
    return (tn_text){copy, copy ? size : 0};
}

static void on_access(const struct tn__access_report *report, void *user)
{
    struct watch *watch = user;
    if (report->action != TN__ACTION_READ)
        return;
    if (watch->count == watch->cap) {
        size_t cap = watch->cap ? watch->cap * 2 : FIRST_READS;
        struct tn__read *items = tn_arena_array(watch->arena, cap, sizeof(*items));
        if (!items) {
            watch->status = TN_ENOMEM;
            return;
        }
        if (watch->count)
            memcpy(items, watch->items, watch->count * sizeof(*items));
        watch->items = items;
        watch->cap = cap;
    }
    watch->items[watch->count++] =
        (struct tn__read){copy_string(watch, report->first), copy_string(watch, report->second)};
}

static int describe_columns(struct tn__described *out, const struct tn__driver *driver,
                            struct tn__driver_stmt *stmt, struct watch *watch)
{
    int count = driver->column_count(stmt);
    struct tn__described_column *columns =
        tn_arena_array(watch->arena, (size_t)count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    for (int i = 0; i < count; i++) {
        struct tn__column_info info = {0};
        driver->describe(stmt, i, &info);
        bool is_main = info.database && strcmp(info.database, "main") == 0;
        columns[i].name = copy_string(watch, info.name);
        columns[i].table = copy_string(watch, is_main ? info.table : NULL);
        columns[i].column = copy_string(watch, is_main ? info.column : NULL);
    }
    out->columns = columns;
    out->column_count = (size_t)count;
    return watch->status;
}

int tn__sqlite_describe(struct tn__described *out, struct tn__judge *judge,
                        const struct tn__sql_text *text, tn_error *err)
{
    const struct tn__driver *driver = judge->scratch->driver;
    struct watch watch = {.arena = judge->arena};
    struct tn__described described = {0};
    struct tn__driver_stmt *stmt = NULL;
    driver->watch(judge->scratch->native, on_access, &watch);
    int rc = driver->prepare(&stmt, judge->scratch->native, text->text.data, text->text.size, false,
                             err);
    driver->watch(judge->scratch->native, NULL, NULL);
    if (rc != TN_OK)
        return rc;
    described.is_readonly = driver->is_readonly(stmt);
    rc = describe_columns(&described, driver, stmt, &watch);
    driver->finalize(stmt);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "out of memory");
    described.reads = watch.items;
    described.read_count = watch.count;
    *out = described;
    return TN_OK;
}
