/* SPDX-License-Identifier: MIT */
#include "util/clock.h"

#include <errno.h>
#include <time.h>

int64_t tn__mono_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct timespec tn__deadline_in(int64_t ms)
{
    int64_t at = tn__mono_ns() + ms * 1000000;
    return (struct timespec){(time_t)(at / 1000000000), (long)(at % 1000000000)};
}

void tn__sleep_us(int64_t us)
{
    if (us <= 0)
        return;
    struct timespec left = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
        /* `left` holds the rest */
    }
}
