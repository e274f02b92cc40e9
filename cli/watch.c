/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <string.h>

#include "frame.h"
#include "interrupt.h"
#include "util/fs.h"
#include "watch/watch.h"

enum {
    QUIET_MS = 100,
    LOOK_MS =
        2000, /* what the kernel does not tell of: links to files elsewhere, network file systems */
    CONFIG_FILES = 3,
    MOST_TRIES = 10
};

/* One round: a command's view of its own, with the memory that it needs. */
struct round {
    struct cli cli;
    tn_arena arena;
    const char *config[CONFIG_FILES];
    struct tn__watched watched;
};

static void begin(struct round *round, const struct cli *cli)
{
    *round = (struct round){.cli = *cli};
    round->cli.arena = &round->arena;
    tn__buf_init(&round->cli.out, 0);
    tn__diags_init(&round->cli.diags, &round->arena);
}

static void end(struct round *round)
{
    tn__diags_fini(&round->cli.diags);
    tn__buf_fini(&round->cli.out);
    tn_arena_fini(&round->arena);
}

/* What settings come from, as far as these tell. False: no memory. */
static bool name_config(struct round *round, const struct tn__settings *settings)
{
    round->config[0] = "tenon.ini"; /* which a nearer one would be */
    round->config[1] = settings->config_file ? settings->config_file : "tenon.ini";
    round->config[2] = tn__path_join(&round->arena, settings->project_dir, ".env");
    round->watched.files = round->config;
    round->watched.file_count = CONFIG_FILES;
    return round->config[2] != NULL;
}

/* All that a round reads. */
static bool name_inputs(struct round *round)
{
    const struct tn__settings *settings = &round->cli.settings;
    const char **folder = tn_arena_array(&round->arena, 3, sizeof(*folder));
    if (!folder || !name_config(round, settings))
        return false;
    size_t count = 0;
    folder[count++] = settings->migrations_dir;
    if (settings->sqlite_migrations && settings->postgres_migrations) {
        folder[count++] = settings->sqlite_migrations;
        folder[count++] = settings->postgres_migrations;
    }
    round->watched.folders = folder;
    round->watched.folder_count = count;
    round->watched.patterns = settings->query_sources;
    round->watched.pattern_count = settings->query_source_count;
    return true;
}

/* Settings, and the state of all files from before anything of them is read. Settings that change
 * meanwhile are read anew. An exit code. */
static int load(struct tn__watch_state *state, struct round *round, const struct round *last)
{
    for (int i = 0; i < MOST_TRIES; i++) {
        struct tn__watch_state before;
        struct tn__watch_state after;
        struct tn__watched config = {last->config, CONFIG_FILES, NULL, 0, NULL, 0};
        if (tn__watch_look(&before, &config) != TN_OK)
            return EXIT_BUG;
        int exit_code = settings_load(&round->cli);
        bool is_named = exit_code != EXIT_DONE || name_inputs(round);
        const struct round *source = exit_code == EXIT_DONE ? round : last;
        if (!is_named || tn__watch_look(state, &source->watched) != TN_OK ||
            tn__watch_look(&after, &config) != TN_OK)
            return EXIT_BUG;
        if (memcmp(&before, &after, sizeof before) == 0)
            return exit_code;
    }
    return EXIT_DONE; /* they change all the time: the next round sees */
}

static bool must_end(struct cli *cli, const struct round *round, int exit_code)
{
    cli->out_errno = round->cli.out_errno;
    return cli->out_errno != 0 || exit_code == EXIT_BUG || interrupt_is_wanted();
}

int watch_rounds(struct cli *cli, int (*round)(struct cli *cli))
{
    const struct tn__watch_options options = {
        .quiet_ms = QUIET_MS, .look_ms = LOOK_MS, .is_over = interrupt_is_wanted};
    struct round rounds[2];
    struct tn__watch_state state;
    unsigned now = 0;
    bool is_told = false;
    interrupt_watch();
    /* The one before the first has the settings that the program began with. */
    begin(&rounds[1], cli);
    int exit_code = name_inputs(&rounds[1]) ? EXIT_DONE : EXIT_BUG;
    for (bool goes_on = exit_code == EXIT_DONE; goes_on;) {
        struct round *this = &rounds[now];
        begin(this, cli);
        exit_code = load(&state, this, &rounds[!now]);
        bool has_settings = exit_code == EXIT_DONE;
        if (has_settings)
            exit_code = round(&this->cli);
        report_round(&this->cli);
        goes_on = !must_end(cli, this, exit_code);
        /* Without settings, what the last ones name is watched. */
        end(has_settings ? &rounds[!now] : this);
        now = has_settings ? !now : now;
        if (goes_on) {
            if (!is_told)
                cli_say(cli, "watching; Ctrl-C ends it");
            is_told = true;
            int rc = tn__watch_wait(&state, &rounds[!now].watched, &options);
            goes_on = rc == TN_OK;
            exit_code = rc == TN_ENOMEM ? EXIT_BUG : EXIT_DONE;
        }
    }
    end(&rounds[!now]);
    interrupt_forget();
    return exit_code == EXIT_BUG ? EXIT_BUG : EXIT_DONE;
}
