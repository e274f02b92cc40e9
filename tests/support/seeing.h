/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_SEEING_H
#define TN_TEST_SEEING_H

/* What a trace tells, kept. */

#include <stdio.h>

#include <tenon/trace.h>

enum {
    MOST_EVENTS = 64
};

struct seen {
    tn_trace_event events[MOST_EVENTS];
    char sql[MOST_EVENTS][160];
    int count;
};

static inline void on_trace(const tn_trace_event *event, void *user)
{
    struct seen *seen = user;
    if (seen->count == MOST_EVENTS)
        return;
    seen->events[seen->count] = *event;
    snprintf(seen->sql[seen->count++], sizeof seen->sql[0], "%s", event->sql ? event->sql : "");
}

#endif
