/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_SETTINGS_H
#define TN_DRIVER_POSTGRES_SETTINGS_H

#include <tenon/error.h>

#include "util/url.h"

/* Which statements have a name on the server. */
enum tn__pg_prepare {
    TN__PG_PREPARE_AUTO, /* all that are kept, unless a pooler is found */
    TN__PG_PREPARE_NAMED,
    TN__PG_PREPARE_UNNAMED
};

/* What a URL asks for; all of it in the arena. */
struct tn__pg_settings {
    /* For PQconnectStartParams(), ended by NULL. */
    const char *const *keywords;
    const char *const *values;
    enum tn__pg_prepare prepare;
    int64_t lock_timeout_ms; /* 0: as the server has it */
    bool is_readonly;        /* it wants a server that only reads */
    bool has_replicas;       /* what reads may go to the standbys among the hosts */
    const char *direct_url;  /* past a pooler; NULL: there is none */
};

/*
 * Read them: connections that write, or all of them; with `from_standby` those that read, where there
 * are replicas: a standby, or else any. A parameter that is none, or of SQLite, is TN_EINVAL with what is
 * meant; so is a value that is wrong on its face. TN_ENOMEM.
 */
TN_NODISCARD int tn__pg_settings_read(struct tn__pg_settings *out, const struct tn__url *url,
                                      bool from_standby, tn_arena *arena, tn_error *err);

#endif
