/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"

#include <stdarg.h>
#include <stdio.h>

#include "check/read/marks.h"
#include "util/buf.h"
#include "util/str.h"

enum {
    EXHAUSTIVE = 6, /* options of which every combination is checked */
    KEYS_MAX = 2000
};

/* --- the keys that are checked ------------------------------------------------------------------ */

static uint64_t all_options(const struct tn__variants *variants)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < variants->option_count; i++)
        mask |= variants->options[i].mask;
    return mask;
}

/* Number of combinations of options: all of them, or all on, all off, and each one alone, or with nothing
 * but those around it. */
static size_t option_key_count(const struct tn__variants *variants, bool is_exhaustive)
{
    return is_exhaustive ? (size_t)1 << variants->option_count : variants->option_count + 2;
}

static uint64_t option_key(const struct tn__variants *variants, bool is_exhaustive, size_t i)
{
    uint64_t all = all_options(variants);
    if (is_exhaustive)
        return all - i; /* options have the low bits */
    return i == 0   ? all
           : i == 1 ? 0
                    : variants->options[i - 2].mask | variants->options[i - 2].around;
}

static size_t choice_key_count(const struct tn__variants *variants)
{
    size_t count = 1;
    for (size_t i = 0; i < variants->choice_count && count <= KEYS_MAX; i++)
        count *= variants->choices[i].value_count;
    return count;
}

static uint64_t choice_key(const struct tn__variants *variants, size_t number)
{
    uint64_t key = 0;
    for (size_t i = 0; i < variants->choice_count; i++) {
        const struct tn__choice *choice = &variants->choices[i];
        key |= (uint64_t)(number % choice->value_count) << choice->shift;
        number /= choice->value_count;
    }
    return key;
}

/* Each combination of options with each of choices. */
static int list_keys(struct tn__variants *variants, struct tn__reader *reader,
                     struct tn__query *query)
{
    size_t choices = choice_key_count(variants);
    bool is_exhaustive = variants->option_count <= EXHAUSTIVE &&
                         option_key_count(variants, true) * choices <= KEYS_MAX;
    size_t options = option_key_count(variants, is_exhaustive);
    if (options * choices > KEYS_MAX) {
        struct tn__diag *diag =
            tn__diags_add(reader->diags, "bad-annotation", query->place,
                          "'%s' has more than %d variants to check", query->name, KEYS_MAX);
        tn__diag_help(reader->diags, diag, "make two queries of it");
        query->is_broken = true;
        return TN_OK;
    }
    uint64_t *keys = tn_arena_array(reader->arena, options * choices, sizeof(*keys));
    if (!keys)
        return TN_ENOMEM;
    for (size_t c = 0; c < choices; c++)
        for (size_t o = 0; o < options; o++)
            keys[c * options + o] =
                choice_key(variants, c) | option_key(variants, is_exhaustive, o);
    variants->keys = keys;
    variants->key_count = options * choices;
    variants->is_exhaustive = is_exhaustive;
    return TN_OK;
}

void tn__read_variants(struct tn__reader *reader, struct tn__query *query)
{
    struct tn__variants *variants = NULL;
    int rc = tn__read_marks(&variants, reader, query);
    if (rc == TN_OK && variants && !query->is_broken)
        rc = list_keys(variants, reader, query);
    if (rc != TN_OK)
        reader->status = rc;
    else if (!query->is_broken)
        query->variants = variants;
}

/* --- one of them -------------------------------------------------------------------------------- */

tn_text tn__variant_text(const struct tn__query *query, const uint64_t *key, tn_arena *arena)
{
    tn_text stmt = query->stmt;
    const struct tn__variants *variants = query->variants;
    if (!variants)
        return stmt;
    char *text = tn_arena_alloc(arena, stmt.size + 1);
    if (!text)
        return (tn_text){0};
    for (size_t i = 0; i < stmt.size; i++)
        text[i] = stmt.data[i] == '\n' ? '\n' : TN__SQL_BLANK;
    for (size_t i = 0; i < variants->part_count; i++) {
        const struct tn__sql_part *part = &variants->parts[i];
        if (!key || (*key & part->mask) == part->value)
            memcpy(text + part->begin, stmt.data + part->begin, part->end - part->begin);
    }
    text[stmt.size] = '\0';
    return (tn_text){text, stmt.size};
}

const char *tn__variant_words(const struct tn__variants *variants, uint64_t key, tn_arena *arena)
{
    struct tn__buf buf;
    tn_text text = {0};
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < variants->option_count; i++)
        if (!(key & variants->options[i].mask))
            tn__buf_printf(&buf, "%s'%s'", buf.size ? ", " : "without ", variants->options[i].name);
    for (size_t i = 0; i < variants->choice_count; i++) {
        const struct tn__choice *choice = &variants->choices[i];
        size_t value = (size_t)((key & choice->mask) >> choice->shift);
        if (value > 0)
            tn__buf_printf(&buf, "%s'%s' is '%s'", buf.size ? ", " : "", choice->name,
                           choice->values[value]);
    }
    if (buf.size > 0 && tn__buf_to_arena(&buf, arena, &text) != TN_OK)
        text.data = NULL;
    tn__buf_fini(&buf);
    return text.data;
}
