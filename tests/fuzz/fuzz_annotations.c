/* SPDX-License-Identifier: MIT */
/* Query files: names, modes and annotations. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(data, size, "q.sql", tn__read_sql);
    return 0;
}
