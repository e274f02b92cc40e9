/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "migrate/script.h"
#include "migrate/set.h"
#include "migrate/standing.h"

/* `to` as the user wrote it, or else as a number. */
static const char *to_text(const tn_migrate_options *options, char number[32])
{
    snprintf(number, 32, "%" PRId64, options->to);
    return options->to_text ? options->to_text : number;
}

static int fail_unknown(const tn_migrate_options *options, tn_error *err)
{
    char number[32];
    return tn_error_set(err, TN_ENOTFOUND, "there is no migration '%s'", to_text(options, number));
}

static const char *newest_applied(const struct tn__standing *standing)
{
    for (size_t i = standing->count; i > 0; i--) {
        if (standing->items[i - 1].state == TN_MIGRATION_APPLIED)
            return standing->items[i - 1].version_text;
    }
    return "none"; /* not reached: what is out of order is older than one of these */
}

static int plan_up(struct tn__plan *plan, const struct tn__standing *standing,
                   const tn_migration_set *set, const tn_migrate_options *options, size_t limit,
                   tn_error *err)
{
    if (options->has_to && !tn__migration_set_find(set, options->to))
        return fail_unknown(options, err);
    for (size_t i = 0; i < standing->count && plan->count < limit; i++) {
        const tn_migrate_item *item = &standing->items[i];
        if (item->state != TN_MIGRATION_PENDING || (options->has_to && item->version > options->to))
            continue;
        if (item->is_out_of_order && options->out_of_order == TN_OUT_OF_ORDER_ERROR)
            return tn_error_set(err, TN_EREFUSED,
                                "migration '%s' is pending and older than '%s', which is applied",
                                item->version_text, newest_applied(standing));
        plan->items[plan->count++] = i;
    }
    return TN_OK;
}

/* Down to a version means that it stays, so it must be there; down to 0 is all the way. */
static int check_down_to(const struct tn__standing *standing, const tn_migrate_options *options,
                         tn_error *err)
{
    if (!options->has_to || options->to == 0)
        return TN_OK;
    char number[32];
    for (size_t i = 0; i < standing->count; i++) {
        const tn_migrate_item *item = &standing->items[i];
        if (item->version != options->to)
            continue;
        if (item->state == TN_MIGRATION_APPLIED)
            return TN_OK;
        return tn_error_set(err, TN_ENOTFOUND, "migration '%s' is not applied",
                            to_text(options, number));
    }
    return fail_unknown(options, err);
}

static bool is_applied(const struct tn__standing *standing, int64_t version)
{
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].version == version)
            return standing->items[i].state == TN_MIGRATION_APPLIED;
    }
    return false;
}

static int plan_down(struct tn__plan *plan, const struct tn__standing *standing,
                     const tn_migrate_options *options, size_t limit, tn_migration_place *place,
                     tn_error *err)
{
    int rc = check_down_to(standing, options, err);
    if (rc != TN_OK)
        return rc;
    bool has_floor = options->has_to && (options->to != 0 || is_applied(standing, 0));
    for (size_t i = standing->count; i > 0 && plan->count < limit; i--) {
        const tn_migrate_item *item = &standing->items[i - 1];
        if (has_floor && item->version <= options->to)
            break;
        if (item->state != TN_MIGRATION_APPLIED)
            continue;
        if (!item->migration->down.file) {
            tn__place_file(place, TN__FAULT_NO_DOWN, item->migration->up.file);
            return tn_error_set(err, TN_EREFUSED,
                                "migration '%s' has no down script: nothing has been reverted",
                                item->version_text);
        }
        plan->items[plan->count++] = i - 1;
    }
    return TN_OK;
}

int tn__plan_make(struct tn__plan *out, const struct tn__standing *standing,
                  const tn_migration_set *set, const tn_migrate_options *options, size_t done,
                  tn_arena *arena, tn_migration_place *place, tn_error *err)
{
    struct tn__plan plan = {tn_arena_array(arena, standing->count, sizeof *plan.items), 0};
    if (!plan.items)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    bool is_down = options->op == TN_MIGRATE_DOWN;
    size_t limit = options->count ? options->count : SIZE_MAX;
    if (is_down && options->count == 0 && !options->all && !options->has_to)
        limit = 1;
    limit = limit > done ? limit - done : 0;
    int rc = is_down ? plan_down(&plan, standing, options, limit, place, err)
                     : plan_up(&plan, standing, set, options, limit, err);
    if (rc == TN_OK)
        *out = plan;
    return rc;
}
