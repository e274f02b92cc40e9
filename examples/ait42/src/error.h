/* SPDX-License-Identifier: MIT */
#ifndef AIT42_ERROR_H
#define AIT42_ERROR_H

#include <tenon/tenon.h>

#include "a42_tables.h"

/*
 * What can go wrong in the data layer: eight kinds, each with its arguments. Every function of it
 * returns the kind, AIT42_NO_ERROR where all is well, and fills the struct that is its last
 * parameter.
 */

/* X(name, word) */
#define AIT42_ERROR_MAP(X)                                                                         \
 X(CONNECTION_FAILED, "ConnectionFailed")    /* it cannot be opened, or answers as none of ours */ \
 X(MIGRATION_FAILED, "MigrationFailed")      /* its schema cannot be brought to ours */            \
 X(WORKSPACE_NOT_FOUND, "WorkspaceNotFound") /* path */                                            \
 X(SESSION_NOT_FOUND, "SessionNotFound")     /* session_id */                                      \
 X(INSTANCE_NOT_FOUND, "InstanceNotFound")   /* session_id, instance_id */                         \
 X(VALIDATION, "ValidationError")            /* what was given breaks a rule of the schema */      \
 X(TRANSACTION, "TransactionError")          /* locked, or refused at COMMIT: rolled back */       \
 X(IO, "IoError")                            /* the file system said no */

enum ait42_error_kind {
    AIT42_NO_ERROR = 0,
#define AIT42_ERROR_ENUM_(name, word) AIT42_##name,
    AIT42_ERROR_MAP(AIT42_ERROR_ENUM_)
#undef AIT42_ERROR_ENUM_
};

enum {
    AIT42_PATH_MAX = 4096,
    AIT42_ID_MAX = 128
};

/* Zero-initialised is empty. No pointers: it may be copied. What is too long is cut. */
struct ait42_error {
    enum ait42_error_kind kind;
    int64_t instance_id;           /* InstanceNotFound */
    char session_id[AIT42_ID_MAX]; /* SessionNotFound, InstanceNotFound */
    char path[AIT42_PATH_MAX];     /* WorkspaceNotFound */
    char text[640];                /* one line for people, whatever the kind */
    tn_error cause;                /* what the library said; status 0: nothing, it was found here */
};

/* "SessionNotFound"; "NoError". Static. */
const char *ait42_error_kind_name(enum ait42_error_kind kind);

void ait42_error_clear(struct ait42_error *err);

/* One of the kinds without arguments, with a sentence. All of these give the kind back. */
enum ait42_error_kind ait42_error_set(struct ait42_error *err, enum ait42_error_kind kind,
                                      const char *format, ...) TN_PRINTF(3, 4);
enum ait42_error_kind ait42_error_no_workspace(struct ait42_error *err, const char *path);
enum ait42_error_kind ait42_error_no_session(struct ait42_error *err,
                                             struct a42_session_id session_id);
enum ait42_error_kind ait42_error_no_instance(struct ait42_error *err,
                                              struct a42_session_id session_id,
                                              int64_t instance_id);
/* The kind of a status that a statement ended with; err->cause says more. */
enum ait42_error_kind ait42_error_of(struct ait42_error *err, int status);
/* A status under a kind that the place decides: opening, migrating, committing. */
enum ait42_error_kind ait42_error_as(struct ait42_error *err, enum ait42_error_kind kind,
                                     int status);

#endif
