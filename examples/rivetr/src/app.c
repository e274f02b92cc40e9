/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <stdarg.h>

#include "apps.tenon.h"

const char *app_arg(const struct program *p, int index)
{
    return index < p->arg_count ? p->args[index] : NULL;
}

tn_text app_text(const struct program *p, int index)
{
    return tn_text_of(app_arg(p, index));
}

bool app_new_id(char *out)
{
    if (tn_uuid_v7(out) == TN_OK)
        return true;
    app_say("no random bytes for an identifier");
    return false;
}

tn_text app_id_of(struct program *p, const char *name, int *exit_code)
{
    struct rv_app app;
    int rc = rv_app_find_by_name(&app, p->db, tn_text_of(name), &p->arena, &p->err);
    if (rc == TN_OK)
        return app.id;
    *exit_code = rc < 0 ? app_fail(p, rc) : EXIT_NOTHING;
    if (rc == TN_NONE)
        app_say("there is no app '%s'", name);
    return (tn_text){NULL, 0};
}

void app_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("rivetr: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

int app_fail(struct program *p, int status)
{
    app_say("%s", p->err.message[0] ? p->err.message : tn_status_text(status));
    switch (status) {
    case TN_ENOTFOUND:
    case TN_ENOTADB:
    case TN_EPERM:
    case TN_EREADONLY:
        return EXIT_CONNECT;
    case TN_EINVAL:
    case TN_ERANGE:
        return EXIT_USAGE;
    case TN_EBUSY:
    case TN_ETIMEOUT:
        return EXIT_LOCKED;
    case TN_EREFUSED:
    case TN_EFOREIGNKEY:
        return EXIT_REFUSED;
    default:
        return EXIT_FAILED;
    }
}

const char *app_time(char *out, tn_timestamp time)
{
    size_t size = tn_time_format(out, time, TN_TIME_DATETIME);
    if (size > 19)
        out[19] = '\0'; /* the database has seconds */
    return size > 0 ? out : "?";
}
