/* SPDX-License-Identifier: MIT */
#ifndef TN_FUZZ_READER_H
#define TN_FUZZ_READER_H

#include "fuzz.h"

#include "check/parse.h"
#include "diag/diag.h"
#include "util/str.h"

/* Read one file's queries: places lie in the file, and without a finding every query is whole. */
static inline void fuzz_read(const uint8_t *data, size_t size, const char *path,
                             void (*read)(struct tn__reader *, const struct tn__query_file *))
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    tn__diags_init(&diags, &arena);
    struct tn__query_file file = {.path = path, .text = {(const char *)data, size}};
    struct tn__reader reader = {.arena = &arena, .diags = &diags};
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
    }
    tn_arena_fini(&arena);
}

#endif
