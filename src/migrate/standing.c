/* SPDX-License-Identifier: MIT */
#include "migrate/standing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "migrate/engine/engine.h"
#include "migrate/formats/native.h"
#include "migrate/script.h"
#include "migrate/set.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

const char *tn_migration_state_name(enum tn_migration_state state)
{
    static const char *const names[] = {"pending", "applied", "changed", "missing", "partial"};
    return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "?";
}

static const struct tn__progress *find_progress(const struct tn__standing *standing,
                                                int64_t version)
{
    for (size_t i = 0; i < standing->progress_count; i++) {
        if (standing->progress[i].version == version)
            return &standing->progress[i];
    }
    return NULL;
}

static void take_migration(tn_migrate_item *item, const tn_migration *migration)
{
    item->version = migration->version;
    item->version_text = migration->version_text;
    item->name = migration->name;
    item->migration = migration;
    item->elapsed_ns = -1;
    item->state = TN_MIGRATION_PENDING;
}

static int take_row(tn_migrate_item *item, const struct tn__history_row *row, tn_arena *arena)
{
    item->applied_at = row->applied_at;
    item->elapsed_ns = row->elapsed_ns;
    memcpy(item->stored_checksum, row->checksum, sizeof item->stored_checksum);
    if (!item->migration) {
        item->version = row->version;
        item->version_text = tn__arena_printf(arena, "%" PRId64, row->version);
        item->name = row->description;
        item->state = TN_MIGRATION_MISSING;
        return item->version_text ? TN_OK : TN_ENOMEM;
    }
    item->state = TN_MIGRATION_APPLIED;
    if (row->has_checksum &&
        memcmp(row->checksum, item->migration->checksum, sizeof row->checksum) == 0)
        return TN_OK;
    item->is_line_ending_change =
        row->has_checksum && tn__checksum_is_variant(row->checksum, item->migration->up.sql, arena);
    if (!item->is_line_ending_change)
        item->state = TN_MIGRATION_CHANGED;
    return TN_OK;
}

/* Both lists ascend: walk them together. */
static int merge(struct tn__standing *standing, const tn_migration_set *set,
                 const struct tn__history_row *rows, size_t row_count, tn_arena *arena)
{
    size_t s = 0;
    size_t r = 0;
    int64_t newest = row_count ? rows[row_count - 1].version : 0;
    standing->items = tn_arena_array(arena, set->count + row_count + standing->progress_count,
                                     sizeof *standing->items);
    if (!standing->items)
        return TN_ENOMEM;
    while (s < set->count || r < row_count) {
        tn_migrate_item *item = &standing->items[standing->count++];
        bool from_set =
            s < set->count && (r == row_count || set->items[s].version <= rows[r].version);
        bool from_row = r < row_count && (!from_set || set->items[s].version == rows[r].version);
        if (from_set)
            take_migration(item, &set->items[s++]);
        bool is_success = true;
        if (from_row) {
            is_success = rows[r].is_success;
            if (take_row(item, &rows[r++], arena) != TN_OK)
                return TN_ENOMEM;
        }
        item->is_out_of_order = !from_row && row_count > 0 && item->version < newest;
        /* What somebody is at has not come to a standstill yet: as before. */
        const struct tn__progress *progress = find_progress(standing, item->version);
        if (!is_success || (progress && !progress->is_running))
            item->state = TN_MIGRATION_PARTIAL;
    }
    return TN_OK;
}

/* A script that came to a standstill and whose file is gone since: it must not be forgotten. */
static int add_orphan(struct tn__standing *standing, const struct tn__progress *progress,
                      tn_arena *arena)
{
    size_t at = standing->count;
    while (at > 0 && standing->items[at - 1].version > progress->version)
        at--;
    memmove(&standing->items[at + 1], &standing->items[at],
            (standing->count - at) * sizeof *standing->items);
    standing->count++;
    standing->items[at] = (tn_migrate_item){
        .version = progress->version,
        .version_text = tn__arena_printf(arena, "%" PRId64, progress->version),
        .name = "its file is gone",
        .state = TN_MIGRATION_PARTIAL,
        .elapsed_ns = -1,
    };
    return standing->items[at].version_text ? TN_OK : TN_ENOMEM;
}

