/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_LINTING_H
#define TN_TEST_LINTING_H

/* Statements, and what is advised of each: one code at a time, for others may have a word to say, too. */

#include "checking.h"

struct lint_case {
    const char *mode; /* NULL: :many, or :exec of what is no SELECT */
    const char *sql;  /* in one line */
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

static inline bool lint_is_as_expected(struct checking *c, const struct lint_case *one,
                                       const char *code, const char *text)
{
    const struct tn__diag *diag = linted_find(c, code);
    if (!diag || !one->piece)
        return !diag && !one->piece;
    return tn__text_is(linted_piece(diag, text), one->piece) && diag->severity == TN__WARNING &&
           (!one->help || (diag->help && tn__text_starts(tn_text_of(diag->help), one->help)));
}

static inline void lint_each(struct checking *c, const char *schema, const char *code,
                             const struct lint_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        const char *sql = cases[i].sql;
        bool is_read = *sql == 'S' || *sql == 'W' || *sql == 'V' || strstr(sql, "RETURNING");
        snprintf(text, sizeof(text), "-- name: q %s\n%s;\n",
                 cases[i].mode ? cases[i].mode
                 : is_read     ? ":many"
                               : ":exec",
                 sql);
        checking(c, schema, text);
        assert_int_equal(c->checked.query_count, 1);
        if (!c->checked.queries[0].is_broken && lint_is_as_expected(c, &cases[i], code, text))
            continue;
        wrong++;
        print_error("%s\n  expected %s at '%s', help '%s'\n", sql, code,
                    cases[i].piece ? cases[i].piece : "-", cases[i].help ? cases[i].help : "-");
        for (size_t k = 0; k < c->diags.count; k++) {
            const struct tn__diag *d = &c->diags.items[k];
            tn_text piece = linted_piece(d, text);
            print_error("  got [%s] at '%.*s': %s, help '%s'\n", d->code, (int)piece.size,
                        piece.data, d->message, d->help ? d->help : "-");
        }
    }
    assert_int_equal(wrong, 0);
}
#define EXPECT_LINTS(c, schema, code, cases) \
 lint_each((c), (schema), (code), (cases), sizeof(cases) / sizeof((cases)[0]))

#endif
