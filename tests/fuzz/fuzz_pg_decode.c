/* SPDX-License-Identifier: MIT */
/* Bytes of a server, in both forms, become a value or an error; a value that is written is read again. The
 * first two bytes choose the type, the third the form. */
#include "fuzz.h"

#include "driver/postgres/decode.h"
#include "driver/postgres/encode.h"

/* Written and read once more, the same bytes come out. */
static void check_written(const struct tn__pg_type *type, const tn_value *value, tn_arena *arena)
{
    struct tn__buf first, second;
    tn_value again;
    tn__buf_init(&first, 0);
    tn__buf_init(&second, 0);
    if (tn__pg_append_field(&first, type, value, NULL) == TN_OK) {
        MUST(first.size >= 4 && tn__pg_get32(first.data) == first.size - 4);
        MUST(tn__pg_decode(&again, type, true, first.data + 4, first.size - 4, arena, NULL) ==
             TN_OK);
        MUST(tn__pg_append_field(&second, type, &again, NULL) == TN_OK);
        MUST(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    }
    tn__buf_fini(&first);
    tn__buf_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum {
        HEAD = 3
    };
    if (size < HEAD)
        return 0;
    const struct tn__pg_type *type = tn__pg_type_find((uint32_t)data[0] << 8 | data[1]);
    bool is_binary = data[2] & 1;
    if (!type || (is_binary && !tn__pg_type_is_binary(type)))
        return 0;
    tn_arena arena = {NULL, 0, (size_t)1 << 24};
    struct tn__pg_param param;
    tn_value value;
    tn__pg_param_init(&param);
    int rc = tn__pg_decode(&value, type, is_binary, (const char *)data + HEAD, size - HEAD, &arena,
                           NULL);
    MUST(rc == TN_OK || rc == TN_ENOMEM || (is_binary && (rc == TN_ECORRUPT || rc == TN_ERANGE)));
    if (rc == TN_OK) {
        check_written(type, &value, &arena);
        rc = tn__pg_encode(&param, type, &value, NULL);
        MUST(rc != TN_OK || (param.data && param.size >= 0));
        MUST(rc != TN_OK || param.format == 1 || param.data[param.size] == '\0');
    }
    tn__pg_param_fini(&param);
    tn_arena_fini(&arena);
    return 0;
}
