/* SPDX-License-Identifier: MIT */
/* .env files and ${…}: a value written again between single quotes reads as itself. */
#include "fuzz.h"

#include "util/env.h"
#include "util/str.h"

static const char *lookup(const char *name, void *user)
{
    (void)user;
    return strcmp(name, "SET") == 0 ? "set $SET ${SET}" : NULL;
}

static void check_again(const struct tn__env_entry *entry, tn_arena *arena)
{
    struct tn__env again = {0};
    tn_error err;
    if (strpbrk(entry->value, "'\r\n\\"))
        return;
    const char *line = tn__arena_printf(arena, "%s='%s'\n", entry->name, entry->value);
    MUST(line && tn__env_parse(&again, tn_text_of(line), lookup, NULL, arena, &err) == TN_OK);
    MUST(again.count == 1 && strcmp(again.entries[0].name, entry->name) == 0);
    MUST(strcmp(again.entries[0].value, entry->value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct tn__env env = {0};
    tn_text text = {(const char *)data, size};
    tn_text out = {0};
    int rc = tn__env_parse(&env, text, lookup, NULL, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ERANGE ||
         (rc == TN_ESYNTAX && err.position >= 1 && err.position <= size + 1));
    for (size_t i = 0; rc == TN_OK && i < env.count; i++) {
        MUST(env.entries[i].name[0] && env.entries[i].offset < size);
        check_again(&env.entries[i], &arena);
    }
    rc = tn__env_expand(&out, text, true, true, lookup, NULL, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ESYNTAX || rc == TN_ENOTFOUND || rc == TN_ERANGE ||
         rc == TN_EINVAL);
    if (!memchr(data, '$', size) && !memchr(data, '~', size))
        MUST(rc == TN_OK && tn__text_compare(out, text) == 0);
    tn_arena_fini(&arena);
    return 0;
}
