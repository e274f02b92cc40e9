/* SPDX-License-Identifier: MIT */
#include "migrate/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/engine/engine.h"
#include "util/str.h"

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

/* Where a lock says whether anybody is at work, that is who runs what is not done yet. */
static int ask_holders(struct tn__progress *items, size_t count, struct tn__link *link,
                       tn_error *err)
{
    bool is_held = false;
    int rc = count > 0 ? link->engine->is_held(&is_held, link, err) : TN_OK;
    for (size_t i = 0; i < count; i++) {
        items[i].is_running = is_held && !items[i].is_failed;
        items[i].is_elsewhere = false;
    }
    return rc;
}

int tn__progress_load(const struct tn__progress **out, size_t *out_count, struct tn__link *link,
                      tn_arena *arena, tn_error *err)
{
    const char *load_sql = tn__link_sql(link, TN__SQL_STATE_LOAD);
    struct tn__driver_stmt *stmt = NULL;
    size_t count = 0;
    int64_t rows;
    int rc = tn__link_int(link, tn__link_sql(link, TN__SQL_STATE_COUNT), &rows, err);
    if (rc != TN_OK)
        return rc;
    struct tn__progress *items = tn_arena_array(arena, (size_t)rows, sizeof *items);
    if (!items)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    rc = link->driver->prepare(&stmt, link->native, load_sql, strlen(load_sql), false, err);
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
    if (rc >= 0 && link->engine->is_held)
        rc = ask_holders(items, count, link, err);
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
    int rc =
        use->has_table ? TN_OK : tn__link_exec(link, tn__link_sql(link, TN__SQL_STATE_CREATE), err);
    return rc == TN_OK ? tn__link_again(link, &use->put, tn__link_sql(link, TN__SQL_STATE_PUT),
                                        params, 2, err)
                       : rc;
}

/* A statement of the link's, with the version in the place of its '@': the last one, because a name
 * in front of it may have one. */
static void put_version(char out[512], const char *sql, int64_t version)
{
    const char *mark = strrchr(sql, '@');
    snprintf(out, 512, "%.*s%lld%s", (int)(mark - sql), sql, (long long)version, mark + 1);
}

int tn__progress_abandon(struct tn__link *link, int64_t version, tn_error *err)
{
    char sql[512];
    int64_t rows = 0;
    put_version(sql, tn__link_sql(link, TN__SQL_STATE_ROWS), version);
    int rc = tn__link_int(link, sql, &rows, err);
    if (rc != TN_OK || rows == 0)
        return rc == TN_OK ? TN_NONE : rc;
    put_version(sql, tn__link_sql(link, TN__SQL_STATE_ABANDON), version);
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
    return tn__link_again(link, &use->remove, tn__link_sql(link, TN__SQL_STATE_REMOVE), params, 1,
                          err);
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
