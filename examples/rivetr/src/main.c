/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <stdlib.h>
#include <string.h>

static const struct command *const subjects[] = {project_commands, app_commands, deploy_commands,
                                                 env_commands, debug_commands};
enum {
    SUBJECTS = sizeof subjects / sizeof subjects[0]
};

static void print_usage(FILE *out)
{
    fputs("usage: rivetr [--data DIR] COMMAND …\n\n", out);
    for (int s = 0; s < SUBJECTS; s++) {
        for (const struct command *c = subjects[s]; c->name; c++)
            fprintf(out, "  %s %s%s%s\n", c->name, c->args, c->help[0] ? "  — " : "", c->help);
    }
    fputs("\nThe database is DIR/rivetr.db (DIR: data), or what DATABASE_URL says.\n", out);
}

/* The command whose name the first words are; *used: how many. */
static const struct command *find_command(char **words, int count, int *used)
{
    for (int s = 0; s < SUBJECTS; s++) {
        for (const struct command *c = subjects[s]; c->name; c++) {
            size_t size = strlen(words[0]);
            if (strncmp(c->name, words[0], size) != 0)
                continue;
            bool is_two = c->name[size] == ' ';
            if (!is_two && c->name[size])
                continue;
            if (is_two && (count < 2 || strcmp(c->name + size + 1, words[1]) != 0))
                continue;
            *used = is_two ? 2 : 1;
            return c;
        }
    }
    return NULL;
}

static int run(const struct command *command, struct program *p, const char *data_dir)
{
    const char *url = getenv("DATABASE_URL");
    int rc = database_open(&p->db, data_dir, url && url[0] ? url : NULL, &p->err);
    if (rc < 0)
        return app_fail(p, rc);
    int exit_code = command->run(p);
    tn_db_close(p->db);
    tn_arena_fini(&p->arena);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        app_say("cannot write to standard output");
        return EXIT_FAILED;
    }
    return exit_code;
}

int main(int argc, char **argv)
{
    const char *data_dir = "data";
    char **words = argv + 1;
    int count = argc - 1;
    int used;
    if (count > 1 && strcmp(words[0], "--data") == 0) {
        data_dir = words[1];
        words += 2;
        count -= 2;
    }
    if (count == 0 || strcmp(words[0], "help") == 0 || strcmp(words[0], "--help") == 0) {
        print_usage(count == 0 ? stderr : stdout);
        return count == 0 ? EXIT_USAGE : EXIT_DONE;
    }
    const struct command *command = find_command(words, count, &used);
    if (!command) {
        app_say("no command '%s%s%s'; see 'rivetr help'", words[0], count > 1 ? " " : "",
                count > 1 ? words[1] : "");
        return EXIT_USAGE;
    }
    struct program p = {.args = (const char *const *)(words + used), .arg_count = count - used};
    if (p.arg_count < command->min_args || p.arg_count > command->max_args) {
        app_say("'%s' wants: %s", command->name, command->args[0] ? command->args : "nothing more");
        return EXIT_USAGE;
    }
    return run(command, &p, data_dir);
}
