/* SPDX-License-Identifier: MIT */
#ifndef TENON_ALLOC_H
#define TENON_ALLOC_H

#include <tenon/error.h>

TN_BEGIN_DECLS

/**
 * @file tenon/alloc.h
 * The one place where the library takes memory from.
 *
 * The engines allocate on their own account (`sqlite3_config(SQLITE_CONFIG_MALLOC, …)`).
 */
typedef struct tn_allocator {
    /** As malloc: `size` is never 0. May return NULL. */
    void *(*alloc)(size_t size, void *user);
    /** As realloc: `size` is never 0, `ptr` may be NULL. On failure NULL, and `ptr` stays valid. */
    void *(*resize)(void *ptr, size_t size, void *user);
    /** As free: `ptr` may be NULL. */
    void (*release)(void *ptr, void *user);
    void *user; /**< passed to each; lives as long as the library is used */
} tn_allocator;

/**
 * Replace the allocator, before anything else of the library is called: memory taken from one
 * allocator is given back to the one in force. Not thread-safe.
 *
 * @param allocator  copied; NULL restores malloc, realloc and free
 * @return TN_OK; TN_EINVAL if a member is missing
 */
TN_API int tn_set_allocator(const tn_allocator *allocator);

TN_END_DECLS

#endif
