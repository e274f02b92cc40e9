/* SPDX-License-Identifier: MIT */
/*
 * The crash campaign: each kind of migration, in each journal mode, with each fault at each
 * operation of the engine on its files. After each: the database is sound, and wholly as before a
 * migration, or wholly as after it, or, for one that runs outside a transaction, `_tenon_state` says
 * truly what is applied; and a second run comes to where a run without faults does.
 *
 *     torture [--sample N] [--seed S] [--jobs N] [--only TEXT] [--quiet]
 *
 * `--sample N` takes one point of N. Exit code 0: no mixed state.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits.h>

#include <tenon/tenon.h>

#include "faultvfs.h"
#include "migrate/script.h"
#include "torture_modes.h"
#include "torture_state.h"

enum {
    MOST_STATES = 16,
    NOT_STRUCK = 64 /* exit code bit of a child: the fault's place was not reached */
};

static const char *const journals[] = {"wal", "delete", "truncate", "persist"};
#define JOURNALS (sizeof journals / sizeof journals[0])

static const struct fault {
    const char *name;
    enum faultvfs_class class;
    enum faultvfs_action action;
    bool forever;
} faults[] = {
    {"SIGKILL before a write", FAULTVFS_WRITES, FAULTVFS_KILL_BEFORE, false},
    {"SIGKILL after a write", FAULTVFS_WRITES, FAULTVFS_KILL_AFTER, false},
    {"SIGKILL in a write", FAULTVFS_WRITES, FAULTVFS_TORN, false},
    {"write error once", FAULTVFS_WRITES, FAULTVFS_FAIL, false},
    {"write error for ever", FAULTVFS_WRITES, FAULTVFS_FAIL, true},
    {"disk full once", FAULTVFS_WRITES, FAULTVFS_FULL, false},
    {"disk full for ever", FAULTVFS_WRITES, FAULTVFS_FULL, true},
    {"busy once", FAULTVFS_LOCKS, FAULTVFS_FAIL, false},
    {"busy for ever", FAULTVFS_LOCKS, FAULTVFS_FAIL, true},
    {"read error once", FAULTVFS_READS, FAULTVFS_FAIL, false},
    {"read error for ever", FAULTVFS_READS, FAULTVFS_FAIL, true},
    {"open error once", FAULTVFS_OPENS, FAULTVFS_FAIL, false},
};
#define FAULTS (sizeof faults / sizeof faults[0])

/* What came out of one kind of migration, in one journal mode, with one fault. */
struct tally {
    long points;
    long old;
    long between; /* some of several migrations, each wholly */
    long new;
    long explained;
    long mixed;
    bool is_done;
};

static struct options {
    unsigned sample;
    unsigned seed;
    unsigned jobs;
    const char *only;
    bool is_quiet;
} options = {1, 1, 2, NULL, false};

/* One kind of migration in one journal mode, with the states that it may come to. */
struct trial {
    const struct torture_mode *mode;
    const char *journal;
    char folder[PATH_MAX / 2];
    char path[PATH_MAX];
    char url[PATH_MAX + 64];
    tn_arena arena;
    tn_migration_set set;
    struct torture_image before;
    struct torture_state steps[MOST_STATES]; /* before, and after each migration */
    size_t step_count;
    char *prefixes[MOST_STATES]; /* content after so many statements; NULL: in a transaction */
    size_t prefix_count;
};

static int migrate(struct trial *trial, enum tn_migrate_op op, size_t count, bool all,
                   tn_migrate_report *report)
{
    tn_db *db = NULL;
    tn_error err = {0};
    tn_migrate_options how = TN_MIGRATE_OPTIONS_INIT;
    how.op = op;
    how.count = count;
    how.all = all;
    how.has_to = op == TN_MIGRATE_RESOLVE_REVERTED || op == TN_MIGRATE_RESOLVE_APPLIED;
    how.to = trial->set.items[trial->set.count - 1].version;
    int rc = tn_db_open(&db, trial->url, NULL, &err);
    if (rc == TN_OK)
        rc = tn_migrate(db, &trial->set, &how, report, &err);
    tn_db_close(db);
    return rc;
}

static int run_mode(struct trial *trial)
{
    return migrate(trial, trial->mode->op, 0, trial->mode->all, NULL);
}

/* --- what may come out ---------------------------------------------------------------------------- */