static bool has_item(const struct tn__standing *standing, int64_t version)
{
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].version == version)
            return true;
    }
    return false;
}

static int read_tables(struct tn__standing *out, struct tn__link *link, const tn_migration_set *set,
                       tn_arena *arena, tn_error *err)
{
    const struct tn__engine *engine = link->engine;
    const struct tn__history *history = engine->history;
    const struct tn__history_row *rows = NULL;
    size_t row_count = 0;
    int rc =
        engine->find_table(&out->has_history, link, history->table, history->columns, arena, err);
    if (rc == TN_OK)
        rc = engine->find_table(&out->has_state, link, TN__STATE_TABLE, TN__STATE_COLUMNS, arena,
                                err);
    if (rc != TN_OK)
        return rc;
    if (out->has_history) {
        rc = history->load(&rows, &row_count, link, arena, err);
        if (rc != TN_OK && rc != TN_EREFUSED)
            tn_error_prefix(err, "cannot read '%s'", history->table);
    }
    if (rc == TN_OK && out->has_state) {
        rc = tn__progress_load(&out->progress, &out->progress_count, link, arena, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "cannot read '%s'", TN__STATE_TABLE);
    }
    if (rc != TN_OK)
        return rc;
    rc = merge(out, set, rows, row_count, arena);
    for (size_t i = 0; rc == TN_OK && i < out->progress_count; i++) {
        if (!out->progress[i].is_running && !has_item(out, out->progress[i].version))
            rc = add_orphan(out, &out->progress[i], arena);
    }
    return rc == TN_OK ? TN_OK : tn_error_set(err, rc, "out of memory");
}

static int load_snapshot(struct tn__standing *out, bool own, struct tn__link *link,
                         const tn_migration_set *set, tn_arena *arena, tn_error *err)
{
    int rc = own ? link->driver->begin(link->native, TN_READ, err) : TN_OK;
    if (rc != TN_OK)
        return rc;
    rc = read_tables(out, link, set, arena, err);
    if (own)
        link->driver->rollback(link->native);
    for (size_t i = 0; i < out->progress_count; i++) {
        if (out->progress[i].is_running)
            out->running = &out->progress[i];
    }
    return rc;
}

static bool has_abandoned(const struct tn__standing *standing)
{
    for (size_t i = 0; i < standing->progress_count; i++) {
        if (!standing->progress[i].is_failed && !standing->progress[i].is_running)
            return true;
    }
    return false;
}

int tn__standing_load(struct tn__standing *out, struct tn__link *link, const tn_migration_set *set,
                      tn_arena *arena, tn_error *err)
{
    struct tn__standing standing = {0};
    bool own = !tn__link_in_transaction(link);
    int rc = load_snapshot(&standing, own, link, set, arena, err);
    /* Who is gone now may have finished after the snapshot was taken: another one tells. */
    if (rc == TN_OK && own && has_abandoned(&standing)) {
        standing = (struct tn__standing){0};
        rc = load_snapshot(&standing, own, link, set, arena, err);
    }
    if (rc == TN_OK)
        *out = standing;
    return rc;
}

void tn__standing_explain_running(char *out, size_t size, const struct tn__standing *standing)
{
    const struct tn__progress *running = standing->running;
    char number[32];
    char where[80] = "";
    const char *version = number;
    const char *host = strchr(running->holder.home, '@');
    struct tn__holder self;
    tn__holder_self(&self);
    if (host && strcmp(self.home, running->holder.home) != 0)
        snprintf(where, sizeof where, " on '%.60s'", host + 1);
    snprintf(number, sizeof number, "%" PRId64, running->version);
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].version == running->version)
            version = standing->items[i].version_text;
    }
    snprintf(out, size, "migration '%s' is being %s by process %" PRId64 "%s", version,
             running->is_down ? "reverted" : "applied", running->holder.process, where);
}

size_t tn__standing_count(const struct tn__standing *standing, enum tn_migration_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < standing->count; i++)
        count += standing->items[i].state == state;
    return count;
}

