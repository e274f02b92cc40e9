/* SPDX-License-Identifier: MIT */
#include "explain/postgres/postgres.h"

#include "sql/statement.h"
#include "util/buf.h"

/* PostgreSQL as the engine that is explained. */

#define NO_ROWS    "it is no statement that reads or writes rows"
#define A_SESSION  "it is about a session"
#define THE_SCHEMA "it changes the schema"

static const struct tn__explain_refused refused[] = {
    {"ABORT", NO_ROWS},
    {"ALTER", THE_SCHEMA},
    {"ANALYZE", "it makes statistics"},
    {"BEGIN", NO_ROWS},
    {"CALL", "a procedure may commit"},
    {"CHECKPOINT", "it cannot be rolled back"},
    {"CLUSTER", "it cannot be rolled back"},
    {"COMMENT", THE_SCHEMA},
    {"COMMIT", NO_ROWS},
    {"COPY", "it is no query"},
    {"CREATE", THE_SCHEMA},
    {"DEALLOCATE", A_SESSION},
    {"DECLARE", "explain its query"},
    {"DISCARD", A_SESSION},
    {"DO", "its code has no plan of its own"},
    {"DROP", THE_SCHEMA},
    {"END", NO_ROWS},
    {"EXECUTE", "explain the statement itself"},
    {"GRANT", THE_SCHEMA},
    {"LISTEN", A_SESSION},
    {"LOCK", NO_ROWS},
    {"NOTIFY", NO_ROWS},
    {"PREPARE", "explain the statement itself"},
    {"REFRESH", "explain its query"},
    {"REINDEX", "it makes indexes anew"},
    {"RELEASE", NO_ROWS},
    {"RESET", A_SESSION},
    {"REVOKE", THE_SCHEMA},
    {"ROLLBACK", NO_ROWS},
    {"SAVEPOINT", NO_ROWS},
    {"SET", A_SESSION},
    {"SHOW", A_SESSION},
    {"START", NO_ROWS},
    {"TRUNCATE", "it goes through no rows"},
    {"UNLISTEN", A_SESSION},
    {"VACUUM", "it cannot be rolled back"},
    {0},
};

static const struct tn__explain_count counts[] = {{0}};

static void put_name(struct tn__buf *out, const char *name)
{
    tn__sql_put_name_postgres(out, tn_text_of(name));
}

static void put_table(struct tn__buf *out, const struct tn__table *table)
{
    tn__buf_puts(out, tn__table_label(table));
}

/* An index is in the schema of its table. */
static void put_index(struct tn__buf *out, const struct tn__table *table, const char *name)
{
    put_name(out, table->schema);
    tn__buf_putc(out, '.');
    put_name(out, name);
}

const struct tn__explain_engine tn__explain_postgres = {
    .dialect = TN__POSTGRES,
    .refused = refused,
    .counts = counts,
    .prepare = tn__explain_pg_prepare,
    .ask = tn__explain_pg_ask,
    .analyze = tn__explain_pg_analyze,
    .why_no_copy =
        "'--advise' tries indexes on the schema of the migrations: a server's statistics "
        "cannot be copied; leave out '--database' and '--analyze'",
    .put_name = put_name,
    .put_table = put_table,
    .put_index = put_index,
};
