/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_SETTING_H
#define ACOLIB_SETTING_H

#include <tenon/tenon.h>

#include "aco_tables.h"

/*
 * Typed configuration: what the table `configurations` keeps as text, as C values. Setting checks
 * the text against the type; reading one of another type is TN_ETYPE, never a guess.
 */

struct setting {
    enum aco_setting_type type;
    tn_text text; /* as stored; the arena's */
    union {
        int64_t integer;
        double real;
        bool boolean;
    } as; /* for those three types */
    bool is_secret;
};

/* Check `text` against `type`, and read it into `out->as`. `db` is asked whether JSON is JSON.
 * TN_OK; TN_EINVAL: true and false alone are booleans, a float is finite. `text` is borrowed. */
TN_NODISCARD int setting_parse(struct setting *out, tn_db *db, enum aco_setting_type type,
                               tn_text text, tn_error *err);

/* What is kept under a new or an existing key. `description` may be NULL. */
struct setting_change {
    const char *key;
    enum aco_setting_type type;
    tn_text text;
    tn_text description;
    bool is_secret; /* once a secret, always one */
};

/* Check and keep a value. TN_OK; TN_EINVAL (the text is not of its type); TN_EREFUSED (the key has
 * another type); or the engine's error. */
TN_NODISCARD int setting_set(tn_db *db, const struct setting_change *change, tn_error *err);

/* The value of a key. TN_OK, TN_NONE. */
TN_NODISCARD int setting_get(struct setting *out, tn_db *db, const char *key, tn_arena *arena,
                             tn_error *err);

/* An integer, or `fallback` where there is no such key. TN_OK; TN_ETYPE. */
TN_NODISCARD int setting_get_int(int64_t *out, tn_db *db, const char *key, int64_t fallback,
                                 tn_error *err);

#endif
