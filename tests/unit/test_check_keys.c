/* SPDX-License-Identifier: MIT */
#include "checking.h"

/* Key types: which columns have them, where a value stays one, and what [types] may not say. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL,\n"
    "  invited_by INTEGER REFERENCES users);\n"
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),\n"
    "  editor INT REFERENCES USERS (ID), reply_to INTEGER REFERENCES posts, n INTEGER NOT NULL,\n"
    "  loose NUMERIC REFERENCES users (id), day TEXT REFERENCES users (id));\n"
    "CREATE TABLE shares (user_id INTEGER NOT NULL REFERENCES users,\n"
    "  post_id INTEGER NOT NULL REFERENCES posts, PRIMARY KEY (post_id, user_id)) WITHOUT ROWID;\n"
    "CREATE TABLE seen (who INTEGER, what INTEGER, FOREIGN KEY (what, who) REFERENCES shares,\n"
    "  FOREIGN KEY (what, who) REFERENCES shares (post_id, user_id));\n"
    "CREATE TABLE odd (both INTEGER REFERENCES users REFERENCES posts,\n"
    "  after INTEGER REFERENCES odd (both), gone INTEGER REFERENCES nowhere (id));\n"
    "CREATE TABLE sessions (id TEXT PRIMARY KEY NOT NULL, user_id INTEGER REFERENCES users,\n"
    "  kind TEXT CHECK (kind IN ('a', 'b')), price REAL, ok BOOLEAN, at DATETIME, bare, doc JSON);\n"
    "CREATE TABLE files (hash BLOB NOT NULL UNIQUE, parent BLOB REFERENCES files (hash),\n"
    "  session TEXT REFERENCES sessions ON DELETE CASCADE);\n"
    "CREATE VIEW owners AS SELECT p.id AS post, u.id AS owner FROM posts p, users u\n"
    "  WHERE p.user_id = u.id;\n";

#define TYPE(table, column, logical, name, line) \
 {                                               \
  table, column, name, logical, TN__FORM_ANY,    \
  {                                              \
   "tenon.ini", line, 1, 0                       \
  }                                              \
 }
#define KEY(table, column, name, line) TYPE(table, column, TN__LOGICAL_KEY, name, line)

static const struct tn__settings_type keys[] = {
    KEY("users", "id", "user_id", 2),
    KEY("POSTS", "Id", "post_id", 3),
    KEY("sessions", "id", "session_id", 4),
    KEY("files", "hash", "hash", 5),
};

static void use(struct checking *c, const struct tn__settings_type *types, size_t count)
{
    c->types = types;
    c->type_count = count;
}

static void put(char *out, size_t size, const char *name, struct tn__typing typing)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s%s%s%s", used ? " " : "", name, name[0] ? ":" : "",
             typing.key ? typing.key->name : tn__type_word(typing.type),
             typing.is_nullable ? "?" : "");
}

static void typings_are(struct checking *c, const char *sql, const char *expected, bool of_params)
{
    char text[1000];
    char got[300] = "";
    bool has_rows = strstr(sql, "SELECT") == sql || strstr(sql, "\nSELECT") ||
                    strstr(sql, "WITH") == sql || strstr(sql, "RETURNING");
    snprintf(text, sizeof text, "-- name: q %s\n%s;\n", has_rows ? ":many" : ":exec", sql);
    checking(c, tables, text);
    checking_drop_advice(c);
    expect_findings(c, 0);
    const struct tn__query *query = &c->checked.queries[0];
    for (size_t i = 0; !of_params && i < query->column_count; i++)
        put(got, sizeof got, "", query->columns[i].typing);
    for (size_t i = 0; of_params && i < query->param_count; i++)
        put(got, sizeof got, query->params[i].name, query->params[i].typing);
    if (strcmp(got, expected) != 0)
        print_error("%s\n", sql);
    assert_string_equal(got, expected);
}

static void columns_are(struct checking *c, const char *sql, const char *expected)
{
    typings_are(c, sql, expected, false);
}

static void params_are(struct checking *c, const char *sql, const char *expected)
{
    typings_are(c, sql, expected, true);
}

static void column_that_refers_to_a_key_has_its_type(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    columns_are(c, "SELECT id, name, invited_by FROM users", "user_id text user_id?");
    columns_are(c, "SELECT id, user_id, editor, reply_to, n FROM posts",
                "post_id user_id user_id? post_id? int");
    columns_are(c, "SELECT user_id, post_id FROM shares", "user_id post_id");
    columns_are(c, "SELECT who, what FROM seen", "user_id? post_id?");
    columns_are(c, "SELECT id, user_id FROM sessions", "session_id user_id?");
    columns_are(c, "SELECT * FROM files", "hash hash? session_id?");
}

static void column_that_is_stored_otherwise_has_no_key(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    columns_are(c, "SELECT loose, day FROM posts", "any? text?");
    columns_are(c, "SELECT both, after, gone FROM odd", "int? int? int?");
}

static void settings_switch_a_key_off_or_give_another(void **state)
{
    static const struct tn__settings_type types[] = {
        KEY("users", "id", "user_id", 2),
        TYPE("shares", "user_id", TN__LOGICAL_INT, NULL, 3),
        KEY("posts", "editor", "editor", 4),
        KEY("posts", "n", "user_id", 5),
    };
    struct checking *c = *state;
    use(c, types, 4);
    columns_are(c, "SELECT user_id, editor, n, reply_to FROM posts",
                "user_id editor? user_id int?");
    columns_are(c, "SELECT user_id FROM shares", "int");
    columns_are(c, "SELECT who FROM seen", "int?"); /* it refers to the one above */
    columns_are(c, "SELECT max(n, user_id) AS m, max(n, editor) AS o FROM posts", "user_id int?");
}

