/* SPDX-License-Identifier: MIT */
#include "contract.h"

/* Statuses, and what an error tells beyond them. */

static const char schema[] =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE,"
    " age INTEGER CONSTRAINT age_is_sane CHECK (age < 150), a INTEGER, b INTEGER, UNIQUE (a, b));"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id));"
    "INSERT INTO parent VALUES (1, 'a@b', 30, 1, 1)";

/* PostgreSQL tells the name of every key, and for each violation the table; of a foreign key, the
 * columns. SQLite names what the program has named, and has nothing to say of a foreign key. */
struct subject {
    const char *table, *column, *constraint;
};

static const struct {
    const char *sql;
    int status;
    struct subject sqlite, postgres;
} violations[] = {
    {"INSERT INTO parent (id, email) VALUES (1, 'x')",
     TN_EUNIQUE,
     {"parent", "id", ""},
     {"parent", "id", "parent_pkey"}},
    {"INSERT INTO parent (email) VALUES ('a@b')",
     TN_EUNIQUE,
     {"parent", "email", ""},
     {"parent", "email", "parent_email_key"}},
    {"INSERT INTO parent (email, a, b) VALUES ('y', 1, 1)",
     TN_EUNIQUE,
     {"parent", "a, b", ""},
     {"parent", "a, b", "parent_a_b_key"}},
    {"INSERT INTO parent (email) VALUES (NULL)",
     TN_ENOTNULL,
     {"parent", "email", ""},
     {"parent", "email", ""}},
    {"UPDATE parent SET age = 200",
     TN_ECHECK,
     {"", "", "age_is_sane"},
     {"parent", "", "age_is_sane"}},
    {"INSERT INTO child (parent_id) VALUES (99)",
     TN_EFOREIGNKEY,
     {"", "", ""},
     {"child", "parent_id", "child_parent_id_fkey"}},
    {"DELETE FROM parent; ", TN_OK, {"", "", ""}, {"", "", ""}},
};

static void violated_constraints_are_told_apart(void **state)
{
    struct contract *c = *state;
    contract_script(c, schema);
    for (size_t i = 0; i < sizeof violations / sizeof violations[0]; i++) {
        const struct subject *subject =
            contract_is_postgres() ? &violations[i].postgres : &violations[i].sqlite;
        tn_error err = {0};
        assert_status(contract_exec(c->db, violations[i].sql, &err), violations[i].status, err);
        assert_int_equal(err.status, violations[i].status);
        assert_string_equal(err.table, subject->table);
        assert_string_equal(err.column, subject->column);
        assert_string_equal(err.constraint, subject->constraint);
        assert_int_equal(err.message[0] != '\0', violations[i].status != TN_OK);
        assert_null(strchr(err.message, '\n'));
    }
}

static void delete_of_a_referenced_row_is_a_foreign_key_error(void **state)
{
    struct contract *c = *state;
    contract_script(c, schema);
    contract_script(c, "INSERT INTO child (parent_id) VALUES (1)");
    assert_status(contract_exec(c->db, "DELETE FROM parent", &c->err), TN_EFOREIGNKEY, c->err);
    /* PostgreSQL does not look at the rows: the key itself depends on the table. */
    assert_status(contract_exec(c->db, "DROP TABLE parent", &c->err),
                  contract_is_postgres() ? TN_ERROR : TN_EFOREIGNKEY, c->err);
}

