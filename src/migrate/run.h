/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_RUN_H
#define TN_MIGRATE_RUN_H

#include "migrate/drops.h"
#include "migrate/runner.h"

/*
 * One script on its way: what run.c and the engines share.
 */
struct tn__run {
    struct tn__runner *runner;
    struct tn__link *link;
    tn_migrate_item *item;
    const tn_migration_script *script;
    bool is_down;
    bool is_own;          /* the transaction that is open is the runner's, not the script's */
    bool is_noted;        /* a row about its progress has been written */
    size_t start;         /* the statements that an earlier run has applied */
    size_t done;          /* the statements whose effects are committed */
    bool has_effect;      /* something of it is committed */
    bool has_open_effect; /* something of it is in the open transaction */
    bool has_part;        /* the statement that failed has left something behind */
    bool is_unsure;       /* whether what failed is committed is not known */
    /* SQLite's: */
    struct tn__fk_census census;
    struct tn__dropped *dropped; /* tables that were dropped with foreign keys off */
    bool is_census_unknown;      /* the check itself fails: a foreign key is ill defined */
};

/* Add to a message, as much as there is room for. */
void tn__error_append(tn_error *err, const char *text);

/* Put the place of a failed statement into the report and in front of the message. Returns rc. */
int tn__run_fail_at(struct tn__run *run, size_t index, int rc, tn_error *err);

#endif
