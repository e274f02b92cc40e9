/* SPDX-License-Identifier: MIT */
#include "app.h"
#include "configurations.tenon.h"
#include "setting.h"

static const struct option set_options[] = {
    {"type", "TYPE", "string, integer, float, boolean or json; default: the key's, or string"},
    {"secret", NULL, "hide it in lists, from now on"},
    {"description", "TEXT", "what it is for"},
    {NULL, NULL, NULL},
};

/* The type that the key has already, or string. */
static int type_of(struct app *app, enum aco_setting_type *out)
{
    struct setting setting;
    int rc = setting_get(&setting, app->db, app->args[0], &app->arena, &app->err);
    if (rc >= 0)
        *out = rc == TN_OK ? setting.type : ACO_SETTING_TYPE_STRING;
    return rc;
}

static int config_set(struct app *app)
{
    struct aco_opt_setting_type type;
    struct setting_change change = {
        .key = app->args[0],
        .text = tn_text_of(app->args[1]),
        .description = app_text(app, "description"),
        .is_secret = app_flag(app, "secret"),
    };
    int rc = TN_OK;
    if (!aco_opt_setting_type_parse(&type, app_text(app, "type")))
        return app_no_choice(app, "type");
    if (type.has)
        change.type = type.value;
    else
        rc = type_of(app, &change.type);
    if (rc >= 0)
        rc = setting_set(app->db, &change, &app->err);
    return rc < 0 ? app_fail(app, rc) : EXIT_DONE;
}

static const struct option get_options[] = {
    {"reveal", NULL, "even if it is a secret"},
    {NULL, NULL, NULL},
};

static int config_get(struct app *app)
{
    struct setting setting;
    int rc = setting_get(&setting, app->db, app->args[0], &app->arena, &app->err);
    if (rc == TN_NONE) {
        app_say("no key '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    if (rc < 0)
        return app_fail(app, rc);
    if (setting.is_secret && !app_flag(app, "reveal")) {
        app_say("'%s' is a secret (see --reveal)", app->args[0]);
        return EXIT_REFUSED;
    }
    puts(setting.text.data);
    return EXIT_DONE;
}

static int config_delete(struct app *app)
{
    int64_t affected = 0;
    int rc = aco_config_delete(&affected, app->db, tn_text_of(app->args[0]), &app->err);
    if (rc == TN_OK && affected == 0) {
        app_say("no key '%s'", app->args[0]);
        return EXIT_NOTHING;
    }
    return rc < 0 ? app_fail(app, rc) : EXIT_DONE;
}

static const struct option list_options[] = {
    {"type", "TYPE", "string, integer, float, boolean or json"},
    {"secrets", NULL, "the secrets alone"},
    {"public", NULL, "all but the secrets"},
    {"since", "TIME", "changed then or later, the latest change first"},
    {NULL, NULL, NULL},
};

static int config_list(struct app *app)
{
    struct aco_config_entry_rows entries;
    char since[TN_TIME_MAX];
    int rc;
    if (!app_time(app, "since", "", since))
        return EXIT_USAGE;
    struct aco_opt_setting_type type;
    if (!aco_opt_setting_type_parse(&type, app_text(app, "type")))
        return app_no_choice(app, "type");
    bool secrets = app_flag(app, "secrets");
    bool open = app_flag(app, "public");
    if (type.has + secrets + open + app_flag(app, "since") > 1) {
        app_say("one of --type, --secrets, --public and --since at a time");
        return EXIT_USAGE;
    }
    if (type.has)
        rc = aco_config_list_by_type_all(&entries, app->db, type.value, &app->arena, &app->err);
    else if (secrets || open)
        rc = aco_config_list_by_secrecy_all(&entries, app->db, secrets, &app->arena, &app->err);
    else if (*since)
        rc = aco_config_list_changed_all(&entries, app->db, tn_text_of(since), &app->arena,
                                         &app->err);
    else
        rc = aco_config_list_all(&entries, app->db, &app->arena, &app->err);
    if (rc < 0)
        return app_fail(app, rc);
    for (size_t i = 0; i < entries.count; i++) {
        const struct aco_config_entry *entry = &entries.items[i];
        out_cell(entry->key, 26);
        out_cell(aco_setting_type_text(entry->value_type), 8);
        out_cell(entry->value, 0);
    }
    out_count(entries.count, "setting");
    return EXIT_DONE;
}

const struct command config_commands[] = {
    {"config set", "KEY VALUE", 2, 2, "keep a typed value", set_options, 0, config_set},
    {"config get", "KEY", 1, 1, "one value", get_options, 0, config_get},
    {"config delete", "KEY", 1, 1, "forget a key", NULL, 0, config_delete},
    {"config list", "", 0, 0, "keys and values, secrets as stars", list_options, 0, config_list},
    {0},
};
