/* SPDX-License-Identifier: MIT */
/* A path that was read, written again with %XX, reads as itself; a password is never shown. */
#include "fuzz.h"

#include "util/buf.h"
#include "util/str.h"
#include "util/url.h"

static void check_path(const char *path, tn_arena *arena)
{
    struct tn__buf text;
    struct tn__url again;
    tn_error err;
    tn__buf_init(&text, 0);
    tn__buf_puts(&text, "sqlite:");
    for (const char *c = path; *c; c++)
        tn__buf_printf(&text, "%%%02X", (unsigned)(unsigned char)*c);
    MUST(tn__url_parse(&again, text.data, arena, &err) == TN_OK && !again.is_memory);
    MUST(strcmp(again.path, path) == 0);
    tn__buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct tn__url url;
    const char *shown = NULL;
    const char *again = NULL;
    char *text = fuzz_string(data, size);
    int rc = tn__url_parse(&url, text, &arena, &err);
    MUST(rc == TN_OK || rc == TN_EINVAL);
    if (rc == TN_OK && url.engine == TN__URL_SQLITE && url.path && *url.path)
        check_path(url.path, &arena);
    MUST(tn__url_redact(&shown, text, &arena) == TN_OK && shown);
    MUST(tn__url_redact(&again, shown, &arena) == TN_OK && strcmp(shown, again) == 0);
    /* The input as a password, where it can be one. */
    if (size > 3 &&
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!") == size) {
        const char *secret =
            tn__arena_printf(&arena, "postgres://u:%s@h/d?password=%s", text, text);
        MUST(secret && tn__url_redact(&shown, secret, &arena) == TN_OK);
        MUST(strcmp(shown, "postgres://u:***@h/d?password=***") == 0);
    }
    free(text);
    tn_arena_fini(&arena);
    return 0;
}