const tn_migration *tn__sqlx_twin(const tn_migration_set *set, const tn_migrate_item *item)
{
    for (size_t i = 0; item->state == TN_MIGRATION_MISSING && i < set->count; i++) {
        const tn_migration *migration = &set->items[i];
        const char *number = strchr(migration->version_text, '_');
        if (!number ||
            tn__migration_sqlx_version(migration->version_text, migration->version) !=
                item->version ||
            memcmp(migration->checksum, item->stored_checksum, sizeof migration->checksum) != 0)
            continue;
        size_t size = strlen(number + 1);
        if (strncmp(item->name, number + 1, size) == 0 && item->name[size] == ' ' &&
            strcmp(item->name + size + 1, migration->name) == 0)
            return migration;
    }
    return NULL;
}

const char *tn__sqlx_twin_explain(const tn_migrate_item *item, const tn_migration *twin,
                                  tn_arena *arena)
{
    struct tn__buf text;
    tn_text made;
    const char *file = tn__path_base(twin->up.file);
    tn__buf_init(&text, 0);
    tn__buf_printf(&text,
                   "row %" PRId64 " '%.60s' of the history is '%.120s', which sqlx reads with its "
                   "date alone as the version; here it has %" PRId64 ": run \"UPDATE "
                   "_sqlx_migrations SET version = %" PRId64 ", description = ",
                   item->version, item->name, file, twin->version, twin->version);
    tn__buf_sql_string(&text, tn_text_of(twin->name));
    tn__buf_printf(&text,
                   " WHERE version = %" PRId64 "\"; for sqlx, too, rename the file to "
                   "'%" PRId64 "_…'",
                   item->version, twin->version);
    int rc = tn__buf_to_arena(&text, arena, &made);
    tn__buf_fini(&text);
    return rc == TN_OK ? made.data : NULL;
}

static int refuse_partial(const struct tn__standing *standing, const struct tn__history *history,
                          const tn_migrate_item *item, tn_error *err)
{
    char how[400];
    const struct tn__progress *progress = find_progress(standing, item->version);
    if (!progress)
        return tn_error_set(err, TN_EREFUSED,
                            "migration '%s' is marked as failed in '%s': bring the schema in order "
                            "by hand, then delete its row, or set success to 1 there",
                            item->version_text, history->table);
    tn__progress_explain(how, sizeof how, progress);
    return tn_error_set(err, TN_EREFUSED, "migration '%s' is partly applied: %s",
                        item->version_text, how);
}

static int refuse_twin(const tn_migrate_item *item, const tn_migration *twin,
                       tn_migration_place *place, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    const char *text = tn__sqlx_twin_explain(item, twin, &arena);
    int rc = text ? tn_error_set(err, TN_EREFUSED, "%s", text)
                  : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__place_file(place, TN__FAULT_NONE, twin->up.file);
    tn_arena_fini(&arena);
    return rc;
}

int tn__standing_check(const struct tn__standing *standing, const struct tn__history *history,
                       const tn_migration_set *set, tn_migration_place *place, tn_error *err)
{
    char list[300] = "";
    size_t used = 0;
    const tn_migrate_item *first = NULL;
    for (size_t i = 0; i < standing->count; i++) {
        const tn_migrate_item *item = &standing->items[i];
        if (item->state == TN_MIGRATION_PARTIAL)
            return refuse_partial(standing, history, item, err);
    }
    for (size_t i = 0; i < standing->count; i++) {
        const tn_migrate_item *item = &standing->items[i];
        if (item->state != TN_MIGRATION_CHANGED && item->state != TN_MIGRATION_MISSING)
            continue;
        const tn_migration *twin = tn__sqlx_twin(set, item);
        if (twin)
            return refuse_twin(item, twin, place, err);
        if (!first)
            first = item;
        if (used < sizeof list - 80) {
            int size =
                snprintf(list + used, sizeof list - used, "%s'%.40s' is %s", used ? ", " : "",
                         item->version_text, tn_migration_state_name(item->state));
            used += size > 0 ? (size_t)size : 0;
        } else if (used < sizeof list - 5) {
            memcpy(list + used, ", …", sizeof ", …");
            used = sizeof list;
        }
    }
    if (!first)
        return TN_OK;
    if (first->migration)
        tn__place_file(place, TN__FAULT_NONE, first->migration->up.file);
    return tn_error_set(err, TN_EREFUSED, "applied migrations differ from '%s': %s",
                        set->source ? set->source : "the set", list);
}
