/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_CHECKING_H
#define TN_TEST_PG_CHECKING_H

/* checking.h on PostgreSQL: many queries at once, each told from the others by its name, q0, q1, …. */

#include "checking.h"
#include "pg.h"

static int pg_checking_setup(void **state)
{
    int rc = checking_setup(state);
    struct checking *c = *state;
    c->dialect = TN__POSTGRES;
    c->server_url = pg_url();
    return rc;
}

/* The databases of checks that are on the server of this program alone: elsewhere others check too. */
static inline void pg_expect_no_databases_left(void)
{
    assert_string_equal(pg_query(pg_server_url(), "SELECT count(*) FROM pg_database "
                                                  "WHERE datname LIKE 'tenon_check%'"),
                        "0");
}

#define PG_TEST(name) cmocka_unit_test_setup_teardown(name, pg_checking_setup, checking_teardown)

/* A statement, with annotations in front or not, and what is expected of it. */
struct pg_case {
    const char *sql;
    const char *expected;
};

/* Write them to queries/q.sql: q0 begins at line 1, its SQL at line 2, and so on if they are of one line. */
static inline void pg_checking_write(const struct pg_case *cases, size_t count, const char *mode)
{
    struct tn__buf buf;
    tn_error err;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < count; i++)
        tn__buf_printf(&buf, "-- name: q%zu %s\n%s;\n", i, mode, cases[i].sql);
    assert_int_equal(buf.status, TN_OK);
    assert_ok(tn__file_write("queries/q.sql", tn__buf_view(&buf), NULL, &err));
    tn__buf_fini(&buf);
}

/* "int", "enum:level[]", "text?" */
static inline void pg_put_typing(struct tn__buf *buf, const struct checking *c,
                                 struct tn__typing typing, bool is_list)
{
    const struct tn__enum *choice = tn__checked_enum(&c->checked, typing);
    if (typing.key)
        tn__buf_puts(buf, typing.key->name);
    else if (typing.type == TN__TYPE_ENUM)
        tn__buf_printf(buf, "enum:%s", choice ? choice->name : typing.server->name);
    else
        tn__buf_puts(buf, tn__type_word(typing.type));
    tn__buf_puts(buf, is_list || typing.is_array ? "[]" : "");
    tn__buf_puts(buf, typing.is_nullable ? "?" : "");
}

/* "id:int mail:text? <- since:timestamp"; or its findings: "12 unknown-column: 'email'|…". */
static inline void pg_describe(struct tn__buf *buf, const struct checking *c, size_t number)
{
    const struct tn__query *query = &c->checked.queries[number];
    uint32_t next = number + 1 < c->checked.query_count ? c->checked.queries[number + 1].place.line
                                                        : UINT32_MAX;
    size_t found = 0;
    for (size_t i = 0; i < c->diags.count; i++) {
        const struct tn__diag *diag = &c->diags.items[i];
        if (diag->place.line < query->place.line || diag->place.line >= next)
            continue;
        tn__buf_printf(buf, "%s%u %s", found++ ? "|" : "", diag->place.column, diag->code);
        if (diag->help)
            tn__buf_printf(buf, ": %s", diag->help);
    }
    if (found > 0 || query->is_broken)
        return;
    for (size_t i = 0; i < query->column_count; i++) {
        tn__buf_printf(buf, "%s%s:", i ? " " : "", query->columns[i].name);
        pg_put_typing(buf, c, query->columns[i].typing, false);
    }
    for (size_t i = 0; i < query->param_count; i++) {
        tn__buf_printf(buf, "%s%s:",
                       i                     ? " "
                       : query->column_count ? " <- "
                                             : "<- ",
                       query->params[i].name);
        pg_put_typing(buf, c, query->params[i].typing, query->params[i].is_list);
    }
}

static inline void pg_expect_cases(struct checking *c, const char *schema,
                                   const struct pg_case *cases, size_t count, const char *mode)
{
    size_t wrong = 0;
    checking_write("migrations/1_schema.sql", schema);
    pg_checking_write(cases, count, mode);
    int rc = checking_run(c);
    if (rc != TN_OK)
        print_error("%d: %s\n", rc, c->err.message);
    assert_ok(rc);
    assert_int_equal(c->checked.query_count, count);
    checking_drop_advice(c);
    for (size_t i = 0; i < count; i++) {
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        pg_describe(&buf, c, i);
        tn__buf_putc(&buf, '\0');
        if (strcmp(tn__buf_view(&buf).data, cases[i].expected) != 0 && ++wrong)
            print_error("%s\n  expected %s\n  got      %s\n", cases[i].sql, cases[i].expected,
                        tn__buf_view(&buf).data);
        tn__buf_fini(&buf);
    }
    assert_int_equal(wrong, 0);
}
#define PG_EXPECT(c, schema, cases, mode) \
 pg_expect_cases((c), (schema), (cases), sizeof(cases) / sizeof((cases)[0]), (mode))

#endif
