/* SPDX-License-Identifier: MIT */
#include "pg_generated.h"

/* Many items in one call of generated code on PostgreSQL: pipelines and copies. */

/* --- pipelines ---------------------------------------------------------------------------------- */

static void bulks_are_all_or_nothing(void **state)
{
    struct pging *p = *state;
    enum {
        COUNT = 3 * TN_PG_BULK_ITEMS + 7
    };
    static struct app_thing_put_args items[COUNT];
    struct app_thing_put_rows rows;
    make_schema(p);
    pging_script(p, "ALTER TABLE things ADD CHECK (i4 <> 600)");
    for (int i = 0; i < COUNT; i++)
        items[i] = (struct app_thing_put_args){i < 600 ? i : i + 1, tn_text_of("x"), APP_MOOD_OK};
    assert_status(app_thing_put(&rows, p->db, items, COUNT, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(rows.items[i].id, i + 1);
    items[601].i4 = 600;
    assert_status(app_thing_put(&rows, p->db, items, COUNT, &p->arena, &p->err), TN_ECHECK, p->err);
    assert_memory_equal(p->err.message, "query 'thing_put': item 601: ", 29);
    items[601].i4 = INT64_MAX;
    assert_status(app_thing_put(&rows, p->db, items, COUNT, &p->arena, &p->err), TN_ERANGE, p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_put': item 601: parameter 'i4': 9223372036854775807 is out "
                        "of range for type int4");
    items[601].i4 = 601;
    items[2].m = (enum app_mood)7;
    assert_status(app_thing_put(&rows, p->db, items, COUNT, &p->arena, &p->err), TN_EINVAL, p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_put': item 2: parameter 'm' is no value of its enum");
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things"), COUNT);
    /* In a transaction of the caller's it is a savepoint. */
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_int_equal(app_thing_put(&rows, tx, items, COUNT, &p->arena, &p->err), TN_EINVAL);
    items[2].m = APP_MOOD_SAD;
    assert_status(app_thing_put(&rows, tx, items, 3, &p->arena, &p->err), TN_OK, p->err);
    assert_ok(tn_tx_commit(tx, &p->err));
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM things"), COUNT + 3);
}

static void batches_keep_apart(void **state)
{
    struct pging *p = *state;
    enum {
        COUNT = TN_PG_BULK_ITEMS + 50
    };
    static struct app_thing_moods_args moods_of[COUNT];
    static struct app_thing_moods_rows rows[COUNT];
    static struct app_thing_retitle_args titles[COUNT];
    static int64_t affected[COUNT];
    make_schema(p);
    for (int i = 0; i < 3; i++) {
        struct app_thing_add_args thing = full_thing();
        thing.m = i < 2 ? APP_MOOD_OK : APP_MOOD_SAD;
        add(p, &thing);
    }
    for (int i = 0; i < COUNT; i++) {
        moods_of[i] = (struct app_thing_moods_args){all_moods[i % 3], i % 2};
        titles[i] = (struct app_thing_retitle_args){tn_text_of(i % 2 ? "a" : "b"), i};
    }
    assert_status(app_thing_moods(rows, p->db, moods_of, COUNT, &p->arena, &p->err), TN_OK, p->err);
    for (int i = 0; i < COUNT; i++) {
        static const size_t counts[3][2] = {{1, 1}, {2, 1}, {0, 0}};
        assert_int_equal(rows[i].count, counts[i % 3][i % 2]);
        if (rows[i].count == 2)
            assert_kept(rows[i].items[1].n, "1234567890123456.7891");
    }
    assert_status(app_thing_retitle(affected, p->db, titles, COUNT, &p->err), TN_OK, p->err);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(affected[i], i >= 1 && i <= 3);
    assert_status(app_thing_retitle(NULL, p->db, titles, COUNT, &p->err), TN_OK, p->err);
    moods_of[290].m = (enum app_mood)8;
    assert_status(app_thing_moods(rows, p->db, moods_of, COUNT, &p->arena, &p->err), TN_EINVAL,
                  p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_moods': item 290: parameter 'm' is no value of its enum");
    titles[7].t = (tn_text){"\xff", 1};
    assert_status(app_thing_retitle(affected, p->db, titles, COUNT, &p->err), TN_EINVAL, p->err);
    assert_memory_equal(p->err.message, "query 'thing_retitle': item 7: ", 31);
    assert_status(app_thing_moods(NULL, p->db, NULL, 0, &p->arena, &p->err), TN_OK, p->err);
}

/* --- copies ------------------------------------------------------------------------------------- */

enum {
    MANY = 1000
};

static struct app_note_fill_args many_notes[MANY];

static void make_notes(struct pging *p)
{
    make_schema(p);
    pging_script(p, "INSERT INTO users (id, name) VALUES (1, 'Ann')");
    for (int i = 0; i < MANY; i++)
        many_notes[i] = (struct app_note_fill_args){
            i, {1}, tn_text_of("a note"), tn_text_of(i % 2 ? "-0.50" : NULL), APP_NOTES_KIND_SHORT};
}

static int fill(struct pging *p, int64_t *affected)
{
    return app_note_fill(affected, p->db, many_notes, MANY, &p->err);
}

static void note_copies(const tn_trace_event *event, void *user)
{
    int *copies = user;
    *copies += event->kind == TN_TRACE_STATEMENT && strncmp(event->sql, "COPY", 4) == 0;
}

static void many_items_are_copied(void **state)
{
    struct pging *p = *state;
    int64_t affected = 0;
    int copies = 0;
    make_notes(p);
    assert_ok(tn_db_set_trace(p->db, note_copies, &copies, &p->err));
    assert_status(fill(p, &affected), TN_OK, p->err);
    assert_int_equal(affected, MANY);
    assert_int_equal(copies, 1);
    assert_int_equal(pging_int(p, p->db,
                               "SELECT count(*) FROM notes WHERE body = 'a note' AND "
                               "price IS NOT DISTINCT FROM CASE id % 2 WHEN 1 THEN -0.5 END"),
                     MANY);
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
}

/* What COPY does not do as INSERT would, INSERT does. */
static void not_where_insert_does_more(void **state)
{
    struct pging *p = *state;
    static const char *const schemas[] = {
        "CREATE TABLE seen (n BIGINT); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN INSERT INTO seen VALUES (1); RETURN NULL; END';"
        "CREATE TRIGGER each_time AFTER INSERT ON notes EXECUTE FUNCTION see()",
        "DROP TRIGGER each_time ON notes; CREATE RULE also AS ON INSERT TO notes DO ALSO "
        "INSERT INTO seen VALUES (2)",
        "DROP RULE also ON notes; ALTER TABLE notes RENAME TO papers; CREATE VIEW notes AS SELECT * "
        "FROM papers",
        "DROP VIEW notes; ALTER TABLE papers RENAME TO notes; ALTER TABLE notes ENABLE ROW LEVEL "
        "SECURITY; INSERT INTO seen SELECT 0 FROM generate_series(1, 1000)",
    };
    int copies = 0;
    make_notes(p);
    assert_ok(tn_db_set_trace(p->db, note_copies, &copies, &p->err));
    for (size_t i = 0; i < 4; i++) {
        int64_t affected = 0;
        pging_script(p, schemas[i]);
        assert_status(fill(p, &affected), TN_OK, p->err);
        assert_int_equal(affected, MANY);
        assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM seen"), i < 2
                                                                               ? (int)(i + 1) * MANY
                                                                           : i == 2 ? 2 * MANY
                                                                                    : 3 * MANY);
        pging_script(p, "DELETE FROM notes");
    }
    assert_int_equal(copies, 0);
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
}

static void copies_fail_as_inserts_do(void **state)
{
    struct pging *p = *state;
    static const struct {
        const char *wrong;
        int status;
        const char *message;
    } cases[] = {
        {"twice", TN_EUNIQUE, "query 'note_fill': item 700: "},
        {"nobody", TN_EFOREIGNKEY, "query 'note_fill': item 700: "},
        {"kind", TN_EINVAL, "query 'note_fill': item 700: parameter 'kind' is no value of its"},
        {"check", TN_ECHECK, "query 'note_fill': item 700: "},
        {"price", TN_ETYPE, "query 'note_fill': item 700: "},
        {"id", TN_ERANGE,
         "query 'note_fill': item 700: parameter 'id': 5000000000 is out of range"},
        {"text", TN_EINVAL, "query 'note_fill': item 700: "},
    };
    make_notes(p);
    pging_script(p, "ALTER TABLE notes ADD CHECK (id >= 0)");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct app_note_fill_args *note = &many_notes[700];
        const struct app_note_fill_args was = *note;
        int64_t affected = -1;
        note->id = i == 0 ? 3 : i == 5 ? INT64_C(5000000000) : i == 3 ? -1 : note->id;
        note->user_id.value = i == 1 ? 77 : note->user_id.value;
        note->kind = i == 2 ? (enum app_notes_kind)3 : note->kind;
        note->price = i == 4 ? tn_text_of("cheap") : note->price;
        note->body = i == 6 ? (tn_text){"\xff", 1} : note->body;
        tn_db *tx;
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_status(app_note_fill(&affected, tx, many_notes, MANY, &p->err), cases[i].status,
                      p->err);
        assert_memory_equal(p->err.message, cases[i].message, strlen(cases[i].message));
        assert_int_equal(affected, -1);
        /* The transaction around it goes on. */
        assert_int_equal(pging_int(p, tx, "SELECT count(*) FROM notes"), 0);
        assert_ok(tn_tx_commit(tx, &p->err));
        assert_status(fill(p, &affected), cases[i].status, p->err);
        *note = was;
    }
    assert_status(fill(p, NULL), TN_OK, p->err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(bulks_are_all_or_nothing),  PG_TEST(batches_keep_apart),
        PG_TEST(many_items_are_copied),     PG_TEST(not_where_insert_does_more),
        PG_TEST(copies_fail_as_inserts_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
