/* SPDX-License-Identifier: MIT */
#include "check/origin.h"

#include "sql/statement.h"
#include "util/str.h"

/* What is looked for. */
struct wanted {
    tn_text table;
    tn_text column; /* NULL text: the table itself, or whatever has its name */
};

/* Token i, or the one behind "main." in front of it, is this name. */
static bool is_named(const struct tn__sql *sql, size_t i, tn_text name)
{
    if (tn__sql_is_op(sql, i + 1, "."))
        i += 2;
    return tn__sql_is_name(sql, i) && tn__text_equal_nocase(tn__sql_name(sql, i), name);
}

/* "CREATE [TEMP|VIRTUAL] TABLE [IF NOT EXISTS] name" at token i, and its likes. */
static bool is_creation(const struct tn__sql *sql, size_t i, tn_text name)
{
    static const char *const marks[] = {"TEMP", "TEMPORARY", "VIRTUAL", NULL};
    static const char *const nouns[] = {"TABLE", "VIEW", "TRIGGER", NULL};
    if (tn__sql_is(sql, i, "RENAME") && tn__sql_is(sql, i + 1, "TO"))
        return is_named(sql, i + 2, name);
    if (!tn__sql_is(sql, i, "CREATE"))
        return false;
    size_t at = i + 1;
    at += tn__sql_is_any(sql, at, marks);
    if (!tn__sql_is_any(sql, at, nouns))
        return false;
    at += tn__sql_is(sql, at + 1, "IF") && tn__sql_is(sql, at + 2, "NOT") ? 4 : 1;
    return is_named(sql, at, name);
}

/* "ALTER TABLE table ADD [COLUMN] column" at token i. */
static bool is_addition(const struct tn__sql *sql, size_t i, const struct wanted *wanted)
{
    if (!tn__sql_is(sql, i, "ALTER") || !tn__sql_is(sql, i + 1, "TABLE") ||
        !is_named(sql, i + 2, wanted->table))
        return false;
    size_t at = i + (tn__sql_is_op(sql, i + 3, ".") ? 5 : 3);
    if (!tn__sql_is(sql, at, "ADD"))
        return false;
    at += tn__sql_is(sql, at + 1, "COLUMN") ? 2 : 1;
    return tn__text_equal_nocase(tn__sql_name(sql, at), wanted->column);
}

static int find(struct tn__place *out, bool *is_found, const tn_migration_set *set,
                const struct wanted *wanted, tn_arena *arena)
{
    *is_found = false;
    for (size_t m = set->count; m-- > 0 && !*is_found;) {
        const tn_migration_script *script = &set->items[m].up;
        struct tn__sql sql;
        if (tn__sql_scan(&sql, script->sql, arena) != TN_OK)
            return TN_ENOMEM;
        for (size_t i = sql.count; i-- > 0 && !*is_found;) {
            *is_found = wanted->column.data ? is_addition(&sql, i, wanted)
                                            : is_creation(&sql, i, wanted->table);
            if (!*is_found)
                continue;
            *out =
                tn__place_at(script->file, script->sql, sql.tokens[i].offset, sql.tokens[i].size);
            out->line += script->first_line > 0 ? script->first_line - 1 : 0;
        }
    }
    return TN_OK;
}

int tn__origin_of(struct tn__place *out, const tn_migration_set *set, tn_text name, tn_arena *arena)
{
    struct wanted wanted = {name, {NULL, 0}};
    bool is_found;
    return find(out, &is_found, set, &wanted, arena);
}

int tn__origin_of_column(struct tn__place *out, const tn_migration_set *set, tn_text table,
                         tn_text column, tn_arena *arena)
{
    struct wanted wanted = {table, column};
    bool is_found;
    int rc = find(out, &is_found, set, &wanted, arena);
    return rc != TN_OK || is_found ? rc : tn__origin_of(out, set, table, arena);
}
