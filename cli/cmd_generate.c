/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "commands.h"
#include "gen/gen.h"

static const struct cmd_option options[] = {
    {"check", 0, OPTION_FLAG, NULL, "write nothing; exit 1 if the files are stale"},
    {"out", 'o', OPTION_TEXT, "DIR", "folder of the generated files"},
    {"depfile", 0, OPTION_TEXT, "FILE",
     "list all inputs for make or ninja; the target is FILE "
     "without '.d'"},
    {"unity", 0, OPTION_TEXT, "NAME", "also write a C source that includes all the others"},
    {0},
};

/* Judge, plan and write. */
static int generate(struct cli *cli, struct tn__checked *checked,
                    const struct tn__check_options *check, const struct tn__gen_options *gen)
{
    struct tn__gen_plan plan;
    struct tn__gen_result result;
    tn_error err = {0};
    int rc = tn__check_judge(checked, check, cli->arena, &cli->diags, &err);
    if (rc == TN_OK)
        rc = tn__gen_plan_make(&plan, checked, gen->prefix, gen->types, gen->type_count, cli->arena,
                               &cli->diags);
    tn__diags_sort(&cli->diags);
    if (cli->diags.errors > 0) {
        cli_say(cli, "nothing has been written");
        return EXIT_NEGATIVE;
    }
    if (rc == TN_OK)
        rc = tn__gen_write(&result, &plan, checked, gen, cli->arena, &err);
    if (rc == TN_OK && cli_text(cli, "depfile"))
        rc = tn__gen_depfile(cli_text(cli, "depfile"), checked, check, &cli->settings.config_file,
                             1, cli->arena, &err);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    cli_say(cli, "%zu quer%s: %zu file%s in %s, %zu written, %zu removed", checked->query_count,
            checked->query_count == 1 ? "y" : "ies", result.file_count,
            result.file_count == 1 ? "" : "s", gen->out_dir, result.written, result.removed);
    return EXIT_DONE;
}

/* --unity names a file beside the others that is none of them. */
static bool is_unity_name(const char *name)
{
    size_t size = strlen(name);
    return !strchr(name, '/') && size > 2 && strcmp(name + size - 2, ".c") == 0 &&
           !strstr(name, ".tenon.");
}

static int run_generate(struct cli *cli)
{
    if (cli_flag(cli, "check") && cli_text(cli, "depfile"))
        return cli_refuse(cli, EXIT_USAGE, "--check writes nothing, and so no --depfile");
    if (cli_text(cli, "unity") && !is_unity_name(cli_text(cli, "unity")))
        return cli_refuse(cli, EXIT_USAGE, "--unity wants the name of a C file, such as 'all.c'");
    const struct tn__settings *settings = &cli->settings;
    struct tn__check_options check = {
        .migrations_dir = settings->migrations_dir,
        .sources = settings->query_sources,
        .source_count = settings->query_source_count,
        .types = settings->types,
        .type_count = settings->type_count,
    };
    struct tn__gen_options gen = {
        .out_dir = cli_text(cli, "out") ? cli_text(cli, "out") : settings->generate_out,
        .prefix = settings->generate_prefix,
        .types = settings->types,
        .type_count = settings->type_count,
        .unity = cli_text(cli, "unity"),
    };
    struct tn__checked checked = {0};
    tn_error err = {0};
    int rc = tn__check_read(&checked, &check, cli->arena, &cli->diags, &err);
    if (rc != TN_OK) {
        tn__diags_sort(&cli->diags);
        return cli->diags.errors ? EXIT_USAGE : cli_fail(cli, rc, &err);
    }
    if (!cli_flag(cli, "check"))
        return generate(cli, &checked, &check, &gen);
    rc = tn__gen_check(&checked, &gen, cli->arena, &cli->diags, &err);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    tn__diags_sort(&cli->diags);
    return cli->diags.errors ? EXIT_NEGATIVE : EXIT_DONE;
}

const struct command cmd_generate = {
    .name = "generate",
    .group = "queries",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "write C for the checked queries",
    .help = "Every query is checked as by 'tenon check'. If one has an error nothing is\n"
            "written; otherwise each source gets a pair of files, NAME.tenon.h and\n"
            "NAME.tenon.c, and the tables' structs one header. Files that would not change\n"
            "are left alone, and so are files of another origin: one that stands where a\n"
            "generated one would go is refused (exit 7), and nothing is written.\n"
            "\n"
            "--check compares digests of the inputs and needs neither a database nor a\n"
            "replay. The target of --depfile is FILE without '.d'.\n"
            "Migrations are written by 'tenon migrate add'.\n"
            "\n"
            "    tenon generate\n"
            "    tenon generate --check\n",
    .options = options,
    .run = run_generate,
};
