/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_ENV_EXPAND_H
#define TN_UTIL_ENV_EXPAND_H

#include "util/buf.h"
#include "util/env.h"

/* Shared by env.c and env_expand.c alone. */
struct tn__expansion {
    struct tn__buf *out;
    const char *origin; /* where the text begins that err->position counts in */
    bool bare_too;      /* $VAR as well as ${VAR} */
    bool strict;        /* a variable that is not set is an error */
    bool escapes;       /* \n \r \t \" \\ \$ */
    tn__env_lookup lookup;
    void *user;
    tn_error *err;
};

/* Append `text`, expanded, to e->out, whose status stays for the caller to ask.
 * TN_OK, TN_ESYNTAX, TN_ENOTFOUND. */
TN_NODISCARD int tn__expand(const struct tn__expansion *e, tn_text text);

#endif
