/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_FAULT_ALLOC_H
#define TN_TEST_FAULT_ALLOC_H

/*
 * Allocation faults: the library's allocator replaced by one that counts, and fails the Nth call,
 * once or from then on. Include cmocka.h first. Usable from several threads between begin and end.
 *
 *     fault_alloc_each(run_once, &state);
 *
 * runs a scenario with the 1st, 2nd, 3rd … allocation failing until none is left to fail, first
 * "once", then "for ever", and asserts that it came out as TN_ENOMEM without a leak.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include <tenon/alloc.h>

static struct {
    atomic_long calls;
    atomic_long hits;
    atomic_long live;
    long fail_at;
    bool forever;
} fault_alloc_state TN_UNUSED;

static inline bool fault_alloc_strikes(void)
{
    long call = atomic_fetch_add(&fault_alloc_state.calls, 1) + 1;
    long at = fault_alloc_state.fail_at;
    bool strikes = at > 0 && (fault_alloc_state.forever ? call >= at : call == at);
    if (strikes)
        atomic_fetch_add(&fault_alloc_state.hits, 1);
    return strikes;
}

static inline void *fault_alloc_alloc(size_t size, void *user)
{
    (void)user;
    void *ptr = fault_alloc_strikes() ? NULL : malloc(size);
    if (ptr)
        atomic_fetch_add(&fault_alloc_state.live, 1);
    return ptr;
}

static inline void *fault_alloc_resize(void *ptr, size_t size, void *user)
{
    (void)user;
    void *moved = fault_alloc_strikes() ? NULL : realloc(ptr, size);
    if (moved && !ptr)
        atomic_fetch_add(&fault_alloc_state.live, 1);
    return moved;
}

static inline void fault_alloc_release(void *ptr, void *user)
{
    (void)user;
    if (ptr)
        atomic_fetch_sub(&fault_alloc_state.live, 1);
    free(ptr);
}

/* Let the nth allocation from now fail (1 is the next, 0 none), once or with all that follow. */
static inline void fault_alloc_begin(long n, bool forever)
{
    static const tn_allocator faulty = {fault_alloc_alloc, fault_alloc_resize, fault_alloc_release,
                                        NULL};
    fault_alloc_state.fail_at = n;
    fault_alloc_state.forever = forever;
    atomic_store(&fault_alloc_state.calls, 0);
    atomic_store(&fault_alloc_state.hits, 0);
    atomic_store(&fault_alloc_state.live, 0);
    assert_int_equal(tn_set_allocator(&faulty), TN_OK);
}

/* Allocations that were made to fail since begin. */
static inline long fault_alloc_hits(void)
{
    return atomic_load(&fault_alloc_state.hits);
}

/* Allocations asked for since begin. */
static inline long fault_alloc_calls(void)
{
    return atomic_load(&fault_alloc_state.calls);
}

/* Blocks taken since begin and not given back; negative if older ones were. */
static inline long fault_alloc_live(void)
{
    return atomic_load(&fault_alloc_state.live);
}

/* Back to malloc; what is still live may be freed afterwards. */
static inline void fault_alloc_end(void)
{
    assert_int_equal(tn_set_allocator(NULL), TN_OK);
}

/*
 * The loop over N, both kinds. `run` is one whole scenario that frees what it takes and returns a
 * status: TN_OK where nothing failed, TN_ENOMEM (or TN_OK, if the loss is provably benign) else.
 */
static inline void fault_alloc_each(int (*run)(void *user), void *user)
{
    enum {
        MOST = 20000
    };
    for (int forever = 0; forever <= 1; forever++) {
        long n = 1;
        for (; n <= MOST; n++) {
            fault_alloc_begin(n, forever);
            int rc = run(user);
            long hits = fault_alloc_hits(), live = fault_alloc_live();
            fault_alloc_end();
            if (live != 0)
                fail_msg("allocation %ld %s: %ld blocks leaked", n, forever ? "and on" : "once",
                         live);
            if (rc != TN_OK && (hits == 0 || rc != TN_ENOMEM))
                fail_msg("allocation %ld %s: status %d with %ld faults", n,
                         forever ? "and on" : "once", rc, hits);
            if (hits == 0)
                break;
        }
        assert_true(n > 1 && n <= MOST);
    }
}

#endif
