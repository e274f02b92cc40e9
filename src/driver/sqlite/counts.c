/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite.h"

/* What a statement has cost. */

/*
 * Only an engine that was built with SQLITE_ENABLE_STMT_SCANSTATUS has this function, which its
 * header declares in any case; Debian's has it not. Without it a weak symbol is NULL.
 * https://www.sqlite.org/c3ref/stmt_scanstatus.html
 */
#pragma weak sqlite3_stmt_scanstatus

static int64_t count_of(sqlite3_stmt *stmt, int op)
{
    return sqlite3_stmt_status(stmt, op, 0);
}

void tn__sqlite_counts(struct tn__driver_stmt *stmt, struct tn__stmt_counts *out)
{
    sqlite3_stmt *native = tn__sqlite_stmt(stmt);
    *out = (struct tn__stmt_counts){
        .full_scan_steps = count_of(native, SQLITE_STMTSTATUS_FULLSCAN_STEP),
        .sorts = count_of(native, SQLITE_STMTSTATUS_SORT),
        .auto_index_rows = count_of(native, SQLITE_STMTSTATUS_AUTOINDEX),
        .vm_steps = count_of(native, SQLITE_STMTSTATUS_VM_STEP),
        .filter_hits = -1,
        .filter_misses = -1,
    };
#ifdef SQLITE_STMTSTATUS_FILTER_HIT /* 3.38 */
    if (sqlite3_libversion_number() >= 3038000) {
        out->filter_hits = count_of(native, SQLITE_STMTSTATUS_FILTER_HIT);
        out->filter_misses = count_of(native, SQLITE_STMTSTATUS_FILTER_MISS);
    }
#endif
}

bool tn__sqlite_loop(struct tn__driver_stmt *stmt, int number, struct tn__stmt_loop *out)
{
    sqlite3_stmt *native = tn__sqlite_stmt(stmt);
    sqlite3_int64 loops = 0;
    sqlite3_int64 rows = 0;
    int node = 0;
    if (!sqlite3_stmt_scanstatus ||
        sqlite3_stmt_scanstatus(native, number, SQLITE_SCANSTAT_NLOOP, &loops) != 0 ||
        sqlite3_stmt_scanstatus(native, number, SQLITE_SCANSTAT_NVISIT, &rows) != 0 ||
        sqlite3_stmt_scanstatus(native, number, SQLITE_SCANSTAT_SELECTID, &node) != 0)
        return false;
    *out = (struct tn__stmt_loop){node, loops, rows};
    return true;
}
