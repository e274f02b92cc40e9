/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "app.h"

static size_t find(const struct app *app, const char *name)
{
    const struct option *options = app->command->options;
    for (size_t i = 0; options && options[i].name; i++) {
        if (strcmp(options[i].name, name) == 0)
            return i;
    }
    return APP_OPTIONS_MAX;
}

const char *app_option(const struct app *app, const char *name)
{
    size_t i = find(app, name);
    return i < APP_OPTIONS_MAX ? app->values[i] : NULL;
}

bool app_flag(const struct app *app, const char *name)
{
    return app_option(app, name) != NULL;
}

tn_text app_text(const struct app *app, const char *name)
{
    return tn_text_of(app_option(app, name));
}

int app_no_choice(const struct app *app, const char *name)
{
    app_say("--%s is %s, not '%s'", name, app->command->options[find(app, name)].help,
            app_option(app, name));
    return EXIT_USAGE;
}

bool app_number(const struct app *app, const char *name, int64_t fallback, int64_t *out)
{
    const char *text = app_option(app, name);
    if (!text) {
        *out = fallback;
        return true;
    }
    char *end;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    if (end == text || *end || errno || value < 0 || value > INT64_MAX) {
        app_say("--%s wants a whole number from 0, not '%s'", name, text);
        return false;
    }
    *out = (int64_t)value;
    return true;
}

bool app_time(const struct app *app, const char *name, const char *fallback, char *out)
{
    const char *text = app_option(app, name);
    if (!text) {
        snprintf(out, TN_TIME_MAX, "%s", fallback);
        return true;
    }
    tn_timestamp moment;
    if (tn_time_parse(&moment, tn_text_of(text)) < 0 ||
        tn_time_format(out, moment, TN_TIME_DATETIME) == 0) {
        app_say("--%s wants a moment such as 2025-01-15 or 2025-01-15T08:30:00Z, not '%s'", name,
                text);
        return false;
    }
    return true;
}

const char *app_id(struct app *app, char *out)
{
    const char *id = app_option(app, "id");
    if (id)
        return id;
    int rc = tn_uuid_v7(out);
    if (rc < 0) {
        app_say("no random bytes for an identifier: %s", tn_status_text(rc));
        return NULL;
    }
    return out;
}
