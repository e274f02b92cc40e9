/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include <string.h>

#include "infer/postgres/lower.h"

const char *const wrong_words[WRONGS] = {"nothing",
                                         "NULL in a column that is said to have none",
                                         "more than one row",
                                         "no row",
                                         "another number of columns",
                                         "another name of a column",
                                         "another origin of a column",
                                         "the analyser fails"};

/* --- asking */

static void is_wrong(struct finding *out, enum wrong wrong, unsigned column, const char *seen)
{
    *out = (struct finding){wrong, column, seen};
}

static bool same_text(tn_text a, const char *b)
{
    return tn_text_equal(a, tn_text_of(b));
}

/* What can be compared without running it: as the checker does. */
static void compare(const struct query *query, const struct tn__driver_parsed *parsed,
                    const struct place *place, struct finding *out, tn_arena *arena)
{
    const struct tn__analysed *answer = &query->answer;
    if (answer->column_count != parsed->field_count) {
        is_wrong(out, WRONG_COUNT, 0, fmt(arena, "%zu columns", answer->column_count));
        return;
    }
    for (unsigned i = 0; i < query->column_count; i++) {
        const struct tn__analysed_column *column = &answer->columns[i];
        const struct tn__driver_field *field = &parsed->fields[i];
        const struct tn__table *table = tn__server_table(place->catalog.server, field->table);
        if (column->name.data && !same_text(column->name, field->name))
            is_wrong(out, WRONG_NAME, i,
                     fmt(arena, "'%.*s', not '%s'", (int)column->name.size, column->name.data,
                         field->name));
        if (!table || table->kind != TN__TABLE || !column->table)
            continue;
        if (column->table != table || (column->column && column->column->number != field->number))
            is_wrong(out, WRONG_ORIGIN, i,
                     fmt(arena, "%s.%s, not %s.%d", column->table->name,
                         column->column ? column->column->name : "row", table->name,
                         field->number));
    }
}

static bool analyse(struct query *query, struct place *place,
                    const struct tn__driver_parsed *parsed, struct finding *out, tn_arena *arena)
{
    const struct tn__analyse_options options = {.catalog = &place->catalog, .wants_uses = true};
    const struct tn__pg_statement statement = {.sql = tn_text_of(query->sql),
                                               .param_count = (uint32_t)parsed->param_count};
    if (!place->tree)
        return false;
    tn_text tree = tn_text_of(keep(arena, place->tree));
    if (tn__analyse_postgres(&query->answer, tree, &statement, NULL, &options, arena) != TN_OK)
        is_wrong(out, WRONG_STATUS, 0, "tn__analyse_postgres fails");
    else if (query->answer.is_certain)
        compare(query, parsed, place, out, arena);
    return true;
}

/* The parameters' kinds, and a name for the statement; false: we have no values of one. */
static bool prepare(struct query *query, struct place *place,
                    const struct tn__driver_parsed *parsed, tn_arena *arena)
{
    static unsigned serial;
    query->param_count = (unsigned)parsed->param_count;
    if (query->param_count > MOST_PARAMS)
        return false;
    for (unsigned i = 0; i < query->param_count; i++) {
        const struct tn__server_type *type =
            tn__server_type(place->catalog.server, parsed->params[i]);
        query->params[i] = type ? kind_named(type->name) : NULL;
        if (!query->params[i])
            return false;
    }
    query->number = ++serial;
    return place_run(place, fmt(arena, "PREPARE w%u AS %s", query->number, query->sql));
}

bool query_open(struct query *query, struct place *place, const char *sql, struct finding *out,
                tn_arena *arena)
{
    struct tn__driver_parsed parsed;
    *query = (struct query){.sql = sql};
    *out = (struct finding){0};
    if (!place_parse(place, &parsed, sql, arena) || parsed.field_count == 0 ||
        !prepare(query, place, &parsed, arena))
        return false;
    query->column_count = (unsigned)parsed.field_count;
    query->seen_null = need(arena, query->column_count, sizeof *query->seen_null);
    return analyse(query, place, &parsed, out, arena);
}

void query_forget(struct place *place)
{
    (void)place_run(place, "DEALLOCATE ALL");
}

/* --- parameters */

static bool takes_null(const struct query *query, unsigned i)
{
    const struct tn__analysed *answer = &query->answer;
    if (!answer->is_certain || i >= answer->param_count)
        return true;
    return answer->params[i].takes_null || (answer->params[i].domain.classes & TN__CLASS_NULL);
}

void query_values(const struct query *query, const char **values, struct rng *rng)
{
    for (unsigned i = 0; i < query->param_count; i++)
        values[i] = takes_null(query, i) && rng_chance(rng, 35)
                        ? "NULL"
                        : kind_literal(query->params[i], rng);
}

bool query_takes(const struct query *query, const char *const *values)
{
    for (unsigned i = 0; i < query->param_count; i++)
        if (!values[i] || (strcmp(values[i], "NULL") == 0 && !takes_null(query, i)))
            return false;
    return true;
}

/* --- running */

static void look(struct query *query, struct tn__driver_stmt *stmt, struct finding *out)
{
    for (unsigned i = 0; i < query->column_count; i++) {
        bool is_null = tn__driver_postgres.column(stmt, (int)i).type == TN_NULL;
        query->values++;
        query->seen_null[i] = query->seen_null[i] || is_null;
        bool may_be =
            !query->answer.is_certain || (query->answer.columns[i].domain.classes & TN__CLASS_NULL);
        if (is_null && !may_be && out->wrong == WRONG_NOTHING)
            is_wrong(out, WRONG_NULL, i, "NULL");
    }
}

static void judge_rows(const struct query *query, unsigned rows, struct finding *out,
                       tn_arena *arena)
{
    if (out->wrong != WRONG_NOTHING || !query->answer.is_certain)
        return;
    if (query->answer.is_single_row && rows > 1)
        is_wrong(out, WRONG_SINGLE, 0, fmt(arena, "%u rows", rows));
    else if (query->answer.has_row && rows == 0)
        is_wrong(out, WRONG_HAS_ROW, 0, "no row");
}

void query_run(struct query *query, struct place *place, const char *const *values,
               struct finding *out, tn_arena *arena)
{
    const struct tn__driver *driver = &tn__driver_postgres;
    const char *sql = fmt(arena, "EXECUTE w%u", query->number);
    struct tn__driver_stmt *stmt = NULL;
    unsigned rows = 0;
    *out = (struct finding){0};
    for (unsigned i = 0; i < query->param_count; i++)
        sql = fmt(arena, "%s%s%s", sql, i > 0 ? ", " : " (", values[i]);
    sql = query->param_count > 0 ? fmt(arena, "%s)", sql) : sql;
    (void)place_run(place, "BEGIN");
    int rc = driver->prepare(&stmt, place->runner, sql, strlen(sql), false, &place->err);
    if (rc == TN_OK) {
        while ((rc = driver->step(stmt, &place->err)) == TN_ROW && rows < MOST_RUNS_SEEN) {
            rows++;
            look(query, stmt, out);
        }
        driver->finalize(stmt);
    }
    (void)place_run(place, "ROLLBACK");
    query->rows += rows;
    if (rc == TN_DONE) {
        query->runs++;
        judge_rows(query, rows, out, arena);
    } else if (rc != TN_ROW) {
        query->errors++;
        query->error = query->error ? query->error : keep(arena, place->err.message);
        *out = (struct finding){0}; /* the rows of a statement that fails are nobody's */
    }
}
