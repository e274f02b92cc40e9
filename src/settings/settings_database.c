/* SPDX-License-Identifier: MIT */
#include "settings/loader.h"
#include "util/str.h"

/* [database]: which one, and of which engine. */

/* The name, if a value is one variable alone that is not set or empty: `url = ${DATABASE_URL}` is no
 * URL then, not a fault. TN_OK, TN_NONE, TN_ENOMEM. */
static int unset_variable(const char **out, struct tn__loader *loader,
                          const struct tn__given *given)
{
    tn_text text = tn_text_of(given->value);
    if (given->from != TN__FROM_INI || !tn__text_starts(text, "${") || !tn__text_ends(text, "}"))
        return TN_NONE;
    const char *name = tn_arena_copy(loader->arena, text.data + 2, text.size - 3);
    if (!name)
        return tn__loader_no_memory(loader);
    const char *value = tn__loader_lookup(name, loader);
    if (!tn__settings_is_name(name) || (value && *value))
        return TN_NONE;
    *out = name;
    return TN_OK;
}

static int load_url(struct tn__loader *loader, bool may_compose)
{
    const struct tn__setting *setting = &tn__setting_table[TN__DATABASE_URL];
    struct tn__given given = {.origin = "default"};
    struct tn__url parsed;
    tn_error fault = {0};
    const char *text = NULL;
    const char *shown = "";
    int status = tn__loader_choose(&given, loader, setting);
    if (status == TN_OK) {
        int unset = unset_variable(&loader->out.unset_variable, loader, &given);
        loader->out.unset_origin = given.origin;
        status = unset == TN_OK ? TN_NONE : unset == TN_NONE ? TN_OK : unset;
    }
    if (status == TN_NONE && may_compose)
        status = tn__settings_compose(&given, loader);
    if (status == TN_NONE)
        return tn__loader_explain_setting(loader, TN__DATABASE_URL, "", given.origin);
    if (status == TN_OK)
        status = tn__loader_take_text(&text, loader, setting, &given);
    if (status != TN_OK)
        return status;
    const char *dir = given.from < TN__FROM_DOTENV ? "." : loader->dir;
    status = tn__settings_url(&loader->out.database_url, &parsed, text, dir, loader->arena, &fault);
    if (status == TN_OK)
        status = tn__url_redact(&shown, loader->out.database_url, loader->arena);
    if (status == TN_ENOMEM)
        return tn__loader_no_memory(loader);
    if (status != TN_OK) {
        tn__loader_report_value(loader, &given, fault.message);
        return TN_NONE;
    }
    loader->out.engine = parsed.engine;
    loader->out.is_url_flag = given.from == TN__FROM_FLAG;
    return tn__loader_explain_setting(loader, TN__DATABASE_URL, shown, given.origin);
}

/* Where nothing else gives one, it may stand in the URL. */
static int explain_direct_of_url(struct tn__loader *loader)
{
    struct tn__url url;
    const char *shown = "";
    tn_text text = {NULL, 0};
    if (loader->out.database_url &&
        tn__url_parse(&url, loader->out.database_url, loader->arena, NULL) == TN_OK)
        text = tn__url_param(&url, "direct_url");
    if (text.data && tn__url_redact(&shown, text.data, loader->arena) != TN_OK)
        return tn__loader_no_memory(loader);
    return tn__loader_explain_setting(loader, TN__DATABASE_DIRECT_URL, shown,
                                      text.data ? "database.url" : "default");
}

/* Whether a URL of that kind may be used: queries are checked on PostgreSQL by a project of both engines, too. */
static int may_be_postgres(struct tn__loader *loader, unsigned id)
{
    if (loader->out.engine == TN__URL_POSTGRES)
        return TN_OK;
    return id == TN__DATABASE_CHECK_URL ? tn__loader_has_engines(loader) : TN_NONE;
}

/* Another URL, that only PostgreSQL has. That a variable says so beside SQLite is no fault. */
static int load_other_url(const char **out, struct tn__loader *loader, unsigned id)
{
    const struct tn__setting *setting = &tn__setting_table[id];
    struct tn__given given = {.origin = "default"};
    struct tn__url parsed;
    tn_error fault = {0};
    const char *text = NULL;
    const char *shown = "";
    int status = may_be_postgres(loader, id);
    bool is_postgres = status == TN_OK;
    if (status >= 0)
        status = tn__loader_choose(&given, loader, setting);
    if (status >= 0 && !is_postgres && (status == TN_NONE || given.from != TN__FROM_INI))
        return TN_NONE;
    if (status == TN_NONE)
        return id == TN__DATABASE_DIRECT_URL
                   ? explain_direct_of_url(loader)
                   : tn__loader_explain_setting(loader, id, "", "default");
    if (status == TN_OK)
        status = tn__loader_take_text(&text, loader, setting, &given);
    if (status != TN_OK)
        return status;
    status = tn__url_parse(&parsed, text, loader->arena, &fault);
    if (status == TN_OK && !is_postgres)
        status = tn_error_set(&fault, TN_EINVAL, "'database.%s' is for projects of PostgreSQL",
                              setting->key);
    if (status == TN_OK && parsed.engine != TN__URL_POSTGRES)
        status = tn_error_set(&fault, TN_EINVAL,
                              "'database.%s' is a URL of PostgreSQL: postgres://…", setting->key);
    if (status == TN_OK)
        status = tn__url_redact(&shown, text, loader->arena);
    if (status == TN_ENOMEM)
        return tn__loader_no_memory(loader);
    if (status != TN_OK) {
        tn__loader_report_value(loader, &given, fault.message);
        return TN_NONE;
    }
    *out = text;
    return tn__loader_explain_setting(loader, id, shown, given.origin);
}

/* The URL, and the engine that it has; without one, the engine of the settings. */
int tn__settings_database(struct tn__loader *loader)
{
    struct tn__given given;
    unsigned choice = 0;
    int status = tn__loader_choice(&choice, loader, TN__DATABASE_ENGINE, &given);
    if (status != TN_OK)
        return status;
    enum tn__url_engine engine = choice ? TN__URL_POSTGRES : TN__URL_SQLITE;
    bool is_sqlite_on_purpose = given.from != TN__FROM_DEFAULT && engine == TN__URL_SQLITE;
    status = load_url(loader, !is_sqlite_on_purpose);
    if (status != TN_OK)
        return status;
    const char *origin = given.origin;
    loader->out.is_engine_given = loader->out.database_url || given.from != TN__FROM_DEFAULT;
    if (loader->out.database_url)
        origin = "database.url";
    else
        loader->out.engine = engine;
    status = load_other_url(&loader->out.direct_url, loader, TN__DATABASE_DIRECT_URL);
    if (status >= 0)
        status = load_other_url(&loader->out.check_url, loader, TN__DATABASE_CHECK_URL);
    if (status < 0)
        return status;
    return tn__loader_explain_setting(
        loader, TN__DATABASE_ENGINE, loader->out.engine == TN__URL_POSTGRES ? "postgres" : "sqlite",
        origin);
}
