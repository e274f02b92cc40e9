/* SPDX-License-Identifier: MIT */
#include "util/env.h"

#include <string.h>

#include "util/alloc.h"
#include "util/env_expand.h"
#include "util/str.h"
#include "util/utf8.h"

enum {
    MOST_VALUE_BYTES = 1024 * 1024
};

struct parser {
    tn_text text;
    tn_text rest; /* what is not read yet; lies in `text` */
    tn__env_lookup lookup;
    void *user;
    tn_arena *arena;
    tn_error *err;
    struct tn__env_entry *entries; /* on the heap */
    size_t count;
    size_t cap;
};

static int fail_at(const struct parser *p, const char *at, const char *message)
{
    tn_error_set(p->err, TN_ESYNTAX, "%s", message);
    if (p->err)
        p->err->position = (uint32_t)(at - p->text.data + 1);
    return TN_ESYNTAX;
}

static int fail_memory(const struct parser *p)
{
    return tn_error_set(p->err, TN_ENOMEM, "cannot read variables: out of memory");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip(struct parser *p, size_t size)
{
    p->rest = tn__text_sub(p->rest, size, p->rest.size);
}

static void skip_blanks(struct parser *p)
{
    while (p->rest.size && is_blank(p->rest.data[0]))
        skip(p, 1);
}

/* The environment wins; then the latest line above. */
static const char *look_up(const char *name, void *user)
{
    const struct parser *p = user;
    const char *value = p->lookup ? p->lookup(name, p->user) : NULL;
    for (size_t i = p->count; !value && i-- > 0;) {
        if (strcmp(p->entries[i].name, name) == 0)
            value = p->entries[i].value;
    }
    return value;
}

/* Expand a span of the file into the arena. */
static int expand_value(struct parser *p, tn_text span, bool escapes, const char **value)
{
    struct tn__buf buf;
    tn__buf_init(&buf, MOST_VALUE_BYTES);
    struct tn__expansion e = {.out = &buf,
                              .origin = p->text.data,
                              .bare_too = true,
                              .escapes = escapes,
                              .lookup = look_up,
                              .user = p,
                              .err = p->err};
    int rc = tn__expand(&e, span);
    tn_text text = {NULL, 0};
    if (rc == TN_OK) {
        rc = tn__buf_to_arena(&buf, p->arena, &text);
        if (rc == TN_ERANGE)
            tn_error_set(p->err, rc, "value of more than %d bytes", MOST_VALUE_BYTES);
        else if (rc != TN_OK)
            fail_memory(p);
    }
    tn__buf_fini(&buf);
    *value = text.data;
    return rc;
}

/* A value in quotes, which may go over several lines; then at most a comment. */
static int parse_quoted(struct parser *p, const char **value)
{
    char quote = p->rest.data[0];
    const char *start = p->rest.data;
    skip(p, 1);
    size_t end = 0;
    while (end < p->rest.size && p->rest.data[end] != quote)
        end += quote == '"' && p->rest.data[end] == '\\' && end + 1 < p->rest.size ? 2 : 1;
    if (end >= p->rest.size)
        return fail_at(p, start, "quote is not closed");
    tn_text span = tn__text_sub(p->rest, 0, end);
    skip(p, end + 1);
    tn_text behind = tn__text_sub(p->rest, 0, tn__text_find(p->rest, '\n'));
    tn_text extra = tn__text_trim(behind);
    if (extra.size && extra.data[0] != '#')
        return fail_at(p, extra.data, "text behind a quoted value");
    skip(p, behind.size + 1);
    if (quote == '"')
        return expand_value(p, span, true, value);
    *value = tn_arena_copy(p->arena, span.data, span.size);
    return *value ? TN_OK : fail_memory(p);
}

/* Up to the end of the line, or to a '#' behind a blank. */
static int parse_bare(struct parser *p, bool after_blank, const char **value)
{
    tn_text line = tn__text_sub(p->rest, 0, tn__text_find(p->rest, '\n'));
    skip(p, line.size + 1);
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '#' && (i ? is_blank(line.data[i - 1]) : after_blank))
            line.size = i;
    }
    return expand_value(p, tn__text_trim(line), false, value);
}

static size_t key_size(tn_text text)
{
    size_t size = 0;
    if (text.size && tn__is_ident_start(text.data[0])) {
        while (size < text.size &&
               (tn__is_ident(text.data[size]) || text.data[size] == '.' || text.data[size] == '-'))
            size++;
    }
    return size;
}

static int add_entry(struct parser *p, tn_text key, size_t offset, const char *value)
{
    struct tn__env_entry *grown = tn__grow(p->entries, &p->cap, p->count + 1, sizeof *grown);
    if (!grown)
        return fail_memory(p);
    p->entries = grown;
    const char *name = tn_arena_copy(p->arena, key.data, key.size);
    if (!name)
        return fail_memory(p);
    grown[p->count++] = (struct tn__env_entry){name, value, offset};
    return TN_OK;
}

/* One line, or one variable if its value has several. */
static int parse_entry(struct parser *p)
{
    static const char export_word[] = "export";
    size_t offset = (size_t)(p->rest.data - p->text.data);
    skip_blanks(p);
    size_t length = tn__text_find(p->rest, '\n');
    tn_text line = tn__text_trim(tn__text_sub(p->rest, 0, length));
    if (line.size == 0 || line.data[0] == '#') {
        skip(p, length + 1);
        return TN_OK;
    }
    size_t word = sizeof export_word - 1;
    if (tn__text_starts(line, export_word) && line.size > word && is_blank(line.data[word])) {
        tn_text behind = tn__text_trim(tn__text_sub(line, word, line.size));
        if (behind.data[0] != '=') /* else the variable is called "export" */
            skip(p, (size_t)(behind.data - p->rest.data));
    }
    const char *start = p->rest.data;
    tn_text key = tn__text_sub(p->rest, 0, key_size(p->rest));
    skip(p, key.size);
    skip_blanks(p);
    if (key.size == 0 || !tn__text_starts(p->rest, "="))
        return fail_at(p, start, "not 'NAME=value'");
    skip(p, 1);
    bool after_blank = p->rest.size && is_blank(p->rest.data[0]);
    skip_blanks(p);
    const char *value = NULL;
    int rc;
    if (tn__text_starts(p->rest, "'") || tn__text_starts(p->rest, "\""))
        rc = parse_quoted(p, &value);
    else
        rc = parse_bare(p, after_blank, &value);
    return rc == TN_OK ? add_entry(p, key, offset, value) : rc;
}

int tn__env_parse(struct tn__env *out, tn_text text, tn__env_lookup lookup, void *user,
                  tn_arena *arena, tn_error *err)
{
    if (text.size >= UINT32_MAX)
        return tn_error_set(err, TN_ERANGE, "file of variables is too big");
    int rc = tn__utf8_check(text, err);
    if (rc != TN_OK)
        return rc;
    struct parser p = {
        .text = text, .lookup = lookup, .user = user, .arena = arena, .err = err, .rest = text};
    skip(&p, tn__utf8_bom(text));
    while (rc == TN_OK && p.rest.size)
        rc = parse_entry(&p);
    if (rc == TN_OK) {
        struct tn__env_entry *kept = tn_arena_array(arena, p.count, sizeof *kept);
        if (kept && p.count)
            memcpy(kept, p.entries, p.count * sizeof *kept);
        if (kept)
            *out = (struct tn__env){kept, p.count};
        else
            rc = fail_memory(&p);
    }
    tn__free(p.entries);
    return rc;
}
