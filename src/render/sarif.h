/* SPDX-License-Identifier: MIT */
#ifndef TN_RENDER_SARIF_H
#define TN_RENDER_SARIF_H

#include "diag/diag.h"
#include "util/buf.h"

/* Diagnostics in the forms that services read. */

/* One run as SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/ : a rule for each code that
 * there is a result of. Columns count Unicode characters. `version` is the program's. */
void tn__sarif(struct tn__buf *out, const struct tn__diags *diags, const char *version);

/* A line for each as a workflow command of GitHub: ::error file=…,line=…::message
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
void tn__github(struct tn__buf *out, const struct tn__diags *diags);

#endif
