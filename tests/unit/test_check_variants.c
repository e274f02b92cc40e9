/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "check/read/variants.h"

/* Optional parts and choices: how the marks are read, which texts are checked, what the texts say together. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, age INTEGER,\n"
    "  made DATETIME NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')), \"größe\" INTEGER);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),\n"
    "  title TEXT NOT NULL, score REAL NOT NULL);\n";

/* The one query of a text, which holds. */
static const struct tn__query *query_of(struct checking *c, const char *mode, const char *sql)
{
    char text[4000];
    snprintf(text, sizeof text, "-- name: q %s\n%s\n", mode, sql);
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_findings(c, 0);
    return &c->checked.queries[0];
}

static const char *message_of(const struct checking *c)
{
    return c->diags.count ? c->diags.items[0].message : "";
}

/* --- marks -------------------------------------------------------------------------------------- */

struct fault {
    const char *sql; /* below "-- name: q :many" */
    uint32_t line;
    uint32_t column;
    const char *code;
    const char *message; /* a part of it */
};

static void expect_faults(struct checking *c, const struct fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[2000];
        snprintf(text, sizeof text, "-- name: q :many\n%s\n", faults[i].sql);
        checking(c, tables, text);
        checking_drop_advice(c);
        expect_finding(c, 0, faults[i].line, faults[i].column, faults[i].code);
        expect_findings(c, 1); /* what follows from a fault is no fault of its own */
        if (!strstr(message_of(c), faults[i].message))
            print_error("%s\n%s\n", faults[i].sql, message_of(c));
        assert_non_null(strstr(message_of(c), faults[i].message));
        assert_true(c->checked.queries[0].is_broken);
    }
}
#define EXPECT_FAULTS(c, faults) expect_faults((c), (faults), sizeof(faults) / sizeof((faults)[0]))

static void wrong_mark_is_found_at_its_place(void **state)
{
    static const char bad[] = "bad-annotation";
    static const struct fault faults[] = {
        {"SELECT id FROM users WHERE 1 /*? a */ AND id = 1;", 2, 34, bad, "does not end"},
        {"SELECT id FROM users WHERE 1 /*? a */ AND /*? b */ 1 /*?*/;", 2, 34, bad, "does not end"},
        {"SELECT id FROM users WHERE 1 /*?*/;", 2, 30, bad, "no optional part begins before"},
        {"SELECT id FROM users\nWHERE 1 /*? a */ AND 1 /*?*/ /*?*/;", 3, 30, bad,
         "no optional part"},
        {"SELECT id FROM users WHERE 1 /*? a */ AND 1 -- /*?*/\n;", 2, 34, bad, "does not end"},
        {"SELECT id FROM users WHERE 1 /*? 1a */ AND 1 /*?*/;", 2, 30, bad, "letters, digits"},
        {"SELECT id FROM users WHERE 1 /*? größe */ AND 1 /*?*/;", 2, 30, bad, "letters, digits"},
        {"SELECT id FROM users WHERE 1 /*? a-b */ AND 1 /*?*/;", 2, 30, bad, "letters, digits"},
        {"SELECT id FROM users WHERE 1 /*? a b */ AND 1 /*?*/;", 2, 30, bad,
         "begins with '/*? NAME */'"},
        {"SELECT id FROM users WHERE 1 /*? = */ AND 1 /*?*/;", 2, 30, bad,
         "begins with '/*? NAME */'"},
        {"SELECT id FROM users ORDER BY /*: s */ id /*: y = name :*/;", 2, 31, bad, ": NAME FIRST"},
        {"SELECT id FROM users ORDER BY /*: s x y */ id /*: z = name :*/;", 2, 31, bad,
         ": NAME FIRST"},
        {"SELECT id FROM users ORDER BY /*: s 1 */ id /*: z = name :*/;", 2, 31, bad,
         "letters, digits"},
        {"SELECT id FROM users ORDER BY /*: = x */ id /*: z = name :*/;", 2, 31, bad,
         ": NAME FIRST"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = name */;", 2, 45, bad,
         ": NAME = SQL :"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y z = name :*/;", 2, 45, bad,
         ": NAME FIRST"},
        {"SELECT id FROM users WHERE 1; /*? a */ AND 1 /*?*/", 2, 31, bad, "behind the statement"},
        {"SELECT id FROM users WHERE 1 /*? a */ ; /*?*/", 2, 41, bad, "behind the statement"},
        {"SELECT id FROM users; /*:*/", 2, 23, bad, "behind the statement"},
        {"/*? a */ /*?*/", 1, 10, "empty-query", "no statement"},
        {"SELECT id FROM users WHERE 1 /*? a */ AND 1 /*? ", 2, 45, "syntax-error", "does not end"},
    };
    EXPECT_FAULTS(*state, faults);
}

