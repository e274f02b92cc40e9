/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_REASONS = 400,
    SHOWN_REASONS = 15
};

void tally_reason(struct tally *tally, const char *reason)
{
    if (!tally->reason_counts)
        tally->reason_counts = calloc(MOST_REASONS, sizeof *tally->reason_counts);
    if (!tally->reason_counts)
        die("out of memory");
    for (size_t i = 0; i < tally->reasons.count; i++) {
        if (strcmp(tally->reasons.items[i], reason) == 0) {
            tally->reason_counts[i]++;
            return;
        }
    }
    if (tally->reasons.count < MOST_REASONS) {
        tally->reason_counts[tally->reasons.count] = 1;
        strings_add(&tally->reasons, reason);
    }
}

static void tally_column(struct tally *tally, const struct query *query, unsigned i,
                         tn_arena *arena)
{
    tn__classes inferred = query->answer.columns[i].domain.classes;
    tn__classes seen = query->seen[i];
    const char *reason = query->answer.columns[i].reason;
    tally->columns++;
    tally->known += inferred != TN__CLASS_ALL;
    if (reason)
        tally_reason(tally, reason);
    if (seen == 0)
        return;
    tally->nullable += (inferred & TN__CLASS_NULL) != 0;
    if ((inferred & TN__CLASS_NULL) && !(seen & TN__CLASS_NULL)) {
        tally->over_nullable++;
        if (tally->options->is_verbose)
            printf("over-nullable: column %u {%s}, seen {%s}: %s\n", i + 1,
                   classes_text(inferred, arena), classes_text(seen, arena), query->sql);
    }
    tn__classes wide = inferred & ~seen & ~(tn__classes)(TN__CLASS_NULL | TN__CLASS_INF);
    tally->over_wide += wide != 0;
}

void tally_query(struct tally *tally, const struct query *query, tn_arena *arena)
{
    tally->accepted++;
    tally->values += query->values;
    tally->runs += query->runs;
    tally->errors += query->errors;
    tally->overflows += query->overflows;
    tally->outside += query->outside;
    if (query->error && tally->options->is_verbose)
        printf("error: %s: %s\n", query->error, query->sql);
    if (!query->is_understood) {
        const char *reason = query->answer.reason ? query->answer.reason : "(no reason)";
        tally_reason(tally, reason);
        if (tally->options->is_verbose)
            printf("not understood: %s: %s\n", reason, query->sql);
        return;
    }
    tally->understood++;
    tally->single += query->answer.is_single_row;
    tally->maybe_single += !query->answer.is_single_row && query->rows <= query->runs;
    for (unsigned i = 0; i < query->column_count && i < query->answer.column_count; i++)
        tally_column(tally, query, i, arena);
}

/* Digits and literals away: what is the same bug looks more the same. */
static const char *shape(const struct repro *repro, tn_arena *arena)
{
    const char *full = fmt(arena, "%d {%d} %s", (int)repro->finding.wrong,
                           (int)repro->finding.inferred, repro->query);
    char *text = need(arena, strlen(full) + 1, 1);
    size_t size = 0;
    for (const char *c = full; *c; c++)
        if (!isdigit((unsigned char)*c) || c < full + 6)
            text[size++] = *c;
    return text;
}

bool tally_violation(struct tally *tally, struct repro *repro, const char *where)
{
    tn_arena arena = TN_ARENA_INIT;
    bool is_new = true;
    tally->violations++;
    tally->by_wrong[repro->finding.wrong]++;
    /* What is found before anything runs is the same bug if it says the same. */
    if (repro->finding.wrong != WRONG_CLASS && repro->finding.wrong != WRONG_CHOICE &&
        repro->finding.wrong != WRONG_SINGLE && repro->finding.wrong != WRONG_HAS_ROW) {
        const char *cause = fmt(&arena, "%d %s", (int)repro->finding.wrong, repro->finding.seen);
        bool is_known = false;
        for (size_t i = 0; i < tally->causes.count; i++)
            is_known |= strcmp(tally->causes.items[i], cause) == 0;
        if (!is_known)
            strings_add(&tally->causes, cause);
        is_new = !is_known;
    }
    if (is_new)
        repro_shrink(repro);
    const char *key = shape(repro, &arena);
    for (size_t i = 0; i < tally->seen.count; i++)
        is_new = is_new && strcmp(tally->seen.items[i], key) != 0;
    if (is_new) {
        strings_add(&tally->seen, key);
        printf("\n== %s: %s\n", where, wrong_words[repro->finding.wrong]);
        repro_print(repro, stdout);
        fflush(stdout);
    }
    tn_arena_fini(&arena);
    return !tally->options->keep_going && tally->violations >= tally->options->most_violations;
}

static void print_reasons(const struct tally *tally)
{
    bool is_shown[MOST_REASONS] = {false};
    for (unsigned shown = 0; shown < SHOWN_REASONS && shown < tally->reasons.count; shown++) {
        size_t most = MOST_REASONS;
        for (size_t i = 0; i < tally->reasons.count; i++)
            if (!is_shown[i] &&
                (most == MOST_REASONS || tally->reason_counts[i] > tally->reason_counts[most]))
                most = i;
        is_shown[most] = true;
        printf("%8" PRIu64 "  not known: %s\n", tally->reason_counts[most],
               tally->reasons.items[most]);
    }
}

void tally_print(const struct tally *tally)
{
    uint64_t generated = tally->generated > 0 ? tally->generated : 1;
    uint64_t accepted = tally->accepted > 0 ? tally->accepted : 1;
    uint64_t columns = tally->columns > 0 ? tally->columns : 1;
    printf("\n%" PRIu64 " schemas, %" PRIu64 " queries, %" PRIu64
           " accepted by the engine (%" PRIu64 " %%), %" PRIu64 " understood (%" PRIu64 " %%)\n",
           tally->cases, tally->generated, tally->accepted, 100 * tally->accepted / generated,
           tally->understood, 100 * tally->understood / accepted);
    printf("%" PRIu64 " runs, %" PRIu64 " ended by an error, %" PRIu64 " left the domain, %" PRIu64
           " overflows\n",
           tally->runs + tally->errors, tally->errors, tally->outside, tally->overflows);
    printf("%" PRIu64 " columns, %" PRIu64 " %% of them known, %" PRIu64 " values\n",
           tally->columns, 100 * tally->known / columns, tally->values);
    printf("%" PRIu64 " nullable, %" PRIu64 " of them never NULL; %" PRIu64
           " wider than seen; %" PRIu64 " of one row at most, %" PRIu64 " more never gave two\n",
           tally->nullable, tally->over_nullable, tally->over_wide, tally->single,
           tally->maybe_single);
    if (tally->expected > 0)
        printf("%" PRIu64 " columns with an expectation, %" PRIu64 " wider than it, %" PRIu64
               " of them nullable; %" PRIu64 " queries with less known of their rows\n",
               tally->expected, tally->loose, tally->loose_null, tally->loose_rows);
    print_reasons(tally);
    for (unsigned i = 1; i < sizeof tally->by_wrong / sizeof *tally->by_wrong; i++)
        if (tally->by_wrong[i] > 0)
            printf("%8u  violations: %s\n", tally->by_wrong[i], wrong_words[i]);
    printf("%" PRIu64 " violations, %zu distinct\n", tally->violations, tally->seen.count);
}

void tally_fini(struct tally *tally)
{
    strings_fini(&tally->reasons);
    strings_fini(&tally->causes);
    strings_fini(&tally->seen);
    free(tally->reason_counts);
}
