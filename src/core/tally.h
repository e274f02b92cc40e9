/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_TALLY_H
#define TN_CORE_TALLY_H

#include "util/buf.h"

/* Counts of statements by query, and the text for Prometheus. No lock of its own. */

#define TN__TALLY_BUCKETS 12

struct tn__tally_row {
    const char *query; /* "": dynamic statements. Borrowed from generated code */
    uint64_t count;
    uint64_t rows;
    uint64_t failures;
    uint64_t total_ns;
    uint64_t buckets[TN__TALLY_BUCKETS]; /* not cumulative; the rest is count less these */
};

struct tn__tally {
    struct tn__tally_row *rows;
    size_t count;
    size_t cap;
    uint64_t slow;
    uint64_t n_plus_1;
    uint64_t retries;
    uint64_t lost; /* statements that could not be counted: no memory */
};

void tn__tally_fini(struct tn__tally *tally);
void tn__tally_statement(struct tn__tally *tally, const char *query, int64_t elapsed_ns,
                         int64_t rows);
void tn__tally_failure(struct tn__tally *tally, const char *query);

/* Append the families that are about statements. */
void tn__tally_write(struct tn__buf *out, const struct tn__tally *tally);

/* The head of a family of series: type is "counter", "gauge" or "histogram". */
void tn__metric_head(struct tn__buf *out, const char *name, const char *type, const char *help);

#endif
