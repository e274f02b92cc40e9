/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_TORTURE_MODES_H
#define TN_TEST_TORTURE_MODES_H

#include <stdbool.h>
#include <stddef.h>

#include <tenon/migrate.h>

/* The ways in which a migration may run: one row each, which the campaign takes through everything. */
struct torture_file {
    const char *name;
    const char *text;
};

enum {
    TORTURE_FILES = 4
};

struct torture_mode {
    const char *name;
    struct torture_file files[TORTURE_FILES]; /* all of the folder */
    size_t before;                            /* migrations that are applied before the run */
    enum tn_migrate_op op;
    bool all;         /* down: all of them */
    bool is_embedded; /* split beforehand, as `migrate embed` does, and without a folder */
    /* What a person does by hand after a run that was cut short outside a transaction; NULL: there
     * is no such state, and one that claims to be is a fault. */
    const char *undo;
    bool begins_in_transaction; /* of those with `undo`: the runner has opened one in front of it */
};

extern const struct torture_mode torture_modes[];
extern const size_t torture_mode_count;

#endif
