/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_SETTINGS_H
#define TN_DRIVER_POSTGRES_SETTINGS_H
#include "util/url.h"
#include <tenon/error.h>
enum tn__pg_prepare {
    TN__PG_PREPARE_AUTO,
    TN__PG_PREPARE_NAMED,
    TN__PG_PREPARE_UNNAMED
};
struct tn__pg_settings {
    const char *const *keywords;
    const char *const *values;
    enum tn__pg_prepare prepare;
    int64_t lock_timeout_ms;
};
int tn__pg_settings_read(struct tn__pg_settings *out, const struct tn__url *url, tn_arena *arena,
                         tn_error *err);
#endif
