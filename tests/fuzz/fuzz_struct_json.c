/* SPDX-License-Identifier: MIT */
/* JSON that is read as a struct is written as JSON that reads as the same; what is no JSON is told with its
 * place. */
#include "fuzz.h"

#include "../support/thing.h"

static void check(const struct tn_struct *desc, void *out, tn_text json, unsigned flags)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    tn_text first;
    tn_text second;
    int rc = tn_struct_from_json(out, desc, json, flags, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ESYNTAX || rc == TN_ETYPE || rc == TN_ERANGE ||
         rc == TN_ENOTFOUND || rc == TN_EINVAL);
    MUST(rc == TN_OK || (err.position >= 1 && err.position <= json.size + 1));
    if (rc == TN_OK) {
        rc = tn_struct_to_json(&first, desc, out, &arena, &err);
        MUST(rc == TN_OK || rc == TN_ERANGE); /* an offset may lead out of the years */
    } else {
        rc = TN_ERANGE;
    }
    if (rc == TN_OK) {
        MUST(tn_struct_from_json(out, desc, first, TN_JSON_STRICT, &arena, &err) == TN_OK);
        MUST(tn_struct_to_json(&second, desc, out, &arena, &err) == TN_OK);
        MUST(tn_text_equal(first, second));
    }
    tn_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_text json = {(const char *)data, size};
    struct thing thing;
    struct whole whole;
    for (unsigned flags = 0; flags <= TN_JSON_SKIP_UNKNOWN; flags++) {
        check(&thing_struct, &thing, json, flags);
        check(&whole_struct, &whole, json, flags);
    }
    return 0;
}
