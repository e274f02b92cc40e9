/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "render/grid.h"
#include "render/json.h"

static const struct cmd_option options[] = {
    {"explain", 0, OPTION_FLAG, NULL, "say where each value comes from"},
    {0},
};

static void add_json(struct cli *cli, bool is_explained)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key(&json, "settings");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < cli->settings.explain_count; i++) {
        const struct tn__setting_origin *setting = &cli->settings.explain[i];
        tn__json_object_begin(&json);
        tn__json_key_string(&json, "name", setting->name);
        tn__json_key_string(&json, "value", setting->value);
        if (is_explained)
            tn__json_key_string(&json, "origin", setting->origin);
        tn__json_object_end(&json);
    }
    tn__json_array_end(&json);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static void add_text(struct cli *cli, bool is_explained)
{
    static const struct tn__grid_column columns[] = {
        {"setting", TN__LEFT}, {"value", TN__LEFT}, {"origin", TN__LEFT}};
    struct tn__grid table;
    tn__grid_init(&table, columns, is_explained ? 3 : 2, cli->arena);
    for (size_t i = 0; i < cli->settings.explain_count; i++) {
        const struct tn__setting_origin *setting = &cli->settings.explain[i];
        tn__grid_cell(&table, tn_text_of(setting->name));
        tn__grid_cell(&table, tn_text_of(setting->value));
        if (is_explained)
            tn__grid_cell(&table, tn_text_of(setting->origin));
    }
    if (cli->is_out_terminal)
        tn__grid_text(&cli->out, &table, false);
    else
        tn__grid_tsv(&cli->out, &table);
}

static int run_config(struct cli *cli)
{
    bool is_explained = cli_flag(cli, "explain");
    if (cli->json)
        add_json(cli, is_explained);
    else
        add_text(cli, is_explained);
    return EXIT_DONE;
}

const struct command cmd_config = {
    .name = "config",
    .group = "start",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "every setting, and with --explain its origin",
    .help = "A value comes from the first of these that has one: a flag, the environment, .env,\n"
            "tenon.ini, the default. Passwords are not shown.\n"
            "\n"
            "  tenon config --explain\n"
            "  tenon config --explain --json\n",
    .options = options,
    .run = run_config,
};
