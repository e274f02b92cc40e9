/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* What -- embed and -- group by make of a result: never a struct for what may be no row of its table. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);\n"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, note TEXT, n NUMERIC);\n"
    "CREATE TABLE codes (code TEXT PRIMARY KEY, label TEXT);\n"
    "CREATE TABLE late (a TEXT, b TEXT NOT NULL, c INTEGER NOT NULL);\n"
    "CREATE TABLE strict_codes (code TEXT PRIMARY KEY, label TEXT) STRICT;\n"
    "CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID;\n"
    "CREATE TABLE names (name TEXT NOT NULL UNIQUE COLLATE NOCASE, x INTEGER);\n"
    "CREATE TABLE pair (a INTEGER NOT NULL, b TEXT NOT NULL, c TEXT, UNIQUE (a, b));\n"
    "CREATE TABLE maybe (a INTEGER UNIQUE, c TEXT);\n"
    "CREATE TABLE made (id INTEGER PRIMARY KEY, d AS (id + 1) NOT NULL);\n"
    "CREATE TABLE twins (\"a b\" INTEGER NOT NULL, a_20b INTEGER);\n"
    "CREATE VIEW people AS SELECT * FROM users;\n"
    "CREATE VIEW buyers AS SELECT u.*, o.note FROM users u JOIN orders o ON o.user_id = u.id;\n"
    "CREATE VIEW all_orders AS SELECT o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id;\n"
    "CREATE VIRTUAL TABLE docs USING fts5(body);\n";

struct shape_case {
    const char *text; /* annotations and statement */
    const char
        *expected; /* "u:users o?orders.3": the embeds, with the column that tells; "| 0": keys */
};

static void describe(char *out, size_t size, const struct tn__query *query)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < query->embed_count; i++) {
        const struct tn__embed *embed = &query->embeds[i];
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", i ? " " : "", embed->member,
                                 embed->has_member ? "?" : ":", embed->table->name);
        if (embed->has_member)
            used += (size_t)snprintf(out + used, size - used, ".%zu", embed->key);
    }
    if (!query->group)
        return;
    used += (size_t)snprintf(out + used, size - used, "%s|", used ? " " : "");
    for (size_t i = 0; i < query->group->key_count; i++)
        used += (size_t)snprintf(out + used, size - used, " %zu", query->group->keys[i]);
    if (query->group->only)
        snprintf(out + used, size - used, " %s", query->group->only->name);
}

static void expect_shapes(struct checking *c, const struct shape_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        char got[200];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].text);
        checking(c, tables, text);
        for (size_t k = 0; k < c->diags.count; k++)
            print_error("%s: %s\n", cases[i].text, c->diags.items[k].message);
        assert_false(c->checked.queries[0].is_broken);
        describe(got, sizeof(got), &c->checked.queries[0]);
        if (strcmp(got, cases[i].expected) != 0)
            print_error("%s\n", cases[i].text);
        assert_string_equal(got, cases[i].expected);
    }
}
#define EXPECT_SHAPES(c, cases) expect_shapes((c), (cases), sizeof(cases) / sizeof((cases)[0]))

/* One finding each, at its line and column. */
struct fault_case {
    const char *text;
    uint32_t line, column;
    const char *code;
    const char *help; /* a part of it; NULL: any */
};

static void expect_faults(struct checking *c, const struct fault_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        snprintf(text, sizeof(text), "-- name: q :many\n%s;\n", cases[i].text);
        checking(c, tables, text);
        if (c->diags.count != 1)
            print_error("%s\n", cases[i].text);
        expect_finding(c, 0, cases[i].line, cases[i].column, cases[i].code);
        expect_findings(c, 1);
        assert_true(c->checked.queries[0].is_broken);
        const char *help = c->diags.items[0].help;
        if (cases[i].help && !(help && strstr(help, cases[i].help)))
            print_error("%s: help: %s\n", cases[i].text, help ? help : "-");
        assert_true(!cases[i].help || (help && strstr(help, cases[i].help)));
    }
}
#define EXPECT_FAULTS(c, cases) expect_faults((c), (cases), sizeof(cases) / sizeof((cases)[0]))

