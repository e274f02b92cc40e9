/* SPDX-License-Identifier: MIT */
/* TN_QUERY in C files. What a literal holds, the unit tests compare with the compiler's own value. */
#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(data, size, "q.c", tn__read_c);
    return 0;
}
