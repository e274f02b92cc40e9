/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>

#include "account.h"
#include "app.h"

const char *app_option(const struct app *app, const char *name)
{
    const struct option *options = app->command->options;
    for (size_t i = 0; options && options[i].name; i++) {
        if (strcmp(options[i].name, name) == 0)
            return app->values[i];
    }
    return NULL;
}

int app_number(struct app *app, const char *name, int64_t *out)
{
    const char *text = app_option(app, name);
    char *end;
    errno = 0;
    intmax_t value = text ? strtoimax(text, &end, 10) : 1;
    if (!text)
        return TN_OK;
    if (end == text || *end || errno || value < 1 || value > INT32_MAX)
        return tn_error_set(&app->err, TN_EINVAL, "--%s is a whole number from 1, not '%s'", name,
                            text);
    *out = (int64_t)value;
    return TN_OK;
}

static int no_choice(struct app *app, const char *text, const char *choices)
{
    return tn_error_set(&app->err, TN_EINVAL, "'%s' is none of %s", text, choices);
}

int app_opt_role(struct app *app, const char *name, struct cobalt_opt_user_role *out)
{
    const char *text = app_option(app, name);
    out->has = text != NULL;
    return !text || cobalt_user_role_parse(&out->value, tn_text_of(text))
               ? TN_OK
               : no_choice(app, text, "user, admin");
}

int app_arg_role(struct app *app, size_t index, enum cobalt_user_role *out)
{
    return cobalt_user_role_parse(out, tn_text_of(app->args[index]))
               ? TN_OK
               : no_choice(app, app->args[index], "user, admin");
}

int app_opt_bool(struct app *app, const char *name, tn_opt_bool *out)
{
    const char *text = app_option(app, name);
    if (!text)
        return TN_OK;
    out->has = true;
    out->value = strcmp(text, "yes") == 0;
    return out->value || strcmp(text, "no") == 0 ? TN_OK : no_choice(app, text, "yes, no");
}

int app_opt_time(struct app *app, const char *name, tn_opt_timestamp *out)
{
    const char *text = app_option(app, name);
    if (!text)
        return TN_OK;
    out->has = true;
    if (tn_time_parse(&out->value, tn_text_of(text)) == TN_OK)
        return TN_OK;
    return tn_error_set(&app->err, TN_EINVAL,
                        "--%s wants a moment such as 2025-01-15T08:30:00Z, not '%s'", name, text);
}

int app_arg_user(struct app *app, size_t index, struct cobalt_user *out)
{
    const tn_text text = tn_text_of(app->args[index]);
    tn_uuid id;
    if (tn_uuid_parse(&id, text) == TN_OK)
        return account_find(out, app->db, id, &app->arena, &app->err);
    return account_find_by_username(out, app->db, text, &app->arena, &app->err);
}

int app_password(struct app *app, struct password *out)
{
    out->text[0] = '\0';
    /* What stdio reads ahead would stay in its buffer. */
    if (setvbuf(stdin, NULL, _IONBF, 0) != 0 || !fgets(out->text, sizeof out->text, stdin))
        return tn_error_set(&app->err, TN_EINVAL, "a password is wanted on standard input");
    size_t size = strcspn(out->text, "\r\n");
    if (size == sizeof out->text - 1)
        return tn_error_set(&app->err, TN_ERANGE, "the password is too long");
    out->text[size] = '\0';
    return TN_OK;
}
