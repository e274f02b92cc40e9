/* SPDX-License-Identifier: MIT */
/* What is read, written and read again is the same moment; what is written is always read. */
#include "fuzz.h"

#include <tenon/time.h>

static void check_written(tn_timestamp at)
{
    for (int form = TN_TIME_RFC3339; form <= TN_TIME_DATETIME; form++) {
        char text[TN_TIME_MAX];
        tn_timestamp again = {0};
        size_t size = tn_time_format(text, at, (enum tn_time_format)form);
        MUST(size < sizeof text && strlen(text) == size);
        if (size == 0)
            continue;
        MUST(tn_time_parse(&again, (tn_text){text, size}) == TN_OK);
        MUST(memcmp(&again, &at, sizeof at) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_timestamp at;
    memset(&at, 0, sizeof at);
    int rc = tn_time_parse(&at, (tn_text){(const char *)data, size});
    MUST(rc == TN_OK || rc == TN_EINVAL);
    if (rc == TN_OK)
        check_written(at);
    if (size >= sizeof at) {
        memcpy(&at, data, sizeof at);
        check_written(at);
    }
    return 0;
}
