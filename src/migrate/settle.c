/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "migrate/runner.h"
#include "migrate/set.h"

/*
 * What is put in order in the history without a migration being run: baseline, skip, resolve, repair.
 * All of it happens in one transaction, on what the history says within it.
 */

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* One that is put in order; `act` says how, and is not called in a dry run. */
typedef int (*act_fn)(struct tn__runner *r, tn_migrate_item *item, tn_error *err);

static int settle(struct tn__runner *r, tn_migrate_item *item, act_fn act, tn_error *err)
{
    int rc = r->options->dry_run ? TN_OK : act(r, item, err);
    return rc == TN_OK ? tn__runner_report(r, item, err) : rc;
}

static int note_applied(struct tn__runner *r, tn_migrate_item *item, tn_error *err)
{
    int rc = r->has_history
                 ? TN_OK
                 : tn__link_exec(&r->link, tn__link_sql(&r->link, TN__SQL_HISTORY_CREATE), err);
    if (rc == TN_OK)
        rc = r->link.engine->history->insert(&r->history_use, &r->link, item->migration,
                                             &item->applied_at, r->arena, err);
    if (rc == TN_OK)
        rc = r->link.engine->history->set_elapsed(&r->history_use, &r->link, item->version, 0, err);
    r->has_history |= rc == TN_OK;
    item->elapsed_ns = 0;
    item->state = TN_MIGRATION_APPLIED;
    return rc;
}

static tn_migrate_item *find_item(struct tn__runner *r, int64_t version)
{
    for (size_t i = 0; i < r->standing.count; i++) {
        if (r->standing.items[i].version == version)
            return &r->standing.items[i];
    }
    return NULL;
}

/* The item that `to` names; NULL: err says that there is none. */
static tn_migrate_item *named_item(struct tn__runner *r, tn_error *err)
{
    tn_migrate_item *item = r->options->has_to ? find_item(r, r->options->to) : NULL;
    if (item)
        return item;
    if (r->options->to_text)
        tn_error_set(err, TN_ENOTFOUND, "there is no migration '%s'", r->options->to_text);
    else
        tn_error_set(err, TN_ENOTFOUND, "there is no migration %" PRId64, r->options->to);
    return NULL;
}

static int baseline(struct tn__runner *r, tn_error *err)
{
    const tn_migrate_item *last = named_item(r, err);
    int rc = TN_OK;
    if (!last)
        return err->status;
    if (!last->migration)
        return tn_error_set(err, TN_ENOTFOUND, "there is no file of migration '%s'",
                            last->version_text);
    for (size_t i = 0; i < r->standing.count; i++) {
        const tn_migrate_item *item = &r->standing.items[i];
        if (item->version > last->version && item->state != TN_MIGRATION_PENDING)
            return tn_error_set(err, TN_EREFUSED,
                                "migration '%s' is %s, and later than '%s': what is missing in "
                                "between is noted one by one, with skip",
                                item->version_text, tn_migration_state_name(item->state),
                                last->version_text);
    }
    rc = tn__standing_check(&r->standing, r->link.engine->history, r->set, &r->report->failed, err);
    for (size_t i = 0; rc == TN_OK && i < r->standing.count; i++) {
        tn_migrate_item *item = &r->standing.items[i];
        if (item->version <= last->version && item->state == TN_MIGRATION_PENDING)
            rc = settle(r, item, note_applied, err);
    }
    return rc;
}

static int skip(struct tn__runner *r, tn_error *err)
{
    tn_migrate_item *item = named_item(r, err);
    if (!item)
        return err->status;
    if (item->state != TN_MIGRATION_PENDING)
        return tn_error_set(err, TN_EREFUSED, "migration '%s' is %s, not pending",
                            item->version_text, tn_migration_state_name(item->state));
    return settle(r, item, note_applied, err);
}

/* --- resolve ----------------------------------------------------------------------------------- */

static int forget_row(struct tn__runner *r, const tn_migrate_item *item, tn_error *err)
{
    int rc = r->has_history
                 ? r->link.engine->history->remove(&r->history_use, &r->link, item->version, err)
                 : TN_OK;
    if (rc == TN_OK && r->standing.progress_count > 0)
        rc = tn__progress_remove(&r->progress_use, &r->link, item->version, err);
    return rc;
}

