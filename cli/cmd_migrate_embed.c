/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"
#include "migrate/author/author.h"

static const struct cmd_option options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.c", "the source to write; FILE.h goes beside it"},
    {"check", 0, OPTION_FLAG, NULL, "write nothing; exit 1 if the files are stale"},
    {0},
};

static void add_json(struct cli *cli, const struct tn__migration_embedded *made, size_t count)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "source", made->source);
    tn__json_key_string(&json, "header", made->header);
    tn__json_key_string(&json, "symbol", made->symbol);
    tn__json_key_int(&json, "migrations", (int64_t)count);
    tn__json_key_bool(&json, "changed", made->is_changed);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static int run_embed(struct cli *cli)
{
    tn_migration_set set;
    tn_migration_place place = {0};
    struct tn__migration_embedded made;
    tn_error err = {0};
    const char *output = cli_text(cli, "output");
    if (!output)
        return cli_refuse(cli, EXIT_USAGE, "'tenon migrate embed' needs -o FILE.c");
    int exit_code = migrate_load(cli, &set);
    if (exit_code != EXIT_DONE)
        return exit_code;
    bool is_check = cli_flag(cli, "check");
    const struct tn__migration_embed how = {&set, output, cli->settings.generate_prefix, is_check,
                                            migrate_dialect(cli)};
    int rc = tn__migration_embed(&made, &how, cli->arena, &place, &err);
    if (rc == TN_ESYNTAX) {
        migrate_fault(cli, &place, migrate_text(&set, place.file), &err);
        return EXIT_USAGE;
    }
    if (rc != TN_OK)
        return cli_fail_file(cli, "unwritable", rc, &err);
    if (cli->json)
        add_json(cli, &made, set.count);
    if (is_check && made.is_changed) {
        struct tn__diag *diag =
            tn__diags_add(&cli->diags, "stale", (struct tn__place){made.source, 0, 0, 0},
                          "'%s' or its header is older than the migrations", made.source);
        tn__diag_help(&cli->diags, diag, "tenon migrate embed -o %s", output);
        return EXIT_NEGATIVE;
    }
    if (is_check)
        return EXIT_DONE;
    cli_say(cli, "%s '%s' and '%s' with %zu migration%s; next: tn_migrate(db, &%s, …) at start-up",
            made.is_changed ? "Wrote" : "Unchanged:", made.source, made.header, set.count,
            set.count == 1 ? "" : "s", made.symbol);
    return EXIT_DONE;
}

const struct command cmd_migrate_embed = {
    .name = "migrate embed",
    .group = "migrate",
    .args = "",
    .needs = NEEDS_SETTINGS,
    .summary = "write the migrations as a C source, for tn_migrate()",
    .help =
        "The header declares 'extern const tn_migration_set <prefix>_migrations', with the\n"
        "prefix of [generate]. The program then needs no folder: tn_migrate(db,\n"
        "&app_migrations, NULL, NULL, &err). A file is written only if its content changes; one\n"
        "that was not written by this command is left alone, with exit code 7.\n"
        "--check writes nothing, and ends with 1 if the files are not those of the migrations.\n"
        "\n"
        "  tenon migrate embed -o gen/migrations.c\n",
    .options = options,
    .run = run_embed,
};
