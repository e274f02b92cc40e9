/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_SQLITE_GATE_H
#define TN_DRIVER_SQLITE_GATE_H

#include <tenon/error.h>

/*
 * A gate in front of BEGIN IMMEDIATE: a lock on a file beside the database, for which the kernel lets
 * the processes queue. SQLite's own way of waiting is to sleep and try again, by which whoever has
 * waited longest sleeps longest. The lock belongs to the open file (F_OFD_SETLK, Linux), so it is gone
 * with its process, and a process that does not ask for the gate is as before.
 *
 * One gate belongs to one connection, and is used by its holder.
 */
struct tn__gate;

/* `path` is the gate's own file, made with the rights of the database's. TN_OK; TN_EUNSUPPORTED: no
 * such file can be made, or locked: without a gate the database works as before; TN_ENOMEM. */
TN_NODISCARD int tn__gate_open(struct tn__gate **out, const char *path, const char *database,
                               tn_error *err);
void tn__gate_close(struct tn__gate *gate); /* NULL allowed */

/* Pass it, or keep it if it has been passed. TN_EBUSY: somebody else was in it for all that time;
 * TN_EINTERRUPT. */
TN_NODISCARD int tn__gate_enter(struct tn__gate *gate, int64_t patience_ms, tn_error *err);
/* Whoever waits in front of it now stops doing so, soon. From any thread and from signal handlers. */
void tn__gate_interrupt(struct tn__gate *gate);
void tn__gate_leave(struct tn__gate *gate); /* does nothing if it is not in it */

#endif
