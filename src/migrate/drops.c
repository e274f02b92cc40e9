/* SPDX-License-Identifier: MIT */
#include "migrate/drops.h"

#include <string.h>

#include "lex/lex.h"
#include "util/buf.h"
#include "util/str.h"

/* A table that the statement would write, beside the one that it drops. */
struct written {
    const char *database;
    const char *table;
    struct written *next;
};

struct look {
    const char *dropped;  /* what is deleted from first: the engine's own name of it */
    const char *database; /* that it is in */
    struct written *first;
    struct written *last;
    tn_arena *arena;
    bool is_out_of_memory;
};

bool tn__is_drop_table(tn_text statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__SQLITE);
    return tn__token_is(&lexer, tn__lex_next_solid(&lexer), "DROP") &&
           tn__token_is(&lexer, tn__lex_next_solid(&lexer), "TABLE");
}

static char *copy(struct look *look, const char *string)
{
    char *text = tn_arena_copy(look->arena, string, strlen(string));
    look->is_out_of_memory |= !text;
    return text;
}

static void on_access(const struct tn__access_report *report, void *user)
{
    struct look *look = user;
    bool is_write = report->action == TN__ACTION_DELETE || report->action == TN__ACTION_UPDATE ||
                    report->action == TN__ACTION_INSERT;
    if (!is_write || !report->first || !report->database ||
        tn__text_is_nocase(tn__text_sub(tn_text_of(report->first), 0, 7), "sqlite_"))
        return;
    if (!look->dropped) {
        look->dropped = copy(look, report->first);
        look->database = copy(look, report->database);
        return;
    }
    if (strcmp(report->first, look->dropped) == 0 ||
        (look->last && strcmp(look->last->table, report->first) == 0))
        return;
    struct written *written = tn_arena_alloc(look->arena, sizeof *written);
    look->is_out_of_memory |= !written;
    if (!written)
        return;
    *written = (struct written){copy(look, report->database), copy(look, report->first), NULL};
    if (look->is_out_of_memory)
        return;
    if (look->last)
        look->last->next = written;
    else
        look->first = written;
    look->last = written;
}

/*
 * What the statement would write, by the engine's own account while preparing. TN_NONE: it is no DROP
 * TABLE, or cannot be prepared: its own run says what is wrong with it.
 */
static int have_engine_look(struct look *look, struct tn__link *link, tn_text statement,
                            tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    if (!tn__is_drop_table(statement))
        return TN_NONE;
    link->driver->watch(link->native, on_access, look);
    int rc = link->driver->prepare(&stmt, link->native, statement.data, statement.size, false, err);
    link->driver->watch(link->native, NULL, NULL);
    link->driver->finalize(stmt);
    if (look->is_out_of_memory)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    return rc == TN_OK || rc == TN_ENOMEM || rc == TN_EIO ? rc : TN_NONE;
}

/* In a table without rows nothing can be deleted or changed. */
static int has_rows(int64_t *out, struct tn__link *link, const struct written *written,
                    tn_error *err)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT EXISTS (SELECT 1 FROM ");
    tn__buf_sql_name(&sql, tn_text_of(written->database));
    tn__buf_putc(&sql, '.');
    tn__buf_sql_name(&sql, tn_text_of(written->table));
    tn__buf_putc(&sql, ')');
    int rc = tn__buf_status(&sql) == TN_OK ? tn__link_int(link, sql.data, out, err)
                                           : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_fini(&sql);
    return rc;
}

int tn__drop_look(const char **out, struct tn__link *link, tn_text statement, tn_arena *arena,
                  tn_error *err)
{
    struct look look = {.arena = arena};
    int rc = have_engine_look(&look, link, statement, err);
    if (rc != TN_OK)
        return rc;
    for (const struct written *w = look.first; rc == TN_OK && w; w = w->next) {
        int64_t is_filled = 0;
        rc = has_rows(&is_filled, link, w, err);
        if (rc == TN_OK && is_filled) {
            *out = w->table;
            return TN_OK;
        }
    }
    /* Not looked at is not harmless: an I/O error has ended the transaction as well. */
    return rc == TN_OK ? TN_NONE : rc;
}

/* --- rows that are lost ------------------------------------------------------------------------ */

/* -1: there is no such table, or it cannot be read. */
static int count_rows(int64_t *out, struct tn__link *link, const char *database, const char *table,
                      tn_error *err)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT count(*) FROM ");
    tn__buf_sql_name(&sql, tn_text_of(database));
    tn__buf_putc(&sql, '.');
    tn__buf_sql_name(&sql, tn_text_of(table));
    int rc = tn__buf_status(&sql) == TN_OK ? tn__link_int(link, sql.data, out, err)
                                           : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_fini(&sql);
    if (rc == TN_ENOTFOUND || rc == TN_ERROR || rc == TN_ESYNTAX) {
        *out = -1;
        return TN_OK;
    }
    return rc;
}

int tn__dropped_note(struct tn__dropped **list, struct tn__link *link, tn_text statement,
                     size_t index, tn_arena *arena, tn_error *err)
{
    struct look look = {.arena = arena};
    int64_t rows = -1;
    int rc = have_engine_look(&look, link, statement, err);
    if (rc != TN_OK || !look.dropped)
        return rc == TN_NONE ? TN_OK : rc;
    rc = count_rows(&rows, link, look.database, look.dropped, err);
    if (rc != TN_OK || rows < 0)
        return rc;
    struct tn__dropped *dropped = tn_arena_alloc(arena, sizeof *dropped);
    if (!dropped)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    *dropped = (struct tn__dropped){look.database, look.dropped, rows, index, *list};
    *list = dropped;
    return TN_OK;
}

int tn__dropped_check(const struct tn__dropped **out, int64_t *now, const struct tn__dropped *list,
                      struct tn__link *link, tn_error *err)
{
    for (; list; list = list->next) {
        int rc = count_rows(now, link, list->database, list->table, err);
        if (rc != TN_OK)
            return rc;
        if (*now >= 0 && *now < list->rows) {
            *out = list;
            return TN_NONE;
        }
    }
    return TN_OK;
}
