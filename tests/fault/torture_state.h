/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_TORTURE_STATE_H
#define TN_TEST_TORTURE_STATE_H

#include <stdbool.h>
#include <stddef.h>

/* What a database holds, read by SQLite itself: texts that are equal if and only if the states are. */
struct torture_state {
    char *content;  /* schema and rows of everything that is not the runner's own */
    char *history;  /* versions, checksums, success: no times */
    char *progress; /* _tenon_state's rows about migrations */
};

/* False, with a message on stderr, if the file is not sound. */
bool torture_state_read(struct torture_state *out, const char *path);
void torture_state_fini(struct torture_state *state);

/* A whole file in memory. */
struct torture_image {
    void *data;
    size_t size;
};
void torture_image_take(struct torture_image *out, const char *path);
/* Put it back, with no journal or log beside it. No data: no file. */
void torture_image_put(const struct torture_image *image, const char *path);

/* Run SQL on the file, by SQLite itself; ends the program if that fails. */
void torture_sql(const char *path, const char *sql);

_Noreturn void torture_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
