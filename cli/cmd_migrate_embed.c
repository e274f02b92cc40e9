/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "migrate.h"
#include "migrate/author/author.h"
#include "queries.h"

static const struct cmd_option options[] = {
    {"output", 'o', OPTION_TEXT, "FILE.c", "the source to write; FILE.h goes beside it"},
    {"check", 0, OPTION_FLAG, NULL, "write nothing; exit 1 if the files are stale"},
    {0},
};

/* The sets that are written: in a project of both engines two, as the program may open either. */
struct sets {
    tn_migration_set first;
    tn_migration_set postgres;
    bool is_both;
};

static int load(struct cli *cli, struct sets *sets)
{
    const struct tn__check_options project = queries_project_options(cli);
    sets->is_both = project.postgres_migrations != NULL;
    int exit_code = migrate_load_of(cli, &sets->first, project.dialect, project.migrations_dir);
    if (exit_code == EXIT_DONE && sets->is_both)
        exit_code =
            migrate_load_of(cli, &sets->postgres, TN__POSTGRES, project.postgres_migrations);
    return exit_code;
}

static void add_json(struct cli *cli, const struct tn__migration_embedded *made, size_t count)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "source", made->source);
    tn__json_key_string(&json, "header", made->header);
    tn__json_key_string(&json, "symbol", made->symbol);
    if (made->postgres_symbol)
        tn__json_key_string(&json, "postgres_symbol", made->postgres_symbol);
    tn__json_key_int(&json, "migrations", (int64_t)count);
    tn__json_key_bool(&json, "changed", made->is_changed);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static void say_done(struct cli *cli, const struct tn__migration_embedded *made,
                     const struct sets *sets)
{
    const char *done = made->is_changed ? "Wrote" : "Unchanged:";
    size_t count = sets->first.count;
    if (sets->is_both)
        cli_say(cli,
                "%s '%s' and '%s' with %zu migration%s of SQLite and %zu of PostgreSQL; next: "
                "tn_migrate(db, …) at start-up with &%s or &%s, as tn_db_engine(db) says",
                done, made->source, made->header, count, count == 1 ? "" : "s",
                sets->postgres.count, made->symbol, made->postgres_symbol);
    else
        cli_say(cli,
                "%s '%s' and '%s' with %zu migration%s; next: tn_migrate(db, &%s, …) at start-up",
                done, made->source, made->header, count, count == 1 ? "" : "s", made->symbol);
}

static int run_embed(struct cli *cli)
{
    struct sets sets = {0};
    tn_migration_place place = {0};
    struct tn__migration_embedded made;
    tn_error err = {0};
    const char *output = cli_text(cli, "output");
    if (!output)
        return cli_refuse(cli, EXIT_USAGE, "'tenon migrate embed' needs -o FILE.c");
    int exit_code = load(cli, &sets);
    if (exit_code != EXIT_DONE)
        return exit_code;
    bool is_check = cli_flag(cli, "check");
    const struct tn__migration_embed how = {.set = &sets.first,
                                            .path = output,
                                            .prefix = cli->settings.generate_prefix,
                                            .is_check = is_check,
                                            .dialect = queries_project_options(cli).dialect,
                                            .postgres = sets.is_both ? &sets.postgres : NULL};
    int rc = tn__migration_embed(&made, &how, cli->arena, &place, &err);
    if (rc == TN_ESYNTAX) {
        tn_text text = migrate_text(&sets.first, place.file);
        migrate_fault(cli, &place, text.data ? text : migrate_text(&sets.postgres, place.file),
                      &err);
        return EXIT_USAGE;
    }
    if (rc != TN_OK)
        return cli_fail_file(cli, "unwritable", rc, &err);
    if (cli->json)
        add_json(cli, &made, sets.first.count + sets.postgres.count);
    if (is_check && made.is_changed) {
        struct tn__diag *diag =
            tn__diags_add(&cli->diags, "stale", (struct tn__place){made.source, 0, 0, 0},
                          "'%s' or its header is older than the migrations", made.source);
        tn__diag_help(&cli->diags, diag, "tenon migrate embed -o %s", output);
        return EXIT_NEGATIVE;
    }
    if (!is_check)
        say_done(cli, &made, &sets);
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
        "&app_migrations, NULL, NULL, &err). In a project of both engines it declares two,\n"
        "<prefix>_sqlite_migrations and <prefix>_postgres_migrations. A file is written only if its content changes; one\n"
        "that was not written by this command is left alone, with exit code 7.\n"
        "--check writes nothing, and ends with 1 if the files are not those of the migrations.\n"
        "\n"
        "  tenon migrate embed -o gen/migrations.c\n",
    .options = options,
    .run = run_embed,
};
