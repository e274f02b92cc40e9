/* SPDX-License-Identifier: MIT */
#ifndef TENON_ERROR_H
#define TENON_ERROR_H

#include <tenon/base.h>

TN_BEGIN_DECLS

/**
 * @file tenon/error.h
 * Status codes and error details.
 *
 * Every fallible function returns `int`: TN_OK is 0, a positive value is an outcome that is not an
 * error, a negative value is an error. The details of an error go to a `tn_error` that the caller
 * owns; it is always the last parameter and may be NULL. No error is kept per thread, nothing is
 * allocated, and on success a `tn_error` is left alone.
 *
 * The values are pinned: they are never removed nor renumbered. A status below TN_EUSER is the
 * application's own: a callback may return it and it comes back unchanged.
 */

/* X(name, value, short text) */
#define TN_STATUS_MAP(X)                                           \
 X(OK, 0, "ok")                                                    \
 X(ROW, 1, "a row is ready")                                       \
 X(DONE, 2, "no more rows")                                        \
 X(NONE, 3, "no such row")                                         \
 X(ERROR, -1, "error")                                             \
 X(EUNIQUE, -2, "unique constraint violated")                      \
 X(EFOREIGNKEY, -3, "foreign key constraint violated")             \
 X(ENOTNULL, -4, "not-null constraint violated")                   \
 X(ECHECK, -5, "check constraint violated")                        \
 X(ECONSTRAINT, -6, "constraint violated")                         \
 X(EBUSY, -7, "database is locked")                                \
 X(ESERIALIZE, -8, "serialization failure")                        \
 X(EDEADLOCK, -9, "deadlock")                                      \
 X(ETIMEOUT, -10, "timeout")                                       \
 X(ECONNECT, -11, "cannot connect")                                \
 X(ETYPE, -12, "value of another type")                            \
 X(ENOROW, -13, "no row where one was required")                   \
 X(ETOOMANY, -14, "more than one row where one was required")      \
 X(ESCHEMA, -15, "schema changed")                                 \
 X(ESYNTAX, -16, "syntax error")                                   \
 X(ENOTFOUND, -17, "no such table, column, function or parameter") \
 X(EPERM, -18, "permission denied")                                \
 X(EREADONLY, -19, "read-only")                                    \
 X(EIO, -20, "input/output error")                                 \
 X(EFULL, -21, "no space left")                                    \
 X(ECORRUPT, -22, "database is corrupt")                           \
 X(ENOTADB, -23, "not a database")                                 \
 X(ENOMEM, -24, "out of memory")                                   \
 X(ERANGE, -25, "out of range or too big")                         \
 X(EINVAL, -26, "invalid argument")                                \
 X(EMISUSE, -27, "misuse of the library")                          \
 X(EINTERRUPT, -28, "interrupted")                                 \
 X(EUNSUPPORTED, -29, "not supported")                             \
 X(EREFUSED, -30, "refused")                                       \
 X(EPARTIAL, -31, "failed, partly applied")                        \
 X(ENOTRUN, -32, "not run, as one before it failed")               \
 X(EUSER, -1000, "error of the application")

enum tn_status {
#define TN_STATUS_ENUM_(name, value, text) TN_##name = value,
    TN_STATUS_MAP(TN_STATUS_ENUM_)
#undef TN_STATUS_ENUM_
};

/**
 * What went wrong, in full. Fixed size, no pointers: may be copied, and moved between threads.
 * Zero-initialised is empty. Text members are NUL-terminated, cut at a character if too long, and
 * empty where the engine does not tell.
 */
typedef struct tn_error {
    int status;        /**< enum tn_status; what the function returned */
    int native;        /**< SQLite: the extended result code; else 0 */
    char sqlstate[8];  /**< PostgreSQL: five characters; else empty */
    uint32_t position; /**< 1-based byte offset of the fault in the SQL text; 0 = unknown */
    uint32_t reserved0;
    char constraint[64]; /**< name of the violated constraint or index */
    char table[64];      /**< table concerned */
    char column[64];     /**< column concerned; several are separated by ", " */
    char query[64];      /**< name of the generated query that failed */
    char message[512];   /**< one line: lower case, no full stop, the subject in single quotes; of a
                              server's failure its own words, "; detail: …" and "; hint: …" as far as
                              there is room. No detail where values stand in it: of SQLSTATEs 22, 23, 44 */
    uint64_t reserved[4];
} tn_error;

/** Name of a status as it is written in C, such as "TN_EUNIQUE"; "TN_?" if unknown. Static. */
TN_API const char *tn_status_name(int status);

/** Short text for a status, such as "unique constraint violated". Static; never NULL. */
TN_API const char *tn_status_text(int status);

/** Whether running the same transaction again may succeed (busy, serialization, deadlock). */
TN_API bool tn_status_is_transient(int status);

/** Empty `err`. NULL is allowed. */
TN_API void tn_error_clear(tn_error *err);

/**
 * Fill `err` with a status and a formatted message, dropping what it held; for callbacks that fail
 * on their own account.
 *
 * @param err     may be NULL: then nothing is stored
 * @param status  negative
 * @return status, so that `return tn_error_set(err, TN_EINVAL, "…");` reads well
 */
TN_API int tn_error_set(tn_error *err, int status, const char *format, ...) TN_PRINTF(3, 4);

#if defined(__GNUC__) || defined(__clang__)
/* The same function; the compiler sees that what comes back is the status that went in. Without that
 * it takes "return tn_error_set(…);" for a possible TN_OK, and warns of variables not set. */
/* clang-format off */
# define tn_error_set(err, status, ...)                        \
  __extension__({                                             \
      int tn_status_ = (status);                              \
      (void)(tn_error_set)((err), tn_status_, __VA_ARGS__);   \
      tn_status_;                                             \
  })
/* clang-format on */
#endif

/**
 * Put context in front of the message that is there already: "context: message". Used once, at a
 * boundary (a migration, a query name).
 */
TN_API void tn_error_prefix(tn_error *err, const char *format, ...) TN_PRINTF(2, 3);

TN_END_DECLS

#endif