static void load(struct trial *trial)
{
    char path[PATH_MAX];
    tn_error err;
    for (size_t i = 0; i < TORTURE_FILES && trial->mode->files[i].name; i++) {
        snprintf(path, sizeof path, "%s/%s", trial->folder, trial->mode->files[i].name);
        FILE *file = fopen(path, "wb");
        if (!file || fputs(trial->mode->files[i].text, file) < 0 || fclose(file) != 0)
            torture_die("%s: cannot be written", path);
    }
    if (tn_migration_set_load(&trial->set, trial->folder, &trial->arena, NULL, &err) != TN_OK)
        torture_die("%s", err.message);
    if (!trial->mode->is_embedded)
        return;
    tn_migration *items = tn_arena_array(&trial->arena, trial->set.count, sizeof *items);
    if (!items)
        torture_die("out of memory");
    memcpy(items, trial->set.items, trial->set.count * sizeof *items);
    for (size_t i = 0; i < trial->set.count; i++) {
        if (tn__script_split(&items[i].up, TN__SQLITE, &trial->arena, NULL, &err) != TN_OK ||
            (items[i].down.file &&
             tn__script_split(&items[i].down, TN__SQLITE, &trial->arena, NULL, &err) != TN_OK))
            torture_die("%s", err.message);
    }
    trial->set.items = items;
    trial->set.source = "embedded";
}

static void read_state(struct torture_state *out, const char *path)
{
    if (!torture_state_read(out, path))
        torture_die("%s: not sound without any fault", path);
}

