/* SPDX-License-Identifier: MIT */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t wanted; /* the signal; 0: none */
static _Atomic(tn_db *) database;

/* Only what may be done in a signal handler: tn_db_interrupt() may. */
static void on_signal(int number)
{
    if (wanted) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
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
