/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"

/* Sequences, with the column that each belongs to, and extensions. */
static const char sequences_sql[] =
    "SELECT d.refobjid, n.nspname, c.relname, a.attname, " TN__PG_OF_EXTENSION(
        "pg_class",
        "c.oid") ", format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,"
                 " obj_description(c.oid, 'pg_class')"
                 " FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid"
                 " JOIN pg_namespace n ON n.oid = c.relnamespace"
                 " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid"
                 " AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
                 " LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
                 " WHERE c.relpersistence <> 't' AND NOT " TN__PG_OWN_SCHEMA
                 " ORDER BY n.nspname, c.relname";
static const char extensions_sql[] =
    "SELECT e.extname, e.extversion, n.nspname FROM pg_extension e"
    " JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY e.extname";

int tn__pg_read_sequences(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, sequences_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__server_sequence *sequences =
        tn_arena_array(reading->arena, rows.row_count, sizeof(*sequences));
    if (!sequences)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < rows.row_count; i++) {
        const struct tn__pg_draft *owner = tn__pg_draft_of(reading, tn__row_int(&rows, i, 0));
        bool is_internal = owner && owner->table->is_internal;
        sequences[i] = (struct tn__server_sequence){
            .schema = tn__row_text(&rows, i, 1),
            .name = tn__row_text(&rows, i, 2),
            .owner_table = owner ? owner->table->label : NULL,
            .owner_column = owner ? tn__row_text_or_null(&rows, i, 3) : NULL,
            .is_own = is_internal || tn__row_flag(&rows, i, 4),
            .type = tn__row_text(&rows, i, 5),
            .start = tn__row_int(&rows, i, 6),
            .increment = tn__row_int(&rows, i, 7),
            .min = tn__row_int(&rows, i, 8),
            .max = tn__row_int(&rows, i, 9),
            .cycles = tn__row_flag(&rows, i, 10),
            .comment = tn__row_text_or_null(&rows, i, 11),
        };
    }
    reading->server->sequences = sequences;
    reading->server->sequence_count = rows.row_count;
    return TN_OK;
}

int tn__pg_read_extensions(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, extensions_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__server_extension *extensions =
        tn_arena_array(reading->arena, rows.row_count, sizeof(*extensions));
    if (!extensions)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < rows.row_count; i++)
        extensions[i] = (struct tn__server_extension){
            .name = tn__row_text(&rows, i, 0),
            .version = tn__row_text(&rows, i, 1),
            .schema = tn__row_text(&rows, i, 2),
        };
    reading->server->extensions = extensions;
    reading->server->extension_count = rows.row_count;
    return TN_OK;
}