static void missing_objects_are_named(void **state)
{
    struct contract *c = *state;
    contract_script(c, schema);
    const struct {
        const char *sql;
        const char *table, *column, *word;
    } cases[] = {
        {"SELECT * FROM parents", "parents", "", "parents"},
        {"SELECT * FROM \"no \"\"such\"\" one\"", "no \"such\" one", "", "one"},
        {"INSERT INTO nowhere VALUES (1)", "nowhere", "", "nowhere"},
        {"SELECT emial FROM parent", "", "emial", "emial"},
        {"SELECT p.emial FROM parent AS p", "p", "emial", "p.emial"},
        {"UPDATE parent SET emial = 1", contract_is_postgres() ? "parent" : "", "emial", "emial"},
        {"SELECT levenshtein(email, 'x') FROM parent", "", "", "levenshtein"},
        {"DROP TABLE nowhere", "nowhere", "", "nowhere"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error err = {0};
        assert_status(contract_exec(c->db, cases[i].sql, &err), TN_ENOTFOUND, err);
        assert_string_equal(err.table, cases[i].table);
        assert_string_equal(err.column, cases[i].column);
        if (!strstr(err.message, cases[i].word))
            fail_msg("%s: no %s", err.message, cases[i].word);
    }
    /* Of what to insert into, the table is told, too. */
    assert_status(contract_exec(c->db, "INSERT INTO parent (emial) VALUES ('x')", &c->err),
                  TN_ENOTFOUND, c->err);
    assert_string_equal(c->err.column, "emial");
    assert_string_equal(c->err.table, "parent");
}

static void syntax_errors_have_a_place(void **state)
{
    struct contract *c = *state;
    static const struct {
        const char *sql;
        uint32_t position;
    } cases[] = {
        {"SELEC 1", 1},
        {"SELECT 1 FROM FROM t", 15},
        {"SELECT (1", 0},
        {"SELECT 'open", 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error err = {0};
        assert_status(contract_exec(c->db, cases[i].sql, &err), TN_ESYNTAX, err);
        if (cases[i].position)
            assert_int_equal(err.position, cases[i].position);
    }
}

/* A schema that engines have from the start. */
#define SCHEMA (contract_is_postgres() ? "public" : "main")

static void a_missing_table_has_a_place(void **state)
{
    struct contract *c = *state;
    static const char *const cases[] = {
        "SELECT * FROM ^nope",
        "SELECT nope FROM ^\"Nope\"",
        "SELECT * FROM %s.^nope",
        "SELECT 1, (SELECT 2 FROM %s.^nope)",
        "UPDATE ^nope SET a = 1",
        "INSERT INTO ^nope (nope) VALUES (1)",
        "INSERT INTO ^nope VALUES (1) /* nope */",
        "DROP TABLE ^\"nope\"",
        "SELECT 'zwölf — 🦊', nope FROM ^nope",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[200];
        tn_error err = {0};
        const char *schema_at = strstr(cases[i], "%s");
        size_t front = schema_at ? (size_t)(schema_at - cases[i]) : strlen(cases[i]);
        snprintf(sql, sizeof sql, "%.*s%s%s", (int)front, cases[i], schema_at ? SCHEMA : "",
                 schema_at ? schema_at + 2 : "");
        char *place = strchr(sql, '^');
        memmove(place, place + 1, strlen(place));
        assert_status(contract_exec(c->db, sql, &err), TN_ENOTFOUND, err);
        assert_int_equal(err.position, place - sql + 1);
    }
}

static void a_missing_column_has_a_place(void **state)
{
    struct contract *c = *state;
    static const struct {
        const char *sql;
        uint32_t position;
    } cases[] = {
        {"SELECT id, emial FROM parent", 12},
        {"SELECT 'zwölf — 🦊', emial FROM parent", 27},
        {"SELECT id FROM parent WHERE 'ß' <> :wert AND emial = :wert", 47},
    };
    contract_script(c, schema);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error err = {0};
        tn_stmt *stmt;
        assert_status(tn_stmt_open(&stmt, c->db, cases[i].sql, &err), TN_ENOTFOUND, err);
        assert_string_equal(err.column, "emial");
        assert_int_equal(err.position, cases[i].position);
    }
}

static void long_names_are_cut_at_a_character(void **state)
{
    struct contract *c = *state;
    char sql[400] = "SELECT \"";
    for (int i = 0; i < 60; i++)
        strcat(sql, "é");
    strcat(sql, "\" FROM nowhere_at_all");
    assert_int_not_equal(contract_exec(c->db, sql, &c->err), TN_OK);
    contract_script(c, "CREATE TABLE t (x INTEGER)");
    memcpy(strstr(sql, "nowhere_at_all"), "t", 2);
    for (char *quote; (quote = strchr(sql, '"'));)
        *quote = ' ';
    assert_status(contract_exec(c->db, sql, &c->err), TN_ENOTFOUND, c->err);
    assert_int_equal(strlen(c->err.column), 62);
}

static void failure_drops_what_the_error_held(void **state)
{
    struct contract *c = *state;
    contract_script(c, schema);
    assert_status(contract_exec(c->db, "INSERT INTO parent (email) VALUES ('a@b')", &c->err),
                  TN_EUNIQUE, c->err);
    assert_string_equal(c->err.table, "parent");
    assert_status(contract_exec(c->db, "SELECT * FROM parent WHERE", &c->err), TN_ESYNTAX, c->err);
    assert_string_equal(c->err.table, "");
    assert_string_equal(c->err.column, "");
    assert_string_equal(c->err.query, "");
}

static void errors_may_be_ignored(void **state)
{
    struct contract *c = *state;
    tn_rows rows;
    tn_stmt *stmt;
    tn_conn *conn;
    tn_db *db;
    assert_int_equal(tn_exec(c->db, "nonsense", NULL, 0, NULL, NULL), TN_ESYNTAX);
    assert_int_equal(tn_exec_script(c->db, "nonsense", NULL), TN_ESYNTAX);
    assert_int_equal(tn_query(&rows, c->db, "nonsense", NULL, 0, &c->arena, NULL), TN_ESYNTAX);
    assert_int_equal(tn_stmt_open(&stmt, c->db, "nonsense", NULL), TN_ESYNTAX);
    assert_int_equal(tn_conn_acquire(&conn, c->db, (enum tn_access)7, NULL), TN_EINVAL);
    assert_int_equal(tn_tx_begin(&db, c->db, (enum tn_access)7, NULL), TN_EINVAL);
    assert_int_equal(tn_tx_commit(c->db, NULL), TN_EMISUSE);
    assert_int_equal(tn_db_open(&db, "nonsense://x", NULL, NULL), TN_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(violated_constraints_are_told_apart),
        CONTRACT_TEST(delete_of_a_referenced_row_is_a_foreign_key_error),
        CONTRACT_TEST(missing_objects_are_named),
        CONTRACT_TEST(syntax_errors_have_a_place),
        CONTRACT_TEST(a_missing_table_has_a_place),
        CONTRACT_TEST(a_missing_column_has_a_place),
        CONTRACT_TEST(long_names_are_cut_at_a_character),
        CONTRACT_TEST(failure_drops_what_the_error_held),
        CONTRACT_TEST(errors_may_be_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
