/* SPDX-License-Identifier: MIT */
#ifndef TENON_LOG_H
#define TENON_LOG_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/log.h
 * What the library has to say beside its results: to a function of the program, by level and target,
 * for each database. It is silent until it is given one, and never prints by itself.
 */

enum tn_log_level {
    TN_LOG_OFF = 0,
    TN_LOG_ERROR = 1,
    TN_LOG_WARN = 2, /**< slow queries, N+1, transactions left open, a pinned write-ahead log */
    TN_LOG_INFO = 3, /**< connections opened and closed */
    TN_LOG_DEBUG = 4 /**< every statement with its time, retries, checkpoints */
};

/* X(name, word) */
#define TN_LOG_TARGET_MAP(X)                                   \
 X(POOL, "pool")             /* connections */                 \
 X(SQL, "sql")               /* statements */                  \
 X(TX, "tx")                 /* transactions that run again */ \
 X(CHECKPOINT, "checkpoint") /* the write-ahead log */         \
 X(MIGRATE, "migrate")       /* migrations */

enum tn_log_target {
#define TN_LOG_TARGET_ENUM_(name, word) TN_LOG_##name,
    TN_LOG_TARGET_MAP(TN_LOG_TARGET_ENUM_)
#undef TN_LOG_TARGET_ENUM_
    TN_LOG_TARGET_COUNT
};

/** One thing said. Valid during the call. */
typedef struct tn_log_record {
    enum tn_log_level level;
    enum tn_log_target target;
    const char *message; /**< one line, no full stop; values of parameters are never in it */
} tn_log_record;

/**
 * Takes what is said. It is called in the thread that the thing happened in, from several at once, and
 * with no lock of the library held; but it may hold a connection, so that the function must not use
 * the same database.
 */
typedef void (*tn_log_fn)(const tn_log_record *record, void *user);

/** Up to which level is wanted, for each target. */
typedef struct tn_log_filter {
    uint8_t level[16]; /**< enum tn_log_level, by enum tn_log_target */
} tn_log_filter;

/** The same level for all targets. */
TN_API tn_log_filter tn_log_filter_of(enum tn_log_level level);

/**
 * Read a filter from text, as TENON_LOG has it: "info,sql=debug" is info for all targets and debug
 * for one. Levels are off, error, warn, info and debug; the later word wins.
 *
 * @return TN_OK; TN_EINVAL: err->position is the byte of `text`, from 1, of the word that is none
 */
TN_API TN_NODISCARD int tn_log_filter_parse(tn_log_filter *out, const char *text, tn_error *err);

/** "warn", "checkpoint": static; "?" for what there is not. */
TN_API const char *tn_log_level_name(enum tn_log_level level);
TN_API const char *tn_log_target_name(enum tn_log_target target);

/**
 * From now on, say what happens on a database. May be called again at any time, by any thread; a
 * statement that is running may still go to the former one.
 *
 * @param fn    NULL: be silent again
 * @param user  passed on; must live until tn_db_close()
 * @return TN_OK; TN_ENOMEM, and all is as before
 */
TN_API TN_NODISCARD int tn_db_set_log(tn_db *db, tn_log_fn fn, void *user, tn_log_filter filter,
                                      tn_error *err);

TN_END_DECLS

#endif
