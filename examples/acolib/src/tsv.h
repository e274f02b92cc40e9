/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_TSV_H
#define ACOLIB_TSV_H

#include <stdio.h>

#include <tenon/error.h>
#include <tenon/value.h>

/*
 * Lines of fields in the text form of PostgreSQL's COPY: separated by tabs, NULL is \N, and \\, \t,
 * \n and \r stand for what they stand for. Empty lines and those that begin with # are left out.
 */

#define TSV_FIELDS_MAX 16
#define TSV_LINE_MAX   (1u << 20)

struct tsv {
    FILE *file;
    const char *path;
    unsigned line; /* of the fields, from 1 */
    char *buffer;
    size_t capacity;
    tn_text fields[TSV_FIELDS_MAX]; /* until the next line; NULL has data == NULL */
    size_t count;
};

/* Open a file; `path` must outlive the reader. TN_OK, TN_ENOTFOUND, TN_EPERM, TN_EIO. */
TN_NODISCARD int tsv_open(struct tsv *tsv, const char *path, tn_error *err);

/* Read on. TN_ROW, TN_DONE, TN_EINVAL (with file and line in the message), TN_EIO, TN_ENOMEM. */
TN_NODISCARD int tsv_next(struct tsv *tsv, tn_error *err);

/* Close it. One that was never opened, but zeroed, is allowed. */
void tsv_close(struct tsv *tsv);

/* Refuse the line for what is in it. TN_EINVAL, with file and line in the message. */
int tsv_refuse(const struct tsv *tsv, tn_error *err, const char *what);

/* Field `index` as a whole number. TN_OK or TN_EINVAL. */
TN_NODISCARD int tsv_int(int64_t *out, const struct tsv *tsv, size_t index, tn_error *err);
/* Field `index`, 0 or 1. TN_OK or TN_EINVAL. */
TN_NODISCARD int tsv_bool(bool *out, const struct tsv *tsv, size_t index, tn_error *err);
/* The same where NULL is allowed. */
TN_NODISCARD int tsv_opt_int(tn_opt_int *out, const struct tsv *tsv, size_t index, tn_error *err);

#endif
