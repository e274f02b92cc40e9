/* SPDX-License-Identifier: MIT */
#define LEXING_DIALECT TN__SQLITE
#define LEXING_JOINT   "|"
#include "lexing.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault_alloc.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void lex_single_token_has_its_kind_and_whole_size(void **state)
{
    (void)state;
    static const struct {
        enum tn__tok kind;
        const char *texts[24];
    } rows[] = {
        {TN__TOK_SPACE, {" ", "\n", " \t\r\n\f", " \v", "\xEF\xBB\xBF"}},
        {TN__TOK_COMMENT, {"--", "-- a'b", "/**/", "/* ; */", "/***/", "/* -- */", "--\r"}},
        {TN__TOK_WORD,
         {"a", "_a", "select", "A1$", "x", "X", "\xC3\xA9t\xC3\xA9", "\x80", "\xEF\xBB", "e1",
          "a\xEF\xBB\xBF"}},
        {TN__TOK_NAME, {"\"\"", "\"a\"\"b\"", "[a b]", "[]", "`a``b`", "\"'\"", "[a\"b]"}},
        {TN__TOK_STRING, {"''", "'a'", "'it''s'", "''''", "'\n;--'"}},
        {TN__TOK_BLOB, {"x''", "x'00'", "X'aBcD'"}},
        {TN__TOK_NUMBER,
         {"0", "12", "1.5", ".5", "1.", "1e5", "1E+5", "1.e-5", ".5e1", "0x1F", "0Xa", "1_000",
          "1_0.0_1e1_0", "0x1_F"}},
        {TN__TOK_PARAM,
         {"?", "?12", ":a", "@a", "$a", "#a", "$a::b", "$a::b(c)", "$::a", "$a()", ":::a", "@1",
          "$a(;')"}},
        {TN__TOK_OP, {"||", "|",  "->", "->>", "-", "<", "<=", "<>", "<<", ">", ">=", ">>",
                      "=",  "==", "!=", "+",   "*", "/", "%",  ",",  "&",  "~", "."}},
        {TN__TOK_LPAREN, {"("}},
        {TN__TOK_RPAREN, {")"}},
        {TN__TOK_SEMI, {";"}},
        {TN__TOK_ILLEGAL,
         {"!", "^", "{", "\\", "\v", "\x7F", "\x01", "1a", "1e5x", "1__0", "1_", "x'0'", "x'0g'",
          ":", "$", "$a(b", "#1", "1$"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(rows[i].texts) && rows[i].texts[k]; k++)
            check_whole(rows[i].texts[k], rows[i].kind, false);
}

static void lex_without_closing_quote_is_unterminated_to_the_end(void **state)
{
    (void)state;
    static const struct {
        enum tn__tok kind;
        const char *text;
    } rows[] = {
        {TN__TOK_STRING, "'"},    {TN__TOK_STRING, "'a;\n"}, {TN__TOK_STRING, "'a''"},
        {TN__TOK_NAME, "\"a"},    {TN__TOK_NAME, "`a"},      {TN__TOK_NAME, "[a"},
        {TN__TOK_BLOB, "x'"},     {TN__TOK_BLOB, "x'0g;"},   {TN__TOK_COMMENT, "/* a *"},
        {TN__TOK_COMMENT, "/*/"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_whole(rows[i].text, rows[i].kind, true);
}

static void lex_neighbours_are_cut_as_the_engine_does(void **state)
{
    (void)state;
    check_cuts("a||b->>'$.c'", "a||||b|->>|'$.c'");
    check_cuts("a - -b--c\nd", "a|-|-|b|d");
    check_cuts("1.2.3", "1.2|.3");
    check_cuts("1..2", "1.|.2");
    check_cuts("a.1", "a|.1");
    check_cuts("1e", "1e");
    check_cuts("1e+", "1e|+");
    check_cuts("0x", "0x");
    check_cuts("0x1G", "0x1|G");
    check_cuts("?1a", "?1|a");
    check_cuts("?:a", "?|:a");
    check_cuts("$a:b", "$a|:b");
    check_cuts("$a(b c)", "$a(b|c|)");
    check_cuts("a<=>b", "a|<=|>|b");
    check_cuts("a===b", "a|==|=|b");
    check_cuts("xx'00'", "xx|'00'");
    check_cuts("x '00'", "x|'00'");
    check_cuts("a/**/b/*c", "a|b");
    check_cuts("a/*", "a|/|*");
    check_cuts("\xEF\xBB\xBFselect;", "select|;");
    check_cuts("'a' 'b''c'[d]\"e\"", "'a'|'b''c'|[d]|\"e\"");
}

static void lex_nul_byte_ends_a_token_and_is_one_itself(void **state)
{
    (void)state;
    struct tn__lexer lexer = lexer_of((tn_text){"'a\0b' --\0/*", 11});
    struct tn__token token = tn__lex_next(&lexer);
    assert_int_equal(token.kind, TN__TOK_STRING);
    assert_int_equal(token.unterminated, 1);
    assert_int_equal(token.size, 2);
    token = tn__lex_next(&lexer);
    assert_int_equal(token.kind, TN__TOK_ILLEGAL);
    assert_int_equal(token.size, 1);
    token = tn__lex_next(&lexer);
    assert_int_equal(token.kind, TN__TOK_WORD);
    assert_int_equal(token.size, 1);
    token = tn__lex_next(&lexer);
    assert_int_equal(token.kind, TN__TOK_STRING);
    assert_int_equal(token.size, 4);
    token = tn__lex_next(&lexer);
    assert_int_equal(token.kind, TN__TOK_ILLEGAL);
    assert_int_equal(token.offset, 8);
}

static void lex_at_the_end_says_end_again_and_again(void **state)
{
    (void)state;
    struct tn__lexer lexer = lexer_of((tn_text){NULL, 0});
    for (int i = 0; i < 3; i++) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        assert_int_equal(token.kind, TN__TOK_END);
        assert_int_equal(token.size, 0);
    }
}

static void token_is_compares_words_without_case(void **state)
{
    (void)state;
    struct tn__lexer lexer = lexer_of(TN__TEXT("Select \"SELECT\" SELECTED sel"));
    assert_true(tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SELECT"));
    assert_false(tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SELECT"));
    assert_false(tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SELECT"));
    assert_false(tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SELECT"));
    assert_false(tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SELECT"));
}

static void unquote_undoes_each_kind_of_quote(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"'it''s'", "it's"},  {"\"a\"\"b\"", "a\"b"}, {"`a``b`", "a`b"},
        {"[a \"b]", "a \"b"}, {"plain", "plain"},     {"''", ""},
        {"''''", "'"},        {"'open", "open"},      {"", ""},
    };
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < COUNT(rows); i++) {
        tn_text out;
        assert_ok(tn__token_unquote(&out, tn_text_of(rows[i][0]), &arena));
        assert_string_equal(out.data, rows[i][1]);
        assert_int_equal(out.size, strlen(rows[i][1]));
    }
    tn_arena_fini(&arena);
}

static int unquote_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    tn_text out = {"kept", 4};
    int rc = tn__token_unquote(&out, TN__TEXT("'a''b'"), &arena);
    assert_string_equal(out.data, rc == TN_OK ? "a'b" : "kept");
    tn_arena_fini(&arena);
    return rc;
}

static void unquote_without_memory_is_told(void **state)
{
    (void)state;
    fault_alloc_each(unquote_once, NULL);
}

/* Texts put together from pieces that may run into each other. */
static const char *const pieces[] = {
    "a",    "select",
    "x",    "x'",
    "'",    "''",
    "\"",   "`",
    "[",    "]",
    "(",    ")",
    ";",    ",",
    ".",    "0",
    "12",   "0x",
    "1f",   ".5",
    "e",    "e5",
    "E+",   "-",
    "--",   "->",
    ">",    "<",
    "=",    "!",
    "|",    "||",
    "&",    "~",
    "+",    "*",
    "/",    "/*",
    "*/",   "?",
    "?3",   ":",
    "::",   "@",
    "$",    "#",
    " ",    "\n",
    "\t",   "\v",
    "\f",   "\r",
    "%",    "\xC3\xA9",
    "^",    "{",
    "\\",   "_x",
    "'a'",  "b(",
    "c)",   "\xEF\xBB\xBF",
    "\xEF", "end",
    "\x7F", "--\n",
    "$a",   "\x80",
};

static unsigned next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (unsigned)(*seed >> 33);
}

static void make_text(char *out, size_t size, uint64_t *seed)
{
    unsigned count = 1 + next_random(seed) % 14;
    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        const char *piece = pieces[next_random(seed) % COUNT(pieces)];
        strncat(out, piece, size - strlen(out) - 1);
    }
}

static void lex_random_text_is_tiled_exactly(void **state)
{
    (void)state;
    uint64_t seed = 0x9E3779B97F4A7C15u;
    char text[256];
    for (int i = 0; i < 20000; i++) {
        make_text(text, sizeof text, &seed);
        struct tn__lexer lexer = lexer_of(tn_text_of(text));
        size_t at = 0;
        for (;;) {
            struct tn__token token = tn__lex_next(&lexer);
            assert_int_equal(token.offset, at);
            if (token.kind == TN__TOK_END)
                break;
            assert_true(token.size > 0);
            at += token.size;
            if (token.unterminated)
                assert_int_equal(at, strlen(text));
        }
        assert_int_equal(at, strlen(text));
    }
}

/*
 * The engine's first token of `text`, out of its own error message: behind a complete DROP TABLE any
 * token is a fault, which it shows. False: it sees the end of the statement.
 */
static bool engine_token(sqlite3 *db, const char *text, tn_text *out, size_t *offset, bool *legal)
{
    static const char lead[] = "DROP TABLE a.[b]";
    static const char near_start[] = "near \"", near_end[] = "\": syntax error";
    static const char bad_start[] = "unrecognized token: \"", bad_end[] = "\"";
    char sql[512];
    sqlite3_stmt *stmt = NULL;
    snprintf(sql, sizeof sql, "%s%s", lead, text);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_ERROR);
    tn_text message = tn_text_of(sqlite3_errmsg(db));
    *legal = tn__text_starts(message, near_start);
    if (!*legal && !tn__text_starts(message, bad_start))
        return false;
    size_t before = *legal ? sizeof near_start - 1 : sizeof bad_start - 1;
    size_t behind = *legal ? sizeof near_end - 1 : sizeof bad_end - 1;
    *out = tn__text_sub(message, before, message.size - before - behind);
    int where = sqlite3_error_offset(db);
    assert_true(where >= (int)sizeof lead - 1);
    *offset = (size_t)where - (sizeof lead - 1);
    return true;
}

static void lex_random_text_is_cut_as_the_engine_cuts_it(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    uint64_t seed = 0xD1B54A32D192ED03u;
    char text[256];
    for (int i = 0; i < 4000; i++) {
        make_text(text, sizeof text, &seed);
        struct tn__lexer lexer = lexer_of(tn_text_of(text));
        for (;;) {
            size_t from = lexer.offset;
            struct tn__token token = tn__lex_next_solid(&lexer);
            tn_text cut = tn__token_text(&lexer, token), theirs;
            size_t offset;
            bool legal;
            if (!engine_token(db, text + from, &theirs, &offset, &legal)) {
                if (token.kind != TN__TOK_END && token.kind != TN__TOK_SEMI)
                    fail_msg("'%s' at %zu: the engine sees the end", text, from);
            } else {
                bool is_legal = token.kind != TN__TOK_ILLEGAL && !token.unterminated;
                /* Registers are refused later, by the engine's parser. */
                if (cut.size > 1 && cut.data[0] == '#' && cut.data[1] <= '9')
                    is_legal = legal;
                /* From 3.46 on the letters behind a hexadecimal number make all of it illegal. */
                if (!legal && tn__text_starts(cut, "0x") && tn__text_starts(theirs, "0x"))
                    break;
                if (!tn_text_equal(cut, theirs) || from + offset != token.offset ||
                    legal != is_legal)
                    fail_msg("'%s' at %zu: '%.*s' (%d), the engine: '%.*s' (%d)", text, from,
                             (int)cut.size, cut.data, is_legal, (int)theirs.size, theirs.data,
                             legal);
            }
            if (token.kind == TN__TOK_END)
                break;
        }
    }
    sqlite3_close(db);
}

static void lex_register_parameter_is_refused_by_the_engine_too(void **state)
{
    (void)state;
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT #1", -1, &stmt, NULL), SQLITE_ERROR);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT #a", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_parameter_count(stmt), 1);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lex_single_token_has_its_kind_and_whole_size),
        cmocka_unit_test(lex_without_closing_quote_is_unterminated_to_the_end),
        cmocka_unit_test(lex_neighbours_are_cut_as_the_engine_does),
        cmocka_unit_test(lex_nul_byte_ends_a_token_and_is_one_itself),
        cmocka_unit_test(lex_at_the_end_says_end_again_and_again),
        cmocka_unit_test(token_is_compares_words_without_case),
        cmocka_unit_test(unquote_undoes_each_kind_of_quote),
        cmocka_unit_test(unquote_without_memory_is_told),
        cmocka_unit_test(lex_random_text_is_tiled_exactly),
        cmocka_unit_test(lex_random_text_is_cut_as_the_engine_cuts_it),
        cmocka_unit_test(lex_register_parameter_is_refused_by_the_engine_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
