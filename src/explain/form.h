/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_FORM_H
#define TN_EXPLAIN_FORM_H

#include "check/read/variants.h"
#include "explain/explain.h"

/* Between the files of src/explain: which text of a query is meant, and what its parameters are. */

/* "NAME=VALUE", cut at the first sign; the name without ':', '@', '$' or '?' in front. */
struct tn__explain_setting {
    tn_text name;
    tn_text value; /* NUL-terminated */
};

/* False: there is no name, or no sign. */
bool tn__explain_setting(struct tn__explain_setting *out, const char *text);

/* TN_ENOTFOUND, and "`what` 'name'", with the nearest of the names. */
int tn__explain_unknown(tn_error *err, const char *what, tn_text name, const char *const *names,
                        size_t count);

/* The optional parts and choices; NULL: there are none. */
const struct tn__variants *tn__explain_variants(const struct tn__explain *explain);
/* By name; NULL: none. An optional part also goes by its member in C. */
const struct tn__option *tn__explain_option(const struct tn__explain *explain, tn_text name);
const struct tn__choice *tn__explain_choice(const struct tn__explain *explain, tn_text name);
/* Whether something of those bits, of a part or of a choice, stands in the text. */
bool tn__explain_has(const struct tn__explain *explain, uint64_t bits);

/* Fill explain->params. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__explain_name_params(struct tn__explain *explain);

#endif
