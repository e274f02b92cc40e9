/* SPDX-License-Identifier: MIT */
#include "migrate/runner.h"

/* Going on with a script that came to a standstill outside a transaction. */

static const struct tn__progress *progress_of(const struct tn__runner *r, int64_t version)
{
    for (size_t i = 0; i < r->standing.progress_count; i++) {
        if (r->standing.progress[i].version == version)
            return &r->standing.progress[i];
    }
    return NULL;
}

/* The one that is partly applied, and can be gone on with. */
static int find_resumable(struct tn__runner *r, tn_migrate_item **out,
                          const struct tn__progress **progress, tn_error *err)
{
    for (size_t i = 0; i < r->standing.count; i++) {
        tn_migrate_item *item = &r->standing.items[i];
        if (item->state != TN_MIGRATION_PARTIAL)
            continue;
        *progress = progress_of(r, item->version);
        if (!*progress)
            return tn_error_set(err, TN_EREFUSED,
                                "how far migration '%s' came is not on record: settle it by hand, "
                                "then resolve it",
                                item->version_text);
        if (!item->migration)
            return tn_error_set(err, TN_EREFUSED, "the file of migration '%s' is gone",
                                item->version_text);
        if ((*progress)->is_part)
            return tn_error_set(
                err, TN_EREFUSED,
                "a part of statement %zu of migration '%s' is applied: settle it by "
                "hand, then resolve it",
                (*progress)->done + 1, item->version_text);
        *out = item;
        return TN_OK;
    }
    return tn_error_set(err, TN_EREFUSED, "no migration is partly applied");
}

static int resume_script(struct tn__runner *r, tn_migrate_item *item,
                         const struct tn__progress *progress, const tn_migration_script *script,
                         tn_error *err)
{
    if (progress->done > script->stmt_count ||
        (progress->prefix && progress->prefix != tn__script_prefix(script, progress->done)))
        return tn_error_set(
            err, TN_EREFUSED,
            "the first %zu statements of '%s' are applied, and have been changed in the file "
            "since: put the old text back, or run \"tenon migrate resolve %s "
            "--applied|--reverted\" when you have settled it by hand",
            progress->done, script->file, item->version_text);
    int rc = r->link.engine->prepare(r, script, err);
    if (rc == TN_OK)
        rc = r->link.driver->begin(r->link.native, TN_WRITE, err);
    if (rc == TN_OK)
        rc = tn__runner_emit(r, TN_MIGRATE_EVENT_BEGIN, item, script, NULL, 0, 1, err);
    if (rc == TN_OK) {
        r->start = progress->done;
        r->is_resumed = true;
        r->is_unfinished = !progress->is_failed;
        rc = tn__script_run(r, item, script, progress->is_down, err);
        r->start = 0;
        r->is_resumed = r->is_unfinished = false;
    }
    if (tn__link_in_transaction(&r->link))
        r->link.driver->rollback(r->link.native);
    r->link.engine->restore(r);
    if (rc != TN_OK)
        return rc == TN_NONE ? tn_error_set(err, TN_EREFUSED, "it has to be run from its beginning")
                             : rc;
    item->state = progress->is_down ? TN_MIGRATION_PENDING : TN_MIGRATION_APPLIED;
    rc = tn__runner_report(r, item, err);
    return rc == TN_OK ? tn__runner_emit(r, TN_MIGRATE_EVENT_END, item, script, NULL, 0, 1, err)
                       : rc;
}

int tn__resume_run(struct tn__runner *r, tn_error *err)
{
    tn_migrate_item *item = NULL;
    const struct tn__progress *progress = NULL;
    int rc = find_resumable(r, &item, &progress, err);
    if (rc != TN_OK)
        return rc;
    tn_migration_script script = progress->is_down ? item->migration->down : item->migration->up;
    if (!script.file)
        return tn_error_set(err, TN_EREFUSED, "migration '%s' has no down script any more",
                            item->version_text);
    rc = tn__runner_cut(r, &script, err);
    return rc == TN_OK ? resume_script(r, item, progress, &script, err) : rc;
}