static void whole_relations_are_embedded(void **state)
{
    static const struct shape_case cases[] = {
        {"-- embed u users\nSELECT u.* FROM users u", "u:users"},
        {"-- embed users\nSELECT users.*, 1 AS one FROM users", "users:users"},
        {"-- embed U\nSELECT u.id, u.name, u.mail FROM users u", "u:users"},
        {"-- embed u, o\nSELECT 1 AS one, u.*, o.*, 2 AS two FROM users u, orders o",
         "u:users o:orders"},
        {"-- embed o\n-- embed u\nSELECT * FROM users u JOIN orders o ON o.user_id = u.id",
         "u:users o:orders"},
        {"-- embed a, b\nSELECT a.*, b.* FROM users a JOIN users b ON b.id = a.id + 1",
         "a:users b:users"},
        {"-- embed default\nSELECT \"default\".* FROM users AS \"default\"", "default_:users"},
        {"-- embed a, b\nSELECT a.*, b.* FROM users a JOIN orders b USING (id)",
         "a:users b:orders"},
        {"-- embed u\nSELECT u.*, count(o.id) AS n FROM users u LEFT JOIN orders o"
         " ON o.user_id = u.id GROUP BY u.id",
         "u:users"},
        {"SELECT u.id\n-- embed u\n, u.name, u.mail FROM users u", "u:users"},
    };
    EXPECT_SHAPES(*state, cases);
}

