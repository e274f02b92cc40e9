/* SPDX-License-Identifier: MIT */
#include "util/env_expand.h"

#include <stdlib.h>

#include "util/str.h"

enum {
    MOST_NESTING = 16,
    MOST_BYTES = 1024 * 1024
};

static int fail_syntax(const struct tn__expansion *e, const char *at, const char *message)
{
    /* The text is not shown: it may be next to a password. */
    tn_error_set(e->err, TN_ESYNTAX, "%s", message);
    if (e->err)
        e->err->position = (uint32_t)(at - e->origin + 1);
    return TN_ESYNTAX;
}

static int fail_unset(const struct tn__expansion *e, const char *at, tn_text name)
{
    tn_error_set(e->err, TN_ENOTFOUND, "variable '%.*s' is not set", (int)name.size, name.data);
    if (e->err)
        e->err->position = (uint32_t)(at - e->origin + 1);
    return TN_ENOTFOUND;
}

/* The end of a default: the '}' that belongs to the "${" it is in; text.size if there is none. */
static size_t find_close(const struct tn__expansion *e, tn_text text)
{
    int depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\\' && e->escapes) {
            i++;
        } else if (c == '$' && i + 1 < text.size && text.data[i + 1] == '{') {
            depth++;
            i++;
        } else if (c == '}' && depth-- == 0) {
            return i;
        }
    }
    return text.size;
}

static size_t name_size(tn_text text)
{
    size_t size = 0;
    if (text.size && tn__is_ident_start(text.data[0])) {
        while (size < text.size && tn__is_ident(text.data[size]))
            size++;
    }
    return size;
}

/* The variable's value in the caller's eyes; NULL: not set. */
static const char *look_up(const struct tn__expansion *e, tn_text name)
{
    char copy[256];
    if (!e->lookup || name.size >= sizeof copy)
        return NULL;
    tn__copy_text(copy, sizeof copy, name);
    return e->lookup(copy, e->user);
}

static int expand(const struct tn__expansion *e, tn_text text, int nesting);

/* One variable; `at` is its '$'. With a default, unset and empty are the same, as in a shell. */
static int put_variable(const struct tn__expansion *e, const char *at, tn_text name,
                        const tn_text *fallback, int nesting)
{
    const char *value = look_up(e, name);
    if (fallback && (!value || !*value))
        return expand(e, *fallback, nesting + 1);
    if (value)
        tn__buf_puts(e->out, value);
    else if (e->strict)
        return fail_unset(e, at, name);
    return TN_OK;
}

/* "${…}" at the start of `text`; *used is its size. */
static int put_braced(const struct tn__expansion *e, tn_text text, size_t *used, int nesting)
{
    if (nesting >= MOST_NESTING)
        return fail_syntax(e, text.data, "variables nest too deep");
    tn_text inside = tn__text_sub(text, 2, text.size);
    tn_text name = tn__text_sub(inside, 0, name_size(inside));
    tn_text behind = tn__text_sub(inside, name.size, inside.size);
    if (name.size && tn__text_starts(behind, "}")) {
        *used = name.size + 3;
        return put_variable(e, text.data, name, NULL, nesting);
    }
    if (name.size == 0 || !tn__text_starts(behind, ":-"))
        return fail_syntax(e, text.data, "neither '${NAME}' nor '${NAME:-default}'");
    tn_text fallback = tn__text_sub(behind, 2, behind.size);
    size_t close = find_close(e, fallback);
    if (close == fallback.size)
        return fail_syntax(e, text.data, "'}' is missing");
    fallback.size = close;
    *used = 2 + name.size + 2 + close + 1;
    return put_variable(e, text.data, name, &fallback, nesting);
}

/* The character that backslash and `c` stand for; 0: none, both stay. */
static char escaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\\':
    case '$':
        return c;
    default:
        return 0;
    }
}

static int expand(const struct tn__expansion *e, tn_text text, int nesting)
{
    int rc = TN_OK;
    for (size_t i = 0, used; i < text.size && rc == TN_OK; i += used) {
        tn_text rest = tn__text_sub(text, i, text.size);
        char next = rest.size > 1 ? rest.data[1] : '\0';
        used = 1;
        if (rest.data[0] == '\\' && e->escapes && escaped(next)) {
            tn__buf_putc(e->out, escaped(next));
            used = 2;
        } else if (rest.data[0] == '$' && next == '{') {
            rc = put_braced(e, rest, &used, nesting);
        } else if (rest.data[0] == '$' && e->bare_too && tn__is_ident_start(next)) {
            tn_text name = tn__text_sub(rest, 1, name_size(tn__text_sub(rest, 1, rest.size)));
            rc = put_variable(e, rest.data, name, NULL, nesting);
            used = 1 + name.size;
        } else {
            tn__buf_putc(e->out, rest.data[0]);
        }
    }
    return rc;
}

int tn__expand(const struct tn__expansion *e, tn_text text)
{
    return expand(e, text, 0);
}

/* "~/" at the start, or behind "sqlite:", where a path starts, too. */
static int put_home(const struct tn__expansion *e, tn_text *text)
{
    static const char scheme[] = "sqlite:";
    size_t at = tn__text_starts(*text, scheme) ? sizeof scheme - 1 : 0;
    if (!tn__text_starts(tn__text_sub(*text, at, text->size), "~/"))
        return TN_OK;
    const char *home = look_up(e, TN__TEXT("HOME"));
    if (!home && !e->strict)
        return TN_OK;
    if (!home)
        return fail_unset(e, text->data + at, TN__TEXT("HOME"));
    tn__buf_text(e->out, tn__text_sub(*text, 0, at));
    tn__buf_puts(e->out, home);
    *text = tn__text_sub(*text, at + 1, text->size);
    return TN_OK;
}

int tn__env_expand(tn_text *out, tn_text text, bool bare_too, bool strict, tn__env_lookup lookup,
                   void *user, tn_arena *arena, tn_error *err)
{
    struct tn__buf buf;
    tn__buf_init(&buf, MOST_BYTES);
    struct tn__expansion e = {.out = &buf,
                              .origin = text.data,
                              .bare_too = bare_too,
                              .strict = strict,
                              .lookup = lookup,
                              .user = user,
                              .err = err};
    int rc = put_home(&e, &text);
    if (rc == TN_OK)
        rc = tn__expand(&e, text);
    if (rc == TN_OK) {
        rc = tn__buf_to_arena(&buf, arena, out);
        if (rc != TN_OK)
            tn_error_set(err, rc, "cannot expand variables: %s", tn_status_text(rc));
    }
    tn__buf_fini(&buf);
    return rc;
}

const char *tn__env_getenv(const char *name, void *user)
{
    (void)user;
    return getenv(name);
}
