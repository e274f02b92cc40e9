/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/str.h"

/*
 * What migrations make beside their database: it stays on the server of somebody else when the database of the
 * check is dropped, and the next check meets it. By the words of the statements; a DO block is not looked into.
 */

static bool is_shared(const struct tn__sql *sql, size_t i)
{
    static const char *const nouns[] = {"DATABASE",     "GROUP",      "ROLE",
                                        "SUBSCRIPTION", "TABLESPACE", NULL};
    bool begins = i == 0 || sql->tokens[i - 1].kind == TN__TOK_SEMI;
    bool is_user = tn__sql_is(sql, i + 1, "USER") && !tn__sql_is(sql, i + 2, "MAPPING");
    return begins && tn__sql_is(sql, i, "CREATE") && (is_user || tn__sql_is_any(sql, i + 1, nouns));
}

static int look_through(const tn_migration_script *script, tn_arena *arena, struct tn__diags *diags)
{
    struct tn__sql sql;
    struct tn__lines lines;
    int rc = tn__sql_scan_as(&sql, script->sql, TN__POSTGRES, arena);
    if (rc == TN_OK)
        rc = tn__lines_find(&lines, script->sql, arena);
    for (size_t i = 0; rc == TN_OK && i < sql.count; i++) {
        if (!is_shared(&sql, i))
            continue;
        tn_text noun = tn__sql_text(&sql, i + 1);
        struct tn__place place = tn__place_in(script->file, script->sql, &lines,
                                              sql.tokens[i].offset, sql.tokens[i].size);
        place.line += script->first_line > 0 ? script->first_line - 1 : 0;
        struct tn__diag *diag = tn__diags_add(
            diags, "migration-notice", place,
            "'CREATE %.*s' is for the whole server: it stays there when the check's database is "
            "dropped",
            (int)noun.size, noun.data);
        tn__diag_help(diags, diag, "check without --url and check_url, on a private server");
    }
    return rc;
}

int tn__pg_note_shared(const tn_migration_set *set, tn_arena *arena, struct tn__diags *diags)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < set->count; i++)
        rc = look_through(&set->items[i].up, arena, diags);
    return rc;
}
