/* SPDX-License-Identifier: MIT */
#include "frame.h"
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
