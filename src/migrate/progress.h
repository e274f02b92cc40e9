/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_PROGRESS_H
#define TN_MIGRATE_PROGRESS_H

#include <tenon/migrate.h>

#include "migrate/holder.h"
#include "migrate/link.h"

/*
 * `_tenon_state`: how far a script got that does not run in one transaction. A row is there from
 * before its first statement until it is noted in the history (or, where nothing was applied, until
 * it failed), so that a process that dies leaves a true account: the first `done` statements are
 * applied, the next one is or was running, or has failed.
 *
 *     name = 'migration 20250115001', value = 'up 2/4 failed =89abcdef01234567'  (or 'failed-in-part')
 *     value = 'up 2/4 running 1234 1234 567890 4026531836@host =89abcdef01234567'
 *
 * behind "running": process, thread, start, home; behind "=": a hash of the script's text up to the end
 * of the statements that are applied, which must be the same for going on behind them.
 */
#define TN__STATE_TABLE   "_tenon_state"
#define TN__STATE_COLUMNS "('name'), ('value'), ('changed_at')"

struct tn__progress {
    int64_t version;
    bool is_down;
    bool is_failed; /* else the next statement is or was running */
    bool is_part;   /* failed, but a part of the next statement has taken effect (OR FAIL) */
    size_t done;
    size_t count;
    uint64_t prefix;          /* hash of the text that is applied; 0: not known */
    struct tn__holder holder; /* while it is not failed: who runs it, or ran it */
    bool is_running;          /* the holder is alive */
    bool is_elsewhere;        /* whether the holder is alive is not known */
};

struct tn__progress_use {
    struct tn__driver_stmt *put;
    struct tn__driver_stmt *remove;
    struct tn__holder self;
    bool has_self;
    bool has_table; /* it is there for certain; else it is made with each row, if it is not */
};
void tn__progress_use_fini(struct tn__progress_use *use, struct tn__link *link);

/* The table exists. The rows are the arena's; rows of other things are left out. */
TN_NODISCARD int tn__progress_load(const struct tn__progress **out, size_t *out_count,
                                   struct tn__link *link, tn_arena *arena, tn_error *err);
/* Write a row, the table too if it is not there; its holder is the thread that writes it. */
TN_NODISCARD int tn__progress_put(struct tn__progress_use *use, struct tn__link *link,
                                  const struct tn__progress *progress, tn_error *err);
/* Nobody runs it any more, and whether the next statement is applied is not known: the row that was
 * written before it stays, without its holder. TN_NONE: there is no such row. */
TN_NODISCARD int tn__progress_abandon(struct tn__link *link, int64_t version, tn_error *err);
TN_NODISCARD int tn__progress_remove(struct tn__progress_use *use, struct tn__link *link,
                                     int64_t version, tn_error *err);

/* What is applied and what to do, as the second half of a message. */
void tn__progress_explain(char *out, size_t size, const struct tn__progress *progress);

#endif
