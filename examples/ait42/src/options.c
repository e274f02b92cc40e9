/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

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

tn_text app_text(const struct app *app, const char *name)
{
    return tn_text_of(app_option(app, name));
}

static bool read_number(int64_t *out, const char *text, const char *what)
{
    char *end;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    if (end == text || *end || errno || value < 0 || value > INT64_MAX) {
        app_say("%s is a whole number from 0, not '%s'", what, text);
        return false;
    }
    *out = (int64_t)value;
    return true;
}

bool app_number(const struct app *app, const char *name, int64_t *out)
{
    const char *text = app_option(app, name);
    return !text || read_number(out, text, name);
}

bool app_opt_number(const struct app *app, const char *name, tn_opt_int *out)
{
    const char *text = app_option(app, name);
    if (text && !read_number(&out->value, text, name))
        return false;
    out->has = out->has || text;
    return true;
}

struct a42_session_id app_session(const struct app *app, size_t index)
{
    return (struct a42_session_id){tn_text_of(app->args[index])};
}

bool app_arg_number(const struct app *app, size_t index, int64_t *out)
{
    return read_number(out, app->args[index], "an instance");
}

bool app_opt_time(const struct app *app, const char *name, tn_opt_timestamp *out)
{
    const char *text = app_option(app, name);
    if (!text)
        return true;
    if (strcmp(text, "now") == 0) {
        out->value = tn_now();
    } else if (tn_time_parse(&out->value, tn_text_of(text)) < 0) {
        app_say("--%s wants a moment such as 2025-01-15 or 2025-01-15T08:30:00Z, not '%s'", name,
                text);
        return false;
    }
    out->has = true;
    return true;
}

static const char statuses[] = "running, completed, failed or paused";

static bool no_choice(const char *name, const char *text, const char *choices)
{
    app_say("%s is %s, not '%s'", name, choices, text);
    return false;
}

bool app_opt_type(const struct app *app, const char *name, struct a42_opt_session_type *out)
{
    return a42_opt_session_type_parse(out, app_text(app, name)) ||
           no_choice(name, app_option(app, name), "competition, ensemble or debate");
}

bool app_arg_status(const struct app *app, size_t index, enum a42_session_status *out)
{
    return a42_session_status_parse(out, tn_text_of(app->args[index])) ||
           no_choice("a status", app->args[index], statuses);
}

bool app_opt_status(const struct app *app, const char *name, struct a42_opt_session_status *out)
{
    return a42_opt_session_status_parse(out, app_text(app, name)) ||
           no_choice(name, app_option(app, name), statuses);
}
