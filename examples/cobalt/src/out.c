/* SPDX-License-Identifier: MIT */
#include <stdarg.h>

#include "app.h"

void app_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fputs("cobalt: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
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

void out_id(tn_uuid id, int width)
{
    char text[TN_UUID_SIZE];
    tn_uuid_format(text, id);
    out_string(text, width);
}

void out_time(tn_opt_timestamp time, int width)
{
    char text[TN_TIME_MAX] = "-";
    if (time.has)
        tn_time_format(text, time.value, TN_TIME_RFC3339);
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

void out_field_time(const char *name, tn_opt_timestamp time)
{
    char text[TN_TIME_MAX];
    if (time.has && tn_time_format(text, time.value, TN_TIME_RFC3339) > 0)
        out_field(name, tn_text_of(text));
}

void out_user(const struct cobalt_user *user)
{
    char id[TN_UUID_SIZE];
    tn_uuid_format(id, user->id);
    out_field("id", tn_text_of(id));
    out_field("username", user->username);
    out_field("email", user->email);
    out_field("verified", tn_text_of(user->email_verified ? "yes" : "no"));
    out_field("role", cobalt_user_role_text(user->role));
    out_field_time("disabled", user->disabled_at);
    out_field_time("created", tn_some_timestamp(user->created_at));
    out_field_time("updated", tn_some_timestamp(user->updated_at));
}

void out_users(const struct cobalt_user *users, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct cobalt_user *user = &users[i];
        out_id(user->id, 36);
        out_cell(user->username, 12);
        out_cell(cobalt_user_role_text(user->role), 5);
        out_string(user->disabled_at.has ? "disabled" : user->email_verified ? "verified" : "-", 8);
        out_cell(user->email, 0);
    }
}

void out_tokens(const struct cobalt_refresh_token *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out_id(tokens[i].family_id, 36);
        out_time(tn_some_timestamp(tokens[i].created_at), 27);
        out_time(tn_some_timestamp(tokens[i].expires_at), 27);
        out_string(tokens[i].revoked_at.has ? "spent" : "good", 0);
    }
}
