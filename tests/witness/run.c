/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "list.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum {
    BUDGET = 300, /* times STEPS of the engine's machine */
    STEPS = 1000
};

const char *const wrong_words[] = {"nothing",
                                   "a value is of another class",
                                   "a text is none of the enum's",
                                   "more than one row",
                                   "no row",
                                   "the parser refuses it",
                                   "another number of columns or parameters",
                                   "another name of a column",
                                   "another origin of a column",
                                   "the analyser fails",
                                   "a claim is stronger than expected"};

/* --- databases ------------------------------------------------------------------------------------ */

void base_open(struct base *base)
{
    tn_error err;
    *base = (struct base){.arena = TN_ARENA_INIT, .scratch = TN_ARENA_INIT};
    if (sqlite3_open_v2(":memory:", &base->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        die("no database in memory");
    sqlite3_db_config(base->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(base->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* Random functions give the same in every run. */
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 20, base->db);
    if (tn_db_wrap_sqlite(&base->wrapped, base->db, NULL, &err) != TN_OK)
        die("%s", err.message);
}

void base_read(struct base *base)
{
    tn_error err;
    tn_arena_reset(&base->arena);
    model_read(&base->model, base->db, &base->arena);
    if (tn__catalog_read(&base->catalog, base->wrapped, &base->arena, &err) != TN_OK)
        die("the catalog cannot be read: %s", err.message);
    base->has_triggers = false;
    for (size_t t = 0; t < base->catalog.table_count; t++)
        base->has_triggers = base->has_triggers || base->catalog.tables[t].trigger_count > 0;
}

void base_close(struct base *base)
{
    tn_db_close(base->wrapped);
    if (sqlite3_close(base->db) != SQLITE_OK)
        die("a statement is left over");
    tn_arena_fini(&base->arena);
    tn_arena_fini(&base->scratch);
}

/* --- classes -------------------------------------------------------------------------------------- */

tn__classes class_of(const struct value *value)
{
    switch (value->type) {
    case SQLITE_INTEGER:
        return TN__CLASS_INT;
    case SQLITE_FLOAT:
        return isinf(value->real) ? TN__CLASS_INF : TN__CLASS_REAL;
    case SQLITE_TEXT:
        return TN__CLASS_TEXT;
    case SQLITE_BLOB:
        return TN__CLASS_BLOB;
    default:
        return TN__CLASS_NULL;
    }
}

const char *classes_text(tn__classes classes, tn_arena *arena)
{
    static const char *const words[] = {"NULL", "INT", "REAL", "INF", "TEXT", "BLOB"};
    const char *text = "";
    if (classes == TN__CLASS_ALL)
        return "all";
    for (unsigned i = 0; i < 6; i++)
        if (classes & (1u << i))
            text = fmt(arena, "%s%s%s", text, *text ? " " : "", words[i]);
    return *text ? text : "none";
}

/* The column whose texts a value is limited to; NULL: it is no enum. */
static const struct tn__column *choices_of(const struct tn__domain *domain)
{
    return tn__typing_of_domain(*domain).choices;
}

static bool is_choice(const struct tn__column *choices, const struct value *value)
{
    tn_text text = {value->bytes, (size_t)value->size};
    for (size_t i = 0; i < choices->choice_count; i++)
        if (tn_text_equal(choices->choices[i], text))
            return true;
    return false;
}

/* --- asking --------------------------------------------------------------------------------------- */

static bool is_wrong(struct finding *out, enum wrong wrong, unsigned column, const char *seen)
{
    *out = (struct finding){wrong, column, 0, seen};
    return true;
}

static bool same_name(tn_text a, const char *b)
{
    return b && a.size == strlen(b) && strncasecmp(a.data, b, a.size) == 0;
}

struct asked {
    sqlite3 *db;
    tn_arena *arena;
};

/* The columns of a table-valued function, as the checker asks for them. */
static int columns_of(const tn_text **out, size_t *out_count, void *user, tn_text name)
{
    struct asked *asked = user;
    sqlite3_stmt *stmt = NULL;
    const char *sql = fmt(asked->arena, "SELECT * FROM \"%.*s\"", (int)name.size, name.data);
    *out_count = 0;
    if (sqlite3_prepare_v2(asked->db, sql, -1, &stmt, NULL) == SQLITE_OK) {
        *out_count = (size_t)sqlite3_column_count(stmt);
        tn_text *names = need(asked->arena, *out_count + 1, sizeof(*names));
        for (size_t i = 0; i < *out_count; i++)
            names[i] = tn_text_of(keep(asked->arena, sqlite3_column_name(stmt, (int)i)));
        *out = names;
    }
    sqlite3_finalize(stmt);
    return TN_OK;
}

/* What can be compared without running it. */
static bool is_wrong_before(struct query *query, struct finding *out, tn_arena *arena)
{
    const struct tn__analysed *answer = &query->answer;
    if (answer->param_count != query->params.count)
        return is_wrong(out, WRONG_COUNT, 0, fmt(arena, "%zu parameters", answer->param_count));
    if (!answer->is_certain)
        return false;
    if (answer->column_count != query->column_count)
        return is_wrong(out, WRONG_COUNT, 0, fmt(arena, "%zu columns", answer->column_count));
    bool is_compound = strstr(query->sql, "UNION") || strstr(query->sql, "EXCEPT") ||
                       strstr(query->sql, "INTERSECT");
    for (unsigned i = 0; i < query->column_count; i++) {
        const struct tn__analysed_column *column = &answer->columns[i];
        const char *name = sqlite3_column_name(query->stmt, (int)i);
        const char *table = sqlite3_column_table_name(query->stmt, (int)i);
        const char *origin = sqlite3_column_origin_name(query->stmt, (int)i);
        if (column->name.data && !tn_text_equal(column->name, tn_text_of(name)))
            return is_wrong(
                out, WRONG_NAME, i,
                fmt(arena, "'%.*s', not '%s'", (int)column->name.size, column->name.data, name));
        /* The engine looks through a view whose text the analyser may not understand, and tells of one
         * arm of a compound. */
        if (column->table && table && !is_compound && column->table->kind != TN__VIEW &&
            (!same_name(tn_text_of(column->table->name), table) ||
             (column->column && !same_name(tn_text_of(column->column->name), origin))))
            return is_wrong(out, WRONG_ORIGIN, i,
                            fmt(arena, "%s.%s, not %s.%s", column->table->name,
                                column->column ? column->column->name : "rowid", table, origin));
    }
    return false;
}

static bool ask(struct query *query, struct base *base, const struct tn__sql *sql,
                struct finding *out, tn_arena *arena)
{
    int rc = tn__sql_params(&query->params, sql, arena);
    if (rc != TN_OK)
        return is_wrong(out, WRONG_STATUS, 0, "tn__sql_params fails");
    const struct tn__ast_stmt *stmt = NULL;
    const struct tn__parse_fault *faults = NULL;
    struct asked asked = {base->db, arena};
    const struct tn__analyse_options options = {
        .catalog = &base->catalog, .columns_of = columns_of, .user = &asked};
    rc = tn__sql_parse(&stmt, &faults, sql, arena);
    if (rc != TN_OK)
        return is_wrong(out, WRONG_PARSE, 0, faults ? faults->message : "no message");
    rc = tn__analyse(&query->answer, stmt, sql, &query->params, NULL, &options, arena);
    if (rc != TN_OK)
        return is_wrong(out, WRONG_STATUS, 0, "tn__analyse fails");
    query->is_understood = query->answer.is_certain;
    return is_wrong_before(query, out, arena);
}

/* `?1` may be what a list is called as, too: the checker refuses such a statement. */
static bool is_mixed(const struct tn__sql *sql, tn_arena *arena)
{
    struct tn__sql_params params;
    bool is_any = false;
    if (tn__sql_params(&params, sql, arena) != TN_OK)
        return false;
    for (size_t i = 0; i < params.count; i++)
        is_any = is_any || params.items[i].is_mixed;
    return is_any;
}

bool query_open(struct query *query, struct base *base, const char *sql, struct finding *out,
                tn_arena *arena)
{
    const char *tail;
    struct tn__sql *cut = need(arena, 1, sizeof *cut);
    *query = (struct query){.sql = sql};
    *out = (struct finding){0};
    if (tn__sql_scan(cut, tn_text_of(sql), arena) != TN_OK)
        die("out of memory");
    const char *text = list_sql(cut, arena);
    if (is_mixed(cut, arena) ||
        sqlite3_prepare_v2(base->db, text, -1, &query->stmt, &tail) != SQLITE_OK)
        return false;
    query->column_count = (unsigned)sqlite3_column_count(query->stmt);
    if (query->column_count == 0 || sqlite3_bind_parameter_count(query->stmt) > MOST_PARAMS) {
        query_close(query);
        return false;
    }
    query->is_write = !sqlite3_stmt_readonly(query->stmt);
    query->seen = need(arena, query->column_count, sizeof *query->seen);
    (void)ask(query, base, cut, out, arena);
    return true;
}

void query_close(struct query *query)
{
    sqlite3_finalize(query->stmt);
    query->stmt = NULL;
}

/* --- parameters ----------------------------------------------------------------------------------- */

static tn__classes param_classes(const struct query *query, size_t i)
{
    const struct tn__analysed_param *param = &query->answer.params[i];
    bool is_known = param->is_certain && !param->is_conflict && param->domain.classes != 0;
    return is_known ? param->domain.classes : TN__CLASS_ALL;
}

/* Of a parameter that is an enum: the column with its texts; NULL: it is another thing. */
static const struct tn__column *param_choices(const struct query *query, size_t i)
{
    const struct tn__analysed_param *param = &query->answer.params[i];
    return param_classes(query, i) == TN__CLASS_ALL ? NULL : choices_of(&param->domain);
}

static struct value choice_in(const struct tn__column *choices, bool may_be_null, struct rng *rng)
{
    if (may_be_null && rng_chance(rng, 20))
        return (struct value){.type = SQLITE_NULL};
    tn_text text = choices->choices[rng_below(rng, (unsigned)choices->choice_count)];
    return (struct value){.type = SQLITE_TEXT, .bytes = text.data, .size = (int)text.size};
}

static struct value value_in(tn__classes classes, const struct pool *pool, struct rng *rng)
{
    static const enum kind kinds[] = {KIND_INT,  KIND_INT,  KIND_TEXT,
                                      KIND_TEXT, KIND_REAL, KIND_BLOB};
    if ((classes & TN__CLASS_NULL) && rng_chance(rng, 20))
        return (struct value){.type = SQLITE_NULL};
    for (unsigned tries = 0; tries < 300; tries++) {
        struct value value = pool_value(pool, RNG_PICK(rng, kinds), rng);
        if (class_of(&value) & classes)
            return value;
    }
    return (struct value){.type = SQLITE_NULL};
}

unsigned query_values(const struct query *query, const struct pool *pool, struct rng *rng,
                      struct value *values)
{
    unsigned count = (unsigned)sqlite3_bind_parameter_count(query->stmt);
    for (unsigned i = 0; i < count; i++)
        values[i] = (struct value){.type = SQLITE_NULL};
    for (size_t i = 0; i < query->params.count; i++) {
        uint32_t number = query->params.items[i].number;
        const struct tn__column *choices = param_choices(query, i);
        tn__classes classes = param_classes(query, i);
        if (query->params.items[i].is_list)
            classes |= TN__CLASS_NULL; /* an empty one */
        if (number >= 1 && number <= count)
            values[number - 1] = choices ? choice_in(choices, classes & TN__CLASS_NULL, rng)
                                         : value_in(classes, pool, rng);
    }
    return count;
}

bool query_takes(const struct query *query, const struct value *values)
{
    for (size_t i = 0; i < query->params.count; i++) {
        uint32_t number = query->params.items[i].number;
        if (number < 1 || number > MOST_PARAMS)
            return false;
        bool is_empty = query->params.items[i].is_list && values[number - 1].type == SQLITE_NULL;
        if (!is_empty && !(class_of(&values[number - 1]) & param_classes(query, i)))
            return false;
        const struct tn__column *choices = param_choices(query, i);
        if (choices && values[number - 1].type == SQLITE_TEXT &&
            !is_choice(choices, &values[number - 1]))
            return false;
    }
    return true;
}

/* --- running -------------------------------------------------------------------------------------- */

static int count_down(void *left)
{
    return --*(int *)left < 0;
}

static void look(struct query *query, tn__classes *seen, struct finding *out, tn_arena *arena)
{
    for (unsigned i = 0; i < query->column_count; i++) {
        struct value value = value_at(query->stmt, (int)i);
        tn__classes class = class_of(&value);
        tn__classes inferred =
            query->is_understood ? query->answer.columns[i].domain.classes : TN__CLASS_ALL;
        query->values++;
        seen[i] |= class;
        const struct tn__column *choices =
            query->is_understood ? choices_of(&query->answer.columns[i].domain) : NULL;
        if (choices && value.type == SQLITE_TEXT && !is_choice(choices, &value) &&
            out->wrong == WRONG_NOTHING)
            *out = (struct finding){WRONG_CHOICE, i, inferred, value_sql(&value, arena)};
        if ((class & inferred) || out->wrong != WRONG_NOTHING)
            continue;
        if (value.type == SQLITE_FLOAT && (inferred & TN__CLASS_INT) &&
            fabs(value.real) >= 9223372036854775807.0) {
            query->overflows++;
            continue;
        }
        *out = (struct finding){WRONG_CLASS, i, inferred, value_sql(&value, arena)};
    }
}

static void judge_rows(struct query *query, unsigned rows, bool is_over, struct finding *out,
                       tn_arena *arena)
{
    if (out->wrong != WRONG_NOTHING || !query->is_understood)
        return;
    if (query->answer.is_single_row && rows > 1)
        (void)is_wrong(out, WRONG_SINGLE, 0, fmt(arena, "%u rows", rows));
    else if (query->answer.has_row && rows == 0 && is_over)
        (void)is_wrong(out, WRONG_HAS_ROW, 0, "no row");
}

void query_run(struct query *query, struct base *base, const struct value *values,
               struct finding *out, tn_arena *arena)
{
    int left = BUDGET;
    unsigned rows = 0;
    int rc;
    tn__classes *seen = need(arena, query->column_count, sizeof *seen);
    struct bound_list *lists = need(arena, query->params.count + 1, sizeof *lists);
    *out = (struct finding){0};
    if (query->is_write)
        sqlite3_exec(base->db, "SAVEPOINT w", NULL, NULL, NULL);
    int count = sqlite3_bind_parameter_count(query->stmt);
    for (int i = 0; i < count; i++)
        value_bind(query->stmt, i + 1, &values[i]);
    for (size_t i = 0; i < query->params.count; i++) {
        int number = (int)query->params.items[i].number;
        if (query->params.items[i].is_list && number <= count)
            list_bind(&lists[i], query->stmt, number, &values[number - 1]);
    }
    sqlite3_progress_handler(base->db, STEPS, count_down, &left);
    while ((rc = sqlite3_step(query->stmt)) == SQLITE_ROW && rows < MOST_ROWS_SEEN) {
        rows++;
        look(query, seen, out, arena);
    }
    judge_rows(query, rows, rc == SQLITE_DONE, out, arena);
    const char *message = query->error ? NULL : keep(arena, sqlite3_errmsg(base->db));
    sqlite3_reset(query->stmt);
    sqlite3_progress_handler(base->db, 0, NULL, NULL);
    query->rows += rows;
    query->runs += rc == SQLITE_DONE;
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        query->errors++;
        if (!query->error)
            query->error = message;
    }
    if (query->is_write) {
        /* A row may be outside for as long as a trigger, or the next one of the same statement, lets it. */
        bool is_replaced =
            base->has_triggers ||
            (rows > 1 && (strstr(query->sql, "REPLACE") || strstr(query->sql, " DO ")));
        bool is_outside = is_replaced || !data_is_in_domain(base->db, &base->model, &base->scratch);
        tn_arena_reset(&base->scratch);
        sqlite3_exec(base->db, "ROLLBACK TO w; RELEASE w", NULL, NULL, NULL);
        if (is_outside) {
            query->outside++;
            *out = (struct finding){0};
            return;
        }
    }
    for (unsigned i = 0; i < query->column_count; i++)
        query->seen[i] |= seen[i];
}
