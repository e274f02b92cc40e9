/* SPDX-License-Identifier: MIT */
#ifndef TN_PLAN_QUERY_PLAN_H
#define TN_PLAN_QUERY_PLAN_H

#include "driver/driver.h"

/* What a row of a plan shows. X(identifier, code, what it means, whether it costs). */
#define TN__PLAN_FINDINGS(X)                                                                   \
 X(FULL_SCAN, "full-scan", "every row of the table, or of its index, is read", true)           \
 X(TEMP_BTREE, "temp-btree", "rows are collected and sorted before the first one comes", true) \
 X(AUTO_INDEX, "auto-index", "an index is made for this one run", true)                        \
 X(CORRELATED, "correlated-subquery", "runs anew for each row around it", true)                \
 X(LIST, "list-subquery", "its rows are collected once, to look values up in", false)          \
 X(COVERING, "covering-index", "the index has all columns: the table is not looked at", false)

enum tn__plan_bit {
#define TN__PLAN_BIT(id, code, meaning, is_cost) TN__PLAN_BIT_##id,
    TN__PLAN_FINDINGS(TN__PLAN_BIT)
#undef TN__PLAN_BIT
    TN__PLAN_BIT_COUNT
};
enum tn__plan_finding {
#define TN__PLAN_FINDING(id, code, meaning, is_cost) TN__PLAN_##id = 1 << TN__PLAN_BIT_##id,
    TN__PLAN_FINDINGS(TN__PLAN_FINDING)
#undef TN__PLAN_FINDING
};

struct tn__plan_word {
    const char *code;
    const char *meaning;
    bool is_cost; /* advice is worth looking for */
};
/* By enum tn__plan_bit. */
extern const struct tn__plan_word tn__plan_words[TN__PLAN_BIT_COUNT];

/* How a table is gone through. */
enum tn__plan_step {
    TN__PLAN_STEP_OTHER,
    TN__PLAN_STEP_SCAN,  /* all of it */
    TN__PLAN_STEP_SEARCH /* by a key */
};

/* A row of a plan. Texts are borrowed from `detail`. */
struct tn__plan_node {
    int64_t id;
    int64_t parent; /* 0: none */
    unsigned depth;
    const char *detail; /* the engine's own words */
    enum tn__plan_step step;
    tn_text source;        /* of a step: the table, or the alias that it goes by */
    tn_text index;         /* of a step, by its name; NULL text: none, or none with a name */
    unsigned terms;        /* of a search: columns of the key that are compared */
    bool is_partial_index; /* only some rows are in the index */
    unsigned equals;       /* of PostgreSQL: those of them that are compared for equality */
    bool is_one_row;       /* the same: a search by all of a unique key */
    bool has_estimate;     /* the same, where there are statistics: */
    double rows;           /* that it expects */
    double cost;
    unsigned findings; /* enum tn__plan_finding, or-ed */
};

/* Parents stand before children, in the order in which the engine tells them. */
struct tn__query_plan {
    const struct tn__plan_node *nodes;
    size_t count;
};

/* The value of a parameter, by its number from 1. */
struct tn__plan_bind {
    int number;
    tn_value value;
};

/*
 * Ask for the plan of one statement, which does not run. Parameters without a value are NULL to the
 * engine, which takes them for unknown. TN_OK, what `prepare`, `bind` and `step` of the driver
 * give, or TN_ENOMEM.
 */
TN_NODISCARD int tn__query_plan_read(struct tn__query_plan *out, const struct tn__driver *driver,
                                     struct tn__driver_conn *conn, tn_text sql,
                                     const struct tn__plan_bind *binds, size_t bind_count,
                                     tn_arena *arena, tn_error *err);

/* What the words of a row say: step, source, index, terms, findings. A scan of a subquery and
 * through a partial index is taken for a full one: only tn__query_plan_read() knows better. */
void tn__plan_classify(struct tn__plan_node *node);

/* The findings of all rows, or-ed. */
unsigned tn__query_plan_findings(const struct tn__query_plan *plan);

#endif
