/* SPDX-License-Identifier: MIT */
#include "migrate/pragmas.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/str.h"

/* The connection's own settings that scripts are known to change. foreign_keys is the first. */
static const char *const kept_names[TN__KEPT_PRAGMAS] = {
    "foreign_keys",       "synchronous",     "legacy_alter_table",
    "recursive_triggers", "writable_schema", "ignore_check_constraints",
    "defer_foreign_keys", "query_only"};

/* Settings of a connection's URL that the engine refuses, or ignores, in a transaction. */
static const char *const url_names[] = {"journal_mode", "synchronous"};

static int kept_index(tn_text name)
{
    for (int i = 0; i < TN__KEPT_PRAGMAS; i++) {
        if (tn__text_is_nocase(name, kept_names[i]))
            return i;
    }
    return -1;
}

static int read_pragma(struct tn__link *link, const char *name, int64_t *out, tn_error *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    return tn__link_int(link, sql, out, err);
}

static int keep(struct tn__kept_pragmas *kept, struct tn__link *link, int index, tn_error *err)
{
    if (kept->is_kept[index])
        return TN_OK;
    int rc = read_pragma(link, kept_names[index], &kept->values[index], err);
    kept->is_kept[index] = rc == TN_OK;
    return rc;
}

int tn__pragmas_prepare(struct tn__kept_pragmas *kept, struct tn__link *link,
                        const tn_migration_script *script, bool keys_off, tn_error *err)
{
    *kept = (struct tn__kept_pragmas){{0}, {false}, false};
    for (size_t i = 0; i < script->stmt_count; i++) {
        struct tn__pragma pragma;
        if (script->stmts[i].kind != TN__STMT_PRAGMA ||
            !tn__pragma_parse(&pragma, tn__script_stmt(script, i)) || !pragma.value.data)
            continue;
        int index = kept_index(pragma.name);
        int rc = index >= 0 ? keep(kept, link, index, err) : TN_OK;
        if (rc != TN_OK)
            return rc;
    }
    int rc = keys_off ? keep(kept, link, 0, err) : TN_OK;
    if (rc != TN_OK || (!keys_off && !tn__script_wants_foreign_keys_off(script)) ||
        kept->values[0] == 0)
        return rc;
    rc = link->driver->option(link->native, TN__OPT_FOREIGN_KEYS, 0, err);
    kept->foreign_keys_off = rc == TN_OK;
    return rc;
}

void tn__pragmas_restore(struct tn__kept_pragmas *kept, struct tn__link *link)
{
    tn_error ignored;
    for (int i = 0; i < TN__KEPT_PRAGMAS; i++) {
        char sql[80];
        int64_t now;
        if (!kept->is_kept[i] || read_pragma(link, kept_names[i], &now, &ignored) != TN_OK ||
            now == kept->values[i])
            continue;
        snprintf(sql, sizeof sql, "PRAGMA %s = %" PRId64, kept_names[i], kept->values[i]);
        if (tn__link_exec(link, sql, &ignored) != TN_OK)
            continue; /* the next use of the connection shows what is wrong with it */
    }
    *kept = (struct tn__kept_pragmas){{0}, {false}, false};
}

/* Whether two spellings mean the same value of a setting: "1" and "NORMAL". */
static bool same_setting(const char *name, tn_text wanted, tn_text now)
{
    static const char *const levels[] = {"off", "normal", "full", "extra"};
    if (strcmp(name, "synchronous") == 0) {
        for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
            char digit[2] = {(char)('0' + i), '\0'};
            if (tn__text_is_nocase(wanted, levels[i]))
                wanted = tn_text_of(levels[i]);
            if (tn__text_is(wanted, digit))
                wanted = tn_text_of(levels[i]);
            if (tn__text_is(now, digit))
                now = tn_text_of(levels[i]);
        }
    }
    return tn__text_equal_nocase(wanted, now);
}

static int url_pragma(const char *name, tn_text wanted, struct tn__link *link, const char **notice,
                      tn_arena *arena, tn_error *err)
{
    char sql[64];
    const char *now;
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    int rc = tn__link_text(link, sql, &now, arena, err);
    if (rc != TN_OK)
        return rc;
    if (same_setting(name, wanted, tn_text_of(now)))
        return TN_NONE;
    *notice = tn__arena_printf(arena,
                               "'PRAGMA %s = %.*s' has been left out: it has no place in a "
                               "transaction; it is %s now, and the database's URL sets it "
                               "(?%s=…)",
                               name, (int)wanted.size, wanted.data, now, name);
    return *notice ? TN_NONE : tn_error_set(err, TN_ENOMEM, "out of memory");
}