static void wrong_choice_is_found_at_its_place(void **state)
{
    static const char bad[] = "bad-annotation";
    static const struct fault faults[] = {
        {"SELECT id FROM users ORDER BY /*: s x */ id;", 2, 35, bad, "one text only"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*:*/;", 2, 45, bad, "one text only"},
        {"SELECT id FROM users /*:*/;", 2, 22, bad, "no choice begins"},
        {"SELECT id FROM users ORDER BY /*: y = name :*/ id;", 2, 35, bad, "none begins before it"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = name :*/ , age /*: z = age :*/;", 2,
         72, bad, "none begins before it"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = name :*/ /*: y = age :*/;", 2, 66,
         bad, "two values 'y'"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: x = name :*/;", 2, 49, bad,
         "two values 'x'"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: X = name :*/;", 2, 49, bad,
         "in capitals"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = age :*/, /*: s x */ id /*: y = age :*/;",
         2, 66, bad, "two choices 's'"},
        {"SELECT id FROM users ORDER BY /*: s x */ id, /*: t x */ id /*: y = age :*/;", 2, 50, bad,
         "before the last one has another text"},
        {"SELECT id FROM users /*? a */ ORDER BY /*: s x */ id /*?*/ /*: y = name :*/;", 2, 54, bad,
         "from before the choice"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*? a */ , 1 /*: y = name :*/ /*?*/;", 2, 62,
         bad, "does not end before the next text"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = age -- z\n :*/;", 2, 49, bad,
         "has a comment"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = age; :*/;", 2, 49, bad,
         "a semicolon"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = 'age :*/;", 2, 49, bad, "a quote"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = \"age :*/;", 2, 49, bad, "a quote"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = /* :*/;", 2, 49, bad,
         "has a comment"},
    };
    EXPECT_FAULTS(*state, faults);
}

static void too_much_is_found_where_it_is_too_much(void **state)
{
    struct checking *c = *state;
    char text[4000] = "-- name: q :many\nSELECT id FROM users WHERE 1";
    for (int i = 1; i <= 33; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "\n/*? p%d */ AND %d /*?*/", i, i);
    }
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_finding(c, 0, 35, 5, "bad-annotation"); /* the 33rd */
    expect_findings(c, 1);
    assert_non_null(strstr(message_of(c), "at most 32 optional parts"));

    snprintf(text, sizeof text, "-- name: q :many\nSELECT id FROM users ORDER BY /*: s v0 */ 1");
    for (int i = 1; i <= 64; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "\n/*: v%d = 1 :*/", i);
    }
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_finding(c, 0, 66, 5, "bad-annotation"); /* the 65th */
    expect_findings(c, 1);
    assert_non_null(strstr(message_of(c), "at most 64 values"));

    snprintf(text, sizeof text, "-- name: q :many\nSELECT id FROM users WHERE 1");
    for (int i = 1; i <= 9; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "\n/*? p%d */", i);
    }
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_finding(c, 0, 11, 5, "bad-annotation");
    expect_findings(c, 1);
    assert_non_null(strstr(message_of(c), "at most 8 deep"));
}

/* Three choices of 13 values are 2197 texts. */
static void too_many_variants_are_a_finding_at_the_name(void **state)
{
    struct checking *c = *state;
    char text[4000] = "-- name: q :many\nSELECT id FROM users ORDER BY";
    for (int i = 0; i < 3; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s /*: s%d v0 */ id", i ? "," : "", i);
        for (int k = 1; k < 13; k++) {
            used = strlen(text);
            snprintf(text + used, sizeof text - used, " /*: v%d = id + %d :*/", k, k);
        }
    }
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_finding(c, 0, 1, 10, "bad-annotation");
    expect_findings(c, 1);
    assert_non_null(strstr(message_of(c), "more than 2000 variants"));
}

