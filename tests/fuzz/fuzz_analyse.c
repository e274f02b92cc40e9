/* SPDX-License-Identifier: MIT */
/* What the engine compiles is parsed and analysed; columns and parameters are as many as the engine
 * has. A query gives values of the classes that it may, and as many rows, over tables that keep
 * what their columns declare. What the engine refuses does no harm. */
#include "fuzz.h"

#include <math.h>
#include <sqlite3.h>

#include <tenon/db.h>

#include "../support/rich_schema.h"
#include "infer/analyse.h"
#include "lex/lex.h"
#include "schema/catalog.h"
#include "util/str.h"

enum {
    STEPS = 1000,
    BUDGET = 100, /* times STEPS of the engine's machine, for a statement */
    ROWS_MAX = 200,
    VALUE_MAX = 100000,
    BINDINGS = 3 /* sets of parameters */
};

static struct {
    sqlite3 *db;
    tn_db *wrapped;
    struct tn__catalog catalog;
    tn_arena arena;
} base;

/* The engine's state stays as it is. */
static int authorize(void *user, int action, const char *first, const char *second,
                     const char *database, const char *by)
{
    (void)user;
    (void)first;
    (void)database;
    (void)by;
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_DENY;
    case SQLITE_FUNCTION:
        /* They change what is deeper than a statement, or need long. */
        return strcmp(second, "load_extension") == 0 || strcmp(second, "fts3_tokenizer") == 0
                   ? SQLITE_DENY
                   : SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

static void begin(void)
{
    tn_error err;
    MUST(sqlite3_open(":memory:", &base.db) == SQLITE_OK);
    sqlite3_db_config(base.db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(base.db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    MUST(sqlite3_exec(base.db, rich_schema, NULL, NULL, NULL) == SQLITE_OK);
    MUST(sqlite3_exec(base.db, rich_rows, NULL, NULL, NULL) == SQLITE_OK);
    MUST(tn_db_wrap_sqlite(&base.wrapped, base.db, NULL, &err) == TN_OK);
    base.arena = (tn_arena)TN_ARENA_INIT;
    MUST(tn__catalog_read(&base.catalog, base.wrapped, &base.arena, &err) == TN_OK);
    sqlite3_limit(base.db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_set_authorizer(base.db, authorize, NULL);
}

/* --- running */

static tn__classes class_at(sqlite3_stmt *stmt, int i)
{
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
        return TN__CLASS_INT;
    case SQLITE_FLOAT:
        return isinf(sqlite3_column_double(stmt, i)) ? TN__CLASS_INF : TN__CLASS_REAL;
    case SQLITE_TEXT:
        return TN__CLASS_TEXT;
    case SQLITE_BLOB:
        return TN__CLASS_BLOB;
    default:
        return TN__CLASS_NULL;
    }
}

/* One of a few values that are of the classes. */
static void bind(sqlite3_stmt *stmt, int number, tn__classes classes, unsigned turn)
{
    static const tn__classes order[] = {TN__CLASS_INT,  TN__CLASS_TEXT, TN__CLASS_REAL,
                                        TN__CLASS_BLOB, TN__CLASS_NULL, TN__CLASS_INF};
    static const char *const texts[] = {"a", "", "1", "abc", "2024-02-29", "$.a"};
    static const sqlite3_int64 ints[] = {1, 0, 2, -1, 5, 100};
    const size_t count = sizeof order / sizeof order[0];
    for (size_t i = 0; i < count; i++) {
        tn__classes class = order[(i + turn) % count];
        if (!(class & classes))
            continue;
        turn = (turn + (unsigned)number) % 6;
        if (class == TN__CLASS_INT)
            sqlite3_bind_int64(stmt, number, ints[turn]);
        else if (class == TN__CLASS_TEXT)
            sqlite3_bind_text(stmt, number, texts[turn], -1, SQLITE_STATIC);
        else if (class == TN__CLASS_REAL)
            sqlite3_bind_double(stmt, number, (double)ints[turn] + 0.5);
        else if (class == TN__CLASS_BLOB)
            sqlite3_bind_blob(stmt, number, texts[turn], (int)strlen(texts[turn]), SQLITE_STATIC);
        else if (class == TN__CLASS_INF)
            sqlite3_bind_double(stmt, number, HUGE_VAL);
        else
            sqlite3_bind_null(stmt, number);
        return;
    }
}

static void bind_all(sqlite3_stmt *stmt, const struct tn__analysed *answer,
                     const struct tn__sql_params *params, unsigned turn)
{
    sqlite3_clear_bindings(stmt);
    for (size_t i = 0; i < params->count; i++) {
        const struct tn__analysed_param *param = &answer->params[i];
        bool is_known = param->is_certain && !param->is_conflict && param->domain.classes != 0;
        bind(stmt, (int)params->items[i].number, is_known ? param->domain.classes : TN__CLASS_ALL,
             turn);
    }
}

static int count_down(void *left)
{
    return --*(int *)left < 0;
}

static void check_row(sqlite3_stmt *stmt, const struct tn__analysed *answer)
{
    for (size_t i = 0; i < answer->column_count; i++) {
        tn__classes seen = class_at(stmt, (int)i);
        tn__classes inferred = answer->columns[i].domain.classes;
        /* An integer that overflowed is outside of the proof. */
        bool is_overflow = seen == TN__CLASS_REAL && (inferred & TN__CLASS_INT) &&
                           fabs(sqlite3_column_double(stmt, (int)i)) >= 9223372036854775807.0;
        if (!(seen & inferred) && !is_overflow)
            fprintf(stderr, "%s\ncolumn %zu: %02x, not of %02x\n", sqlite3_sql(stmt), i,
                    (unsigned)seen, (unsigned)inferred);
        MUST((seen & inferred) || is_overflow);
    }
}

static void run(sqlite3_stmt *stmt, const struct tn__analysed *answer,
                const struct tn__sql_params *params)
{
    for (unsigned turn = 0; turn < (params->count ? BINDINGS : 1); turn++) {
        int left = BUDGET;
        int count = 0;
        int rc;
        bind_all(stmt, answer, params, turn);
        sqlite3_progress_handler(base.db, STEPS, count_down, &left);
        while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && count < ROWS_MAX) {
            count++;
            check_row(stmt, answer);
        }
        if ((answer->is_single_row && count > 1) ||
            (answer->has_row && count == 0 && rc == SQLITE_DONE))
            fprintf(stderr, "%s\n%d rows\n", sqlite3_sql(stmt), count);
        MUST(!answer->is_single_row || count <= 1);
        MUST(!answer->has_row || count > 0 || rc != SQLITE_DONE);
        sqlite3_reset(stmt);
        sqlite3_progress_handler(base.db, 0, NULL, NULL);
    }
}

/* --- analysing */

static void check_answer(const struct tn__analysed *answer, const struct tn__sql *sql,
                         sqlite3_stmt *stmt)
{
    for (const struct tn__name_fault *fault = answer->faults; fault; fault = fault->next)
        MUST(fault->span.begin <= fault->span.end && fault->span.end <= sql->count);
    for (size_t i = 0; i < answer->column_count; i++)
        MUST(answer->columns[i].span.begin <= answer->columns[i].span.end &&
             answer->columns[i].span.end <= sql->count);
    MUST(answer->is_certain || answer->reason);
    if (!stmt || !answer->is_certain)
        return;
    if (answer->column_count != (size_t)sqlite3_column_count(stmt) || answer->faults)
        fprintf(stderr, "%s\n%zu columns, not %d\n", sqlite3_sql(stmt), answer->column_count,
                sqlite3_column_count(stmt));
    MUST(answer->column_count == (size_t)sqlite3_column_count(stmt));
    MUST(!answer->faults);
}

static void check(char *text)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    struct tn__sql_params params;
    struct tn__analysed answer;
    const struct tn__ast_stmt *tree = NULL;
    const struct tn__analyse_options options = {.catalog = &base.catalog};
    sqlite3_stmt *stmt = NULL;
    int accepted = sqlite3_prepare_v2(base.db, text, -1, &stmt, NULL);
    MUST(tn__sql_scan(&sql, tn_text_of(text), &arena) == TN_OK);
    int rc = tn__sql_params(&params, &sql, &arena);
    MUST(rc == TN_OK || rc == TN_ERANGE);
    if (rc == TN_OK && tn__sql_parse(&tree, NULL, &sql, &arena) == TN_OK) {
        MUST(tn__analyse(&answer, tree, &sql, &params, NULL, &options, &arena) == TN_OK);
        MUST(answer.param_count == params.count);
        check_answer(&answer, &sql, accepted == SQLITE_OK ? stmt : NULL);
        if (stmt && answer.is_certain && sqlite3_stmt_readonly(stmt) &&
            sqlite3_stmt_isexplain(stmt) == 0)
            run(stmt, &answer, &params);
    }
    sqlite3_finalize(stmt);
    tn_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    const struct tn__stmt_span *spans = NULL;
    size_t count = 0;
    char *script = fuzz_string(data, size);
    if (!base.db)
        begin();
    int rc = tn__split(&spans, &count, (tn_text){script, size}, TN__SQLITE, &arena, &err);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        char *text = fuzz_string(data + spans[i].offset, spans[i].run_size);
        check(text);
        free(text);
    }
    free(script);
    tn_arena_fini(&arena);
    return 0;
}
