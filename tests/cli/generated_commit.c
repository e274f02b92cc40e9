/* SPDX-License-Identifier: MIT */
/* The second program of test_generate.sh: writes whose commit fails, because the row that a deferred
 * foreign key refers to never comes, or because another connection reads. Prints "ok". */
#include "notes.tenon.h"

#include "generated.h"

static int64_t count_notes(void)
{
    struct app_note_count_row row = {-1};
    CHECK(app_note_count(&row, db, &err) == TN_OK);
    return row.total;
}

static void write_that_cannot_commit_fails(int64_t thing_id, int status)
{
    int64_t before = count_notes();
    struct app_note_one_row one = {-1};
    struct app_note_optional_row optional = {-1};
    struct app_note_returning_row returning = {-1};
    struct app_note_many_iter iter;
    struct app_note_many_rows rows = {NULL, 7};
    int64_t affected = -1;
    tn_arena arena = TN_ARENA_INIT;

    CHECK(app_note_one(&one, db, thing_id, &err) == status);
    CHECK(strcmp(err.query, "note_one") == 0);
    CHECK(app_note_optional(&optional, db, thing_id, &err) == status);
    CHECK(app_note_exec(&affected, db, thing_id, &err) == status);
    CHECK(app_note_returning(&returning, db, thing_id, &err) == status);
    CHECK(app_note_many_all(&rows, db, thing_id, &arena, &err) == status);
    CHECK(one.id == -1 && optional.id == -1 && affected == -1 && returning.id == -1 &&
          rows.count == 7);

    CHECK(app_note_many_begin(&iter, db, thing_id, &err) == TN_OK);
    CHECK(app_note_many_next(&iter, &err) == TN_ROW);
    CHECK(app_note_many_next(&iter, &err) == TN_ROW);
    CHECK(app_note_many_next(&iter, &err) == status);
    app_note_many_end(&iter);

    /* Left early: nobody is told, and nothing has been written. */
    CHECK(app_note_many_begin(&iter, db, thing_id, &err) == TN_OK);
    CHECK(app_note_many_next(&iter, &err) == TN_ROW);
    app_note_many_end(&iter);

    CHECK(count_notes() == before);
    tn_arena_fini(&arena);
}

static void write_that_can_commit_succeeds(void)
{
    int64_t before = count_notes();
    struct app_note_one_row one;
    struct app_note_many_iter iter;
    CHECK(app_note_one(&one, db, 1, &err) == TN_OK);
    /* Left early: both rows are there all the same. */
    CHECK(app_note_many_begin(&iter, db, 1, &err) == TN_OK);
    CHECK(app_note_many_next(&iter, &err) == TN_ROW);
    app_note_many_end(&iter);
    CHECK(count_notes() == before + 3);
}

/* Without WAL a reader is in the way of a commit. */
static void reader_is_in_the_way(void)
{
    tn_db *other;
    tn_stmt *reading;
    CHECK(tn_db_open(&other, "sqlite:app.db?journal_mode=delete", NULL, &err) == TN_OK);
    CHECK(tn_stmt_open(&reading, other, "SELECT 1 FROM things", &err) == TN_OK);
    CHECK(tn_stmt_step(reading, &err) == TN_ROW);
    write_that_cannot_commit_fails(1, TN_EBUSY);
    tn_stmt_close(reading);
    tn_db_close(other);
}

int main(void)
{
    CHECK(tn_db_open(&db, "sqlite:app.db?journal_mode=delete&busy_timeout=10ms", NULL, &err) ==
          TN_OK);
    CHECK(tn_exec(db,
                  "INSERT INTO things (name, size, data, is_on, made, config) VALUES "
                  "('x', 1.0, x'', 1, '2026-11-21 00:00:00', '{}'), "
                  "('y', 1.0, x'', 1, '2026-11-21 00:00:00', '{}')",
                  NULL, 0, NULL, &err) == TN_OK);
    write_that_can_commit_succeeds();
    write_that_cannot_commit_fails(99, TN_EFOREIGNKEY);
    reader_is_in_the_way();
    write_that_can_commit_succeeds();
    tn_db_close(db);
    puts("ok");
    return 0;
}
