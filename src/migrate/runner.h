/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_RUNNER_H
#define TN_MIGRATE_RUNNER_H

#include "migrate/engine/engine.h"
#include "migrate/history/history.h"
#include "migrate/pragmas.h"
#include "migrate/script.h"
#include "migrate/standing.h"

/* A script that is run once more, the one of `version`. On SQLite with foreign keys off, because of a
 * DROP TABLE that would have written `table`. */
struct tn__again {
    bool is_set;
    int64_t version;
    size_t index; /* of that statement */
    const char *table;
};

/* What a run of migrations carries from one to the next. `err` of its functions is never NULL. */
struct tn__runner {
    struct tn__link link;
    struct tn__history_use history_use;
    struct tn__progress_use progress_use;
    struct tn__driver_stmt *data_version;
    struct tn__kept_pragmas kept;
    struct tn__again again;
    const tn_migration_set *set;
    const tn_migrate_options *options;
    tn_migrate_report *report; /* never NULL; with an arena */
    tn_arena *arena;
    tn_migrate_item *ran; /* report->items, while they grow */
    size_t ran_cap;
    struct tn__standing standing;
    size_t cleared;       /* objects that have been dropped */
    size_t start;         /* of a script that is resumed: the statements that are applied */
    bool is_resumed;      /* there is such a script */
    bool is_unfinished;   /* and its next statement may have been running when it was broken off */
    unsigned attempts;    /* to run the next one that have failed for a lock */
    bool has_history;     /* the table is there, and committed */
    int64_t seen_version; /* of the database, when `standing` was read */
};

/* Put an item into the report. */
TN_NODISCARD int tn__runner_report(struct tn__runner *runner, const tn_migrate_item *item,
                                   tn_error *err);
/* Tell the program of an event; what it returns stops the run, if that is negative. */
TN_NODISCARD int tn__runner_emit(struct tn__runner *runner, enum tn_migrate_event_kind kind,
                                 const tn_migrate_item *item, const tn_migration_script *script,
                                 const char *text, size_t index, size_t count, tn_error *err);
/* Split a script, and look whether it can be run at all: TN_ESYNTAX, TN_EREFUSED with the place. */
TN_NODISCARD int tn__runner_cut(struct tn__runner *runner, tn_migration_script *script,
                                tn_error *err);
/* resume.c */
TN_NODISCARD int tn__resume_run(struct tn__runner *runner, tn_error *err);
/* settle.c: baseline, skip, resolve and repair, in a transaction of their own. */
TN_NODISCARD int tn__settle_run(struct tn__runner *runner, tn_error *err);

/* Tell the caller something about an item. */
void tn__runner_notice(struct tn__runner *runner, const tn_migrate_item *item, const char *format,
                       ...) TN_PRINTF(3, 4);

/*
 * Run a split script of an item, inside the writing transaction that is open, and note it in the
 * history. Afterwards no transaction is open, whatever comes back. On success item->elapsed_ns and
 * ->applied_at are set. TN_NONE: it has been rolled back and is to be run once more, as
 * runner->again says. TN_EPARTIAL: a part of it is applied, and that is on record; any other error:
 * nothing of it is. runner->report has the place.
 */
TN_NODISCARD int tn__script_run(struct tn__runner *runner, tn_migrate_item *item,
                                const tn_migration_script *script, bool is_down, tn_error *err);

/* Append the SQL that tn__script_run() would run: for a dry run. */
void tn__script_show(struct tn__buf *out, const struct tn__runner *runner,
                     const tn_migrate_item *item, const tn_migration_script *script, bool is_down);

#endif
