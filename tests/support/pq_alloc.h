/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PQ_ALLOC_H
#define TN_TEST_PQ_ALLOC_H

/*
 * The allocations of libpq: a program that includes this has malloc() and its like of its own, which fail
 * the Nth that libpq asks for, once or from then on, and know which of its blocks have not been freed.
 * Who asks is told by the address that is returned to. On glibc, without sanitizers, in one file of a
 * program. Include cmocka.h first. Usable from several threads between begin and end.
 */

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* glibc's own, below those that it lets a program replace. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *ptr, size_t size);
extern void __libc_free(void *ptr);

#define PQ_ALLOC_SEEN __attribute__((visibility("default")))

enum {
    PQ_ALLOC_SLOTS = 1 << 16 /* a power of two, many more than blocks */
};

static struct {
    pthread_mutex_t mutex;
    uintptr_t begin, end; /* libpq's code */
    long calls, hits, live;
    long fail_at;
    bool forever;
    const void *blocks[PQ_ALLOC_SLOTS]; /* open addressing; NULL: free, pq_alloc_gone: was used */
} pq_alloc_state = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static const char pq_alloc_gone;

static inline size_t pq_alloc_slot(const void *ptr)
{
    return (size_t)(((uintptr_t)ptr >> 4) * 0x9e3779b97f4a7c15u) >> 16 & (PQ_ALLOC_SLOTS - 1);
}

static inline void pq_alloc_add(const void *ptr)
{
    size_t slot = pq_alloc_slot(ptr);
    while (pq_alloc_state.blocks[slot] && pq_alloc_state.blocks[slot] != &pq_alloc_gone)
        slot = (slot + 1) & (PQ_ALLOC_SLOTS - 1);
    pq_alloc_state.blocks[slot] = ptr;
    pq_alloc_state.live++;
}

static inline void pq_alloc_remove(const void *ptr)
{
    if (pq_alloc_state.live == 0)
        return;
    for (size_t slot = pq_alloc_slot(ptr); pq_alloc_state.blocks[slot];
         slot = (slot + 1) & (PQ_ALLOC_SLOTS - 1)) {
        if (pq_alloc_state.blocks[slot] != ptr)
            continue;
        pq_alloc_state.blocks[slot] = &pq_alloc_gone;
        pq_alloc_state.live--;
        return;
    }
}

/* Whether libpq asks, and whether it gets something. */
static inline bool pq_alloc_is_pq(const void *caller)
{
    return (uintptr_t)caller >= pq_alloc_state.begin && (uintptr_t)caller < pq_alloc_state.end;
}

static inline bool pq_alloc_strikes(void)
{
    long call = ++pq_alloc_state.calls, at = pq_alloc_state.fail_at;
    bool strikes = at > 0 && (pq_alloc_state.forever ? call >= at : call == at);
    pq_alloc_state.hits += strikes;
    return strikes;
}

/* A block for libpq in the place of `old`. */
static inline void *pq_alloc_resize(void *old, size_t size)
{
    void *ptr = NULL;
    pthread_mutex_lock(&pq_alloc_state.mutex);
    if (!pq_alloc_strikes())
        ptr = __libc_realloc(old, size);
    if (ptr) {
        pq_alloc_remove(old);
        pq_alloc_add(ptr);
    }
    pthread_mutex_unlock(&pq_alloc_state.mutex);
    return ptr;
}

PQ_ALLOC_SEEN void *malloc(size_t size)
{
    if (!pq_alloc_is_pq(__builtin_return_address(0)))
        return __libc_malloc(size);
    return pq_alloc_resize(NULL, size ? size : 1);
}

PQ_ALLOC_SEEN void *calloc(size_t count, size_t size)
{
    if (!pq_alloc_is_pq(__builtin_return_address(0)))
        return __libc_calloc(count, size);
    size_t all = count * size;
    void *ptr = pq_alloc_resize(NULL, all != 0 ? all : 1);
    return ptr ? memset(ptr, 0, all) : NULL;
}

PQ_ALLOC_SEEN void *realloc(void *ptr, size_t size)
{
    if (!pq_alloc_is_pq(__builtin_return_address(0)))
        return __libc_realloc(ptr, size);
    return pq_alloc_resize(ptr, size ? size : 1);
}

PQ_ALLOC_SEEN char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    bool is_pq = pq_alloc_is_pq(__builtin_return_address(0));
    char *copy = is_pq ? pq_alloc_resize(NULL, size) : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

PQ_ALLOC_SEEN void free(void *ptr)
{
    pthread_mutex_lock(&pq_alloc_state.mutex);
    if (ptr)
        pq_alloc_remove(ptr);
    pthread_mutex_unlock(&pq_alloc_state.mutex);
    __libc_free(ptr);
}

static inline int pq_alloc_look(struct dl_phdr_info *info, size_t size, void *user)
{
    (void)size;
    (void)user;
    for (int i = 0; i < info->dlpi_phnum && strstr(info->dlpi_name, "/libpq.so"); i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        pq_alloc_state.begin = info->dlpi_addr + part->p_vaddr;
        pq_alloc_state.end = pq_alloc_state.begin + part->p_memsz;
    }
    return 0;
}

/* libpq must have been loaded. Let its nth allocation from now fail (1 is the next, 0 none), once or with
 * all that follow. */
static inline void pq_alloc_begin(long n, bool forever)
{
    dl_iterate_phdr(pq_alloc_look, NULL);
    assert_true(pq_alloc_state.begin != 0);
    pq_alloc_state.calls = pq_alloc_state.hits = 0;
    pq_alloc_state.forever = forever;
    pq_alloc_state.fail_at = n;
}

static inline void pq_alloc_end(void)
{
    pq_alloc_state.fail_at = 0;
}

static inline long pq_alloc_hits(void)
{
    return pq_alloc_state.hits;
}

/* Blocks that libpq has, taken since the first begin. */
static inline long pq_alloc_live(void)
{
    return pq_alloc_state.live;
}

#endif
