/* SPDX-License-Identifier: MIT */
#ifndef TN_FUZZ_H
#define TN_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/arena.h>
#include <tenon/error.h>
#include <tenon/value.h>

/* What a target is: run by libFuzzer, or by replay.c on a corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property of the code under test, which holds whatever the input. */
#define MUST(property)                                                           \
 do {                                                                            \
  if (!(property)) {                                                             \
   fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
   abort();                                                                      \
  }                                                                              \
 } while (0)

/* The input with a NUL behind; free() it. A NUL within ends it for those who take C strings. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    MUST(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

#endif