static void mark_in_a_string_a_name_or_a_line_comment_is_none(void **state)
{
    struct checking *c = *state;
    assert_null(query_of(c, ":many", "SELECT id FROM users WHERE name = '/*? a */';")->variants);
    assert_null(query_of(c, ":many", "SELECT id AS \"/*?*/\" FROM users; -- /*? a */")
                    ->variants); /* the name is one that C cannot take */
}

static void carriage_returns_are_blanks_to_marks(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query =
        query_of(c, ":many",
                 "SELECT id FROM users\r\nWHERE 1 /*?\r\n a\r\n*/ AND id > 1 /*?\r\n*/\r\n"
                 "ORDER BY /*: s x */ id /*: y =\r\n name\r\n:*/;\r");
    assert_int_equal(query->variants->option_count, 1);
    assert_string_equal(query->variants->options[0].name, "a");
    assert_string_equal(query->variants->choices[0].values[1], "y");
    assert_text(query->emitted, "SELECT id FROM users\nWHERE 1\nAND id > 1\nORDER BY id");
}

/* --- texts -------------------------------------------------------------------------------------- */

static void text_of(char *out, size_t size, const struct checking *c, const struct tn__query *query,
                    uint64_t key)
{
    struct tn__sql_text text;
    tn_arena arena = TN_ARENA_INIT;
    (void)c;
    assert_ok(tn__sql_compose(&text, &query->pieces, key, &arena));
    snprintf(out, size, "%.*s", (int)text.text.size, text.text.data);
    tn_arena_fini(&arena);
}

static void expect_text(struct checking *c, const struct tn__query *query, uint64_t key,
                        const char *expected)
{
    char text[1000];
    text_of(text, sizeof text, c, query, key);
    assert_string_equal(text, expected);
}

static void text_has_the_parts_of_its_key(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query =
        query_of(c, ":many",
                 "SELECT id FROM users\nWHERE age > :least\n  /*? name */ AND name = :name /*?*/\n"
                 "  /*? made */ AND made > :made /*?*/\n"
                 "ORDER BY /*: sort newest */ made DESC, id /*: name = name :*/ /*: none = 1 :*/\n"
                 "LIMIT :most;");
    assert_int_equal(query->variants->key_count, 12);
    expect_text(c, query, 3,
                "SELECT id FROM users\nWHERE age > ?1\n  AND name = ?2\n  AND made > ?3\n"
                "ORDER BY made DESC, id\nLIMIT ?4");
    expect_text(c, query, 2 | (1 << 2),
                "SELECT id FROM users\nWHERE age > ?1\n  AND made > ?3\nORDER BY name\nLIMIT ?4");
    expect_text(c, query, 2 << 2, "SELECT id FROM users\nWHERE age > ?1\nORDER BY 1\nLIMIT ?4");
    assert_true(query->params[1].is_switch && query->params[2].is_switch);
    assert_false(query->params[0].is_switch || query->params[3].is_switch);
    assert_string_equal(query->params[1].name, "name");
    assert_int_equal(query->params[1].when_count, 1);
    assert_int_equal(query->params[1].when[0].mask, 1);
    assert_int_equal(query->params[3].when_count, 0);
}

static void part_of_one_name_is_one_part_and_parts_nest(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query =
        query_of(c, ":many",
                 "/*? x */ WITH x AS (SELECT 1 AS one) /*?*/ SELECT id FROM users WHERE 1\n"
                 "/*? x */ AND id IN (SELECT one FROM x) /*? y */ AND age = 3 /*?*/ /*?*/\n"
                 "/*? y */ GROUP BY id HAVING count(*) > 0 /*?*/ /*? z */ LIMIT 3 /*?*/");
    assert_int_equal(query->variants->option_count, 3);
    assert_int_equal(query->variants->key_count, 8);
    expect_text(c, query, 0, " SELECT id FROM users WHERE 1");
    expect_text(
        c, query, 1,
        "WITH x AS (SELECT 1 AS one) SELECT id FROM users WHERE 1\nAND id IN (SELECT one FROM x)");
    expect_text(c, query, 2, " SELECT id FROM users WHERE 1\nGROUP BY id HAVING count(*) > 0");
    expect_text(
        c, query, 7,
        "WITH x AS (SELECT 1 AS one) SELECT id FROM users WHERE 1\n"
        "AND id IN (SELECT one FROM x) AND age = 3\nGROUP BY id HAVING count(*) > 0 LIMIT 3");
}

