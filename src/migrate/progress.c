/* SPDX-License-Identifier: MIT */
#include "migrate/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/str.h"

static const char create_sql[] = "CREATE TABLE IF NOT EXISTS " TN__STATE_TABLE " (\n"
                                 "    name TEXT NOT NULL PRIMARY KEY,\n"
                                 "    value TEXT NOT NULL,\n"
                                 "    changed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n"
                                 ")";
static const char load_sql[] =
    "SELECT name, value FROM " TN__STATE_TABLE " WHERE name LIKE 'migration %' ORDER BY name";
static const char count_sql[] =
    "SELECT count(*) FROM " TN__STATE_TABLE " WHERE name LIKE 'migration %'";
static const char put_sql[] = "INSERT INTO " TN__STATE_TABLE " (name, value) VALUES (?1, ?2) "
                              "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                              "changed_at = CURRENT_TIMESTAMP";
static const char remove_sql[] = "DELETE FROM " TN__STATE_TABLE " WHERE name = ?1";

/* Take a number up to `end` off the front of *rest. */
static bool take_number(tn_text *rest, char end, size_t *out)
{
    int64_t number;
    size_t size = tn__text_find(*rest, end);
    if (tn__text_to_int(&number, tn__text_sub(*rest, 0, size)) != TN_OK || number < 0)
        return false;
    *out = (size_t)number;
    *rest = tn__text_sub(*rest, size + 1, SIZE_MAX);
    return true;
}

/* "running 1234 1234 567890 4026531836@host"; without numbers whoever ran it is taken to be gone. */
static void find_holder(struct tn__progress *out, tn_text value)
{
    size_t numbers[3];
    tn_text rest = tn__text_sub(value, tn__text_find(value, ' ') + 1, SIZE_MAX);
    for (int i = 0; i < 3; i++) {
        if (!take_number(&rest, ' ', &numbers[i]))
            return;
    }
    out->holder.process = (int64_t)numbers[0];
    out->holder.thread = (int64_t)numbers[1];
    out->holder.start = (int64_t)numbers[2];
    tn__copy_text(out->holder.home, sizeof out->holder.home, rest);
    enum tn__holder_life life = tn__holder_life(&out->holder);
    out->is_running = life == TN__HOLDER_ALIVE;
    out->is_elsewhere = life == TN__HOLDER_ELSEWHERE;
}

static bool parse(struct tn__progress *out, tn_text name, tn_text value)
{
    memset(out, 0, sizeof *out);
    name = tn__text_sub(name, sizeof "migration " - 1, SIZE_MAX);
    size_t mark = tn__text_find(value, '=');
    if (mark < value.size) {
        char hex[17];
        tn__copy_text(hex, sizeof hex, tn__text_sub(value, mark + 1, SIZE_MAX));
        out->prefix = strtoull(hex, NULL, 16);
        value = tn__text_trim(tn__text_sub(value, 0, mark));
    }
    out->is_down = tn__text_starts(value, "down ");
    value = tn__text_sub(value, out->is_down ? 5 : 3, SIZE_MAX);
    if (tn__text_to_int(&out->version, name) != TN_OK || !take_number(&value, '/', &out->done) ||
        !take_number(&value, ' ', &out->count))
        return false;
    out->is_part = tn__text_is(value, "failed-in-part");
    out->is_failed = out->is_part || tn__text_is(value, "failed");
    if (!out->is_failed)
        find_holder(out, value);
    return true;
}

int tn__progress_load(const struct tn__progress **out, size_t *out_count, struct tn__link *link,
                      tn_arena *arena, tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    size_t count = 0;
    int64_t rows;
    int rc = tn__link_int(link, count_sql, &rows, err);
    if (rc != TN_OK)
        return rc;
    struct tn__progress *items = tn_arena_array(arena, (size_t)rows, sizeof *items);
    if (!items)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    rc = link->driver->prepare(&stmt, link->native, load_sql, sizeof load_sql - 1, false, err);
    while (rc >= 0 && count < (size_t)rows && (rc = link->driver->step(stmt, err)) == TN_ROW) {
        tn_value name = link->driver->column(stmt, 0);
        tn_value value = link->driver->column(stmt, 1);
        if (name.type == TN_TEXT && value.type == TN_TEXT &&
            (!name.as.text.data || !value.as.text.data))
            rc = tn_error_set(err, TN_ENOMEM, "out of memory");
        else if (name.type == TN_TEXT && value.type == TN_TEXT &&
                 parse(&items[count], name.as.text, value.as.text))
            count++;
    }
    link->driver->finalize(stmt);
    if (rc < 0)
        return rc;
    *out = items;
    *out_count = count;
    return TN_OK;
}

