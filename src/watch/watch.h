/* SPDX-License-Identifier: MIT */
#ifndef TN_WATCH_WATCH_H
#define TN_WATCH_WATCH_H

#include <tenon/arena.h>
#include <tenon/error.h>

/* What is watched; nothing of it needs to be there. */
struct tn__watched {
    const char *const *files;
    size_t file_count;
    const char *const *folders; /* the files in them, not in folders below */
    size_t folder_count;
    const char *const *patterns; /* as tn__glob() */
    size_t pattern_count;
};

/* What the files are like at a moment. */
struct tn__watch_state {
    uint8_t digest[32];
};

struct tn__watch_options {
    int64_t quiet_ms; /* a change counts once nothing has happened for so long */
    int64_t look_ms;  /* look at least that often: links, network file systems */
    bool polls;       /* only look: no help of the kernel */
    /* Whether to give up; asked when a signal has come. NULL: never. */
    bool (*is_over)(void);
};

/* TN_OK, TN_ENOMEM. What cannot be read is as if it were not there. */
TN_NODISCARD int tn__watch_look(struct tn__watch_state *out, const struct tn__watched *watched);

/*
 * Wait until the files are no longer what they were. *state is what they are then. A signal that is
 * to end it must have a handler.
 *
 * TN_OK; TN_NONE: it is over; TN_ENOMEM.
 */
TN_NODISCARD int tn__watch_wait(struct tn__watch_state *state, const struct tn__watched *watched,
                                const struct tn__watch_options *options);

/* Between the files of src/watch. The folders whose changes can matter, those above what is missing
 * included; a thousand at most. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__watch_folders(const char *const **out, size_t *out_count,
                                   const struct tn__watched *watched, tn_arena *arena);

#endif