static void value_stays_a_key_where_it_is_the_columns_own(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    columns_are(c, "SELECT u.id, p.id AS p FROM users u LEFT JOIN posts p ON p.user_id = u.id",
                "user_id post_id?");
    columns_are(c, "SELECT post, owner FROM owners", "post_id user_id");
    columns_are(c, "WITH w (i) AS (SELECT id FROM users) SELECT i FROM w", "user_id");
    columns_are(c,
                "WITH RECURSIVE up (i, by) AS (SELECT id, invited_by FROM users UNION\n"
                "SELECT u.id, u.invited_by FROM up JOIN users u ON u.id = up.by) SELECT * FROM up",
                "user_id user_id?");
    columns_are(c, "SELECT (SELECT max(id) FROM posts) AS p, min(id) AS u FROM users",
                "post_id? user_id?");
    columns_are(c, "SELECT coalesce(invited_by, id) AS a, max(id, invited_by) AS b FROM users",
                "user_id user_id?");
    columns_are(c, "SELECT CASE WHEN n > 1 THEN user_id ELSE editor END AS c FROM posts",
                "user_id?");
    columns_are(c,
                "SELECT CASE WHEN n > 1 THEN user_id END AS c, nullif(user_id, 7) AS d FROM posts",
                "user_id? user_id?");
    columns_are(c, "SELECT id FROM users UNION SELECT user_id FROM posts", "user_id");
    columns_are(c, "SELECT lag(id) OVER (ORDER BY id) AS a FROM users", "user_id?");
    columns_are(c, "SELECT user_id FROM shares s JOIN sessions USING (user_id)", "user_id");
    columns_are(c, "DELETE FROM sessions RETURNING id, user_id", "session_id user_id?");
    columns_are(c, "INSERT INTO users (name) VALUES ('a') RETURNING id", "user_id");
}

static void value_that_may_be_another_is_plain(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    columns_are(c, "SELECT id + 1 AS a, -id AS b, abs(id) AS d, sum(id) AS e FROM users",
                "int? int? int? int?");
    columns_are(c, "SELECT count(id) AS a, total(id) AS b FROM users", "int real");
    columns_are(c, "SELECT id || '' AS a, CAST(id AS INTEGER) AS b FROM sessions", "text int");
    columns_are(c, "SELECT coalesce(invited_by, 0) AS a FROM users", "int");
    columns_are(c, "SELECT max(user_id, id) AS a FROM posts", "int");
    columns_are(c, "SELECT id FROM users UNION ALL SELECT id FROM posts", "int");
    columns_are(c, "SELECT CASE WHEN n > 1 THEN user_id ELSE id END AS c FROM posts", "int");
    columns_are(c, "SELECT rowid AS r, last_insert_rowid() AS l FROM users", "int int");
    columns_are(c,
                "WITH RECURSIVE n (i) AS (SELECT min(id) FROM users UNION ALL\n"
                "SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
                "int?");
}

