/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app.h"

void app_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("acolib: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

int app_fail(struct app *app, int status)
{
    app_say("%s", app->err.message[0] ? app->err.message : tn_status_text(status));
    switch (status) {
    case TN_ENOTFOUND:
    case TN_ECONNECT:
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
        return EXIT_REFUSED;
    default:
        return EXIT_FAILED;
    }
}

int app_step(struct app *app, int status, int64_t affected, const char *noun, const char *id,
             const char *is_not)
{
    if (status < 0)
        return app_fail(app, status);
    if (affected > 0)
        return EXIT_DONE;
    app_say("%s '%s' is not %s, or there is none", noun, id, is_not);
    return EXIT_NOTHING;
}

/* Bytes that continue a UTF-8 character take no column. */
static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0u) == 0x80u;
}

/* Cut at the width, between characters; tabs and line ends would break the line: a blank. */
void out_cell(tn_text text, int width)
{
    const char *at = text.data ? text.data : "-";
    const char *end = at + (text.data ? text.size : 1);
    int column = 0;
    for (; at < end; at++) {
        if (!is_continuation(*at) && width && column++ == width)
            break;
        putchar((unsigned char)*at < ' ' ? ' ' : *at);
    }
    if (width == 0) {
        putchar('\n');
        return;
    }
    for (; column < width; column++)
        putchar(' ');
    fputs("  ", stdout);
}

void out_string(const char *string, int width)
{
    out_cell(tn_text_of(string), width);
}

void out_number(int64_t number, int width)
{
    printf("%*" PRId64 "  ", width, number);
}

void out_count(size_t count, const char *noun)
{
    fflush(stdout);
    fprintf(stderr, "%zu %s%s\n", count, noun, count == 1 ? "" : "s");
}

void out_field(const char *name, tn_text text)
{
    if (!text.data)
        return;
    printf("%-14s ", name);
    fwrite(text.data, 1, text.size, stdout);
    putchar('\n');
}
