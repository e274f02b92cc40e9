/* SPDX-License-Identifier: MIT */
#ifndef AIT42_LOAD_H
#define AIT42_LOAD_H

#include "session.h"

/*
 * Sessions from a file of lines, whose fields are separated by tabs; \N is NULL, and \t, \n, \r and
 * \\ are what they stand for. A line that is empty or begins with # is left out. What hangs on a
 * session stands behind it, and a session behind its workspace, a folder:
 *
 *     workspace  FOLDER
 *     session    ID TYPE STATUS CREATED COMPLETED MODEL TIMEOUT PRESERVE WINNER DURATION FILES
 *                ADDED DELETED TASK
 *     runtime    NAME
 *     instance   N AGENT STATUS START END FILES ADDED DELETED RUNTIME MODEL OUTPUT
 *     message    ID ROLE TIME INSTANCE CONTENT
 */

#define LOAD_FIELDS_MAX 15
#define LOAD_BYTES_MAX  (64u << 20)

struct load_counts {
    size_t sessions;
    size_t instances;
    size_t messages;
};

/*
 * All sessions of a file, in one transaction: if one is refused, none is there.
 * @param arena  holds the file while it is read
 * @return IoError; ValidationError, with file and line; what ait42_session_create() gives
 */
TN_NODISCARD enum ait42_error_kind load_file(struct load_counts *counts, tn_db *db,
                                             const char *path, tn_arena *arena,
                                             struct ait42_error *err);

#endif