static void parameter_is_the_key_of_what_it_meets(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    params_are(c, "SELECT name FROM users WHERE id = :id", "id:user_id");
    params_are(c, "SELECT name FROM users WHERE id IN (:a, 7, :b)", "a:user_id b:user_id");
    params_are(c, "SELECT id FROM posts WHERE id > :after AND user_id IS :u",
               "after:post_id u:user_id?");
    params_are(c, "SELECT id FROM posts WHERE (id, user_id) > (:p, :u)", "p:post_id u:user_id");
    params_are(c, "SELECT id FROM posts WHERE id BETWEEN :a AND :b", "a:post_id b:post_id");
    params_are(c, "SELECT id FROM posts WHERE (:u IS NULL OR user_id = :u)", "u:user_id?");
    params_are(c, "SELECT post FROM owners WHERE owner = :o", "o:user_id");
    params_are(c, "INSERT INTO users (id, name, invited_by) VALUES (:id, :name, :by)",
               "id:user_id? name:text by:user_id?");
    params_are(c, "INSERT INTO shares SELECT :u, id FROM posts WHERE user_id = :u", "u:user_id");
    params_are(c, "UPDATE posts SET editor = coalesce(:e, editor) WHERE id = :id",
               "e:user_id? id:post_id");
    params_are(c,
               "INSERT INTO sessions (id, user_id) VALUES (:id, :u)\n"
               "ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id WHERE id <> :not",
               "id:session_id u:user_id? not:session_id");
    params_are(c, "DELETE FROM files WHERE hash = ? OR session = ?",
               "hash:hash session:session_id");
}

static void parameter_of_several_meanings_is_plain(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    params_are(c, "SELECT n FROM posts WHERE id = :x OR user_id = :x", "x:int");
    params_are(c, "SELECT n FROM posts WHERE n = :x OR user_id = :x", "x:int");
    params_are(c, "SELECT n FROM posts WHERE user_id = :x OR n = :x", "x:int");
    params_are(c, "SELECT n FROM posts WHERE id = :x + 1 AND user_id = -:y", "x:int y:int");
    params_are(c, "SELECT n FROM posts WHERE id = :x LIMIT :x", "x:int");
    params_are(c, "SELECT kind FROM sessions WHERE id LIKE :x OR id = :x", "x:text");
    params_are(c, "SELECT kind FROM sessions WHERE id = :x OR kind = :x", "x:text");
    params_are(c, "SELECT kind FROM sessions WHERE rowid = :r AND user_id = CAST(:c AS INTEGER)",
               "r:int c:int");
}

static void annotation_gives_a_key_or_takes_it(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    columns_are(c, "-- column a user_id\n-- column id int\nSELECT id + 1 AS a, id FROM users",
                "user_id int");
    columns_are(c, "-- column a post_id not null\nSELECT max(id) AS a FROM users", "post_id");
    columns_are(c, "-- column id not null\nSELECT max(id) AS id FROM users", "user_id");
    columns_are(c, "-- param u post_id\nSELECT :u AS a FROM users", "post_id");
    params_are(c, "-- param u post_id nullable\nSELECT n FROM posts WHERE n = :u", "u:post_id?");
    params_are(c, "-- param u int\nSELECT n FROM posts WHERE id = :u", "u:int");
    params_are(c, "-- param 1 who user_id\nSELECT n FROM posts WHERE n = ?", "who:user_id");
}

