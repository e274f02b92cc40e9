/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"

#include <stdlib.h>
#include <string.h>

static void *std_alloc(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void *std_resize(void *ptr, size_t size, void *user)
{
    (void)user;
    return realloc(ptr, size);
}

static void std_release(void *ptr, void *user)
{
    (void)user;
    free(ptr);
}

#define STD_ALLOCATOR                      \
 {                                         \
  std_alloc, std_resize, std_release, NULL \
 }

/* The library's one mutable global: set before anything else runs (tenon/alloc.h). */
static tn_allocator current = STD_ALLOCATOR;

int tn_set_allocator(const tn_allocator *allocator)
{
    static const tn_allocator standard = STD_ALLOCATOR;
    if (!allocator)
        allocator = &standard;
    if (!allocator->alloc || !allocator->resize || !allocator->release)
        return TN_EINVAL;
    current = *allocator;
    return TN_OK;
}

void *tn__alloc(size_t size)
{
    return current.alloc(size ? size : 1, current.user);
}

void *tn__alloc_zero(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *ptr = tn__alloc(count * size);
    if (ptr)
        memset(ptr, 0, count * size);
    return ptr;
}

void *tn__realloc(void *ptr, size_t size)
{
    return current.resize(ptr, size ? size : 1, current.user);
}

void tn__free(void *ptr)
{
    if (ptr)
        current.release(ptr, current.user);
}

char *tn__memdup(const void *data, size_t size)
{
    if (size == SIZE_MAX)
        return NULL;
    char *copy = tn__alloc(size + 1);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

void *tn__grow(void *items, size_t *cap, size_t need, size_t size)
{
    enum {
        FIRST_CAP = 8
    };
    if (items && need <= *cap)
        return items;
    size_t wanted = *cap < FIRST_CAP ? FIRST_CAP : *cap;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2)
            return NULL;
        wanted *= 2;
    }
    if (size && wanted > SIZE_MAX / size)
        return NULL;
    void *grown = tn__realloc(items, wanted * size);
    if (grown)
        *cap = wanted;
    return grown;
}
