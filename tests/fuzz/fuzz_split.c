/* SPDX-License-Identifier: MIT */
/* Statements lie in order in the script; between them is nothing but blanks, remarks and semicolons;
 * each ends where sqlite3_complete() and, if it compiles, sqlite3_prepare_v2() say. */
#include "fuzz.h"

#include <sqlite3.h>

#include "lex/lex.h"

static void check_gap(const char *data, size_t from, size_t to)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, (tn_text){data + from, to - from}, TN__SQLITE);
    for (struct tn__token token; (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END;)
        MUST(token.kind == TN__TOK_SEMI);
}

/* What the engine compiles of the rest of the script is this statement. */
static void check_engine(sqlite3 *db, const char *rest, const struct tn__stmt_span *span)
{
    const char *tail = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, rest, -1, &stmt, &tail) == SQLITE_OK && stmt)
        MUST((size_t)(tail - rest) == span->run_size);
    sqlite3_finalize(stmt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sqlite3 *db;
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    const struct tn__stmt_span *spans = NULL;
    size_t count = 0;
    size_t at = 0;
    char *script = fuzz_string(data, size);
    MUST(db || sqlite3_open(":memory:", &db) == SQLITE_OK);
    int rc = tn__split(&spans, &count, (tn_text){script, size}, TN__SQLITE, &arena, &err);
    MUST(rc == TN_OK || rc == TN_ESYNTAX);
    MUST(rc == TN_OK || (err.position >= 1 && err.position <= size + 1));
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        const struct tn__stmt_span *span = &spans[i];
        MUST(span->offset >= at && span->size > 0 && span->size <= span->run_size);
        MUST(span->run_size <= size - span->offset);
        check_gap(script, at, span->offset);
        check_engine(db, script + span->offset, span);
        at = span->offset + span->run_size;
    }
    if (rc == TN_OK)
        check_gap(script, at, size);
    free(script);
    tn_arena_fini(&arena);
    return 0;
}
