/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_LINTING_H
#define TN_TEST_LINTING_H

/* What is found of statements: all, or what is advised of each by one code at a time, for others may have a
 * word to say, too. */

#include "checking.h"

/* All findings, as "2:10 unused-allow, 4:1 param-type". */
static inline void linted_expect_list(const struct checking *c, const char *expected,
                                      const char *file, int line)
{
    char list[1000] = "";
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        size_t used = strlen(list);
        snprintf(list + used, sizeof(list) - used, "%s%u:%u %s", i ? ", " : "", diag->place.line,
                 diag->place.column, diag->code);
    }
    if (strcmp(list, expected) == 0)
        return;
    print_error("findings: %s\nexpected: %s\n", list, expected);
    _fail(file, line);
}
#define expect_list(c, expected) linted_expect_list((c), (expected), __FILE__, __LINE__)

/* A statement in one line; ":one " may stand in front, or another mode, else it is ":many ", or ":exec "
 * where there are no rows. */
struct lint_case {
    const char *sql;
    const char
        *piece; /* that the finding points at, or the name of the query; NULL: there is none */
    const char *help; /* its beginning; NULL: any, or none */
};

/* The bytes that a finding underlines. */
static inline tn_text linted_piece(const struct tn__diag *diag, const char *text)
{
    tn_text line = tn__line_at(tn_text_of(text), diag->place.line);
    return tn__text_sub(line, diag->place.column - 1, diag->place.length);
}

static inline const struct tn__diag *linted_find(const struct checking *c, const char *code)
{
    for (size_t i = 0; i < c->diags.count; i++)
        if (strcmp(c->diags.items[i].code, code) == 0)
            return &c->diags.items[i];
    return NULL;
}

static inline void lint_write_query(char *text, size_t size, const char *sql)
{
    bool has_rows = *sql == 'S' || *sql == 'W' || *sql == 'V' || strstr(sql, "RETURNING");
    const char *mode = has_rows ? ":many" : ":exec";
    size_t mode_size = strlen(mode);
    if (*sql == ':') {
        mode = sql;
        mode_size = strcspn(sql, " ");
        sql += mode_size + 1;
    }
    snprintf(text, size, "-- name: q %.*s\n%s;\n", (int)mode_size, mode, sql);
}

static inline bool lint_is_as_expected(struct checking *c, const struct lint_case *one,
                                       const char *code, const char *text)
{
    const struct tn__diag *diag = linted_find(c, code);
    if (!diag || !one->piece)
        return !diag && !one->piece;
    return tn__text_is(linted_piece(diag, text), one->piece) && diag->severity == TN__WARNING &&
           (!one->help || (diag->help && tn__text_starts(tn_text_of(diag->help), one->help)));
}

/* Whether it is so of one; says what there is instead. */
static inline bool lint_one(struct checking *c, const char *schema, const char *code,
                            const struct lint_case *one)
{
    char text[1000];
    lint_write_query(text, sizeof(text), one->sql);
    checking(c, schema, text);
    assert_int_equal(c->checked.query_count, 1);
    if (!c->checked.queries[0].is_broken && lint_is_as_expected(c, one, code, text))
        return true;
    print_error("%s\n  expected %s at '%s', help '%s'\n", one->sql, code,
                one->piece ? one->piece : "-", one->help ? one->help : "-");
    for (size_t k = 0; k < c->diags.count; k++) {
        const struct tn__diag *d = &c->diags.items[k];
        tn_text piece = linted_piece(d, text);
        print_error("  got [%s] at '%.*s': %s, help '%s'\n", d->code, (int)piece.size, piece.data,
                    d->message, d->help ? d->help : "-");
    }
    return false;
}

static inline void lint_each(struct checking *c, const char *schema, const char *code,
                             const struct lint_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += !lint_one(c, schema, code, &cases[i]);
    assert_int_equal(wrong, 0);
}
#define EXPECT_LINTS(c, schema, code, cases) \
 lint_each((c), (schema), (code), (cases), sizeof(cases) / sizeof((cases)[0]))

static inline void lint_none(struct checking *c, const char *schema, const char *code,
                             const char *const *statements, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += !lint_one(c, schema, code, &(struct lint_case){statements[i], NULL, NULL});
    assert_int_equal(wrong, 0);
}
#define EXPECT_NO_LINTS(c, schema, code, statements) \
 lint_none((c), (schema), (code), (statements), sizeof(statements) / sizeof((statements)[0]))

#endif
