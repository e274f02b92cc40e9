/* SPDX-License-Identifier: MIT */
#include "core/tally.h"

#include <inttypes.h>
#include <string.h>

#include "util/alloc.h"

/* Upper ends of the buckets: 50 µs … 10 s. */
static const struct {
    int64_t ns;
    const char *le;
} buckets[TN__TALLY_BUCKETS] = {
    {50000, "0.00005"},  {100000, "0.0001"}, {250000, "0.00025"}, {1000000, "0.001"},
    {2500000, "0.0025"}, {10000000, "0.01"}, {25000000, "0.025"}, {100000000, "0.1"},
    {250000000, "0.25"}, {1000000000, "1"},  {2500000000, "2.5"}, {10000000000, "10"},
};

void tn__tally_fini(struct tn__tally *tally)
{
    tn__free(tally->rows);
    *tally = (struct tn__tally){0};
}

static struct tn__tally_row *row_of(struct tn__tally *tally, const char *query)
{
    query = query ? query : "";
    for (size_t i = 0; i < tally->count; i++) {
        if (tally->rows[i].query == query || strcmp(tally->rows[i].query, query) == 0)
            return &tally->rows[i];
    }
    struct tn__tally_row *grown =
        tn__grow(tally->rows, &tally->cap, tally->count + 1, sizeof *grown);
    if (!grown) {
        tally->lost++;
        return NULL;
    }
    tally->rows = grown;
    grown[tally->count] = (struct tn__tally_row){.query = query};
    return &grown[tally->count++];
}

void tn__tally_statement(struct tn__tally *tally, const char *query, int64_t elapsed_ns,
                         int64_t rows)
{
    struct tn__tally_row *row = row_of(tally, query);
    if (!row)
        return;
    row->count++;
    row->rows += (uint64_t)rows;
    row->total_ns += (uint64_t)elapsed_ns;
    for (size_t i = 0; i < TN__TALLY_BUCKETS; i++) {
        if (elapsed_ns <= buckets[i].ns) {
            row->buckets[i]++;
            break;
        }
    }
}

void tn__tally_failure(struct tn__tally *tally, const char *query)
{
    struct tn__tally_row *row = row_of(tally, query);
    if (row)
        row->failures++;
}

void tn__metric_head(struct tn__buf *out, const char *name, const char *type, const char *help)
{
    tn__buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_seconds(struct tn__buf *out, uint64_t ns)
{
    tn__buf_printf(out, "%" PRIu64 ".%09" PRIu64, ns / 1000000000, ns % 1000000000);
}

/* Names of queries are C identifiers: there is nothing in them to escape. */
static void write_times(struct tn__buf *out, const struct tn__tally_row *row)
{
    uint64_t below = 0;
    for (size_t i = 0; i < TN__TALLY_BUCKETS; i++) {
        below += row->buckets[i];
        tn__buf_printf(out, "tenon_query_seconds_bucket{query=\"%s\",le=\"%s\"} %" PRIu64 "\n",
                       row->query, buckets[i].le, below);
    }
    tn__buf_printf(out, "tenon_query_seconds_bucket{query=\"%s\",le=\"+Inf\"} %" PRIu64 "\n",
                   row->query, row->count);
    tn__buf_printf(out, "tenon_query_seconds_sum{query=\"%s\"} ", row->query);
    put_seconds(out, row->total_ns);
    tn__buf_printf(out, "\ntenon_query_seconds_count{query=\"%s\"} %" PRIu64 "\n", row->query,
                   row->count);
}

static void write_single(struct tn__buf *out, const char *name, const char *help, uint64_t value)
{
    tn__metric_head(out, name, "counter", help);
    tn__buf_printf(out, "%s %" PRIu64 "\n", name, value);
}

void tn__tally_write(struct tn__buf *out, const struct tn__tally *tally)
{
    if (tally->count > 0) {
        tn__metric_head(out, "tenon_query_seconds", "histogram",
                        "Time from the first step of a statement to its end.");
        for (size_t i = 0; i < tally->count; i++)
            write_times(out, &tally->rows[i]);
        tn__metric_head(out, "tenon_query_rows_total", "counter", "Rows read.");
        for (size_t i = 0; i < tally->count; i++)
            tn__buf_printf(out, "tenon_query_rows_total{query=\"%s\"} %" PRIu64 "\n",
                           tally->rows[i].query, tally->rows[i].rows);
        tn__metric_head(out, "tenon_query_failures_total", "counter", "Statements that failed.");
        for (size_t i = 0; i < tally->count; i++)
            tn__buf_printf(out, "tenon_query_failures_total{query=\"%s\"} %" PRIu64 "\n",
                           tally->rows[i].query, tally->rows[i].failures);
    }
    write_single(out, "tenon_slow_queries_total", "Statements above the slow-query threshold.",
                 tally->slow);
    write_single(out, "tenon_n_plus_1_total", "Pairs of queries found to be N+1.", tally->n_plus_1);
    write_single(out, "tenon_transaction_retries_total", "Transactions run once more.",
                 tally->retries);
}
