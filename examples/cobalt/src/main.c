/* SPDX-License-Identifier: MIT */
#include "account.h"
#include "app.h"
#include "database.h"

/* cobalt: users and their tokens, as a program. */

static const struct command *const subjects[] = {database_commands, user_commands, token_commands};
enum {
    SUBJECT_COUNT = sizeof subjects / sizeof subjects[0]
};

static void print_usage(FILE *to)
{
    fputs(
        "usage: cobalt [--db URL] COMMAND …\n\n"
        "The database is --db, or $DATABASE_URL, or that of $POSTGRES_HOST, $POSTGRES_PORT,\n"
        "$POSTGRES_DB, $POSTGRES_USER and $POSTGRES_PASSWORD, from the environment or a file\n"
        ".env. USER is an id or a username. `cobalt help COMMAND` shows the options of a command.\n",
        to);
    for (size_t s = 0; s < SUBJECT_COUNT; s++) {
        fputc('\n', to);
        for (const struct command *c = subjects[s]; c->name; c++) {
            int width = fprintf(to, "  %s %s", c->name, c->args);
            fprintf(to, "%*s%s\n", width < 38 ? 40 - width : 2, "", c->help);
        }
    }
    fputs("\nexit codes: 0 done, 1 no such user, 2 usage, 3 no database, 4 refused, 6 contended,\n"
          "7 migrations\n",
          to);
}

static void print_command(FILE *to, const struct command *c)
{
    fprintf(to, "usage: cobalt %s%s%s%s\n\n%s\n", c->name, *c->args ? " " : "", c->args,
            c->options ? " [options]" : "", c->help);
    for (const struct option *o = c->options; o && o->name; o++) {
        if (o == c->options)
            fputc('\n', to);
        int width = fprintf(to, "  --%s%s%s", o->name, o->placeholder ? " " : "",
                            o->placeholder ? o->placeholder : "");
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
    app_say("'%s' has no option --%.*s; see 'cobalt help %s'", app->command->name, (int)size, name,
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
            app_say("'%s' is too much; see 'cobalt help %s'", words[i], app->command->name);
            return false;
        }
    }
    if (app->arg_count >= app->command->min_args)
        return true;
    app_say("'%s' wants %s", app->command->name, app->command->args);
    return false;
}

/* The status that a command ended with, as an exit code, and in words. */
static int end(const struct app *app, int status)
{
    static const struct {
        int status;
        enum exit_code code;
    } codes[] = {
        {COBALT_ENOUSER, EXIT_NOTHING}, {COBALT_EOUTDATED, EXIT_OUTDATED},
        {TN_EREFUSED, EXIT_OUTDATED},   {TN_ECONNECT, EXIT_CONNECT},
        {TN_ENOTFOUND, EXIT_CONNECT},   {TN_EUNSUPPORTED, EXIT_CONNECT},
        {TN_EDEADLOCK, EXIT_LOCKED},    {TN_ESERIALIZE, EXIT_LOCKED},
        {TN_EBUSY, EXIT_LOCKED},        {TN_ETIMEOUT, EXIT_LOCKED},
    };
    enum account_field field = account_field_of(&app->err);
    if (status >= 0)
        return EXIT_DONE;
    if (status == TN_EUNIQUE && field != ACCOUNT_NO_FIELD)
        app_say("this %s is taken already", account_field_name(field));
    else
        app_say("%s", app->err.message[0] ? app->err.message : tn_status_text(status));
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].status == status)
            return (int)codes[i].code;
    }
    return EXIT_FAILED;
}

static int run(struct app *app)
{
    int rc = database_open(&app->db, app->url, &app->err);
    if (rc >= 0 && !app->command->any_schema)
        rc = database_check(app->db, &app->err);
    if (rc >= 0)
        rc = app->command->run(app);
    int code = end(app, rc);
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
        app_say("no command '%s'; see 'cobalt help'", words[0]);
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
    struct app app = {.url = NULL};
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
        app_say("no command '%s%s%s'; see 'cobalt help'", words[0], count > 1 ? " " : "",
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