/* Each byte of a variant's text stands where it is written, and all else is blank. */
static void variant_text_stands_where_it_is_written(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query =
        query_of(c, ":many",
                 "SELECT id -- all\nFROM users WHERE 1 /*? a */ AND name <> 'größe /*?*/' /*?*/\n"
                 "ORDER BY /*: s x */ id /* why */ /*: y = name :*/ ;");
    for (size_t i = 0; i < query->variants->key_count; i++) {
        tn_text text = tn__variant_text(query, &query->variants->keys[i], &c->arena);
        assert_int_equal(text.size, query->stmt.size);
        for (size_t k = 0; k < text.size; k++)
            assert_true(text.data[k] == query->stmt.data[k] || text.data[k] == TN__SQL_BLANK);
    }
}

static void seven_parts_are_checked_together_and_one_by_one(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query = query_of(
        c, ":many",
        "SELECT id FROM users WHERE 1 /*? a */ AND 1 /*?*/ /*? b */ AND 2 /*?*/ /*? c */ AND 3 "
        "/*?*/ /*? d */ AND 4 /*?*/ /*? e */ AND 5 /*?*/ /*? f */ AND 6 /*?*/ /*? g */ AND 7 "
        "/*?*/ ORDER BY /*: s x */ 1 /*: y = id :*/");
    static const uint64_t expected[] = {127, 0, 1, 2, 4, 8, 16, 32, 64};
    assert_int_equal(query->variants->key_count, 18);
    for (size_t i = 0; i < 18; i++)
        assert_int_equal(query->variants->keys[i], expected[i % 9] | (i < 9 ? 0 : 128));
}

