/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_CLOCK_H
#define TN_UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

/* The monotonic clock, in nanoseconds. */
int64_t tn__mono_ns(void);
/* The moment in so many milliseconds, on that clock. */
struct timespec tn__deadline_in(int64_t ms);
/* Sleep at least that long; a signal does not cut it short. */
void tn__sleep_us(int64_t us);

#endif
