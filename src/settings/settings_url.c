/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "settings/loader.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    MOST_BYTES = 64 * 1024
};

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
    tn__buf_url(&buf, tn_text_of(path), "-._~/");
    for (size_t i = 0; i < url->param_count; i++) {
        tn__buf_putc(&buf, i ? '&' : '?');
        tn__buf_url(&buf, url->params[i].name, "-._~");
        tn__buf_putc(&buf, '=');
        tn__buf_url(&buf, url->params[i].value, "-._~");
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

static enum part part_of(const char *variable)
{
    enum part part = PART_HOST;
    while (strcmp(part_variables[part], variable) != 0)
        part++;
    return part;
}

int tn__settings_compose(struct tn__given *out, struct tn__loader *loader)
{
    struct tn__given parts[PART_COUNT] = {0};
    for (size_t i = 0; i < PART_COUNT; i++) {
        int status = tn__loader_variable(&parts[i], loader, part_variables[i]);
        if (status < 0)
            return status;
    }
    struct tn__url_parts url = {
        .host = parts[PART_HOST].value,
        .port = parts[PART_PORT].value,
        .database = parts[PART_DB].value,
        .user = parts[PART_USER].value,
        .password = parts[PART_PASSWORD].value,
    };
    const char *variable;
    tn_error fault = {0};
    int status = tn__url_parts_check(&variable, &url, &fault);
    if (status == TN_NONE)
        loader->out.lone_variable = variable;
    if (status == TN_EINVAL)
        tn__loader_report_value(loader, &parts[part_of(variable)], fault.message);
    if (status != TN_OK)
        return TN_NONE;
    *out = parts[url.host ? PART_HOST : PART_DB];
    if (!url.host)
        url.host = "localhost";
    if (tn__url_compose(&out->value, &url, loader->arena) != TN_OK)
        return tn__loader_no_memory(loader);
    return TN_OK;
}