/* Alone, it would not be there: those around it are needed. */
static void part_within_others_is_checked_with_those_around_it(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query = query_of(
        c, ":many",
        "SELECT p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id\n"
        "WHERE (p.id = 1 /*? a */ /*? b */ OR u.age = /*? c */ - /*?*/ 9 /*?*/ /*?*/)\n"
        "/*? d */ AND p.id > 1 /*?*/ /*? e */ AND 2 /*?*/ /*? f */ AND 3 /*?*/ /*? g */ AND 4 /*?*/");
    static const uint64_t expected[] = {127, 0, 1, 3, 7, 8, 16, 32, 64};
    assert_int_equal(query->variants->key_count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(query->variants->keys[i], expected[i]);
    assert_true(query->columns[0].typing.is_nullable);
}

/* --- what breaks in one of them ------------------------------------------------------------------ */

struct broken {
    const char *sql;
    uint32_t line;
    uint32_t column;
    const char *code;
    const char *note; /* NULL: none */
};

static void fault_of_one_variant_says_which(void **state)
{
    static const struct broken cases[] = {
        {"SELECT id FROM users WHERE /*? a */ id > 0 AND /*?*/ /*? b */ id > 1 /*?*/;", 2, 47,
         "syntax-error", "in the text without 'b'"},
        {"SELECT users.id FROM users /*? j */ JOIN posts p ON p.user_id = users.id /*?*/\n"
         "WHERE users.id > 0 AND p.score > 1;",
         3, 26, "unknown-column", "in the text without 'j'"},
        {"SELECT id FROM users ORDER BY /*: s x */ id /*: y = nam :*/;", 2, 53, "unknown-column",
         "in the text 's' is 'y'"},
        {"SELECT id FROM users WHERE 1 /*? a */ AND nam = 1 /*?*/;", 2, 43, "unknown-column", NULL},
        {"SELECT id FROM users WHERE /*? x */ id IN /*?*/ (:a[]);", 2, 50, "param-name",
         "in the text without 'x'"},
        {"SELECT id /*? a */ , name /*?*/ FROM users;", 2, 15, "bad-annotation",
         "they are others in the text without 'a'"},
        {"SELECT * FROM users u /*? j */ JOIN posts p ON p.user_id = u.id /*?*/;", 2, 27,
         "bad-annotation", "they are others in the text without 'j'"},
        {"SELECT /*: c a */ id /*: b = name :*/ FROM users;", 2, 26, "bad-annotation",
         "they are others in the text 'c' is 'b'"},
        {"SELECT id /*? a */ , 1 AS a /*?*/ /*? b */ , 2 AS b /*?*/ FROM users;", 2, 15,
         "bad-annotation", "without 'a'"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        snprintf(text, sizeof text, "-- name: q :many\n%s\n", cases[i].sql);
        checking(c, tables, text);
        checking_drop_advice(c);
        expect_finding(c, 0, cases[i].line, cases[i].column, cases[i].code);
        expect_findings(c, 1);
        const char *said = cases[i].note ? cases[i].note : "in the text";
        const struct tn__diag_note *note = c->diags.items[0].notes;
        while (note && !strstr(note->message, said))
            note = note->next;
        if (cases[i].note && !note)
            print_error("%s\n", cases[i].sql);
        assert_int_equal(note != NULL, cases[i].note != NULL);
    }
}

static void choice_may_write_in_none_of_its_texts_or_in_all(void **state)
{
    struct checking *c = *state;
    checking(
        c, tables,
        "-- name: q :many\n/*: c a */ SELECT id FROM users /*: b = DELETE FROM users RETURNING id :*/;");
    expect_finding(c, 0, 2, 37, "bad-annotation");
    expect_findings(c, 1);
}

/* --- names in C ---------------------------------------------------------------------------------- */

static void members_of_parts_and_choices_are_names_that_c_takes(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query = query_of(
        c, ":many",
        "SELECT id FROM users WHERE 1 /*? for */ AND 1 /*?*/\n"
        "ORDER BY /*: default new */ id /*: for = name :*/, /*: stmt int */ id /*: x = 1 :*/;");
    assert_string_equal(query->variants->options[0].member, "has_for");
    assert_string_equal(query->variants->choices[0].member, "default_");
    assert_string_equal(query->variants->choices[1].member, "stmt_");
}

static void two_arguments_of_one_name_are_a_finding(void **state)
{
    static const struct fault faults[] = {
        {"SELECT id FROM users WHERE 1 /*? a */ AND 1 /*?*/ ORDER BY /*: has_a x */ 1 /*: y = id :*/;",
         2, 64, "name-collision", "'has_a'"},
        {"SELECT id FROM users WHERE age = :has_a /*? a */ AND 1 /*?*/;", 2, 45, "name-collision",
         "'a'"},
        {"SELECT id FROM users WHERE age = :s ORDER BY /*: s x */ id /*: y = name :*/;", 2, 50,
         "name-collision", "'s'"},
        {"SELECT id FROM users ORDER BY /*: for x */ 1 /*: y = id :*/, /*: for_ x */ 1 /*: y = id :*/;",
         2, 66, "name-collision", "'for_'"},
    };
    EXPECT_FAULTS(*state, faults);
}

/* --- parameters ---------------------------------------------------------------------------------- */

static const struct tn__query_param *param_of(const struct tn__query *query, const char *name)
{
    for (size_t i = 0; i < query->param_count; i++)
        if (strcmp(query->params[i].name, name) == 0)
            return &query->params[i];
    fail_msg("no parameter '%s'", name);
    return NULL;
}

static void parameter_switches_its_part_if_it_is_nothing_but_there(void **state)
{
    static const struct {
        const char *sql;
        bool is_switch;
    } cases[] = {
        {"WHERE 1 /*? name */ AND name = :name /*?*/", true},
        {"WHERE 1 /*? name */ AND (name = :name OR mail = :name) /*?*/", true},
        {"WHERE 1 /*? name */ AND name = :name /*?*/ /*? name */ AND 1 /*?*/", true},
        {"WHERE 1 /*? name */ AND /*? b */ name = :name AND /*?*/ 1 /*?*/", true},
        {"WHERE 1 /*? b */ /*? name */ AND name = :name /*?*/ /*?*/", true},
        {"WHERE name = :name /*? name */ AND mail = :name /*?*/", false},
        {"WHERE 1 /*? name */ AND name = :name /*?*/ /*? b */ AND mail = :name /*?*/", false},
        {"WHERE 1 /*? b */ AND name = :name /*?*/", false},
        {"WHERE 1 /*? name */ AND mail IS :name /*?*/", false},
        {"WHERE 1 /*? name */ AND id IN (:name[]) /*?*/", false},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sql[500];
        snprintf(sql, sizeof sql, "SELECT id FROM users %s;", cases[i].sql);
        const struct tn__query *query = query_of(c, ":many", sql);
        if (param_of(query, "name")->is_switch != cases[i].is_switch)
            print_error("%s\n", sql);
        assert_int_equal(param_of(query, "name")->is_switch, cases[i].is_switch);
        for (size_t k = 0; k < query->variants->option_count; k++) {
            const struct tn__option *option = &query->variants->options[k];
            bool is_param = cases[i].is_switch && strcmp(option->name, "name") == 0;
            assert_int_equal(option->is_param, is_param);
            assert_int_equal(option->member == NULL, is_param);
        }
    }
}

static void parameters_in_parts_are_numbered_as_they_are_written(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query = query_of(
        c, ":many",
        "-- param 4 shift\nSELECT id FROM users WHERE name = ? /*? a */ AND mail = ? /*?*/ /*? b */ AND age = $3\n"
        "/*?*/ AND id > ?3 ORDER BY /*: s x */ id /*: y = id + ?4 :*/ LIMIT ?;");
    assert_int_equal(query->param_count, 5);
    assert_string_equal(query->params[0].name, "name");
    assert_string_equal(query->params[1].name, "mail");
    assert_string_equal(query->params[2].name, "age");
    assert_string_equal(query->params[3].name, "shift");
    assert_string_equal(query->params[4].name, "limit");
    expect_text(c, query, 0,
                "SELECT id FROM users WHERE name = ?1\nAND id > ?3 ORDER BY id LIMIT ?5");
    expect_text(
        c, query, 2 | 4,
        "SELECT id FROM users WHERE name = ?1 AND age = ?3\nAND id > ?3 ORDER BY id + ?4 LIMIT ?5");
    assert_int_equal(query->params[1].when_count, 1);
    assert_int_equal(query->params[2].when_count, 0);
    assert_int_equal(query->params[3].when_count, 1);
    assert_int_equal(query->params[3].when[0].mask, 4);
    assert_int_equal(query->params[3].when[0].value, 4);
}

static void parameter_takes_null_if_one_text_welcomes_it(void **state)
{
    static const struct {
        const char *sql;
        const char *type;
        bool is_nullable;
    } cases[] = {
        {"WHERE 1 /*? x */ AND mail = :p /*?*/ /*? y */ AND mail IS :p /*?*/", "text", true},
        {"WHERE 1 /*? x */ AND mail = :p /*?*/ /*? y */ AND name = :p /*?*/", "text", false},
        {"WHERE /*: c a */ mail = :p /*: b = mail IS :p :*/", "text", true},
        {"WHERE /*: c a */ mail IS :p /*: b = mail = :p :*/", "text", true},
        /* Without a type in a text, and NULL welcome there, or not. */
        {"WHERE /*: c a */ mail = :p /*: b = :p IS NULL :*/", "text", true},
        {"WHERE /*: c a */ :p IS NULL /*: b = mail = :p :*/", "text", true},
        {"WHERE 1 /*? x */ AND age = :p /*?*/ AND typeof(:p) <> 'x'", "int", false},
        {"WHERE /*: c a */ typeof(:p) <> 'x' /*: b = age = :p :*/", "int", false},
        {"WHERE 1 /*? x */ AND kind = :p /*?*/ /*? y */ AND name = :p /*?*/", "text", false},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sql[500];
        snprintf(sql, sizeof sql, "SELECT id FROM users %s;", cases[i].sql);
        const struct tn__query *query = query_of(c, ":many", sql);
        struct tn__typing typing = param_of(query, "p")->typing;
        if (typing.is_nullable != cases[i].is_nullable)
            print_error("%s\n", sql);
        assert_string_equal(tn__type_word(typing.type), cases[i].type);
        assert_int_equal(typing.is_nullable, cases[i].is_nullable);
    }
}

static void types_that_differ_between_texts_are_a_warning(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\nSELECT id FROM users WHERE 1 /*? a */ AND id = :p /*?*/\n"
             "/*? b */ AND name = :p /*?*/;");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 48, "param-type");
    expect_findings(c, 1);
    assert_int_equal(c->checked.queries[0].params[0].typing.type, TN__TYPE_ANY);
    checking(
        c, tables,
        "-- name: q :many\nSELECT id FROM users WHERE /*: c a */ id = :p /*: b = name = :p :*/;");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 44, "param-type");
    checking(c, tables,
             "-- name: q :many\n-- param p int\n"
             "SELECT id FROM users WHERE /*: c a */ id = :p /*: b = name = :p :*/;");
    checking_drop_advice(c);
    expect_findings(c, 0);
    assert_int_equal(c->checked.queries[0].params[0].typing.type, TN__TYPE_INT);
}

