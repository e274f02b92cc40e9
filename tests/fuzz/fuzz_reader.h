/* SPDX-License-Identifier: MIT */
#ifndef TN_FUZZ_READER_H
#define TN_FUZZ_READER_H

#include "fuzz.h"

#include "check/read/parse.h"
#include "check/read/variants.h"
#include "diag/diag.h"
#include "util/str.h"

/* The texts of a query: what is in one stands where it is written, and there are as many as there are keys. */
static inline void fuzz_variants(const struct tn__query *query, tn_arena *arena)
{
    const struct tn__variants *variants = query->variants;
    MUST(variants->key_count > 0 && (variants->option_count > 0 || variants->choice_count > 0));
    for (size_t i = 0; i < variants->part_count; i++)
        MUST(variants->parts[i].begin < variants->parts[i].end &&
             variants->parts[i].end <= query->stmt.size &&
             (i == 0 || variants->parts[i - 1].end <= variants->parts[i].begin));
    for (size_t i = 0; i < variants->key_count && i < 100; i++) {
        tn_text text = tn__variant_text(query, &variants->keys[i], arena);
        MUST(text.data && text.size == query->stmt.size);
        for (size_t k = 0; k < text.size; k++)
            MUST(text.data[k] == query->stmt.data[k] || text.data[k] == TN__SQL_BLANK);
        const char *words = tn__variant_words(variants, variants->keys[i], arena);
        MUST(i == 0 ? !words : words != NULL);
    }
}

/* Read one file's queries: places lie in the file, and without a finding every query is whole. */
static inline void fuzz_read(const uint8_t *data, size_t size, const char *path,
                             void (*read)(struct tn__reader *, const struct tn__query_file *))
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    struct tn__query_file file = {.path = path, .text = {(const char *)data, size}};
    struct tn__reader reader = {
        .arena = &arena, .diags = &diags, .engines = TN__ENGINE_OF(TN__SQLITE)};
    read(&reader, &file);
    MUST(reader.status == TN_OK);
    for (size_t i = 0; i < reader.count; i++) {
        struct tn__query *query = &reader.queries[i];
        tn__read_text(&reader, query);
        MUST(query->name);
        if (query->is_broken)
            continue;
        MUST(query->stmt.size > 0 &&
             query->stmt_offset + query->stmt.size <= query->written.sql.size);
        for (const struct tn__annotation *a = query->annotations; a; a = a->next)
            MUST(a->offset + a->name.size <= query->written.sql.size);
        for (const struct tn__annotation *a = query->annotations; a; a = a->next)
            for (size_t k = 0; k < a->part_count; k++)
                MUST(a->parts[k].name.size > 0 && a->parts[k].offset < query->written.sql.size &&
                     a->parts[k].second_offset + a->parts[k].second.size <=
                         query->written.sql.size);
        if (query->variants)
            fuzz_variants(query, &arena);
    }
    tn_arena_fini(&arena);
}

#endif
