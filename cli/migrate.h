/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_MIGRATE_H
#define TN_CLI_MIGRATE_H

#include "cmd.h"
#include "lex/lex.h"
#include "render/json.h"

/* What the commands of the family "migrate" share. Functions that return an exit code have reported
 * what is wrong if it is not EXIT_DONE. */

/* Of the SQL in the folder. */
enum tn__dialect migrate_dialect(const struct cli *cli);

/* Read the folder of the settings. */
int migrate_load(struct cli *cli, tn_migration_set *out);
/* The same of another folder, of an engine. */
int migrate_load_of(struct cli *cli, tn_migration_set *out, enum tn__dialect dialect,
                    const char *dir);

/* Read -n, --to and --all into options. */
int migrate_range(struct cli *cli, tn_migrate_options *options);

/* What up and down do: run, show progress, report. */
struct migrate_run {
    struct cli *cli;
    tn_db *db;
    tn_migration_set set;
    tn_migrate_options options;
    tn_migrate_report report;
    const char **would; /* of a dry run as JSON: the SQL of each migration */
};
int migrate_run(struct cli *cli, enum tn_migrate_op op);
/* One that has done nothing yet. */
void migrate_init(struct migrate_run *run, struct cli *cli, enum tn_migrate_op op);
/* migrate_turn.c. One thing, and then up, on one opening of the database. */
struct migrate_turn {
    enum tn_migrate_op first; /* DOWN or CLEAR */
    size_t count;             /* of down: how many; as many go up again */
    bool all;                 /* of down: all of them */
    bool goes_up;
    const char *question; /* what has to be confirmed: cli_confirm(); NULL: nothing */
};
int migrate_turn(struct cli *cli, const struct migrate_turn *turn);
/* Baseline, skip, resolve, repair: `version` may be NULL, `done` is what it says of each, NULL where
 * the events say it already. */
int migrate_settle(struct cli *cli, enum tn_migrate_op op, const char *version, const char *done);
/* cmd_migrate_repair.c: what a repair without a version leaves as it is, and how to accept that. */
void migrate_notice_changed(struct migrate_run *run);
/* cmd_migrate_fresh.c: what is to be confirmed on PostgreSQL, with the schemas. NULL: no memory. */
const char *migrate_fresh_question(struct cli *cli, const tn_migration_set *set);
/* What status and validate begin with: the folder read, the database open for reading, the options
 * set. run->db is open on EXIT_DONE only. */
int migrate_look(struct migrate_run *run, struct cli *cli, enum tn_migrate_op op);

/* Report a failure of tn_migrate(), with its place where there is one, and give the exit code. */
int migrate_fail(struct migrate_run *run, int status, const tn_error *original);
/* Report a place of a folder or file. */
struct tn__diag *migrate_fault(struct cli *cli, const tn_migration_place *place, tn_text text,
                               const tn_error *err);
/* The text of a file of the set, for showing its lines. */
tn_text migrate_text(const tn_migration_set *set, const char *file);
/* The handler of events: progress on stderr, the SQL of a dry run on stdout. `user`: a migrate_run. */
int migrate_event(const tn_migrate_event *event, void *user);

/* "migrations": [{"version","name","state","applied_at"}, …] */
void migrate_json_items(struct tn__json *json, const tn_migrate_report *report);

/* "1.2 ms", in a static form of the caller. */
const char *migrate_time(char out[32], int64_t elapsed_ns);

#endif