/* The text in which it would be an integer is run with any other value, too. */
static void columns_are_made_of_what_a_parameter_is_in_all_texts(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\nSELECT /*: c a */ max(id, :p) AS n FROM users\n"
             "/*: b = 1 AS n FROM users WHERE name = :p :*/ ORDER BY 1;");
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 27, "param-type");
    expect_findings(c, 1);
    const struct tn__query *query = &c->checked.queries[0];
    assert_int_equal(query->params[0].typing.type, TN__TYPE_ANY);
    assert_int_equal(query->columns[0].typing.type, TN__TYPE_ANY);
    assert_true(query->columns[0].typing.is_nullable);
}

/* --- columns ------------------------------------------------------------------------------------- */

static void column_is_what_it_may_be_in_any_text(void **state)
{
    static const struct {
        const char *sql;
        const char *type;
        bool is_nullable;
    } cases[] = {
        {"SELECT mail AS x FROM users WHERE 1 /*? a */ AND mail IS NOT NULL /*?*/", "text", true},
        {"SELECT mail AS x FROM users WHERE mail > '' /*? a */ AND id > 1 /*?*/", "text", false},
        {"SELECT p.title AS x FROM users u /*? l */ LEFT /*?*/ JOIN posts p ON p.user_id = u.id",
         "text", true},
        {"SELECT /*: c a */ id /*: b = age :*/ AS x FROM users", "int", true},
        {"SELECT /*: c a */ id /*: b = name :*/ AS x FROM users", "any", false},
        {"SELECT /*: c a */ id /*: b = 1.5 :*/ AS x FROM users", "real", false},
        {"SELECT max(id) AS x FROM users /*? g */ GROUP BY age /*?*/", "int", true},
        {"SELECT name AS x FROM /*: c a */ users /*: b = (SELECT mail AS name FROM users) :*/",
         "text", true},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct tn__query *query = query_of(c, ":many", cases[i].sql);
        if (query->columns[0].typing.is_nullable != cases[i].is_nullable)
            print_error("%s\n", cases[i].sql);
        assert_string_equal(tn__type_word(query->columns[0].typing.type), cases[i].type);
        assert_int_equal(query->columns[0].typing.is_nullable, cases[i].is_nullable);
    }
}

