/* SPDX-License-Identifier: MIT */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* One Ctrl-C often comes twice: from the terminal and from a wrapper that passes it on, and timeout(1)
 * signals both its child and its group. Only a signal that comes this much later is impatience. */
enum {
    ANOTHER_AFTER_MS = 500
};

static volatile sig_atomic_t wanted; /* the signal; 0: none */
static _Atomic(tn_db *) database;

static struct timespec wanted_at;

static bool is_another(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long ms =
        (now.tv_sec - wanted_at.tv_sec) * 1000LL + (now.tv_nsec - wanted_at.tv_nsec) / 1000000;
    return ms >= ANOTHER_AFTER_MS;
}

/* Only what may be done in a signal handler: tn_db_interrupt() and clock_gettime() may. */
static void on_signal(int number)
{
    if (wanted) {
        if (is_another()) {
            signal(number, SIG_DFL);
            raise(number);
        }
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &wanted_at);
    wanted = number;
    tn_db *db = atomic_load(&database);
    if (db)
        tn_db_interrupt(db);
}

void interrupt_watch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction now;
        struct sigaction action = {.sa_handler = on_signal};
        sigemptyset(&action.sa_mask);
        sigaddset(&action.sa_mask, SIGINT);
        sigaddset(&action.sa_mask, SIGTERM);
        /* Who has started the program with the signal ignored (nohup) means it. */
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

void interrupt_database(tn_db *db)
{
    atomic_store(&database, db);
    if (db && wanted)
        tn_db_interrupt(db);
}

bool interrupt_is_wanted(void)
{
    return wanted != 0;
}

void interrupt_forget(void)
{
    wanted = 0;
}

void interrupt_end(void)
{
    if (!wanted)
        return;
    signal(wanted, SIG_DFL);
    raise(wanted);
}
