/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_ALLOC_H
#define TN_UTIL_ALLOC_H

#include <tenon/alloc.h>

/* The allocator choke point. Raw malloc, strdup and friends appear nowhere else in the library. */

/* Size 0 is taken as 1, so that NULL always means "no memory". */
TN_NODISCARD void *tn__alloc(size_t size);
TN_NODISCARD void *tn__alloc_zero(size_t count, size_t size);
TN_NODISCARD void *tn__realloc(void *ptr, size_t size);
void tn__free(void *ptr);

/* A copy of `size` bytes with a NUL behind it. */
TN_NODISCARD char *tn__memdup(const void *data, size_t size);

/*
 * Make room for `need` elements of `size` bytes in a growing array, doubling.
 * Returns the array, moved perhaps, with *cap updated; NULL: no memory, and the old one is valid.
 */
TN_NODISCARD void *tn__grow(void *items, size_t *cap, size_t need, size_t size);

#endif
