/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "doctor/doctor.h"
#include "render/json.h"

static const struct cmd_option options[] = {
    {"fix", 0, OPTION_FLAG, NULL, "mend what can be mended without a risk"},
    {0},
};

static void add_json(struct cli *cli, const struct tn__doctor *doctor)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_int(&json, "fixed", doctor->mended);
    tn__json_key(&json, "findings");
    tn__json_diags(&json, &cli->diags);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

/* One look at the database, reading or mending. */
static int look(struct cli *cli, struct tn__doctor *doctor)
{
    tn_error err = {0};
    int exit_code = EXIT_DONE;
    doctor->fixable = 0;
    doctor->db = cli_open(cli, doctor->mends ? CLI_WRITE : CLI_READ, &exit_code);
    if (!doctor->db)
        return exit_code;
    int rc = tn__doctor_run(doctor, &err);
    cli_close(doctor->db);
    return rc == TN_OK ? EXIT_DONE : cli_fail(cli, rc, &err);
}

static int run_doctor(struct cli *cli)
{
    tn_migration_set set;
    struct tn__diags aside;
    struct tn__doctor doctor = {.diags = &aside, .arena = cli->arena};
    unsigned fixable = 0;
    int exit_code = EXIT_DONE;
    if (tn_migration_set_load(&set, cli->settings.migrations_dir, cli->arena, NULL, NULL) == TN_OK)
        doctor.set = &set;
    if (cli_flag(cli, "fix")) {
        /* First what there is to mend: opening for writing mends the journal mode by itself. */
        tn__diags_init(&aside, cli->arena);
        exit_code = look(cli, &doctor);
        tn__diags_fini(&aside);
        fixable = doctor.fixable;
        doctor.mends = fixable > 0;
    }
    doctor.diags = &cli->diags;
    if (exit_code == EXIT_DONE)
        exit_code = look(cli, &doctor);
    if (exit_code != EXIT_DONE)
        return exit_code;
    doctor.mended = fixable > doctor.left ? fixable - doctor.left : 0;
    size_t findings = cli->diags.count;
    if (cli->json)
        add_json(cli, &doctor);
    if (doctor.mended > 0)
        cli_say(cli, "%u mended", doctor.mended);
    cli_say(cli, "%zu finding%s%s", findings, findings == 1 ? "" : "s",
            findings > 0 ? "; what a code means: tenon explain-code CODE" : "");
    return findings > 0 ? EXIT_NEGATIVE : EXIT_DONE;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .group = "care",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "look for what is wrong with the database",
    .help =
        "The engine's version, the journal mode, the size of the log, foreign keys, damage of the\n"
        "file, rows that point nowhere, migrations that are missing. Nothing is written without\n"
        "--fix, which mends what can be mended without a risk: the journal mode and the log.\n"
        "\n"
        "On PostgreSQL: invalid indexes, constraints that were never validated, foreign keys\n"
        "without an index, sequences near their end, sessions that are idle in a transaction,\n"
        "a version that gets no repairs, rows that nobody freezes. There is nothing to mend.\n"
        "\n"
        "Ends with 1 if there are findings. What a code means: tenon explain-code CODE.\n"
        "\n"
        "  tenon doctor\n"
        "  tenon doctor --fix\n"
        "  tenon doctor --json\n",
    .options = options,
    .run = run_doctor,
};
