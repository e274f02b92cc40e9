/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "check/read/parse.h"
#include "util/str.h"

/* TN_QUERY in C sources: what is found, what is read, and where each byte stands. */
struct scanned {
    tn_arena arena;
    struct tn__diags diags;
    struct tn__reader reader;
    struct tn__query_file file;
};

static void scan(struct scanned *s, const char *text)
{
    memset(s, 0, sizeof(*s));
    tn__diags_init(&s->diags, &s->arena);
    s->reader.arena = &s->arena;
    s->reader.diags = &s->diags;
    s->reader.engines = TN__ENGINE_OF(TN__SQLITE);
    s->file = (struct tn__query_file){
        .path = "src/a.c", .stem = "a", .text = tn_text_of(text), .is_c = true};
    tn__read_c(&s->reader, &s->file);
    assert_ok(s->reader.status);
}

static void done(struct scanned *s)
{
    tn_arena_fini(&s->arena);
}

static void call_gives_name_mode_and_text(void **state)
{
    (void)state;
    struct scanned s;
    scan(&s, "int a;\nTN_QUERY(find, \":optional\", \"SELECT 1\");\n");
    assert_int_equal(s.reader.count, 1);
    const struct tn__query *query = &s.reader.queries[0];
    assert_string_equal(query->name, "find");
    assert_int_equal(query->mode, TN__MODE_OPTIONAL);
    assert_text(query->stmt, "SELECT 1");
    assert_int_equal(query->place.line, 2);
    assert_int_equal(query->place.column, 10);
    assert_true(query->is_inline);
    assert_int_equal(s.diags.count, 0);
    done(&s);
}

static void literals_side_by_side_are_one_text(void **state)
{
    (void)state;
    struct scanned s;
    scan(
        &s,
        "TN_QUERY(a, \":one\" , \"SELECT \" /* x */ \"id\"\n  // y\n  u8\" FROM\"\\\n  \" t\" ) ;");
    assert_text(s.reader.queries[0].stmt, "SELECT id FROM t");
    done(&s);
}

static void escapes_are_decoded(void **state)
{
    (void)state;
    struct scanned s;
    scan(&s,
         "TN_QUERY(a, \":one\", \"SELECT '\\\"\\\\\\n\\t\\x41\\102\\u00e9\\U0001F600\\?' AS x\");");
    assert_text(s.reader.queries[0].stmt, "SELECT '\"\\\n\tAB\xc3\xa9\xf0\x9f\x98\x80?' AS x");
    done(&s);
}

static void places_point_into_the_source(void **state)
{
    (void)state;
    struct scanned s;
    scan(&s, "TN_QUERY(a, \":one\",\n    \"SELECT \\n\" \"nope\");");
    const struct tn__query *query = &s.reader.queries[0];
    assert_text(query->written.sql, "SELECT \nnope");
    struct tn__place place = tn__query_place(query, 8, 4);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 18);
    assert_int_equal(place.length, 4);
    place = tn__query_place(query, 7, 1); /* the escape */
    assert_int_equal(place.column, 13);
    done(&s);
}

static void what_is_no_code_is_passed_over(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "/* TN_QUERY(a, \":one\", \"SELECT 1\") */",
        "// TN_QUERY(a, \":one\", \"SELECT 1\")",
        "// spliced \\\nTN_QUERY(a, \":one\", \"SELECT 1\")",
        "#define TN_QUERY(name, mode, text) int name",
        "#ifdef TN_QUERY\n#undef TN_QUERY\n#endif",
        "#define TEXT \"TN_QUERY\" /* TN_QUERY */ // TN_QUERY",
        "#if 1 /* over\n lines TN_QUERY(a, \":one\", \"SELECT 1\") */",
        "const char *s = \"TN_QUERY(a, \\\":one\\\", \\\"SELECT 1\\\")\";",
        "auto s = R\"x(TN_QUERY(a, \":one\", \"SELECT 1\") )\" )x\";",
        "int NOT_TN_QUERY(int a);",
        "TN_QUERY_OTHER(a, \":one\", \"SELECT 1\")",
        "int x = TN_QUERY;",
        "",
        "/* open",
        "\"open",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct scanned s;
        scan(&s, texts[i]);
        assert_int_equal(s.reader.count, 0);
        assert_int_equal(s.diags.count, 0);
        done(&s);
    }
}