static int settle_reverted(struct tn__runner *r, tn_migrate_item *item, tn_error *err)
{
    item->state = TN_MIGRATION_PENDING;
    item->applied_at = NULL;
    return forget_row(r, item, err);
}

static int settle_applied(struct tn__runner *r, tn_migrate_item *item, tn_error *err)
{
    int rc = forget_row(r, item, err);
    return rc == TN_OK ? note_applied(r, item, err) : rc;
}

static int resolve(struct tn__runner *r, bool is_applied, tn_error *err)
{
    tn_migrate_item *item = named_item(r, err);
    if (!item)
        return err->status;
    if (item->state != TN_MIGRATION_PARTIAL)
        return tn_error_set(err, TN_EREFUSED, "migration '%s' is %s, not partly applied",
                            item->version_text, tn_migration_state_name(item->state));
    if (is_applied && !item->migration)
        return tn_error_set(
            err, TN_EREFUSED,
            "the file of migration '%s' is gone: it can be settled as reverted only",
            item->version_text);
    return settle(r, item, is_applied ? settle_applied : settle_reverted, err);
}

/* --- repair ------------------------------------------------------------------------------------ */

static int accept_file(struct tn__runner *r, tn_migrate_item *item, tn_error *err)
{
    memcpy(item->stored_checksum, item->migration->checksum, sizeof item->stored_checksum);
    item->state = TN_MIGRATION_APPLIED;
    item->is_line_ending_change = false;
    return r->link.engine->history->set_checksum(&r->link, item->version, item->migration->checksum,
                                                 err);
}

static int rename_twin(struct tn__runner *r, tn_migrate_item *item, tn_error *err)
{
    const tn_migration *twin = tn__sqlx_twin(r->set, item);
    int rc = r->link.engine->history->rename(&r->link, item->version, twin, err);
    item->version = twin->version;
    item->version_text = twin->version_text;
    item->name = twin->name;
    item->migration = twin;
    item->state = TN_MIGRATION_APPLIED;
    return rc;
}

static int repair(struct tn__runner *r, tn_error *err)
{
    const tn_migrate_options *options = r->options;
    const tn_migrate_item *named = options->has_to ? named_item(r, err) : NULL;
    int rc = TN_OK;
    if (options->has_to && !named)
        return err->status;
    if (named && named->state != TN_MIGRATION_CHANGED && !named->is_line_ending_change)
        return tn_error_set(err, TN_EREFUSED, "migration '%s' is %s: there is nothing to repair",
                            named->version_text, tn_migration_state_name(named->state));
    for (size_t i = 0; rc == TN_OK && i < r->standing.count; i++) {
        tn_migrate_item *item = &r->standing.items[i];
        bool is_meant = !named || item == named;
        if (is_meant && (item->is_line_ending_change || item == named))
            rc = settle(r, item, accept_file, err);
        else if (!named && tn__sqlx_twin(r->set, item))
            rc = settle(r, item, rename_twin, err);
    }
    return rc;
}

static int decide(struct tn__runner *r, tn_error *err)
{
    switch (r->options->op) {
    case TN_MIGRATE_BASELINE:
        return baseline(r, err);
    case TN_MIGRATE_SKIP:
        return skip(r, err);
    case TN_MIGRATE_RESOLVE_APPLIED:
    case TN_MIGRATE_RESOLVE_REVERTED:
        return resolve(r, r->options->op == TN_MIGRATE_RESOLVE_APPLIED, err);
    default:
        return repair(r, err);
    }
}

int tn__settle_run(struct tn__runner *r, tn_error *err)
{
    if (r->options->dry_run)
        return decide(r, err);
    int rc = r->link.driver->begin(r->link.native, TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__standing_load(&r->standing, &r->link, r->set, r->arena, err);
    if (rc == TN_OK && r->standing.running) {
        char what[200];
        tn__standing_explain_running(what, sizeof what, &r->standing);
        rc = tn_error_set(err, TN_EBUSY, "%s", what);
    }
    r->has_history = r->standing.has_history;
    if (rc == TN_OK)
        rc = decide(r, err);
    if (rc == TN_OK)
        rc = r->link.driver->commit(r->link.native, err);
    if (rc != TN_OK) {
        r->link.driver->rollback(r->link.native);
        r->report->count = 0;
    }
    return rc == TN_ENOMEM && err->status != TN_ENOMEM ? fail_memory(err) : rc;
}
