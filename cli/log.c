/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/* What the library says while a command runs: TENON_LOG=info,sql=debug, or -v for the statements. */

static tn_log_filter filter;
static bool is_on;

int log_read(struct cli *cli)
{
    tn_error err = {0};
    const char *text = getenv("TENON_LOG");
    filter = tn_log_filter_of(TN_LOG_OFF);
    if (text && text[0]) {
        if (tn_log_filter_parse(&filter, text, &err) != TN_OK)
            return cli_refuse(cli, EXIT_USAGE, "TENON_LOG: %s (byte %u of '%s')", err.message,
                              err.position, text);
        is_on = true;
    }
    if (cli->verbosity > 0) {
        filter.level[TN_LOG_SQL] = TN_LOG_DEBUG;
        is_on = true;
    }
    return EXIT_DONE;
}

static void on_log(const tn_log_record *record, void *user)
{
    (void)user;
    fprintf(stderr, "%s %s: %s\n", tn_log_level_name(record->level),
            tn_log_target_name(record->target), record->message);
}

void log_watch(struct cli *cli, tn_db *db)
{
    tn_error err = {0};
    if (is_on && tn_db_set_log(db, on_log, NULL, filter, &err) != TN_OK)
        cli_say(cli, "no log: %s", err.message);
}

/* --- notices ------------------------------------------------------------------------------------ */

enum {
    MOST_NOTICES = 100 /* a script may raise one for each row */
};

static size_t notice_count;

static void on_trace(const tn_trace_event *event, void *user)
{
    struct cli *cli = user;
    const struct tn__place no_place = {NULL, 0, 0, 0};
    if (event->kind != TN_TRACE_NOTICE || notice_count++ >= MOST_NOTICES)
        return;
    bool is_warning = event->severity && strcmp(event->severity, "WARNING") == 0;
    tn__diags_add(&cli->diags, is_warning ? "server-warning" : "server-notice", no_place, "%s",
                  event->notice);
}

void notices_watch(struct cli *cli, tn_db *db)
{
    tn_error err = {0};
    notice_count = 0;
    if (cli->verbosity >= 0 && strcmp(tn_db_engine(db), "postgres") == 0 &&
        tn_db_set_trace(db, on_trace, cli, &err) != TN_OK)
        cli_say(cli, "no notices: %s", err.message);
}

void notices_end(struct cli *cli)
{
    const struct tn__place no_place = {NULL, 0, 0, 0};
    if (notice_count > MOST_NOTICES)
        tn__diags_add(&cli->diags, "server-notice", no_place, "and %zu more",
                      notice_count - MOST_NOTICES);
    notice_count = 0;
}
