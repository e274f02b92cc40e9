/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "frame.h"
#include "gen/plan.h"
#include "options.h"

int settings_load(struct cli *cli)
{
    const struct option_value *globals = cli->parsed->globals;
    struct tn__settings_flags flags = {
        .config = globals[GLOBAL_CONFIG].text,
        .url = {globals[GLOBAL_URL].text, globals[GLOBAL_URL].flag},
        .migrations = {globals[GLOBAL_MIGRATIONS].text, globals[GLOBAL_MIGRATIONS].flag},
    };
    tn_error err = {0};
    size_t before = cli->diags.count;
    int rc = tn__settings_load(&cli->settings, &flags, cli->arena, &cli->diags, &err);
    if (rc == TN_OK) {
        if (cli->verbosity > 0)
            cli_say(cli, "settings: %s",
                    cli->settings.config_file != NULL ? cli->settings.config_file : "no tenon.ini");
        return EXIT_DONE;
    }
    tn__diags_sort(&cli->diags);
    /* The findings say it better than the summary. */
    if (cli->diags.count == before)
        report_status(cli, EXIT_USAGE, rc == TN_ENOMEM ? rc : TN_EINVAL, err.message);
    return rc == TN_ENOMEM ? EXIT_BUG : EXIT_USAGE;
}

struct tn__check_options settings_check(const struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    return (struct tn__check_options){
        .migrations_dir = settings->migrations_dir,
        .sources = settings->query_sources,
        .source_count = settings->query_source_count,
        .types = settings->types,
        .type_count = settings->type_count,
        .functions = settings->functions,
        .function_count = settings->function_count,
        .levels = settings->lint_levels,
    };
}

struct tn__plan_options settings_plan(const struct cli *cli)
{
    return (struct tn__plan_options){
        .prefix = cli->settings.generate_prefix,
        .types = cli->settings.types,
        .type_count = cli->settings.type_count,
        .has_json = cli->settings.generate_json,
    };
}