int tn__pragma_in_transaction(const struct tn__kept_pragmas *kept, struct tn__link *link,
                              tn_text statement, const char **notice, tn_arena *arena,
                              tn_error *err)
{
    struct tn__pragma pragma;
    bool on;
    *notice = NULL;
    if (!tn__pragma_parse(&pragma, statement) || !pragma.value.data)
        return TN_OK;
    for (size_t i = 0; i < sizeof url_names / sizeof url_names[0]; i++) {
        if (tn__text_is_nocase(pragma.name, url_names[i]))
            return url_pragma(url_names[i], pragma.value, link, notice, arena, err);
    }
    if (!tn__text_is_nocase(pragma.name, "foreign_keys"))
        return TN_OK;
    /* Off has been seen to before the transaction began, and on comes back after it. */
    if (tn__text_to_bool(&on, pragma.value) == TN_OK && on && !kept->foreign_keys_off &&
        kept->values[0] == 0)
        *notice = "'PRAGMA foreign_keys = ON' has been left out: it has no effect in a "
                  "transaction, and the database's URL has them off (?foreign_keys=off)";
    return TN_NONE;
}

bool tn__pragma_is_transient(tn_text statement)
{
    struct tn__pragma pragma;
    return tn__pragma_parse(&pragma, statement) &&
           (!pragma.value.data || kept_index(pragma.name) >= 0);
}

static int count_rows(struct tn__fk_census *census, struct tn__link *link,
                      struct tn__driver_stmt *stmt, tn_arena *arena, tn_error *err)
{
    size_t cap = 0;
    int rc;
    while ((rc = link->driver->step(stmt, err)) == TN_ROW) {
        if (census->count == cap) {
            size_t more = cap ? 2 * cap : 16;
            struct tn__fk_count *grown = tn_arena_array(arena, more, sizeof *grown);
            if (!grown)
                return tn_error_set(err, TN_ENOMEM, "out of memory");
            if (cap > 0)
                memcpy(grown, census->items, cap * sizeof *grown);
            census->items = grown;
            cap = more;
        }
        struct tn__fk_count *item = &census->items[census->count++];
        tn_value table = link->driver->column(stmt, 0);
        tn_value parent = link->driver->column(stmt, 1);
        tn_value rows = link->driver->column(stmt, 2);
        if (!table.as.text.data || !parent.as.text.data)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        item->table = tn_arena_copy(arena, table.as.text.data, table.as.text.size);
        item->parent = tn_arena_copy(arena, parent.as.text.data, parent.as.text.size);
        item->rows = rows.as.integer;
        if (!item->table || !item->parent)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    return rc == TN_DONE ? TN_OK : rc;
}

int tn__fk_census_take(struct tn__fk_census *out, struct tn__link *link, tn_arena *arena,
                       tn_error *err)
{
    static const char sql[] = "SELECT \"table\", \"parent\", count(*) "
                              "FROM pragma_foreign_key_check GROUP BY 1, 2";
    struct tn__fk_census census = {NULL, 0};
    struct tn__driver_stmt *stmt = NULL;
    int rc = link->driver->prepare(&stmt, link->native, sql, sizeof sql - 1, false, err);
    if (rc == TN_OK)
        rc = count_rows(&census, link, stmt, arena, err);
    link->driver->finalize(stmt);
    if (rc == TN_OK)
        *out = census;
    return rc;
}

static int64_t rows_of(const struct tn__fk_census *census, const struct tn__fk_count *like)
{
    for (size_t i = 0; i < census->count; i++) {
        if (strcmp(census->items[i].table, like->table) == 0 &&
            strcmp(census->items[i].parent, like->parent) == 0)
            return census->items[i].rows;
    }
    return 0;
}

int tn__fk_census_compare(const struct tn__fk_census *before, struct tn__link *link,
                          tn_arena *arena, tn_error *err)
{
    struct tn__fk_census after;
    int rc = tn__fk_census_take(&after, link, arena, err);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0; i < after.count; i++) {
        const struct tn__fk_count *now = &after.items[i];
        int64_t known = rows_of(before, now);
        if (now->rows <= known)
            continue;
        rc = tn_error_set(err, TN_EFOREIGNKEY,
                          "with foreign keys off, %" PRId64
                          " row%s of '%s' %s come to point to rows of '%s' that do not exist",
                          now->rows - known, now->rows - known == 1 ? "" : "s", now->table,
                          now->rows - known == 1 ? "has" : "have", now->parent);
        tn__copy_text(err->table, sizeof err->table, tn_text_of(now->table));
        return rc;
    }
    return TN_OK;
}
