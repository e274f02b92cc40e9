/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "app.h"
#include "database.h"

/* ait42: the sessions of coding agents, as a program. */

static const struct command *const subjects[] = {
    database_commands, workspace_commands, session_commands, search_commands, activity_commands};
enum {
    SUBJECT_COUNT = sizeof subjects / sizeof subjects[0]
};

static void print_usage(FILE *to)
{
    fputs("usage: ait42 [--db URL] COMMAND …\n\n"
          "The database is --db, or $DATABASE_URL, or ~/.ait42/sessions.db, made if it is not\n"
          "there. Pending migrations are applied when it is opened. `ait42 help COMMAND` shows\n"
          "the options of a command.\n",
          to);
    for (size_t s = 0; s < SUBJECT_COUNT; s++) {
        fputc('\n', to);
        for (const struct command *c = subjects[s]; c->name; c++) {
            int width = fprintf(to, "  %s %s", c->name, c->args);
            fprintf(to, "%*s%s\n", width < 38 ? 40 - width : 2, "", c->help);
        }
    }
    fputs("\nexit codes: 0 done, 1 no such thing, 2 usage, 3 no database, 4 not valid, 6 locked,\n"
          "7 another history\n",
          to);
}

static void print_command(FILE *to, const struct command *c)
{
    fprintf(to, "usage: ait42 %s%s%s%s\n\n%s\n", c->name, *c->args ? " " : "", c->args,
            c->options ? " [options]" : "", c->help);
    for (const struct option *o = c->options; o && o->name; o++) {
        int width = fprintf(to, "%s  --%s%s%s", o == c->options ? "\n" : "", o->name,
                            o->placeholder ? " " : "", o->placeholder ? o->placeholder : "");
        fprintf(to, "%*s%s\n", width < 26 ? 28 - width : 2, "", o->help);
    }
}

/* How many of the words the name of a command is made of; 0 if it is not that. */
static int match(const char *name, char **words, int count)
{
    int used = 0;
    for (const char *at = name; *at; used++) {
        size_t size = strcspn(at, " ");
        if (used == count || strlen(words[used]) != size || strncmp(words[used], at, size) != 0)
            return 0;
        at += size;
        at += *at == ' ';
    }
    return used;
}

static const struct command *find_command(char **words, int count, int *used)
{
    for (size_t s = 0; s < SUBJECT_COUNT; s++) {
        for (const struct command *c = subjects[s]; c->name; c++) {
            *used = match(c->name, words, count);
            if (*used)
                return c;
        }
    }
    return NULL;
}

/* Take "--name value", "--name=value" or "--flag" at words[*i]. */
static bool take_option(struct app *app, char **words, int count, int *i)
{
    const char *name = words[*i] + 2;
    size_t size = strcspn(name, "=");
    const char *value = name[size] ? name + size + 1 : NULL;
    const struct option *options = app->command->options;
    for (size_t o = 0; options && options[o].name; o++) {
        if (strlen(options[o].name) != size || strncmp(options[o].name, name, size) != 0)
            continue;
        if (!options[o].placeholder)
            value = value ? NULL : "";
        else if (!value && *i + 1 < count)
            value = words[++*i];
        app->values[o] = value;
        if (!value)
            app_say("--%s %s", options[o].name,
                    options[o].placeholder ? "wants a value" : "takes no value");
        return value != NULL;
    }
    app_say("'%s' has no option --%.*s; see 'ait42 help %s'", app->command->name, (int)size, name,
            app->command->name);
    return false;
}

static bool parse(struct app *app, char **words, int count)
{
    bool only_args = false;
    for (int i = 0; i < count; i++) {
        if (!only_args && strcmp(words[i], "--") == 0) {
            only_args = true;
        } else if (!only_args && strncmp(words[i], "--", 2) == 0) {
            if (!take_option(app, words, count, &i))
                return false;
        } else if (app->arg_count < app->command->max_args) {
            app->args[app->arg_count++] = words[i];
        } else {
            app_say("'%s' is too much; see 'ait42 help %s'", words[i], app->command->name);
            return false;
        }
    }
    if (app->arg_count >= app->command->min_args)
        return true;
    app_say("'%s' wants %s", app->command->name, app->command->args);
    return false;
}

static void print_record(const tn_log_record *record, void *user)
{
    (void)user;
    fprintf(stderr, "%s %s: %s\n", tn_log_level_name(record->level),
            tn_log_target_name(record->target), record->message);
}

/* TENON_LOG=info,sql=debug. */
static int listen(struct app *app)
{
    const char *text = getenv("TENON_LOG");
    tn_log_filter filter;
    if (!text || !text[0])
        return TN_OK;
    int rc = tn_log_filter_parse(&filter, text, &app->err.cause);
    return rc < 0 ? rc : tn_db_set_log(app->db, print_record, NULL, filter, &app->err.cause);
}

static int run(struct app *app)
{
    enum ait42_error_kind kind = ait42_database_open(&app->db, app->url, &app->err);
    if (kind != AIT42_NO_ERROR)
        return app_end(app, kind);
    int rc = listen(app);
    int code = rc < 0 ? app_end_status(app, rc) : app->command->run(app);
    tn_db_close(app->db);
    tn_arena_fini(&app->arena);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        app_say("cannot write to standard output");
        return EXIT_FAILED;
    }
    return code;
}

static int help(char **words, int count)
{
    int used;
    const struct command *command = find_command(words, count, &used);
    if (count > 0 && !command) {
        app_say("no command '%s'; see 'ait42 help'", words[0]);
        return EXIT_USAGE;
    }
    if (command)
        print_command(stdout, command);
    else
        print_usage(stdout);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    const char *url = getenv("DATABASE_URL");
    struct app app = {.url = url && *url ? url : NULL};
    char **words = argv + 1;
    int count = argc - 1;
    if (count > 1 && strcmp(words[0], "--db") == 0) {
        app.url = words[1];
        words += 2;
        count -= 2;
    }
    if (count == 0) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(words[0], "help") == 0 || strcmp(words[0], "--help") == 0)
        return help(words + 1, count - 1);
    int used;
    app.command = find_command(words, count, &used);
    if (!app.command) {
        app_say("no command '%s%s%s'; see 'ait42 help'", words[0], count > 1 ? " " : "",
                count > 1 ? words[1] : "");
        return EXIT_USAGE;
    }
    for (int i = used; i < count; i++) {
        if (strcmp(words[i], "--help") == 0) {
            print_command(stdout, app.command);
            return EXIT_DONE;
        }
    }
    if (!parse(&app, words + used, count - used))
        return EXIT_USAGE;
    return run(&app);
}