/* The script's statements one by one, by the engine alone, from the state before. */
static void find_prefixes(struct trial *trial)
{
    bool is_down = trial->mode->op == TN_MIGRATE_DOWN;
    size_t last = trial->set.count - 1;
    tn_migration_script script = is_down ? trial->set.items[last].down : trial->set.items[last].up;
    tn_error err;
    sqlite3 *db;
    torture_image_put(&trial->before, trial->path);
    if ((!script.stmts &&
         tn__script_split(&script, TN__SQLITE, &trial->arena, NULL, &err) != TN_OK) ||
        script.stmt_count + 1 > MOST_STATES || sqlite3_open(trial->path, &db) != SQLITE_OK)
        torture_die("%s: no statements", script.file);
    trial->prefix_count = script.stmt_count + 1;
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    if (trial->mode->begins_in_transaction)
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    trial->prefixes[0] = strdup(trial->steps[0].content);
    for (size_t i = 0; i < script.stmt_count; i++) {
        tn_text text = tn__script_stmt(&script, i);
        char *sql = strndup(text.data, text.size);
        struct torture_state state;
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
            torture_die("%s: %s", sql, sqlite3_errmsg(db));
        free(sql);
        if (!sqlite3_get_autocommit(db))
            continue;
        read_state(&state, trial->path);
        trial->prefixes[i + 1] = strdup(state.content);
        torture_state_fini(&state);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
}

static void find_states(struct trial *trial)
{
    const struct torture_mode *mode = trial->mode;
    if (mode->before > 0 && migrate(trial, TN_MIGRATE_UP, mode->before, false, NULL) != TN_OK)
        torture_die("%s: cannot be set up", mode->name);
    torture_image_take(&trial->before, trial->path);
    read_state(&trial->steps[0], trial->path);
    size_t runs = mode->op == TN_MIGRATE_UP ? trial->set.count - mode->before
                  : mode->all               ? mode->before
                                            : 1;
    for (size_t i = 1; i <= runs; i++) {
        if (migrate(trial, mode->op, 1, false, NULL) != TN_OK)
            torture_die("%s: fails without any fault", mode->name);
        read_state(&trial->steps[i], trial->path);
    }
    trial->step_count = runs + 1;
    if (mode->undo)
        find_prefixes(trial);
}

/* --- one point ------------------------------------------------------------------------------------ */

enum verdict {
    OLD,
    BETWEEN,
    NEW,
    EXPLAINED,
    MIXED
};

/* "migration 2|up 3/7 running …": whether that is what is there. */
static bool is_true_record(const struct trial *trial, const struct torture_state *state)
{
    char direction[8];
    char word[20];
    size_t done;
    size_t count;
    if (!trial->mode->undo || strcmp(state->history, trial->steps[0].history) != 0 ||
        sscanf(state->progress, "migration %*d|%7s %zu/%zu %19s", direction, &done, &count, word) !=
            4 ||
        strcmp(direction, trial->mode->op == TN_MIGRATE_DOWN ? "down" : "up") != 0 ||
        count + 1 != trial->prefix_count || done > count)
        return false;
    const char *is = trial->prefixes[done];
    const char *next = done < count ? trial->prefixes[done + 1] : NULL;
    /* A transaction of the script's own goes from its BEGIN to its COMMIT in one step: the record is
     * written with the COMMIT. */
    return (is && strcmp(is, state->content) == 0) ||
           (strcmp(word, "running") == 0 && next && strcmp(next, state->content) == 0);
}

static enum verdict judge(const struct trial *trial, const struct torture_state *state)
{
    if (*state->progress)
        return is_true_record(trial, state) ? EXPLAINED : MIXED;
    for (size_t i = 0; i < trial->step_count; i++) {
        /* VACUUM and its like change no content: the history tells. */
        if (strcmp(state->content, trial->steps[i].content) == 0 &&
            strcmp(state->history, trial->steps[i].history) == 0)
            return i == 0 ? OLD : i + 1 == trial->step_count ? NEW : BETWEEN;
    }
    return MIXED;
}

/* The record is seen by status, nothing runs over it; then it is gone on with, or undone by hand. */
static const char *settle(struct trial *trial, bool by_hand)
{
    struct torture_state now;
    struct torture_state was;
    tn_arena arena = TN_ARENA_INIT;
    tn_migrate_report report = {.arena = &arena};
    bool is_partial = false;
    read_state(&was, trial->path);
    if (migrate(trial, TN_MIGRATE_STATUS, 0, false, &report) != TN_OK)
        return "status fails";
    for (size_t i = 0; i < report.count; i++)
        is_partial |= report.items[i].state == TN_MIGRATION_PARTIAL;
    tn_arena_fini(&arena);
    if (!is_partial)
        return "status does not show it";
    if (run_mode(trial) != TN_EREFUSED)
        return "a second run is not refused";
    read_state(&now, trial->path);
    bool is_same = strcmp(was.content, now.content) == 0 &&
                   strcmp(was.progress, now.progress) == 0 && strcmp(was.history, now.history) == 0;
    torture_state_fini(&was);
    torture_state_fini(&now);
    if (!is_same)
        return "the refused run has changed something";
    if (!by_hand)
        return migrate(trial, TN_MIGRATE_RESUME, 0, false, NULL) == TN_OK ? NULL : "resume fails";
    /* Undone: an up script is then not applied, and what a down script was to revert is. */
    torture_sql(trial->path, trial->mode->undo);
    if (migrate(trial,
                trial->mode->op == TN_MIGRATE_UP ? TN_MIGRATE_RESOLVE_REVERTED
                                                 : TN_MIGRATE_RESOLVE_APPLIED,
                0, false, NULL) != TN_OK)
        return "resolve fails";
    return run_mode(trial) == TN_OK ? NULL : "a second run fails";
}

/* Run again without faults: NULL if it comes to the end that it should. */
static const char *converge(struct trial *trial, enum verdict verdict, bool by_hand)
{
    const struct torture_state *end = &trial->steps[trial->step_count - 1];
    struct torture_state state;
    const char *wrong = verdict == EXPLAINED ? settle(trial, by_hand) : NULL;
    if (wrong)
        return wrong;
    /* `down` alone is one more each time. */
    bool is_enough = verdict == EXPLAINED || verdict == NEW;
    if (!(is_enough && trial->mode->op == TN_MIGRATE_DOWN) && run_mode(trial) != TN_OK)
        return "a second run fails";
    if (!torture_state_read(&state, trial->path))
        return "the second run leaves it unsound";
    if (strcmp(state.content, end->content) != 0 || strcmp(state.history, end->history) != 0 ||
        *state.progress)
        wrong = "the second run comes to another end";
    torture_state_fini(&state);
    return wrong;
}

/* In a child: the run with the fault. Its exit code is the status, as a small number. */
static int strike_child(struct trial *trial, const struct fault *fault, long at)
{
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        torture_die("cannot fork");
    if (child == 0) {
        faultvfs_register();
        faultvfs_begin((struct faultvfs_plan){fault->class, fault->action, at, fault->forever});
        int rc = run_mode(trial);
        _exit((rc == TN_OK         ? 0
               : rc == TN_EPARTIAL ? 2
                                   : 1) |
              (faultvfs_hits() == 0 ? NOT_STRUCK : 0));
    }
    int status;
    if (waitpid(child, &status, 0) != child)
        torture_die("lost a child");
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGKILL ? SIGKILL : -1;
    return WEXITSTATUS(status);
}

/* What the run has said, against what is there. */
static const char *contradicts(const struct trial *trial, const struct fault *fault, int code,
                               enum verdict verdict)
{
    /* Where the end of a COMMIT is not the removal of a file, the engine may report one as failed that
     * stands (the sync of a log, the end of a journal that is kept): nobody can know. */
    bool may_have_committed = strcmp(trial->journal, "delete") != 0 &&
                              fault->action == FAULTVFS_FAIL && fault->class != FAULTVFS_LOCKS;
    if (code < 0)
        return "it crashed";
    if (may_have_committed && (code == 1 || code == 2) && verdict == NEW)
        return NULL;
    if (code == 0 && verdict != NEW)
        return "it said that it had succeeded";
    if (code == 1 && verdict == NEW)
        return "it said that it had failed";
    if (code == 2 && verdict != EXPLAINED)
        return "it said that it was partly applied";
    return NULL;
}

static void run_point(struct trial *trial, const struct fault *fault, long at, struct tally *tally)
{
    struct torture_state state;
    enum verdict verdict = MIXED;
    const char *wrong = "not sound";
    torture_image_put(&trial->before, trial->path);
    int code = strike_child(trial, fault, at);
    if (code != SIGKILL && code >= 0 && (code & NOT_STRUCK))
        return;
    tally->points++;
    if (torture_state_read(&state, trial->path)) {
        verdict = judge(trial, &state);
        wrong = verdict == MIXED ? "neither old nor new" : contradicts(trial, fault, code, verdict);
        if (!wrong)
            wrong = converge(trial, verdict, at % 2 == 0);
    }
    if (wrong) {
        tally->mixed++;
        fprintf(stderr, "MIXED: %s, %s, %s at %ld (exit %d): %s; record %s\n", trial->mode->name,
                trial->journal, fault->name, at, code, wrong,
                state.progress && *state.progress ? state.progress : "none\n");
    } else {
        long *counts[] = {&tally->old, &tally->between, &tally->new, &tally->explained};
        (*counts[verdict])++;
    }
    torture_state_fini(&state);
}

/* Operations of a class in a run without faults. */
static long count_operations(struct trial *trial, enum faultvfs_class class)
{
    int ends[2];
    long count = 0;
    torture_image_put(&trial->before, trial->path);
    fflush(NULL);
    if (pipe(ends) != 0)
        torture_die("no pipe");
    pid_t child = fork();
    if (child == 0) {
        faultvfs_register();
        faultvfs_begin((struct faultvfs_plan){class, FAULTVFS_NOTHING, 0, false});
        if (run_mode(trial) == TN_OK)
            count = faultvfs_count();
        _exit(write(ends[1], &count, sizeof count) == sizeof count ? 0 : 1);
    }
    if (child < 0 || read(ends[0], &count, sizeof count) != sizeof count || count <= 0)
        torture_die("%s: nothing to strike", trial->mode->name);
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
    return count;
}

/* Whether a point is of the sample: the same ones for the same seed. */
static bool is_taken(size_t cell, long at)
{
    uint32_t x = options.seed * 2654435761u ^ (uint32_t)cell * 40503u ^ (uint32_t)at * 2246822519u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return x % options.sample == 0;
}

/* --- the campaign --------------------------------------------------------------------------------- */

static void remove_folder(const char *folder)
{
    char command[PATH_MAX];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s: cannot be removed\n", folder);
}

static void run_trial(size_t number, struct tally *tallies)
{
    const char *tmp = getenv("TMPDIR");
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp && *tmp ? tmp : "/tmp";
    struct trial trial = {.mode = &torture_modes[number / JOURNALS],
                          .journal = journals[number % JOURNALS]};
    char home[128];
    snprintf(home, sizeof home, "%.100s/torture-XXXXXX", root);
    if (!mkdtemp(home))
        torture_die("%s: no folder", home);
    snprintf(trial.folder, sizeof trial.folder, "%s/migrations", home);
    snprintf(trial.path, sizeof trial.path, "%s/x.db", home);
    snprintf(trial.url, sizeof trial.url, "sqlite:%s/x.db?mode=rwc&busy_timeout=1&journal_mode=%s",
             home, trial.journal);
    if (mkdir(trial.folder, 0700) != 0)
        torture_die("%s: no folder", trial.folder);
    load(&trial);
    find_states(&trial);
    for (size_t f = 0; f < FAULTS; f++) {
        size_t cell = number * FAULTS + f;
        long count = count_operations(&trial, faults[f].class);
        for (long at = 1; at <= count; at++) {
            if (is_taken(cell, at))
                run_point(&trial, &faults[f], at, &tallies[cell]);
        }
        tallies[cell].is_done = true;
    }
    for (size_t i = 0; i < trial.step_count; i++)
        torture_state_fini(&trial.steps[i]);
    for (size_t i = 0; i < trial.prefix_count; i++)
        free(trial.prefixes[i]);
    free(trial.before.data);
    tn_arena_fini(&trial.arena);
    remove_folder(home);
}

static void add(struct tally *sum, const struct tally *tally)
{
    sum->points += tally->points;
    sum->old += tally->old;
    sum->between += tally->between;
    sum->new += tally->new;
    sum->explained += tally->explained;
    sum->mixed += tally->mixed;
}

static void print_row(const char *a, const char *b, const char *c, const struct tally *t)
{
    printf("%-32s %-9s %-24s %7ld %7ld %8ld %7ld %10ld %6ld\n", a, b, c, t->points, t->old,
           t->between, t->new, t->explained, t->mixed);
}

static bool is_wanted(size_t trial)
{
    return !options.only || strstr(torture_modes[trial / JOURNALS].name, options.only);
}

/* The table; the number of mixed states, and of cells that were not finished. */
static long print_all(const struct tally *tallies, size_t trials)
{
    struct tally total = {0};
    long unfinished = 0;
    printf("%-32s %-9s %-24s %7s %7s %8s %7s %10s %6s\n", "migration", "journal", "fault", "points",
           "old", "between", "new", "explained", "mixed");
    for (size_t i = 0; i < trials * FAULTS; i++) {
        if (!is_wanted(i / FAULTS))
            continue;
        add(&total, &tallies[i]);
        unfinished += !tallies[i].is_done;
        if (!options.is_quiet)
            print_row(torture_modes[i / FAULTS / JOURNALS].name, journals[i / FAULTS % JOURNALS],
                      faults[i % FAULTS].name, &tallies[i]);
    }
    for (size_t f = 0; f < FAULTS; f++) {
        struct tally sum = {0};
        for (size_t i = f; i < trials * FAULTS; i += FAULTS)
            add(&sum, &tallies[i]);
        print_row("all", "all", faults[f].name, &sum);
    }
    print_row("all", "all", "all", &total);
    if (unfinished > 0)
        printf("%ld cells of the table were not finished\n", unfinished);
    printf("%ld points, %ld mixed\n", total.points, total.mixed);
    return total.points == 0 ? 1 : total.mixed + unfinished;
}

static unsigned number_of(const char *text)
{
    char *end = NULL;
    unsigned long value = text ? strtoul(text, &end, 10) : 0;
    if (!text || *end || value == 0 || value > 1000000)
        torture_die("usage: torture [--sample N] [--seed S] [--jobs N] [--only TEXT] [--quiet]");
    return (unsigned)value;
}

static void read_options(char **argv)
{
    for (; *argv; argv++) {
        if (strcmp(*argv, "--quiet") == 0) {
            options.is_quiet = true;
            continue;
        }
        unsigned *number = strcmp(*argv, "--sample") == 0 ? &options.sample
                           : strcmp(*argv, "--seed") == 0 ? &options.seed
                           : strcmp(*argv, "--jobs") == 0 ? &options.jobs
                                                          : NULL;
        if (!number && strcmp(*argv, "--only") != 0)
            (void)number_of(NULL);
        argv++;
        if (number)
            *number = number_of(*argv);
        else
            options.only = *argv;
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    read_options(argv + 1);
    size_t trials = torture_mode_count * JOURNALS;
    size_t size = trials * FAULTS * sizeof(struct tally);
    struct shared {
        atomic_size_t next;
        struct tally tallies[];
    } *shared = mmap(NULL, sizeof *shared + size, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        torture_die("out of memory");
    for (unsigned i = 0; i < options.jobs; i++) {
        if (fork() != 0)
            continue;
        for (size_t t; (t = atomic_fetch_add(&shared->next, 1)) < trials;) {
            if (is_wanted(t))
                run_trial(t, shared->tallies);
        }
        exit(0);
    }
    while (wait(NULL) > 0)
        ;
    return print_all(shared->tallies, trials) == 0 ? 0 : 1;
}