int tn__progress_put(struct tn__progress_use *use, struct tn__link *link,
                     const struct tn__progress *progress, tn_error *err)
{
    char name[48];
    char value[256];
    char running[200] = "";
    if (!use->has_self)
        tn__holder_self(&use->self);
    use->has_self = true;
    if (!progress->is_failed)
        snprintf(running, sizeof running, "running %lld %lld %lld %s", (long long)use->self.process,
                 (long long)use->self.thread, (long long)use->self.start, use->self.home);
    snprintf(name, sizeof name, "migration %lld", (long long)progress->version);
    snprintf(value, sizeof value, "%s %zu/%zu %s =%016llx", progress->is_down ? "down" : "up",
             progress->done, progress->count,
             progress->is_part     ? "failed-in-part"
             : progress->is_failed ? "failed"
                                   : running,
             (unsigned long long)progress->prefix);
    const tn_value params[] = {tn_value_string(name), tn_value_string(value)};
    int rc = tn__link_exec(link, create_sql, err);
    return rc == TN_OK ? tn__link_again(link, &use->put, put_sql, params, 2, err) : rc;
}

int tn__progress_abandon(struct tn__link *link, int64_t version, tn_error *err)
{
    char sql[256];
    int64_t rows = 0;
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM " TN__STATE_TABLE " WHERE name = 'migration %lld'",
             (long long)version);
    int rc = tn__link_int(link, sql, &rows, err);
    if (rc != TN_OK || rows == 0)
        return rc != TN_OK ? rc : TN_NONE;
    snprintf(sql, sizeof sql,
             "UPDATE " TN__STATE_TABLE
             " SET value = substr(value, 1, instr(value, 'running') + 6) || "
             "substr(value, instr(value, ' =')) "
             "WHERE name = 'migration %lld' AND value LIKE '%%running%%'",
             (long long)version);
    /* With the holder in it the row is true, too. */
    tn_error ignored;
    rc = tn__link_exec(link, sql, &ignored);
    return rc == TN_ENOMEM ? rc : TN_OK;
}

int tn__progress_remove(struct tn__progress_use *use, struct tn__link *link, int64_t version,
                        tn_error *err)
{
    char name[48];
    snprintf(name, sizeof name, "migration %lld", (long long)version);
    const tn_value params[] = {tn_value_string(name)};
    return tn__link_again(link, &use->remove, remove_sql, params, 1, err);
}

void tn__progress_use_fini(struct tn__progress_use *use, struct tn__link *link)
{
    if (!link->driver)
        return;
    link->driver->finalize(use->put);
    link->driver->finalize(use->remove);
    *use = (struct tn__progress_use){0};
}

void tn__progress_explain(char *out, size_t size, const struct tn__progress *progress)
{
    char applied[96] = "nothing";
    if (progress->done > 0)
        snprintf(applied, sizeof applied, "%s%zu of %zu",
                 progress->done == 1 ? "statement " : "statements 1 to ", progress->done,
                 progress->count);
    const char *next = progress->is_part                   ? ", and a part of the next"
                       : progress->done >= progress->count ? ", but not noted in the history"
                                                           : "";
    char unless[128] = "";
    const char *host = strchr(progress->holder.home, '@');
    if (progress->is_elsewhere)
        snprintf(unless, sizeof unless, "unless process %lld on '%.50s' is still at it, ",
                 (long long)progress->holder.process, host ? host + 1 : progress->holder.home);
    snprintf(
        out, size,
        "%s of its %s script %s applied%s: %s%s\"tenon migrate resolve %lld "
        "--applied|--reverted\" when you have settled it by hand",
        applied, progress->is_down ? "down" : "up", progress->done > 1 ? "are" : "is", next, unless,
        progress->is_part ? "run "
                          : "mend what stands in the way and run \"tenon migrate resume\", or ",
        (long long)progress->version);
}
