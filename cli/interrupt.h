/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_INTERRUPT_H
#define TN_CLI_INTERRUPT_H

#include <tenon/db.h>

/*
 * Ctrl-C and SIGTERM. The first one stops the statement that runs, which is rolled back, or the
 * command at the next safe point; what has been done stays, and is told. A second one ends the program
 * at once. The program ends as one that the signal has killed.
 */
void interrupt_watch(void);
/* The database whose statements are to be stopped; NULL: none. Before it is closed: NULL. */
void interrupt_database(tn_db *db);
bool interrupt_is_wanted(void);
/* For a command that goes on until it is stopped: to end by the signal is its success. */
void interrupt_forget(void);
/* At the end of the program: die of the signal, if there was one. */
void interrupt_end(void);

#endif
