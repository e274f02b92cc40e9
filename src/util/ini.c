/* SPDX-License-Identifier: MIT */
#include "util/ini.h"

#include <string.h>

#include "util/alloc.h"
#include "util/str.h"
#include "util/utf8.h"

struct parser {
    tn_text text;
    tn_arena *arena;
    tn_error *err;
    tn_text section;
    size_t section_offset;
    struct tn__ini_entry *entries; /* on the heap */
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
    return tn_error_set(p->err, TN_ENOMEM, "cannot read settings: out of memory");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Bytes in front of a comment: of a ';' or '#' behind a blank, or at the start if that counts. */
static size_t find_comment(tn_text text, bool at_start)
{
    for (size_t i = 0; i < text.size; i++) {
        bool starts = i ? is_blank(text.data[i - 1]) : at_start;
        if (starts && (text.data[i] == ';' || text.data[i] == '#'))
            return i;
    }
    return text.size;
}

/* [name], and at most a comment behind it. `line` is trimmed. */
static int parse_section(struct parser *p, tn_text line)
{
    size_t close = tn__text_find(line, ']');
    if (close == line.size)
        return fail_at(p, line.data, "']' is missing");
    tn_text name = tn__text_trim(tn__text_sub(line, 1, close - 1));
    if (name.size == 0)
        return fail_at(p, line.data, "section without a name");
    tn_text behind = tn__text_sub(line, close + 1, line.size);
    size_t end = find_comment(behind, true);
    tn_text extra = tn__text_trim(tn__text_sub(behind, 0, end));
    if (extra.size)
        return fail_at(p, extra.data, "text behind ']'");
    if (tn_arena_text(p->arena, &p->section, name) != TN_OK)
        return fail_memory(p);
    p->section_offset = (size_t)(line.data - p->text.data);
    return TN_OK;
}

/* The value as it stands: what is between quotes, or up to a comment. */
static int parse_value(const struct parser *p, tn_text behind, tn_text *value)
{
    tn_text trimmed = tn__text_trim(behind);
    if (tn__text_starts(trimmed, "\"")) {
        tn_text inside = tn__text_sub(trimmed, 1, trimmed.size);
        size_t close = tn__text_find(inside, '"');
        if (close == inside.size)
            return fail_at(p, trimmed.data, "'\"' is not closed");
        tn_text rest = tn__text_sub(inside, close + 1, inside.size);
        tn_text extra = tn__text_trim(tn__text_sub(rest, 0, find_comment(rest, true)));
        if (extra.size)
            return fail_at(p, extra.data, "text behind a quoted value");
        *value = tn__text_sub(inside, 0, close);
        return TN_OK;
    }
    *value = tn__text_trim(tn__text_sub(behind, 0, find_comment(behind, false)));
    if (value->size == 0)
        *value = tn__text_sub(behind, behind.size, 0);
    return TN_OK;
}

static int add_entry(struct parser *p, tn_text key, tn_text value)
{
    struct tn__ini_entry *grown = tn__grow(p->entries, &p->cap, p->count + 1, sizeof *grown);
    if (!grown)
        return fail_memory(p);
    p->entries = grown;
    struct tn__ini_entry *entry = &grown[p->count];
    entry->section = p->section;
    entry->section_offset = p->section_offset;
    entry->key_offset = (size_t)(key.data - p->text.data);
    entry->value_offset = (size_t)(value.data - p->text.data);
    if (tn_arena_text(p->arena, &entry->key, key) != TN_OK ||
        tn_arena_text(p->arena, &entry->value, value) != TN_OK)
        return fail_memory(p);
    p->count++;
    return TN_OK;
}

static int parse_line(struct parser *p, tn_text line)
{
    tn_text trimmed = tn__text_trim(line);
    if (trimmed.size == 0 || trimmed.data[0] == ';' || trimmed.data[0] == '#')
        return TN_OK;
    if (trimmed.data[0] == '[')
        return parse_section(p, trimmed);
    size_t equals = tn__text_find(trimmed, '=');
    if (equals == trimmed.size || find_comment(trimmed, true) < equals)
        return fail_at(p, trimmed.data, "neither '[section]' nor 'key = value'");
    tn_text key = tn__text_trim(tn__text_sub(trimmed, 0, equals));
    if (key.size == 0)
        return fail_at(p, trimmed.data, "'=' without a key");
    tn_text value;
    int rc = parse_value(p, tn__text_sub(trimmed, equals + 1, trimmed.size), &value);
    return rc == TN_OK ? add_entry(p, key, value) : rc;
}

int tn__ini_parse(struct tn__ini *out, tn_text text, tn_arena *arena, tn_error *err)
{
    if (text.size >= UINT32_MAX)
        return tn_error_set(err, TN_ERANGE, "settings file is too big");
    int rc = tn__utf8_check(text, err);
    if (rc != TN_OK)
        return rc;
    struct parser p = {.text = text, .arena = arena, .err = err, .section = TN__TEXT("")};
    tn_text rest = tn__text_sub(text, tn__utf8_bom(text), text.size);
    tn_text line;
    while (rc == TN_OK && tn__text_line(&rest, &line))
        rc = parse_line(&p, line);
    if (rc == TN_OK) {
        struct tn__ini_entry *kept = tn_arena_array(arena, p.count, sizeof *kept);
        if (kept && p.count)
            memcpy(kept, p.entries, p.count * sizeof *kept);
        if (kept)
            *out = (struct tn__ini){kept, p.count};
        else
            rc = fail_memory(&p);
    }
    tn__free(p.entries);
    return rc;
}
