/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_PLANNER_H
#define TN_GEN_PLANNER_H

#include "gen/plan.h"
#include "util/map.h"

/* Between the files of src/gen that make the plan. */

/* Who has a name already. */
struct tn__name_owner {
    const struct tn__query *query; /* NULL: a table, or an enum */
    const char *what;              /* for the message: "table 'tasks'", "query 'task_find'" */
    const struct tn__table *table;
    const struct tn__column *column;      /* of an enum or a key type, with its table */
    const struct tn__server_type *server; /* an enum that is a type */
};

struct tn__planner {
    struct tn__gen_plan plan;
    const struct tn__checked *checked;
    const struct tn__settings_type *types;
    size_t type_count;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__map names;  /* identifier → struct tn__name_owner */
    struct tn__map tags;   /* of shared structs, the first of a name → struct tn__row_struct */
    struct tn__map tables; /* of the catalog, by address → struct tn__row_struct */
    struct tn__row_struct **shared;
    size_t shared_count;
    struct tn__planned_enum *enums; /* as checked->enums */
    struct tn__planned_key *keys;   /* as checked->keys */
    int status;                     /* sticky: TN_OK, TN_ENOMEM */
};

/* The string, or "" where there was no memory for it. */
const char *tn__planner_text(struct tn__planner *p, const char *string);
const char *tn__planner_append(struct tn__planner *p, const char *stem, const char *suffix);
/* prefix_name, or a name that stands alone. */
const char *tn__planner_name(struct tn__planner *p, const char *name);
/* Take a name for the whole program; one that is taken is a finding, and false. Structs and functions share one
 * space: C lets them have the same name, C++ hides the one behind the other. */
bool tn__planner_claim(struct tn__planner *p, const char *name, const struct tn__name_owner *owner);
bool tn__planner_is_free(const struct tn__planner *p, const char *name);

/* Take the names of a struct's description and of its functions, if it has some. */
void tn__planner_claim_described(struct tn__planner *p, const struct tn__row_struct *row,
                                 const struct tn__name_owner *owner);

/* The structs of all tables; of those that queries return, their names are taken first: a collision is only
 * worth a finding if it is met. At last the others are dropped whose names are taken. */
void tn__planner_tables(struct tn__planner *p);
void tn__planner_use_tables(struct tn__planner *p);
void tn__planner_drop_tables(struct tn__planner *p);
/* What the rows of a query are read into; NULL: it has none. */
const struct tn__row_struct *tn__planner_row(struct tn__planner *p,
                                             struct tn__planned_query *planned,
                                             const struct tn__name_owner *owner);
/* Its arguments. */
void tn__planner_params(struct tn__planner *p, struct tn__planned_query *planned,
                        const struct tn__name_owner *owner);
/* The struct of a table. */
struct tn__row_struct *tn__planner_table(const struct tn__planner *p,
                                         const struct tn__table *table);
/* Fill a struct with the members that the columns of a query make, those of a group's items or all others,
 * and leave room for one more. */
void tn__planner_members(struct tn__planner *p, struct tn__row_struct *row,
                         const struct tn__query *query, bool is_item);
/* Whether a struct holds text, blobs or any, its embeds included. */
bool tn__planner_is_copied(const struct tn__row_struct *row);
/* The items of a query with groups; NULL: it has none, or no memory. Before its row is asked for. */
const struct tn__planned_items *tn__planner_items(struct tn__planner *p,
                                                  const struct tn__planned_query *planned,
                                                  const struct tn__name_owner *owner);
struct tn__member tn__planner_member(const struct tn__planner *p, const char *name,
                                     struct tn__typing typing);

/* plan_locals.c. Look through what only the generated sources have, once all names are taken. */
void tn__planner_locals(struct tn__planner *p);

/* Name all enums; none is claimed yet. */
void tn__planner_enums(struct tn__planner *p);
/* The enum of a type; NULL: it is another type. */
struct tn__planned_enum *tn__planner_enum(const struct tn__planner *p, struct tn__typing typing);
/* Claim an enum's names, once; NULL: nothing. */
void tn__planner_use_enum(struct tn__planner *p, struct tn__planned_enum *planned);
/* And that of the struct of an array of it. */
void tn__planner_use_array(struct tn__planner *p, struct tn__planned_enum *planned);
/* Claim them if they are free; false: they are not. */
bool tn__planner_try_enum(struct tn__planner *p, struct tn__planned_enum *planned);

/* The same of key types. */
void tn__planner_keys(struct tn__planner *p);
struct tn__planned_key *tn__planner_key(const struct tn__planner *p, struct tn__typing typing);
void tn__planner_use_key(struct tn__planner *p, struct tn__planned_key *planned);
bool tn__planner_try_key(struct tn__planner *p, struct tn__planned_key *planned);

/* Claim the names of all enums and key types of these members. */
void tn__planner_use_types(struct tn__planner *p, const struct tn__member *members, size_t count);

#endif
