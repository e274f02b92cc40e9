/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "commands.h"
#include "gen/gen.h"
#include "queries.h"
#include "watch.h"

static const struct cmd_option options[] = {
    {"check", 0, OPTION_FLAG, NULL, "write nothing; exit 1 if the files are stale"},
    {"watch", 0, OPTION_FLAG, NULL, "and again whenever an input changes, until Ctrl-C"},
    {"out", 'o', OPTION_TEXT, "DIR", "folder of the generated files"},
    {"depfile", 0, OPTION_TEXT, "FILE",
     "list all inputs for make or ninja; the target is FILE "
     "without '.d'"},
    {"unity", 0, OPTION_TEXT, "NAME", "also write a C source that includes all the others"},
    {0},
};

/* What one run finds out and does. */
struct run {
    struct cli *cli;
    struct tn__check_options check;
    struct tn__gen_options gen;
    struct tn__checked checked;
    struct tn__gen_result result;
};

/* Judge, plan and write. */
static int write_files(struct run *run)
{
    struct cli *cli = run->cli;
    const struct tn__gen_result *result = &run->result;
    const char *depfile = cli_text(cli, "depfile");
    struct tn__gen_plan plan;
    tn_error err = {0};
    int rc = tn__check_judge(&run->checked, &run->check, cli->arena, &cli->diags, &err);
    if (rc == TN_OK)
        rc = tn__gen_plan_make(&plan, &run->checked, &run->gen.plan, cli->arena, &cli->diags);
    if (cli->diags.errors > 0) {
        cli_say(cli, "nothing has been written");
        return EXIT_NEGATIVE;
    }
    if (rc != TN_OK)
        return queries_fail(cli, rc, &err);
    rc = tn__gen_write(&run->result, &plan, &run->checked, &run->gen, cli->arena, &err);
    if (rc == TN_OK && depfile)
        rc = tn__gen_depfile(depfile, &run->checked, &run->check, &cli->settings.config_file, 1,
                             cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail_file(cli, "unwritable", rc, &err);
    cli_say(cli, "%zu quer%s: %zu file%s in %s, %zu written, %zu removed", run->checked.query_count,
            run->checked.query_count == 1 ? "y" : "ies", result->file_count,
            result->file_count == 1 ? "" : "s", run->gen.out_dir, result->written_count,
            result->removed_count);
    return EXIT_DONE;
}

/* Read the inputs, and write or compare. */
static int generate(struct run *run)
{
    struct cli *cli = run->cli;
    tn_error err = {0};
    int rc = tn__check_read(&run->checked, &run->check, cli->arena, &cli->diags, &err);
    if (rc != TN_OK)
        return cli->diags.errors ? EXIT_USAGE : cli_fail(cli, rc, &err);
    if (!cli_flag(cli, "check"))
        return write_files(run);
    rc = tn__gen_check(&run->result, &run->checked, &run->gen, cli->arena, &cli->diags, &err);
    if (rc != TN_OK)
        return cli_fail_file(cli, "unreadable", rc, &err);
    return cli->diags.errors ? EXIT_NEGATIVE : EXIT_DONE;
}

/* --unity names a file beside the others that is none of them. */
static bool is_unity_name(const char *name)
{
    size_t size = strlen(name);
    return !strchr(name, '/') && size > 2 && strcmp(name + size - 2, ".c") == 0 &&
           !strstr(name, ".tenon.");
}

/* Once, with the settings as they are. */
static int generate_once(struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    struct run run = {.cli = cli};
    run.check = queries_project_options(cli);
    if (!cli_flag(cli, "check"))
        queries_guard(&run.check);
    run.gen = (struct tn__gen_options){
        .out_dir = cli_text(cli, "out") ? cli_text(cli, "out") : settings->generate_out,
        .plan = queries_plan_options(cli),
        .functions = settings->functions,
        .function_count = settings->function_count,
        .unity = cli_text(cli, "unity"),
    };
    int exit_code = generate(&run);
    tn__diags_sort(&cli->diags);
    if (cli->json)
        tn__gen_report(&cli->out, cli_flag(cli, "check"), &run.result, &run.checked, &cli->diags);
    return exit_code;
}

static int run_generate(struct cli *cli)
{
    bool watches = cli_flag(cli, "watch");
    if (cli_flag(cli, "check") && cli_text(cli, "depfile"))
        return cli_refuse(cli, EXIT_USAGE, "--check writes nothing, and so no --depfile");
    if (watches && cli_flag(cli, "check"))
        return cli_refuse(cli, EXIT_USAGE, "--watch keeps the files fresh: --check has no say");
    if (watches && cli_text(cli, "depfile"))
        return cli_refuse(cli, EXIT_USAGE, "--depfile is for a build, which --watch would not end");
    if (cli_text(cli, "unity") && !is_unity_name(cli_text(cli, "unity")))
        return cli_refuse(cli, EXIT_USAGE, "--unity wants the name of a C file, such as 'all.c'");
    return watches ? watch_rounds(cli, generate_once) : generate_once(cli);
}

const struct command cmd_generate = {
    .name = "generate",
    .group = "queries",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "write C for the checked queries",
    .help = "Every query is checked as by 'tenon check', whether or not the program uses it.\n"
            "If one has an error, or what [lint] denies, nothing is written; otherwise each\n"
            "source gets a pair of files, NAME.tenon.h and NAME.tenon.c, and the tables'\n"
            "structs one header. Files that would not change are left alone, and so are files\n"
            "of another origin: one that stands where a generated one would go is refused\n"
            "(exit 7), and nothing is written.\n"
            "\n"
            "--check compares digests of the inputs and needs neither a database nor a\n"
            "replay. The target of --depfile is FILE without '.d'.\n"
            "--watch goes on after the first run and does it again whenever a migration, a source\n"
            "of queries, tenon.ini or .env has changed; what is broken is told, and leaves the\n"
            "files as they are. With --json each run is a line. Ctrl-C and SIGTERM end it with 0.\n"
            "Migrations are written by 'tenon migrate add'.\n"
            "\n"
            "    tenon generate\n"
            "    tenon generate --check\n"
            "    tenon generate --watch\n",
    .options = options,
    .run = run_generate,
};