static void annotation_at_fault_is_shown_at_its_place(void **state)
{
    struct checking *c = *state;
    use(c, keys, 4);
    checking(c, tables,
             "-- name: q :many\n-- column id usr_id\nSELECT id FROM users;\n"
             "-- name: r :many\n-- column kind user_id\nSELECT kind FROM sessions;\n"
             "-- name: s :many\n-- colum id user_id\nSELECT id FROM users;\n");
    expect_findings(c, 3);
    expect_finding(c, 0, 2, 14, "bad-annotation");
    assert_string_equal(c->diags.items[0].help, "'user_id'");
    expect_finding(c, 1, 5, 11, "annotation-mismatch");
    assert_string_equal(c->diags.items[1].message,
                        "column 'kind' is annotated as int and keeps text: reading it will fail");
    expect_finding(c, 2, 8, 4, "unknown-annotation");
    use(c, NULL, 0);
    checking(c, tables, "-- name: q :many\n-- column id user_id\nSELECT id FROM users;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 14, "bad-annotation");
}

static void settings_of_a_key_must_fit(void **state)
{
    static const struct tn__settings_type types[] = {
        KEY("users", "id", "user_id", 2),    KEY("sessions", "id", "user_id", 3),
        KEY("sessions", "kind", "a", 4),     KEY("sessions", "price", "b", 5),
        KEY("sessions", "ok", "c", 6),       KEY("sessions", "at", "d", 7),
        KEY("sessions", "bare", "e", 8),     KEY("sessions", "doc", "f", 9),
        KEY("owners", "owner", "g", 10),     KEY("nobody", "id", "h", 11),
        KEY("users", "ident", "i", 12),      TYPE("files", "hash", TN__LOGICAL_TEXT, NULL, 13),
        KEY("FILES", "hash", "user_id", 14),
    };
    static const char *const messages[] = {
        "column 'id' of table 'sessions' is text, and key type 'user_id' is int",
        "column 'kind' of table 'sessions' is enum: a key type is of int, text or blob",
        "column 'price' of table 'sessions' is real: a key type is of int, text or blob",
        "column 'ok' of table 'sessions' is bool: a key type is of int, text or blob",
        "column 'at' of table 'sessions' is timestamp: a key type is of int, text or blob",
        "column 'bare' of table 'sessions' is any: a key type is of int, text or blob",
        "column 'doc' of table 'sessions' is json: a key type is of int, text or blob",
        "'owners' is no ordinary table: its columns have the key types of what they show",
    };
    struct checking *c = *state;
    use(c, types, sizeof types / sizeof types[0]);
    checking(c, tables, "-- name: q :many\n-- column id h\nSELECT id, user_id FROM sessions;\n");
    expect_findings(c, 10);
    for (uint32_t i = 0; i < 8; i++) {
        expect_finding(c, i, i + 3, 1, "bad-setting");
        assert_string_equal(c->diags.items[i].message, messages[i]);
    }
    expect_finding(c, 8, 11, 1, "unknown-table");
    expect_finding(c, 9, 12, 1, "unknown-column");
    const struct tn__diag_note *note = c->diags.items[0].notes;
    assert_non_null(note);
    assert_int_equal(note->place.line, 2);
    assert_string_equal(note->message, "'users.id' makes it so");
    assert_string_equal(c->diags.items[5].help, "declare it as INTEGER, TEXT or BLOB");
}

static void names_of_keys_are_taken_where_a_query_meets_them(void **state)
{
    static const struct tn__settings_type types[] = {
        KEY("users", "id", "posts", 2),
        KEY("sessions", "id", "opt_posts", 3),
    };
    struct checking *c = *state;
    use(c, types, 1);
    checking(c, tables, "-- name: q :many\nSELECT name FROM users;\n");
    expect_findings(c, 0); /* nobody meets it; the structs of tables give way */
    checking(c, tables, "-- name: q :many\nSELECT id FROM users;\n");
    expect_findings(c, 0);
    checking(c, tables, "-- name: q :many\nSELECT * FROM posts;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 1, "name-collision");
    assert_string_equal(c->diags.items[0].message,
                        "table 'posts' and the key type 'posts' would both be 'app_posts' in C");
    assert_string_equal(c->diags.items[0].help, "[types] posts = OTHER_NAME");
    checking(c, tables, "-- name: posts :optional\nSELECT id FROM users WHERE id = :id;\n");
    expect_findings(c, 1);
    assert_string_equal(c->diags.items[0].help, "[types] users.id = OTHER_NAME");
    use(c, types, 2);
    checking(c, tables, "-- name: q :many\nSELECT id, user_id FROM sessions;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 1, "name-collision");
}

static void report_names_the_key_beside_its_type(void **state)
{
    struct checking *c = *state;
    struct tn__buf json;
    use(c, keys, 4);
    checking(c, tables, "-- name: q :many\nSELECT id FROM posts WHERE user_id = :u;\n");
    tn__buf_init(&json, 0);
    tn__check_report(&json, &c->checked, &c->diags);
    assert_ok(json.status);
    assert_non_null(strstr(json.data, "{\"name\":\"id\",\"type\":\"int\",\"nullable\":false,"
                                      "\"key\":\"post_id\",\"table\":\"posts\""));
    assert_non_null(strstr(json.data, "{\"name\":\"u\",\"type\":\"int\",\"nullable\":false,"
                                      "\"key\":\"user_id\"}"));
    tn__buf_fini(&json);
}

int main(void)
{
#define KEY_TEST(name) cmocka_unit_test_setup_teardown(name, checking_setup, checking_teardown)
    const struct CMUnitTest tests[] = {
        KEY_TEST(column_that_refers_to_a_key_has_its_type),
        KEY_TEST(column_that_is_stored_otherwise_has_no_key),
        KEY_TEST(settings_switch_a_key_off_or_give_another),
        KEY_TEST(value_stays_a_key_where_it_is_the_columns_own),
        KEY_TEST(value_that_may_be_another_is_plain),
        KEY_TEST(parameter_is_the_key_of_what_it_meets),
        KEY_TEST(parameter_of_several_meanings_is_plain),
        KEY_TEST(annotation_gives_a_key_or_takes_it),
        KEY_TEST(annotation_at_fault_is_shown_at_its_place),
        KEY_TEST(settings_of_a_key_must_fit),
        KEY_TEST(names_of_keys_are_taken_where_a_query_meets_them),
        KEY_TEST(report_names_the_key_beside_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