static void relation_that_is_a_query_is_embedded_if_it_is_one_tables_row(void **state)
{
    static const struct shape_case cases[] = {
        {"-- embed p users\nSELECT p.* FROM people p", "p:users"},
        {"-- embed a, b\nSELECT a.*, b.* FROM people a, people b", "a:users b:users"},
        {"-- embed w\nWITH w AS (SELECT * FROM users) SELECT w.* FROM w", "w:users"},
        {"-- embed s\nSELECT s.*, 1 AS one FROM (SELECT * FROM users LIMIT 3) AS s", "s:users"},
        {"-- embed s?\nSELECT s.* FROM all_orders s", "s?orders.0"},
        {"-- embed s\nSELECT s.* FROM all_orders s WHERE s.note = 'x'", "s:orders"},
    };
    EXPECT_SHAPES(*state, cases);
    static const struct fault_case faults[] = {
        {"-- embed b\nSELECT b.* FROM buyers b", 2, 10, "embed-mismatch", NULL},
        {"-- embed s\nSELECT s.* FROM all_orders s", 2, 10, "embed-mismatch", "'s?'"},
        {"-- embed w\nWITH w AS (SELECT a.id, b.name, b.mail FROM users a, users b)"
         " SELECT w.* FROM w",
         2, 10, "embed-mismatch", "'w.*'"},
        {"-- embed w\nWITH w AS (SELECT a.id, b.name, b.mail FROM people a, people b)"
         " SELECT w.* FROM w",
         2, 10, "embed-mismatch", NULL},
        {"-- embed w\nWITH w AS (SELECT * FROM users UNION SELECT * FROM users)"
         " SELECT w.* FROM w",
         2, 10, "embed-mismatch", NULL},
        {"-- embed s\nSELECT s.* FROM (SELECT id + 0 AS id, name, mail FROM users) s", 2, 10,
         "embed-mismatch", NULL},
        {"-- embed d\nSELECT d.* FROM docs d", 2, 10, "embed-mismatch", NULL},
        {"-- embed j\nSELECT j.value FROM json_each('[]') j", 2, 10, "embed-mismatch", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void row_that_may_be_absent_has_a_flag(void **state)
{
    static const struct shape_case cases[] = {
        {"-- embed u users, o? orders\nSELECT u.*, o.* FROM users u LEFT JOIN orders o"
         " ON o.user_id = u.id",
         "u:users o?orders.3"},
        {"-- embed u?, o\nSELECT u.*, o.* FROM users u RIGHT JOIN orders o ON o.user_id = u.id",
         "u?users.0 o:orders"},
        {"-- embed u?, o?\nSELECT u.*, o.* FROM users u FULL JOIN orders o ON o.user_id = u.id",
         "u?users.0 o?orders.3"},
        {"-- embed a, b?\nSELECT a.*, b.* FROM users a LEFT JOIN users b ON b.id = a.id + 1",
         "a:users b?users.3"},
        /* a condition undoes the padding, by whatever column */
        {"-- embed o\nSELECT o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id"
         " WHERE o.note > 'a'",
         "o:orders"},
        {"-- embed o\nSELECT o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id"
         " JOIN orders p ON p.id = o.id",
         "o:orders"},
        /* proven, and asked for all the same */
        {"-- embed u?\nSELECT u.* FROM users u", "u?users.0"},
        {"-- embed u?\nSELECT u.*, count(*) AS n FROM users u", "u?users.0"},
        /* the column that tells is one that no row of the table has NULL in */
        {"-- embed l?\nSELECT l.* FROM users u LEFT JOIN late l ON l.c = u.id", "l?late.1"},
        {"-- embed c?\nSELECT c.* FROM users u LEFT JOIN strict_codes c ON c.code = u.name",
         "c?strict_codes.0"},
        {"-- embed k?\nSELECT k.* FROM users u LEFT JOIN keyed k ON k.k = u.name", "k?keyed.0"},
        {"-- embed m?\nSELECT m.* FROM users u LEFT JOIN made m ON m.id = u.id", "m?made.0"},
    };
    EXPECT_SHAPES(*state, cases);
    static const struct fault_case faults[] = {
        {"-- embed u, o\nSELECT u.*, o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id", 2,
         13, "embed-mismatch", "'o?'"},
        {"-- embed u\nSELECT u.* FROM users u RIGHT JOIN orders o ON o.user_id = u.id", 2, 10,
         "embed-mismatch", "'u?'"},
        {"-- embed u?, o\nSELECT u.*, o.* FROM users u FULL JOIN orders o ON o.user_id = u.id", 2,
         14, "embed-mismatch", "'o?'"},
        {"-- embed u\nSELECT u.*, count(*) AS n FROM users u", 2, 10, "embed-mismatch", "'u?'"},
        {"-- embed c?\nSELECT c.* FROM users u LEFT JOIN codes c ON c.code = u.name", 2, 10,
         "embed-mismatch", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void finding_about_a_join_shows_it(void **state)
{
    struct checking *c = *state;
    checking(c, tables,
             "-- name: q :many\n-- embed u\n"
             "SELECT u.* FROM users u RIGHT JOIN orders o ON o.user_id = u.id;\n");
    expect_findings(c, 1);
    const struct tn__diag *diag = &c->diags.items[0];
    assert_string_equal(diag->message,
                        "'u' may be absent: the RIGHT JOIN has NULL for it where nothing matches");
    assert_non_null(diag->notes);
    assert_int_equal(diag->notes->place.line, 3);
    assert_int_equal(diag->notes->place.column, 36);
}

static void relation_that_is_not_whole_is_refused(void **state)
{
    static const struct fault_case faults[] = {
        {"-- embed u\nSELECT 1 AS one FROM users u", 2, 10, "embed-mismatch", "'u.*'"},
        {"-- embed u\nSELECT u.id, u.name FROM users u", 2, 10, "embed-mismatch", "'u.*'"},
        {"-- embed u\nSELECT u.name, u.mail FROM users u", 2, 10, "embed-mismatch", "'u.*'"},
        {"-- embed u\nSELECT u.id, u.mail, u.name FROM users u", 2, 10, "embed-mismatch", "'u.*'"},
        {"-- embed u\nSELECT u.id, 1 AS one, u.name, u.mail FROM users u", 2, 10, "embed-mismatch",
         NULL},
        {"-- embed u\nSELECT u.*, u.name FROM users u", 2, 10, "embed-mismatch", NULL},
        {"-- embed u\nSELECT u.*, u.* FROM users u", 2, 10, "embed-mismatch", NULL},
        {"-- embed u, o\nSELECT * FROM users u NATURAL JOIN orders o", 2, 13, "embed-mismatch",
         "'o.*'"},
        {"-- embed u\nSELECT upper(u.id) AS id, u.name, u.mail FROM users u", 2, 10,
         "embed-mismatch", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void annotation_that_does_not_fit_is_refused(void **state)
{
    static const struct fault_case faults[] = {
        {"-- embed user\nSELECT * FROM users", 2, 10, "bad-annotation", "'users'"},
        {"-- embed users\nSELECT u.* FROM users u", 2, 10, "bad-annotation", NULL},
        {"-- embed u, u\nSELECT u.* FROM users u", 2, 13, "bad-annotation", NULL},
        {"-- embed u\n-- embed u?\nSELECT u.* FROM users u", 2, 10, "bad-annotation", NULL},
        {"-- embed u orders\nSELECT u.* FROM users u", 2, 12, "bad-annotation", "'users'"},
        {"-- embed users\nSELECT * FROM users UNION ALL SELECT * FROM users", 2, 10,
         "bad-annotation", NULL},
        {"-- embed users\nSELECT 1 AS one", 2, 10, "bad-annotation", NULL},
        {"-- embed users\nINSERT INTO users (name) VALUES ('a') RETURNING *", 2, 10,
         "bad-annotation", NULL},
        {"-- embed u\n-- column mail text\nSELECT u.* FROM users u", 3, 11, "bad-annotation", NULL},
    };
    EXPECT_FAULTS(*state, faults);
    struct checking *c = *state;
    checking(c, tables, "-- name: q :exec\n-- embed users\nDELETE FROM users;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 10, "bad-annotation");
    checking(c, tables, "-- name: q :exec\n-- group by users.id\nDELETE FROM users;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 13, "bad-annotation");
}

static void malformed_annotation_is_refused(void **state)
{
    static const struct fault_case faults[] = {
        {"-- embed\nSELECT * FROM users", 2, 4, "bad-annotation", "-- embed u users"},
        {"-- embed ?\nSELECT * FROM users", 2, 10, "bad-annotation", NULL},
        {"-- embed users,\nSELECT * FROM users", 2, 10, "bad-annotation", NULL},
        {"-- embed users,,o\nSELECT * FROM users", 2, 16, "bad-annotation", NULL},
        {"-- embed a-b\nSELECT * FROM users", 2, 11, "bad-annotation", NULL},
        {"-- embed users as users\nSELECT * FROM users", 2, 19, "bad-annotation", NULL},
        {"-- embd users\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- embed u users"},
        {"-- embde users, o\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- embed u users"},
        {"-- EMBED u users\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- embed u users"},
        {"-- embed: u users\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- embed u users"},
        {"-- groub by u.id\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- group by u.id"},
        {"-- GROUP BY u.id\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- group by u.id"},
        {"-- groupby u.id\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- group by u.id"},
        {"-- group-by u.id\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- group by u.id"},
        {"-- group u.id\nSELECT * FROM users", 2, 4, "unknown-annotation", "-- group by u.id"},
        {"-- group by\nSELECT * FROM users", 2, 10, "bad-annotation", "-- group by u.id"},
        {"-- group by id\nSELECT * FROM users", 2, 13, "bad-annotation", NULL},
        {"-- group by users.\nSELECT * FROM users", 2, 13, "bad-annotation", NULL},
        {"-- group by users.id users.name\nSELECT * FROM users", 2, 22, "bad-annotation", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void clause_that_was_taken_out_is_no_annotation(void **state)
{
    static const struct shape_case cases[] = {
        {"SELECT u.id, o.note FROM users u JOIN orders o\n-- group by u.id\nORDER BY u.id", ""},
        {"-- Embeds nothing of the users on purpose.\n-- Groups of users come later.\n"
         "SELECT u.id FROM users u",
         ""},
    };
    EXPECT_SHAPES(*state, cases);
}

static void two_members_of_one_name_collide(void **state)
{
    static const struct fault_case faults[] = {
        {"-- embed u\nSELECT 1 AS u, u.* FROM users u", 3, 8, "name-collision", NULL},
        {"-- embed o?\nSELECT 1 AS has_o, o.* FROM users u LEFT JOIN orders o", 3, 8,
         "name-collision", NULL},
        {"-- embed t\nSELECT t.* FROM twins t", 3, 8, "name-collision", NULL},
        {"-- embed o?\n-- group by u.id\nSELECT u.id AS o, o.* FROM users u LEFT JOIN orders o"
         " ORDER BY u.id",
         4, 8, "name-collision", NULL},
        {"-- group by u.id\nSELECT u.id, u.name AS item_count, o.note FROM users u"
         " JOIN orders o ORDER BY u.id",
         3, 14, "name-collision", NULL},
    };
    EXPECT_FAULTS(*state, faults);
    static const struct shape_case cases[] = {
        /* not of one struct */
        {"-- group by u.id\nSELECT u.id, o.id FROM users u JOIN orders o ORDER BY u.id", "| 0"},
    };
    EXPECT_SHAPES(*state, cases);
}

static void rows_of_a_key_are_grouped(void **state)
{
    static const struct shape_case cases[] = {
        {"-- embed u, o?\n-- group by u.id\nSELECT u.*, o.* FROM users u LEFT JOIN orders o"
         " ON o.user_id = u.id ORDER BY u.id",
         "u:users o?orders.3 | 0 o"},
        {"-- embed u, o?\n-- group by u.id\nSELECT u.*, 1 AS one, o.* FROM users u LEFT JOIN"
         " orders o ON o.user_id = u.id ORDER BY u.id",
         "u:users o?orders.4 | 0"},
        {"-- group by u.id\nSELECT o.note, u.name, u.id FROM users u JOIN orders o"
         " ON o.user_id = u.id ORDER BY u.name DESC, u.mail, u.id, o.id",
         "| 2"},
        {"-- group by u.id\nSELECT u.id AS x, o.note FROM users u JOIN orders o ORDER BY x", "| 0"},
        {"-- group by u.id\nSELECT u.id, o.note FROM users u JOIN orders o ORDER BY 1, 2", "| 0"},
        {"-- group by p.a, p.b\nSELECT p.*, o.note FROM pair p, orders o ORDER BY p.b, p.c, p.a",
         "| 0 1"},
        {"-- group by n.name\nSELECT n.*, o.note FROM names n, orders o ORDER BY n.name", "| 0"},
        {"-- group by n.name\nSELECT n.*, o.note FROM names n, orders o"
         " ORDER BY n.name COLLATE BINARY",
         "| 0"},
        {"-- group by u.name\nSELECT u.name, o.note FROM users u, orders o ORDER BY u.name", "| 0"},
        {"-- group by p.id\nSELECT p.id, p.name, o.note FROM people p, orders o ORDER BY p.id",
         "| 0"},
        {"-- embed u?\n-- group by u.id\nSELECT u.*, o.note FROM orders o LEFT JOIN users u"
         " ON o.user_id = u.id ORDER BY u.id",
         "u?users.0 | 0"},
    };
    EXPECT_SHAPES(*state, cases);
}

static void group_that_is_none_is_refused(void **state)
{
    static const struct fault_case faults[] = {
        {"-- group by x.id\nSELECT u.id, o.note FROM users u, orders o ORDER BY u.id", 2, 13,
         "bad-annotation", NULL},
        {"-- group by u.id\nSELECT u.name, o.note FROM users u, orders o ORDER BY u.id", 2, 13,
         "group-mismatch", NULL},
        {"-- group by u.nam\nSELECT u.name, o.note FROM users u, orders o ORDER BY u.id", 2, 13,
         "group-mismatch", "'u.name'"},
        {"-- group by u.id\nSELECT u.* FROM users u ORDER BY u.id", 2, 13, "group-mismatch", NULL},
        {"-- group by u.id, o.id\nSELECT u.id, o.id FROM users u, orders o ORDER BY 1, 2", 2, 19,
         "group-mismatch", NULL},
        {"-- group by u.id, u.ID\nSELECT u.id, o.id FROM users u, orders o ORDER BY 1, 2", 2, 19,
         "group-mismatch", NULL},
        /* no unique key: parents would melt into one */
        {"-- group by u.name\nSELECT u.*, o.note FROM users u, orders o ORDER BY u.name", 2, 13,
         "group-mismatch", NULL},
        {"-- group by m.a\nSELECT m.*, o.note FROM maybe m, orders o ORDER BY m.a", 2, 13,
         "group-mismatch", NULL},
        {"-- group by p.a\nSELECT p.*, o.note FROM pair p, orders o ORDER BY p.a", 2, 13,
         "group-mismatch", NULL},
        {"-- group by b.id\nSELECT b.*, o.note AS other FROM buyers b, orders o ORDER BY b.id", 2,
         13, "group-mismatch", NULL},
        {"-- group by o.n\nSELECT o.n, u.id FROM users u, orders o ORDER BY o.n", 2, 13,
         "group-mismatch", NULL},
        {"-- group by u.id\n-- group by u.id\nSELECT u.id, o.id FROM users u, orders o ORDER BY 1",
         3, 13, "bad-annotation", NULL},
        {"-- group by u.id\n-- returns x\nSELECT u.id, o.id FROM users u, orders o ORDER BY 1", 3,
         12, "bad-annotation", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void order_that_takes_groups_apart_is_refused(void **state)
{
    static const struct fault_case faults[] = {
        {"-- group by u.id\nSELECT u.id, o.note FROM users u, orders o", 3, 42, "group-order",
         "ORDER BY u.id"},
        {"-- group by u.id\nSELECT u.id, o.note FROM users u, orders o ORDER BY o.id, u.id", 3, 53,
         "group-order", "ORDER BY u.id"},
        {"-- group by u.id\nSELECT u.id, o.note FROM users u, orders o ORDER BY u.name", 3, 55,
         "group-order", NULL},
        {"-- group by u.id\nSELECT u.id, o.note FROM users u, orders o ORDER BY u.id + 1", 3, 53,
         "group-order", NULL},
        {"-- group by p.a, p.b\nSELECT p.*, o.note FROM pair p, orders o ORDER BY p.a, o.id, p.b",
         3, 56, "group-order", "ORDER BY p.a, p.b"},
        {"-- group by p.a, p.b\nSELECT p.*, o.note FROM pair p, orders o"
         " ORDER BY p.a, p.b COLLATE NOCASE",
         3, 68, "group-order", NULL},
        {"-- group by u.name\nSELECT u.name, o.note FROM users u, orders o ORDER BY u.id, u.name",
         3, 55, "group-order", NULL},
        {"-- group by u.name\nSELECT u.name, o.note FROM users u, orders o"
         " ORDER BY u.name COLLATE NOCASE",
         3, 55, "group-order", NULL},
    };
    EXPECT_FAULTS(*state, faults);
}

static void every_text_of_a_query_is_looked_at(void **state)
{
    struct checking *c = *state;
    /* Without the optional condition the row may be missing. */
    checking(c, tables,
             "-- name: q :many\n-- embed o\n"
             "SELECT o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id\n"
             "WHERE 1 /*? note */ AND o.note = :note /*?*/;\n");
    checking_drop_advice(c);
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 10, "embed-mismatch");
    checking(c, tables,
             "-- name: q :many\n-- embed o?\n"
             "SELECT o.* FROM users u LEFT JOIN orders o ON o.user_id = u.id\n"
             "WHERE 1 /*? note */ AND o.note = :note /*?*/;\n");
    checking_drop_advice(c);
    expect_findings(c, 0);
    assert_int_equal(c->checked.queries[0].embed_count, 1);
    /* One of the orders takes groups apart. */
    checking(c, tables,
             "-- name: q :many\n-- group by u.id\n"
             "SELECT u.id, o.note FROM users u JOIN orders o ON o.user_id = u.id\n"
             "ORDER BY /*: sort user */ u.id /*: note = o.note, u.id :*/;\n");
    checking_drop_advice(c);
    expect_findings(c, 1);
    assert_string_equal(c->diags.items[0].code, "group-order");
}

static void query_in_c_has_them_at_its_place(void **state)
{
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("src", &err));
    checking_write("src/a.c", "TN_QUERY(q, \":many\",\n"
                              "    \"-- embed u, o\\n\"\n"
                              "    \"-- group by u.id\\n\"\n"
                              "    \"SELECT u.*, o.* FROM users u LEFT JOIN orders o\"\n"
                              "    \" ON o.user_id = u.id ORDER BY u.id\");\n");
    checking(c, tables, "");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 18, "embed-mismatch");
    checking_write("src/a.c", "TN_QUERY(q, \":many\", \"-- embed u\\n-- group by u.id\\n\"\n"
                              "    \"SELECT u.*, o.id FROM users u CROSS JOIN orders o"
                              " ORDER BY u.id\");\n");
    checking(c, tables, "");
    expect_findings(c, 0);
    assert_int_equal(c->checked.queries[0].embed_count, 1);
    assert_int_equal(c->checked.queries[0].group->key_count, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, checking_setup, checking_teardown)
    const struct CMUnitTest tests[] = {
        TEST(whole_relations_are_embedded),
        TEST(relation_that_is_a_query_is_embedded_if_it_is_one_tables_row),
        TEST(row_that_may_be_absent_has_a_flag),
        TEST(finding_about_a_join_shows_it),
        TEST(relation_that_is_not_whole_is_refused),
        TEST(annotation_that_does_not_fit_is_refused),
        TEST(malformed_annotation_is_refused),
        TEST(clause_that_was_taken_out_is_no_annotation),
        TEST(two_members_of_one_name_collide),
        TEST(rows_of_a_key_are_grouped),
        TEST(group_that_is_none_is_refused),
        TEST(order_that_takes_groups_apart_is_refused),
        TEST(query_in_c_has_them_at_its_place),
        TEST(every_text_of_a_query_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
