/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands.h"
#include "options.h"
#include "project.h"
#include "util/buf.h"

static const struct cmd_option options[] = {
    {"build", 'b', OPTION_TEXT, "cmake|make|meson",
     "what builds it; make with or without pkg-config"},
    {"name", 0, OPTION_TEXT, "NAME",
     "of the program, and prefix of the generated C; default: DIR's"},
    {0},
};

static bool is_build(const char *build)
{
    return strcmp(build, "cmake") == 0 || strcmp(build, "make") == 0 || strcmp(build, "meson") == 0;
}

/* As a shell reads it as one word that is no flag: my_app, 'my app', ./-x. */
static const char *shell_word(const char *text, tn_arena *arena)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,@%";
    struct tn__buf buf;
    tn_text word;
    bool is_plain = text[strspn(text, plain)] == '\0';
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, text[0] == '-' ? "./" : "");
    tn__buf_puts(&buf, is_plain ? "" : "'");
    for (const char *c = text; *c; c++)
        tn__buf_printf(&buf, *c == '\'' ? "'\\''" : "%c", *c);
    tn__buf_puts(&buf, is_plain ? "" : "'");
    int rc = tn__buf_to_arena(&buf, arena, &word);
    tn__buf_fini(&buf);
    return rc == TN_OK ? word.data : text;
}

static int run_new(struct cli *cli)
{
    const char *build = cli_text(cli, "build");
    struct project project = {
        .dir = cli->args[0], .build = build ? build : "cmake", .name = cli_text(cli, "name")};
    const char *const *paths;
    size_t count;
    tn_error err = {0};
    if (!project.dir[0])
        return cli_refuse(cli, EXIT_USAGE, "the folder's name is empty");
    if (!is_build(project.build))
        return cli_refuse(cli, EXIT_USAGE, "--build is cmake, make or meson, not '%s'", build);
    if (!project.name)
        project.name = project_name_of(project.dir, cli->arena);
    if (!project.name || project_check_name(project.name, &err) != TN_OK) {
        cli_refuse(cli, EXIT_USAGE, "%s",
                   project.name ? err.message : "the folder's name has no letter");
        if (!cli_text(cli, "name"))
            cli_hint(cli, "name it otherwise: tenon new %s --name NAME", project.dir);
        return EXIT_USAGE;
    }
    int rc = project_set_url(&project, cli->parsed->globals[GLOBAL_URL].text, cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    rc = project_write(&paths, &count, &project, cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail_file(cli, rc == TN_EREFUSED ? "refused" : "unwritable", rc, &err);
    cli_put_created(cli, paths, count);
    cli_say(cli, "Created %s; next: cd %s && make%s test && build/%s add 'a task'", project.name,
            shell_word(project.dir, cli->arena),
            strcmp(project.engine, "postgres") == 0 ? " migrate" : "", project.name);
    return EXIT_DONE;
}

const struct command cmd_new = {
    .name = "new",
    .group = "start",
    .args = "DIR",
    .min_args = 1,
    .max_args = 1,
    .summary = "create a project that builds and runs",
    .help = "A migration, queries, a program, a test on databases in memory, a build and a CI\n"
            "workflow. Nothing that is there already is changed: then nothing is written at\n"
            "all (exit 7). Whatever builds it, 'make' is the front door: make, make test,\n"
            "make migrate.\n"
            "\n"
            "--url says on what: it is the DATABASE_URL of .env.example, where a password has no\n"
            "place. With that of a server the project is for PostgreSQL, else for SQLite.\n"
            "\n"
            "  tenon new todo\n"
            "  tenon new todo --url postgres:///todo\n"
            "  tenon new --build meson --name todo .\n",
    .options = options,
    .run = run_new,
};