static void code_behind_tricky_tokens_is_found(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "char c = '\"'; TN_QUERY(a, \":one\", \"SELECT 1\");",
        "char c = '\\''; TN_QUERY(a, \":one\", \"SELECT 1\");",
        "int n = 1'000'000; TN_QUERY(a, \":one\", \"SELECT 1\");",
        "const char *s = \"\\\\\"; TN_QUERY(a, \":one\", \"SELECT 1\");",
        "int x = 4 / 2; TN_QUERY(a, \":one\", \"SELECT 1\");",
        "#include <x.h>\nTN_QUERY(a, \":one\", \"SELECT 1\");",
        "/**/TN_QUERY/**/(/**/a/**/,/**/\":one\"/**/,/**/\"SELECT 1\"/**/)/**/;",
        "TN_QUERY\n(\na\n,\r\n\":one\",\n\"SELECT 1\"\n)",
        "#if 0\nTN_QUERY(a, \":one\", \"SELECT 1\");\n#endif",
        "#define GLOB \"src/*.c\"\nTN_QUERY(a, \":one\", \"SELECT 1\");",
        "#error don't\nTN_QUERY(a, \":one\", \"SELECT 1\");",
        "#\nTN_QUERY(a, \":one\", \"SELECT 1\");",
        "#define\nTN_QUERY(a, \":one\", \"SELECT 1\");",
        "wchar_t *w = L\"x\"; TN_QUERY(a, \":one\", \"SELECT 1\");",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct scanned s;
        scan(&s, texts[i]);
        assert_int_equal(s.reader.count, 1);
        assert_int_equal(s.diags.count, 0);
        assert_text(s.reader.queries[0].stmt, "SELECT 1");
        done(&s);
    }
}

static void call_within_a_macro_is_said_not_to_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
        uint32_t column;
    } cases[] = {
        {"#define Q TN_QUERY(a, \":one\", \"SELECT 1\")", 1, 11},
        {" # /**/ define Q(n) \\\n  TN_QUERY(n, \":one\", \"SELECT 1\")", 2, 3},
        {"#define Q TN_QUERY", 1, 11},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scanned s;
        scan(&s, cases[i].text);
        assert_int_equal(s.reader.count, 0);
        assert_int_equal(s.diags.count, 1);
        assert_string_equal(s.diags.items[0].code, "query-not-read");
        assert_int_equal(s.diags.items[0].place.line, cases[i].line);
        assert_int_equal(s.diags.items[0].place.column, cases[i].column);
        done(&s);
    }
}

static void faulty_call_is_a_finding_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t column;
        const char *code;
    } cases[] = {
        {"TN_QUERY(, \":one\", \"S\")", 10, "bad-query-call"},
        {"TN_QUERY(a \":one\", \"S\")", 12, "bad-query-call"},
        {"TN_QUERY(a, \":one\" \"S\")", 13, "query-name"},
        {"TN_QUERY(a, \":one\", )", 21, "bad-query-call"},
        {"TN_QUERY(a, \":one\", TEXT)", 21, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"S\" PRId64)", 25, "bad-query-call"},
        {"TN_QUERY(a, \":one\", L\"S\")", 21, "bad-query-call"},
        {"TN_QUERY(a, \":one\", R\"(S)\")", 21, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"S", 23, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"\\0\")", 24, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"\\xZZ\")", 24, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"\\ud800\")", 28, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"S '\\xc3\\xb6\\xff'\")", 33, "bad-query-call"},
        {"TN_QUERY(a, \":one\", \"S '\\303' T\")", 25, "bad-query-call"},
        {"TN_QUERY(a, \":on\", \"S\")", 13, "query-name"},
        {"TN_QUERY(a, \":one\", \"\")", 10, "empty-query"},
        {"TN_QUERY(a, \":one\", \"S; T\")", 25, "multiple-statements"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scanned s;
        scan(&s, cases[i].text);
        if (s.diags.count != 1 || s.diags.items[0].place.column != cases[i].column)
            print_error("case %zu: %zu findings, the first at %u: %s\n", i, s.diags.count,
                        s.diags.items[0].place.column, s.diags.items[0].message);
        assert_int_equal(s.diags.count, 1);
        assert_int_equal(s.diags.items[0].place.column, cases[i].column);
        assert_string_equal(s.diags.items[0].code, cases[i].code);
        assert_true(s.reader.queries[0].is_broken);
        done(&s);
    }
}

static void long_text_belongs_into_a_file(void **state)
{
    (void)state;
    static char text[5000];
    struct scanned s;
    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "TN_QUERY(a, \":one\", \"SELECT ", 28);
    memcpy(text + 4100, "\");", 4);
    scan(&s, text);
    assert_int_equal(s.diags.count, 1);
    assert_string_equal(s.diags.items[0].code, "bad-query-call");
    assert_string_equal(s.diags.items[0].help, "put it into an .sql file");
    done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_gives_name_mode_and_text),
        cmocka_unit_test(literals_side_by_side_are_one_text),
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(places_point_into_the_source),
        cmocka_unit_test(what_is_no_code_is_passed_over),
        cmocka_unit_test(code_behind_tricky_tokens_is_found),
        cmocka_unit_test(call_within_a_macro_is_said_not_to_be_read),
        cmocka_unit_test(faulty_call_is_a_finding_at_its_place),
        cmocka_unit_test(long_text_belongs_into_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
