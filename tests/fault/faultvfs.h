/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_FAULTVFS_H
#define TN_TEST_FAULTVFS_H

#include <stdbool.h>

/*
 * SQLite's default VFS with faults: counts the operations that can go wrong, and lets the Nth of a
 * class fail, or ends the process there. What happens is said in one plan for the whole process.
 */
enum faultvfs_class {
    FAULTVFS_WRITES, /* write, truncate, sync, delete: what changes a file, or makes it last */
    FAULTVFS_LOCKS,  /* taking a lock of a file or of a WAL index */
    FAULTVFS_READS,  /* read, file size, WAL index mapping */
    FAULTVFS_OPENS   /* opening a file, asking whether it is there */
};

enum faultvfs_action {
    FAULTVFS_NOTHING, /* count alone */
    FAULTVFS_FAIL,    /* SQLITE_IOERR_…, for a lock SQLITE_BUSY, for an open SQLITE_CANTOPEN */
    FAULTVFS_FULL,    /* SQLITE_FULL where bytes are written; other writes are as they are */
    FAULTVFS_KILL_BEFORE,
    FAULTVFS_KILL_AFTER,
    FAULTVFS_TORN /* half of a write, then the end; other writes: before */
};

struct faultvfs_plan {
    enum faultvfs_class class;
    enum faultvfs_action action;
    long at;      /* the operation of that class, from 1 */
    bool forever; /* and all that follow */
};

/* Register it as the default. The plan in force until faultvfs_begin() is: nothing. */
void faultvfs_register(void);
/* Put a plan in force and count from zero. */
void faultvfs_begin(struct faultvfs_plan plan);
/* Operations of the plan's class since begin. */
long faultvfs_count(void);
/* How many of them were struck. */
long faultvfs_hits(void);

#endif
