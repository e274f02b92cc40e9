/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "gen/planner.h"
#include "util/hash.h"
#include "util/str.h"

/*
 * Enums in C. All names of one begin with its tag, which holds its table's: two tables may have columns of
 * one name, and a table that comes later changes nobody's enumerators.
 */

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* TAG_VALUE: capitals; bytes that no name has are in hex, as in tn__c_member(), or all are. */
static const char *enumerator(struct tn__planner *p, const char *tag, tn_text value, bool all_hex)
{
    if (value.size == 0)
        value = TN__TEXT("empty");
    size_t stem = strlen(tag);
    char *name = tn_arena_alloc(p->arena, stem + 3 * value.size + 2);
    if (!name)
        return tn__planner_text(p, NULL);
    for (size_t i = 0; i < stem; i++)
        name[i] = upper(tag[i]);
    name[stem] = '_';
    size_t size = stem + 1;
    for (size_t i = 0; i < value.size; i++) {
        if (tn__is_ident(value.data[i]) && !all_hex) {
            name[size++] = upper(value.data[i]);
            continue;
        }
        name[size] = name[size - 1] != '_' ? '_' : 'x';
        tn__hex(&name[size + 1], (const uint8_t *)&value.data[i], 1);
        size += 3;
    }
    name[size] = '\0';
    return name;
}

static bool has_twin(const char *const *enumerators, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(enumerators[k], enumerators[i]) == 0)
            return true;
    return false;
}

/* A column of SQLite can be a text instead. A type of the server cannot: the later one of 'a' and 'A' is in hex. */
static void plan_enumerators(struct tn__planner *p, const char **out, const char *tag,
                             const struct tn__enum *choice)
{
    for (size_t i = 0; i < choice->count; i++) {
        out[i] = enumerator(p, tag, choice->texts[i], false);
        if (choice->server && has_twin(out, i))
            out[i] = enumerator(p, tag, choice->texts[i], true);
    }
}

static void plan_enum(struct tn__planner *p, struct tn__planned_enum *planned,
                      const struct tn__enum *choice)
{
    const char **enumerators = tn_arena_array(p->arena, choice->count, sizeof(*enumerators));
    if (!enumerators) {
        p->status = TN_ENOMEM;
        return;
    }
    const char *tag = tn__planner_name(p, choice->name);
    const char *opt_tag = tn__planner_name(p, tn__planner_append(p, "opt_", choice->name));
    plan_enumerators(p, enumerators, tag, choice);
    planned->choice = choice;
    planned->tag = tag;
    planned->opt_tag = opt_tag;
    planned->texts = tn__planner_append(p, tag, "_texts");
    planned->array = (struct tn__c_type){
        .type = tn__planner_append(p, "struct ", tn__planner_append(p, tag, "_array")),
        .value = ""};
    planned->enumerators = enumerators;
    planned->types[0] = (struct tn__c_type){.type = tn__planner_append(p, "enum ", tag),
                                            .bind = "tn_sqlite_bind_text",
                                            .read = "tn_sqlite_read_text",
                                            .value = "",
                                            .text = tn__planner_append(p, tag, "_text"),
                                            .parse = tn__planner_append(p, tag, "_parse")};
    planned->types[1] = (struct tn__c_type){.type = tn__planner_append(p, "struct ", opt_tag),
                                            .bind = "tn_sqlite_bind_text",
                                            .read = "tn_sqlite_read_opt_text",
                                            .value = "",
                                            .text = tn__planner_append(p, opt_tag, "_text"),
                                            .parse = tn__planner_append(p, opt_tag, "_parse")};
}

void tn__planner_enums(struct tn__planner *p)
{
    size_t count = p->checked->enum_count;
    p->enums = tn_arena_array(p->arena, count, sizeof(*p->enums));
    if (!p->enums)
        p->status = TN_ENOMEM;
    for (size_t i = 0; i < count && p->status == TN_OK; i++)
        plan_enum(p, &p->enums[i], &p->checked->enums[i]);
    p->plan.enums = p->enums;
    p->plan.enum_count = count;
}

struct tn__planned_enum *tn__planner_enum(const struct tn__planner *p, struct tn__typing typing)
{
    const struct tn__enum *choice = tn__checked_enum(p->checked, typing);
    return choice ? &p->enums[choice - p->checked->enums] : NULL;
}

/* Up to the first name that is taken: that one finding says it all. */
static bool claim_all(struct tn__planner *p, const struct tn__planned_enum *planned)
{
    const struct tn__enum *choice = planned->choice;
    const char *whose =
        choice->server
            ? choice->server->name
            : tn__planner_text(p, tn__arena_printf(p->arena, "%s.%s", choice->table->name,
                                                   choice->column->name));
    struct tn__name_owner owner = {NULL, NULL, choice->table, choice->column, choice->server};
    owner.what = tn__planner_text(
        p, tn__arena_printf(p->arena, "the enum %s'%s'", choice->server ? "" : "of ", whose));
    if (!tn__planner_claim(p, planned->tag, &owner) ||
        !tn__planner_claim(p, planned->opt_tag, &owner) ||
        !tn__planner_claim(p, planned->texts, &owner))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (!tn__planner_claim(p, planned->types[i].text, &owner) ||
            !tn__planner_claim(p, planned->types[i].parse, &owner))
            return false;
    for (size_t i = 0; i < choice->count; i++) {
        tn_text value = choice->texts[i];
        owner.what = tn__planner_text(p, tn__arena_printf(p->arena, "the value '%.*s' of '%s'",
                                                          (int)value.size, value.data, whose));
        if (!tn__planner_claim(p, planned->enumerators[i], &owner))
            return false;
    }
    return true;
}

void tn__planner_use_enum(struct tn__planner *p, struct tn__planned_enum *planned)
{
    if (planned && !planned->is_named)
        (void)claim_all(p, planned);
    if (planned)
        planned->is_named = true;
}

void tn__planner_use_array(struct tn__planner *p, struct tn__planned_enum *planned)
{
    if (planned->array_tag)
        return;
    const struct tn__enum *choice = planned->choice;
    const struct tn__name_owner owner = {
        NULL, tn__planner_text(p, tn__arena_printf(p->arena, "the array of '%s'", choice->name)),
        choice->table, choice->column, choice->server};
    planned->array_tag = tn__planner_append(p, planned->tag, "_array");
    (void)tn__planner_claim(p, planned->array_tag, &owner);
}

static bool is_free(const struct tn__planner *p, const struct tn__planned_enum *planned)
{
    bool is_free = tn__planner_is_free(p, planned->tag) &&
                   tn__planner_is_free(p, planned->opt_tag) &&
                   tn__planner_is_free(p, planned->texts);
    for (size_t i = 0; i < 2; i++)
        is_free = is_free && tn__planner_is_free(p, planned->types[i].text) &&
                  tn__planner_is_free(p, planned->types[i].parse);
    for (size_t i = 0; is_free && i < planned->choice->count; i++) {
        is_free = tn__planner_is_free(p, planned->enumerators[i]);
        for (size_t k = 0; is_free && k < i; k++)
            is_free = strcmp(planned->enumerators[i], planned->enumerators[k]) != 0;
    }
    return is_free;
}

bool tn__planner_try_enum(struct tn__planner *p, struct tn__planned_enum *planned)
{
    if (planned && !planned->is_named && !is_free(p, planned))
        return false;
    tn__planner_use_enum(p, planned);
    return true;
}
