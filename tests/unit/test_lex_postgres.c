/* SPDX-License-Identifier: MIT */
#define LEXING_DIALECT TN__POSTGRES
#define LEXING_JOINT   " "
#include "lexing.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SPAN(literal)          \
 {                             \
  literal, sizeof(literal) - 1 \
 } /* with NULs in it */

static void lex_single_token_has_its_kind_and_whole_size(void **state)
{
    (void)state;
    static const struct {
        enum tn__tok kind;
        const char *texts[28];
    } rows[] = {
        {TN__TOK_SPACE, {" ", "\n", " \t\r\n\f\v"}},
        {TN__TOK_COMMENT,
         {"--", "-- a'b$$", "/**/", "/* ; */", "/***/", "/* -- */", "/*/**/*/", "/* /* a */ ' */",
          "/*/*/**/*/*/", "/*//**/*/"}},
        {TN__TOK_WORD,
         {"a", "_a", "A1$", "a$b$c", "a$$", "b", "e", "n", "u", "x", "\xC3\xA9t\xC3\xA9", "\x80",
          "\xEF\xBB\xBF"}},
        {TN__TOK_NAME, {"\"\"", "\"a\"\"b\"", "\"'\"", "\"a\\\"", "U&\"a\\0061\"", "u&\"a\"\"b\""}},
        {TN__TOK_STRING,
         {"''",
          "'a'",
          "'it''s'",
          "''''",
          "'\n;--'",
          "'a\\'",
          "E'\\''",
          "e'a\\\\'",
          "E'a''b\\''",
          "U&'\\0061'",
          "u&'a''b'",
          "$$$$",
          "$$a'b$$",
          "$a$ $b$ $$ $a$",
          "$a$$b$a$",
          "$_1$;$_1$",
          "$\xC3\xA9$ $e$ $\xC3\xA9$",
          "$a$ $A$ $a$",
          "$$ $1$$",
          "'a'\n'b'",
          "'a' \t\r\n  'b''c'",
          "'a' -- x'\n-- y\n'b'",
          "E'a'\n'\\''",
          "U&'a'\n'b'",
          "'a'\n''"}},
        {TN__TOK_BLOB, {"B''", "b'01'", "X'0f'", "x'g'", "B'0'\n'1'", "x'\\'"}},
        {TN__TOK_NUMBER,
         {"0", "12", "1.5", ".5", "1.", "1e5", "1E+5", "1.e-5", ".5e1", "0x1F", "0Xa", "0o17",
          "0b101", "1_000", "1_0.0_1e1_0", "0x_1_F"}},
        {TN__TOK_PARAM, {"$1", "$65535", ":a", ":_a1", ":a$b", ":\xC3\xA9"}},
        {TN__TOK_OP,
         {"+", "-", "*", "/",  "<",  ">",  "=",  "~",  "!",  "@",  "#",   "%",  "^",  "&",
          "|", "`", "?", "::", ":=", "..", "=>", "<=", "<>", "!=", "->>", "@-", "?|", "["}},
        {TN__TOK_OP, {"]", ",", ".", ":", "@>", "<->", "&&", "||/", "!~~*", "#>>", "|-", "%+-"}},
        {TN__TOK_LPAREN, {"("}},
        {TN__TOK_RPAREN, {")"}},
        {TN__TOK_SEMI, {";"}},
        {TN__TOK_ILLEGAL,
         {"$", "{", "}", "\\", "\x01", "\x7F", "1a", "1_", "1__0", "1e", "1e+", "1.5e-", "0x",
          "0o8x", "0b2b", "$1a", "1.a"}},
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
        {TN__TOK_STRING, "'"},         {TN__TOK_STRING, "'a;\n"},
        {TN__TOK_STRING, "'a''"},      {TN__TOK_STRING, "E'a\\'"},
        {TN__TOK_STRING, "E'\\"},      {TN__TOK_STRING, "U&'a"},
        {TN__TOK_STRING, "'a'\n'b"},   {TN__TOK_STRING, "E'a'\n'\\'"},
        {TN__TOK_STRING, "$$a$"},      {TN__TOK_STRING, "$a$ $b$ $$ $A$ a$"},
        {TN__TOK_STRING, "$$"},        {TN__TOK_STRING, "$a$ $a"},
        {TN__TOK_NAME, "\"a"},         {TN__TOK_NAME, "\"a\"\""},
        {TN__TOK_NAME, "U&\"a"},       {TN__TOK_BLOB, "x'"},
        {TN__TOK_BLOB, "B'01;"},       {TN__TOK_COMMENT, "/*"},
        {TN__TOK_COMMENT, "/* a *"},   {TN__TOK_COMMENT, "/*/"},
        {TN__TOK_COMMENT, "/*/**/ ;"}, {TN__TOK_COMMENT, "/*/*/"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_whole(rows[i].text, rows[i].kind, true);
}

static void lex_neighbours_are_cut_as_the_engine_does(void **state)
{
    (void)state;
    check_cuts("a||b->>'c'", "a || b ->> 'c'");
    check_cuts("a=-1", "a = - 1");
    check_cuts("a=+-1", "a = + - 1");
    check_cuts("a@-1", "a @- 1");
    check_cuts("a*-1<-b", "a * - 1 < - b");
    check_cuts("a+--b\nc", "a + c");
    check_cuts("a@--b\n", "a @");
    check_cuts("a*/*b*/c", "a * c");
    check_cuts("a<-/*b*/c", "a < - c");
    check_cuts("a--b\rc", "a c");
    check_cuts("a::int", "a :: int");
    check_cuts("a:=b", "a := b");
    check_cuts("a=>b", "a => b");
    check_cuts("a ?| b ? c", "a ?| b ? c");
    check_cuts("1..2", "1 .. 2");
    check_cuts("1...2", "1 .. .2");
    check_cuts("1.2.3", "1.2 .3");
    check_cuts("a.1", "a .1");
    check_cuts("a..b", "a .. b");
    check_cuts("1$2", "1 $2");
    check_cuts("$1$$a$$", "$1 $$a$$");
    check_cuts("$1::int", "$1 :: int");
    check_cuts("$a b", "$ a b");
    check_cuts("$1a$", "$1a$");
    check_cuts("a$1 b$$c$$", "a$1 b$$c$$");
    check_cuts("n'a'N'b'", "n 'a' N 'b'");
    check_cuts("xe'\\'", "xe '\\'");
    check_cuts("u&a U& 'a'", "u & a U & 'a'");
    check_cuts("'a' 'b'", "'a' 'b'");
    check_cuts("'a' -- x\n", "'a'");
    check_cuts("'a'/*\n*/'b'", "'a' 'b'");
    check_cuts("'a'\n-'b'", "'a' - 'b'");
    check_cuts("\"a\"\n\"b\"", "\"a\" \"b\"");
    check_cuts("$$a$$\n'b'", "$$a$$ 'b'");
    check_cuts("b'0''1'", "b'0' '1'");
    check_cuts("a\\b", "a \\ b");
}

static void lex_colon_is_a_parameter_but_not_in_casts_and_slices(void **state)
{
    (void)state;
    check_cuts("a=:b", "a = :b");
    check_cuts(":a::int", ":a :: int");
    check_cuts("a:::b", "a :: :b");
    check_cuts("f(x := :a)", "f ( x := :a )");
    check_cuts("LIMIT:n", "LIMIT :n");
    check_cuts(":1", ": 1");
    check_cuts(": a", ": a");
    check_cuts(":'a'", ": 'a'");
    check_cuts(":\"a\"", ": \"a\"");
    check_cuts("a[1:n]", "a [ 1 : n ]");
    check_cuts("a[m:n]", "a [ m : n ]");
    check_cuts("a[\"m\":n]", "a [ \"m\" : n ]");
    check_cuts("a[(m):n]", "a [ ( m ) : n ]");
    check_cuts("a[b[1]:n]", "a [ b [ 1 ] : n ]");
    check_cuts("a[:n]", "a [ :n ]");
    check_cuts("a[:low : :high]", "a [ :low : :high ]");
    check_cuts("a[1 :n]", "a [ 1 :n ]");
    check_cuts("ARRAY[:a, :b]:c", "ARRAY [ :a , :b ] :c");
    check_cuts("a[$1:n]", "a [ $1 : n ]");
    check_cuts("]a:b", "] a :b");
}

static void lex_nul_byte_ends_a_token_and_is_one_itself(void **state)
{
    (void)state;
    static const struct {
        tn_text text;
        enum tn__tok kind;
        size_t nul;
        bool unterminated;
    } rows[] = {
        {SPAN("'a\0b'"), TN__TOK_STRING, 2, true},   {SPAN("E'\\\0'"), TN__TOK_STRING, 3, true},
        {SPAN("$$\0$$"), TN__TOK_STRING, 2, true},   {SPAN("/*\0*/"), TN__TOK_COMMENT, 2, true},
        {SPAN("--\0\n"), TN__TOK_COMMENT, 2, false}, {SPAN("a\0b"), TN__TOK_WORD, 1, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tn__lexer lexer = lexer_of(rows[i].text);
        struct tn__token token = tn__lex_next(&lexer);
        assert_int_equal(token.kind, rows[i].kind);
        assert_int_equal(token.size, rows[i].nul);
        assert_int_equal(token.unterminated, rows[i].unterminated);
        token = tn__lex_next(&lexer);
        assert_int_equal(token.kind, TN__TOK_ILLEGAL);
        assert_int_equal(token.size, 1);
    }
}

static const char *const pieces[] = {
    "a",       "select", "x'",   "'",  "''",   "\"",   "[",    "]",
    "(",       ")",      ";",    ",",  ".",    "..",   "0",    "12",
    "0x",      ".5",     "e",    "e5", "E+",   "-",    "--",   "->",
    ">",       "<",      "=",    "!",  "||",   "@",    "+",    "*",
    "/",       "/*",     "*/",   "?",  ":",    "::",   ":=",   "$",
    "$$",      "$a$",    "$b$",  "$1", " ",    "\n",   "\t",   "\v",
    "\r",      "%",      "{",    "\\", "\\'",  "E'",   "U&'",  "u&\"",
    "B'",      "N'",     "'\n'", "_",  "\x7F", "--\n", "\x80", "\xEF\xBB\xBF",
    "' --\n'",
};

static unsigned next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (unsigned)(*seed >> 33);
}

static void lex_random_text_is_tiled_exactly(void **state)
{
    (void)state;
    uint64_t seed = 0x9E3779B97F4A7C15u;
    char text[256];
    for (int i = 0; i < 20000; i++) {
        text[0] = '\0';
        for (unsigned k = 1 + next_random(&seed) % 14; k > 0; k--)
            strncat(text, pieces[next_random(&seed) % COUNT(pieces)],
                    sizeof text - strlen(text) - 1);
        struct tn__lexer lexer = lexer_of(tn_text_of(text));
        size_t at = 0;
        for (struct tn__token token; (token = tn__lex_next(&lexer)).kind != TN__TOK_END;) {
            assert_int_equal(token.offset, at);
            assert_true(token.size > 0);
            at += token.size;
            if (token.unterminated)
                assert_int_equal(at, strlen(text));
        }
        assert_int_equal(at, strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lex_single_token_has_its_kind_and_whole_size),
        cmocka_unit_test(lex_without_closing_quote_is_unterminated_to_the_end),
        cmocka_unit_test(lex_neighbours_are_cut_as_the_engine_does),
        cmocka_unit_test(lex_colon_is_a_parameter_but_not_in_casts_and_slices),
        cmocka_unit_test(lex_nul_byte_ends_a_token_and_is_one_itself),
        cmocka_unit_test(lex_random_text_is_tiled_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