static void star_is_written_out_in_every_text(void **state)
{
    struct checking *c = *state;
    const struct tn__query *query =
        query_of(c, ":many",
                 "SELECT * FROM posts p WHERE 1 /*? a */ AND EXISTS (SELECT 1 FROM users) /*?*/;");
    expect_text(c, query, 0, "SELECT id, user_id, title, score FROM posts p WHERE 1");
    assert_non_null(query->row_table);
    static const char *const texts[] = {
        "SELECT id, user_id, title, score FROM posts p WHERE 1",
        "SELECT id, user_id, title, score FROM posts p WHERE 1",
        "SELECT p.id, p.user_id, p.title, p.score FROM posts p WHERE 1",
    };
    query = query_of(c, ":many",
                     "SELECT /*: s a */ id, user_id, title, score /*: b = * :*/ /*: c = p.* :*/"
                     " FROM posts p WHERE 1 /*? u */ AND p.id IN (SELECT id FROM users) /*?*/;");
    for (uint64_t s = 0; s < 3; s++)
        expect_text(c, query, s << 1, texts[s]);
}

/* Of the first text all is known, and it has no star. */
static void star_that_is_not_certain_in_another_text_is_a_finding(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\n-- param l any\n"
             "SELECT /*: s a */ 1 AS value FROM posts /*: b = * FROM tn_list(:l) :*/;");
    checking_drop_advice(c);
    const struct tn__diag *diag = &c->diags.items[c->diags.count - 1];
    assert_string_equal(diag->code, "unexpanded-star");
    assert_int_equal(diag->place.column, 49);
    assert_true(c->checked.queries[0].is_broken);
}

