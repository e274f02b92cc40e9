/* SPDX-License-Identifier: MIT */
/* What the engine compiles is parsed; what it refuses as a syntax error is refused, at the same token
 * and in the same words. A tree written back as SQL is the same tree again, and as good to the
 * engine. */
#include "fuzz.h"

#include <sqlite3.h>

#include "../support/ast_sql.h"
#include "lex/lex.h"
#include "util/str.h"

static sqlite3 *db;

struct verdict {
    int rc;
    char message[512];
};

static bool is_syntax(const char *message)
{
    const char *end = strstr(message, "\": syntax error");
    return (strncmp(message, "near \"", 6) == 0 && end) ||
           strcmp(message, "incomplete input") == 0 ||
           strncmp(message, "unrecognized token: \"", 21) == 0 ||
           strncmp(message, "syntax error after column name", 30) == 0;
}

static struct verdict ask_engine(const char *text)
{
    struct verdict verdict = {0};
    sqlite3_stmt *stmt = NULL;
    verdict.rc = sqlite3_prepare_v2(db, text, -1, &stmt, NULL);
    if (verdict.rc != SQLITE_OK)
        snprintf(verdict.message, sizeof verdict.message, "%s", sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    return verdict;
}

/* Whether the text has what an engine of 3.40 refuses and a later one reads. */
static bool is_newer(const struct tn__sql *sql)
{
    static const char *const joins[] = {"CROSS",   "FULL",  "INNER", "LEFT",
                                        "NATURAL", "OUTER", "RIGHT", NULL};
    for (size_t i = 0; i < sql->count; i++) {
        tn_text text = tn__sql_text(sql, i);
        if (sql->tokens[i].kind == TN__TOK_NUMBER && tn__text_find(text, '_') < text.size)
            return true; /* digit separators */
        if (i + 1 < sql->count && sql->tokens[i + 1].kind == TN__TOK_LPAREN &&
            tn__sql_is_any(sql, i, joins))
            return true; /* left() and so on */
        if (tn__sql_is(sql, i, "RAISE"))
            return true; /* its message may be any expression */
        if (tn__sql_is(sql, i, "ORDER") && sql->tokens[i].depth > 0)
            return true; /* an aggregate's order */
        if (tn__sql_is(sql, i, "TRIGGER"))
            return true; /* aliases in its statements */
    }
    return false;
}

static void check_faults(const struct tn__sql *sql, const struct tn__parse_fault *fault,
                         const struct verdict *engine)
{
    MUST(fault);
    /* A register, #1, is found out by an action of the engine, a token later. */
    if (is_syntax(engine->message) && is_syntax(fault->message) && strlen(fault->message) < 200 &&
        tn__text_find(sql->text, '#') == sql->text.size)
        MUST(strcmp(fault->message, engine->message) == 0);
    size_t count = 0;
    size_t at = 0;
    for (; fault; fault = fault->next) {
        MUST(fault->span.begin <= fault->span.end && fault->span.end <= sql->count);
        MUST(fault->span.begin >= at);
        at = fault->span.begin;
        count++;
    }
    MUST(count <= 10);
}

/* Written back, read again, and written back: the same. */
static void check_again(const struct tn__sql *sql, const struct tn__ast_stmt *stmt, bool is_sound)
{
    struct tn__buf once, twice;
    struct tn__sql again;
    tn_arena arena = TN_ARENA_INIT;
    tn__buf_init(&once, 0);
    tn__buf_init(&twice, 0);
    ast_sql_write(&once, sql, stmt);
    MUST(tn__buf_status(&once) == TN_OK);
    MUST(tn__sql_scan(&again, tn__buf_view(&once), &arena) == TN_OK);
    int rc = tn__sql_parse(&stmt, NULL, &again, &arena);
    if (rc != TN_OK)
        fprintf(stderr, "written: %s\n", once.data);
    MUST(rc == TN_OK);
    ast_sql_write(&twice, &again, stmt);
    if (!tn_text_equal(tn__buf_view(&once), tn__buf_view(&twice)))
        fprintf(stderr, "once:  %s\ntwice: %s\n", once.data, twice.data);
    MUST(tn_text_equal(tn__buf_view(&once), tn__buf_view(&twice)));
    if (is_sound) {
        struct verdict engine = ask_engine(once.data);
        if (is_syntax(engine.message))
            fprintf(stderr, "written: %s\nengine: %s\n", once.data, engine.message);
        MUST(!is_syntax(engine.message));
    }
    tn__buf_fini(&once);
    tn__buf_fini(&twice);
    tn_arena_fini(&arena);
}

static void check(char *text)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__sql sql;
    const struct tn__ast_stmt *stmt = NULL;
    const struct tn__parse_fault *faults = NULL;
    MUST(tn__sql_scan(&sql, tn_text_of(text), &arena) == TN_OK);
    int rc = tn__sql_parse(&stmt, &faults, &sql, &arena);
    struct verdict engine = ask_engine(text);
    if (rc == TN_OK) {
        MUST(stmt && !faults);
        MUST(!is_syntax(engine.message) || stmt->kind == TN__STMT_AST_OTHER || is_newer(&sql));
        if (stmt->kind != TN__STMT_AST_OTHER)
            check_again(&sql, stmt, engine.rc == SQLITE_OK);
    } else {
        MUST(rc == TN_ESYNTAX || rc == TN_ERANGE);
        MUST(engine.rc != SQLITE_OK);
        if (rc == TN_ESYNTAX && !is_newer(&sql))
            check_faults(&sql, faults, &engine);
    }
    tn_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    const struct tn__stmt_span *spans = NULL;
    size_t count = 0;
    char *script = fuzz_string(data, size);
    MUST(db || sqlite3_open(":memory:", &db) == SQLITE_OK);
    int rc = tn__split(&spans, &count, (tn_text){script, size}, TN__SQLITE, &arena, &err);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        char *text = fuzz_string(data + spans[i].offset, spans[i].run_size);
        check(text);
        free(text);
    }
    /* What cannot be split is one statement to both, if there is nothing that might be two. */
    if (rc != TN_OK && !strchr(script, ';') && strlen(script) == size)
        check(script);
    free(script);
    tn_arena_fini(&arena);
    return 0;
}
