/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/origin.h"
#include "gen/planner.h"
#include "util/str.h"

/* The names of a plan: each is taken once in the whole program. */

const char *tn__planner_text(struct tn__planner *p, const char *string)
{
    if (!string)
        p->status = TN_ENOMEM;
    return string ? string : "";
}

const char *tn__planner_append(struct tn__planner *p, const char *stem, const char *suffix)
{
    return tn__planner_text(p, tn__arena_printf(p->arena, "%s%s", stem, suffix));
}

const char *tn__planner_name(struct tn__planner *p, const char *name)
{
    return tn__planner_text(p, tn__c_prefixed(p->plan.prefix, name, p->arena));
}

/* A column is owner for its enum, which has values, or for its key type. */
static bool is_key(const struct tn__name_owner *owner)
{
    return owner->column && owner->column->choice_count == 0;
}

/* Where it is written. */
static struct tn__place place_of(const struct tn__planner *p, const struct tn__name_owner *owner)
{
    const struct tn__origins *origins = &p->checked->origins;
    struct tn__place place = {p->checked->migrations.source, 0, 0, 0};
    if (owner->query)
        return owner->query->place;
    if (owner->server) {
        tn__origin_of(&place, origins, owner->server->schema, owner->server->name);
        return place;
    }
    if (is_key(owner))
        return tn__rule_of_column(owner->table, owner->column, p->types, p->type_count)->place;
    if (owner->column)
        tn__origin_of_column(&place, origins, owner->table, owner->column->name);
    else
        tn__origin_of(&place, origins, owner->table->schema, owner->table->name);
    return place;
}

/* Of values of one enum, or where an enum of the server is one of the two. */
static void help_with_type(struct tn__planner *p, struct tn__diag *diag,
                           const struct tn__name_owner *owner, const struct tn__name_owner *other,
                           const struct tn__server_type *type)
{
    if (owner->server == other->server)
        tn__diag_help(p->diags, diag, "ALTER TYPE %s RENAME VALUE", type->name);
    else if (owner->server && other->server)
        tn__diag_help(p->diags, diag, "[types] %s.%s = OTHER_NAME", type->schema, type->name);
    else
        tn__diag_help(p->diags, diag, "[types] %s = OTHER_NAME", type->name);
}

/* A table's struct, an enum and a key type can be called otherwise; of an enum with twins among its values nothing
 * helps but to do without it. */
static void help_with(struct tn__planner *p, struct tn__diag *diag,
                      const struct tn__name_owner *owner, const struct tn__name_owner *other)
{
    const struct tn__name_owner *named = owner->table ? owner : other;
    if (owner->column && other->table && !other->column)
        named = other;
    const struct tn__server_type *type = owner->server ? owner->server : other->server;
    if (type) {
        help_with_type(p, diag, owner, other, type);
        return;
    }
    if (!named->table)
        return;
    if (!named->column)
        tn__diag_help(p->diags, diag, "[types] %s = OTHER_NAME", tn__table_label(named->table));
    else
        tn__diag_help(p->diags, diag, "[types] %s.%s = %s", tn__table_label(named->table),
                      named->column->name,
                      is_key(named)                    ? "OTHER_NAME"
                      : owner->column == other->column ? "text"
                                                       : "enum(OTHER_NAME)");
}

bool tn__planner_claim(struct tn__planner *p, const char *name, const struct tn__name_owner *owner)
{
    const struct tn__name_owner *other = tn__map_get(&p->names, tn_text_of(name));
    if (!other) {
        struct tn__name_owner *kept = tn_arena_alloc(p->arena, sizeof(*kept));
        if (!kept || tn__map_put(&p->names, tn_text_of(name), kept) != TN_OK)
            p->status = TN_ENOMEM;
        else
            *kept = *owner;
        return true;
    }
    struct tn__diag *diag =
        tn__diags_add(p->diags, "name-collision", place_of(p, owner),
                      "%s and %s would both be '%s' in C", other->what, owner->what, name);
    help_with(p, diag, owner, other);
    tn__diag_note(p->diags, diag, place_of(p, other), "the other one is here");
    return false;
}

bool tn__planner_is_free(const struct tn__planner *p, const char *name)
{
    return !tn__map_get(&p->names, tn_text_of(name));
}
