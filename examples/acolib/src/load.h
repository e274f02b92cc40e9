/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_LOAD_H
#define ACOLIB_LOAD_H

#include <tenon/tenon.h>

/* Rows from a file of tab-separated lines, each behind the name of its table (see tsv.h). */

#define LOAD_TABLES 6
#define LOAD_BATCH  1000 /* rows per transaction */

struct load_counts {
    size_t rows[LOAD_TABLES]; /* committed, by table */
};

/* Name of a table, by its place in `rows`. */
const char *load_table_name(size_t table);

/*
 * Insert every row of the file, in transactions of LOAD_BATCH. The first row that fails ends it: its
 * transaction is rolled back, those before it stay, and `counts`, which is always filled, says what
 * they held. TN_OK; what tsv_next() gives; the engine's error, with file and line in front.
 */
TN_NODISCARD int load_file(struct load_counts *counts, tn_db *db, const char *path, tn_error *err);

#endif
