/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "settings/loader.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    MOST_BYTES = 64 * 1024
};

/* %XX for all that means something in a URL, but for `plain`. */
static void put_escaped(struct tn__buf *buf, const char *text, size_t size, const char *plain)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (tn__is_ident((char)c) || c >= 0x80 || (c && strchr(plain, c)))
            tn__buf_putc(buf, (char)c);
        else
            tn__buf_printf(buf, "%%%02X", c);
    }
}

static int finish(const char **out, struct tn__buf *buf, tn_arena *arena, tn_error *err)
{
    tn_text text;
    int status = tn__buf_to_arena(buf, arena, &text);
    tn__buf_fini(buf);
    if (status != TN_OK)
        return tn_error_set(err, status, "cannot make a database URL: %s", tn_status_text(status));
    *out = text.data;
    return TN_OK;
}

/* The URL again, with another path. */
static int rebuild(const char **out, const struct tn__url *url, const char *path, tn_arena *arena,
                   tn_error *err)
{
    struct tn__buf buf;
    tn__buf_init(&buf, MOST_BYTES);
    tn__buf_puts(&buf, "sqlite:");
    put_escaped(&buf, path, strlen(path), "-._~/");
    for (size_t i = 0; i < url->param_count; i++) {
        tn__buf_putc(&buf, i ? '&' : '?');
        put_escaped(&buf, url->params[i].name.data, url->params[i].name.size, "-._~");
        tn__buf_putc(&buf, '=');
        put_escaped(&buf, url->params[i].value.data, url->params[i].value.size, "-._~");
    }
    return finish(out, &buf, arena, err);
}

int tn__settings_url(const char **out, struct tn__url *parsed, const char *given, const char *dir,
                     tn_arena *arena, tn_error *err)
{
    const char *home = getenv("HOME");
    const char *path = NULL;
    int status = tn__url_parse(parsed, given, arena, err);
    if (status != TN_OK)
        return status;
    *out = given;
    if (parsed->engine != TN__URL_SQLITE || parsed->is_memory)
        return TN_OK;
    if (home && *home && tn__text_starts(tn_text_of(parsed->path), "~/"))
        path = tn__path_join(arena, home, parsed->path + 2);
    else if (parsed->path[0] != '/' && strcmp(dir, ".") != 0)
        path = tn__path_join(arena, dir, parsed->path);
    else
        return TN_OK;
    if (!path)
        return tn_error_set(err, TN_ENOMEM, "cannot make a database URL: out of memory");
    return rebuild(out, parsed, path, arena, err);
}

/* The parts of a composed URL, in this order. */
enum part {
    PART_HOST,
    PART_DB,
    PART_PORT,
    PART_USER,
    PART_PASSWORD,
    PART_COUNT
};
static const char *const part_variables[PART_COUNT] = {
    "POSTGRES_HOST", "POSTGRES_DB", "POSTGRES_PORT", "POSTGRES_USER", "POSTGRES_PASSWORD"};

static void put_part(struct tn__buf *buf, const char *before, const struct tn__given *part)
{
    if (!part->value)
        return;
    tn__buf_puts(buf, before);
    put_escaped(buf, part->value, strlen(part->value), "-._~");
}

int tn__settings_compose(struct tn__given *out, struct tn__loader *loader)
{
    struct tn__given parts[PART_COUNT] = {0};
    for (size_t i = 0; i < PART_COUNT; i++) {
        int status = tn__loader_variable(&parts[i], loader, part_variables[i]);
        if (status < 0)
            return status;
    }
    const struct tn__given *first = parts[PART_HOST].value ? &parts[PART_HOST] : &parts[PART_DB];
    if (!first->value)
        return TN_NONE;
    struct tn__buf buf;
    tn__buf_init(&buf, MOST_BYTES);
    tn__buf_puts(&buf, "postgres://");
    put_part(&buf, "", &parts[PART_USER]);
    if (parts[PART_USER].value) {
        put_part(&buf, ":", &parts[PART_PASSWORD]);
        tn__buf_putc(&buf, '@');
    }
    const char *host = parts[PART_HOST].value ? parts[PART_HOST].value : "localhost";
    bool is_v6 = strchr(host, ':') != NULL;
    tn__buf_puts(&buf, is_v6 ? "[" : "");
    put_escaped(&buf, host, strlen(host), is_v6 ? "-._~:" : "-._~");
    tn__buf_puts(&buf, is_v6 ? "]" : "");
    put_part(&buf, ":", &parts[PART_PORT]);
    put_part(&buf, "/", &parts[PART_DB]);
    *out = *first;
    return finish(&out->value, &buf, loader->arena, loader->err);
}
