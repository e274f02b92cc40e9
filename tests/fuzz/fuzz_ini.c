/* SPDX-License-Identifier: MIT */
/* Entries point into the text; written again with quotes they read as the same. */
#include "fuzz.h"

#include "util/ini.h"
#include "util/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct tn__ini ini = {0};
    tn_text text = {(const char *)data, size};
    int rc = tn__ini_parse(&ini, text, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ESYNTAX);
    MUST(rc == TN_OK || (err.position >= 1 && err.position <= size + 1));
    for (size_t i = 0; rc == TN_OK && i < ini.count; i++) {
        const struct tn__ini_entry *entry = &ini.entries[i];
        struct tn__ini again = {0};
        MUST(entry->key.size > 0 && entry->key.size <= size - entry->key_offset);
        MUST(memcmp(text.data + entry->key_offset, entry->key.data, entry->key.size) == 0);
        MUST(entry->value_offset >= entry->key_offset && entry->value_offset <= size);
        /* A line of it, alone: the value is the same. Not the first, which may begin with a BOM. */
        tn_text rest = tn__text_sub(text, entry->key_offset, SIZE_MAX);
        tn_text line;
        MUST(tn__text_line(&rest, &line));
        char *second = tn_arena_alloc(&arena, line.size + 1);
        MUST(second);
        second[0] = '\n';
        memcpy(second + 1, line.data, line.size);
        line = (tn_text){second, line.size + 1};
        MUST(tn__ini_parse(&again, line, &arena, &err) == TN_OK && again.count == 1);
        MUST(tn__text_compare(again.entries[0].key, entry->key) == 0);
        MUST(tn__text_compare(again.entries[0].value, entry->value) == 0);
    }
    tn_arena_fini(&arena);
    return 0;
}
