/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>

#include "app.h"

void app_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("ait42: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

int app_end(struct app *app, enum ait42_error_kind kind)
{
    static const enum exit_code codes[] = {
        [AIT42_NO_ERROR] = EXIT_DONE,
        [AIT42_CONNECTION_FAILED] = EXIT_CONNECT,
        [AIT42_MIGRATION_FAILED] = EXIT_REFUSED,
        [AIT42_WORKSPACE_NOT_FOUND] = EXIT_NOTHING,
        [AIT42_SESSION_NOT_FOUND] = EXIT_NOTHING,
        [AIT42_INSTANCE_NOT_FOUND] = EXIT_NOTHING,
        [AIT42_VALIDATION] = EXIT_FAILED,
        [AIT42_TRANSACTION] = EXIT_LOCKED,
        [AIT42_IO] = EXIT_CONNECT,
    };
    if (kind != AIT42_NO_ERROR)
        app_say("%s: %s", ait42_error_kind_name(kind), app->err.text);
    return (int)codes[kind];
}

int app_end_status(struct app *app, int status)
{
    return app_end(app, status < 0 ? ait42_error_of(&app->err, status) : AIT42_NO_ERROR);
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

void out_opt_number(tn_opt_int number, int width)
{
    if (number.has)
        out_number(number.value, width);
    else
        printf("%*s  ", width, "-");
}

/* As far as the database has it, which is to the millisecond. */
static void format_time(char text[TN_TIME_MAX], tn_timestamp time)
{
    if (tn_time_format(text, time, TN_TIME_DATETIME) > 23)
        text[23] = '\0';
}

void out_time(tn_timestamp time, int width)
{
    char text[TN_TIME_MAX];
    format_time(text, time);
    out_string(text, width);
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

void out_field_number(const char *name, tn_opt_int number)
{
    if (number.has)
        printf("%-14s %" PRId64 "\n", name, number.value);
}

void out_field_time(const char *name, tn_opt_timestamp time)
{
    char text[TN_TIME_MAX];
    if (!time.has)
        return;
    format_time(text, time.value);
    printf("%-14s %s\n", name, text);
}

void out_summaries(const struct a42_session_summary_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct a42_session_summary *s = &rows->items[i];
        out_cell(s->id.value, 36);
        out_cell(a42_session_type_text(s->type), 11);
        out_cell(a42_session_status_text(s->status), 9);
        out_time(s->created_at, 19);
        out_number(s->instance_count, 2);
        out_number(s->message_count, 3);
        out_cell(s->task, 0);
    }
    out_count(rows->count, "session");
}

void out_message(const struct a42_message *message)
{
    out_time(message->timestamp, 19);
    out_cell(a42_message_role_text(message->role), 9);
    out_opt_number(message->instance_id, 2);
    out_cell(message->content, 0);
}