static void row_is_single_if_it_is_in_every_text(void **state)
{
    struct checking *c = *state;
    assert_true(
        query_of(c, ":one", "SELECT name FROM users WHERE id = 1 /*? a */ AND age = 1 /*?*/")
            ->is_single_row);
    assert_false(query_of(c, ":one", "SELECT name FROM users WHERE 1 /*? a */ AND id = 1 /*?*/")
                     ->is_single_row);
    static const char six[] =
        "SELECT name FROM users WHERE id = 1 /*? a */ + age /*?*/ AND id = 2 /*? b */ + age /*?*/\n"
        "/*? c */ AND id = 3 /*?*/ /*? d */ AND 1 /*?*/ /*? e */ AND 1 /*?*/ /*? f */ AND 1 /*?*/";
    char seven[400];
    snprintf(seven, sizeof seven, "%s /*? g */ AND 1 /*?*/", six);
    assert_false(query_of(c, ":one", six)->is_single_row);
    /* a and b together: not checked any more */
    assert_false(query_of(c, ":one", seven)->is_single_row);
}

/* --- in C ---------------------------------------------------------------------------------------- */

static void marks_in_literals_that_are_cut_have_their_places(void **state)
{
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("src", &err));
    checking_write("migrations/1_schema.sql", tables);
    checking_write("queries/q.sql", "");
    checking_write("src/q.c",
                   "TN_QUERY(q, \":many\", \"SELECT id FROM users WHERE 1 /\" \"*\"\n"
                   "    \"? na\" \"me */ AND name = :na\" \"me /*\" \"?*/ ORDER BY /*: s x *\"\n"
                   "    \"/ id /*: y = na\" \"me :*/\");\n");
    assert_ok(checking_run(c));
    checking_drop_advice(c);
    expect_findings(c, 0);
    assert_true(c->checked.queries[0].params[0].is_switch);
    assert_int_equal(c->checked.queries[0].variants->key_count, 4);
    checking_write("src/q.c", "TN_QUERY(q, \":many\", \"SELECT id FROM users WHERE 1 /\" \"*\"\n"
                              "    \"? na\" \"me */ AND name = :na\" \"me\");\n");
    assert_ok(checking_run(c));
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 8, "bad-annotation");
    checking_write("src/q.c",
                   "TN_QUERY(q, \":many\", \"SELECT id FROM users ORDER BY /*: s x */ id\"\n"
                   "    \" /*: y = n\" \"am :*/\");\n");
    assert_ok(checking_run(c));
    checking_drop_advice(c);
    expect_finding(c, 0, 2, 15, "unknown-column");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wrong_mark_is_found_at_its_place),
        TEST(wrong_choice_is_found_at_its_place),
        TEST(too_much_is_found_where_it_is_too_much),
        TEST(too_many_variants_are_a_finding_at_the_name),
        TEST(mark_in_a_string_a_name_or_a_line_comment_is_none),
        TEST(carriage_returns_are_blanks_to_marks),
        TEST(text_has_the_parts_of_its_key),
        TEST(part_of_one_name_is_one_part_and_parts_nest),
        TEST(variant_text_stands_where_it_is_written),
        TEST(seven_parts_are_checked_together_and_one_by_one),
        TEST(part_within_others_is_checked_with_those_around_it),
        TEST(fault_of_one_variant_says_which),
        TEST(choice_may_write_in_none_of_its_texts_or_in_all),
        TEST(members_of_parts_and_choices_are_names_that_c_takes),
        TEST(two_arguments_of_one_name_are_a_finding),
        TEST(parameter_switches_its_part_if_it_is_nothing_but_there),
        TEST(parameters_in_parts_are_numbered_as_they_are_written),
        TEST(parameter_takes_null_if_one_text_welcomes_it),
        TEST(types_that_differ_between_texts_are_a_warning),
        TEST(columns_are_made_of_what_a_parameter_is_in_all_texts),
        TEST(column_is_what_it_may_be_in_any_text),
        TEST(star_is_written_out_in_every_text),
        TEST(star_that_is_not_certain_in_another_text_is_a_finding),
        TEST(row_is_single_if_it_is_in_every_text),
        TEST(marks_in_literals_that_are_cut_have_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
