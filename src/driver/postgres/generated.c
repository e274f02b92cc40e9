/* SPDX-License-Identifier: MIT */
#include "driver/postgres/generated.h"

#include <string.h>

#include "driver/postgres/copy.h"
#include "driver/postgres/decode.h"
#include "lex/lex.h"
#include "util/alloc.h"
#include "util/buf.h"

/* Statements of generated code: they know what they were written for, and their values come as they travel. */

enum {
    TEXT_OID = 25,
    TEXT_ARRAY_OID = 1009
};

/* --- types -------------------------------------------------------------------------------------- */

/* The form of a type of the code's; of one that has none, OTHER. */
static const struct tn__pg_type *form_of(uint32_t code)
{
    static const struct tn__pg_type none = {0, TN__PG_OTHER, "a type known by its text", 0, NULL};
    const struct tn__pg_type *type = tn__pg_type_find(code & ~TN_PG_LIKE);
    return type ? type : &none;
}

static bool is_alike(const struct tn__pg_type *type, const struct tn__pg_type *form)
{
    if (type->kind != form->kind)
        return false;
    return type->kind != TN__PG_ARRAY || type->item->kind == form->item->kind;
}

/*
 * The server finds out a type of the database's own by the place where the parameter stands. One that stands
 * nowhere in this text (of an optional part) has the built-in type beside it.
 */
static void ask_for_own(uint32_t *oids, const struct tn__driver_stmt *stmt)
{
    struct tn__lexer lexer;
    struct tn__token token;
    tn__lex_init(&lexer, (tn_text){stmt->text.sql, stmt->text.size}, TN__POSTGRES);
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END) {
        uint32_t number = 0;
        if (token.kind != TN__TOK_PARAM)
            continue;
        for (size_t i = 1; i < token.size; i++)
            number = number * 10 + (uint32_t)(stmt->text.sql[token.offset + i] - '0');
        if (number <= stmt->types->param_count && (stmt->types->params[number - 1] & TN_PG_LIKE))
            oids[number - 1] = 0;
    }
}

int tn__pg_gen_tell(int *count, struct tn__driver_stmt *stmt, tn_error *err)
{
    const struct tn_pg_types *types = stmt->types;
    uint32_t *oids = tn__alloc_zero(types->param_count + (size_t)1, sizeof *oids);
    if (!oids)
        return tn_error_set(err, TN_ENOMEM, "cannot prepare a statement: out of memory");
    bool has_own = false;
    for (size_t i = 0; i < types->param_count; i++) {
        bool is_own = (types->params[i] & TN_PG_LIKE) != 0;
        uint32_t form = types->params[i] & ~TN_PG_LIKE;
        oids[i] = form ? form : TEXT_OID;
        has_own = has_own || is_own;
    }
    if (has_own)
        ask_for_own(oids, stmt);
    tn__free(stmt->param_oids);
    stmt->param_oids = oids;
    *count = types->param_count;
    return TN_OK;
}

static int fail_type(const char *what, const char *name, const struct tn__pg_type *type,
                     const struct tn__pg_type *form, tn_error *err)
{
    return tn_error_set(err, TN_ESCHEMA,
                        "%s '%s' is of type %s and was generated for %s: run tenon generate", what,
                        name, type->name, form->name);
}

static const char *param_name(const struct tn_pg_types *types, int index)
{
    const char *name = types->names;
    for (int i = 0; i < index; i++)
        name += strlen(name) + 1;
    return name;
}

int tn__pg_gen_check(const struct tn__driver_stmt *stmt, tn_error *err)
{
    const struct tn_pg_types *types = stmt->types;
    if ((size_t)stmt->column_count != stmt->typed_columns)
        return tn_error_set(err, TN_ESCHEMA,
                            "gives %d columns and was generated for %zu: run tenon generate",
                            stmt->column_count, stmt->typed_columns);
    for (int i = 0; i < stmt->column_count; i++) {
        const struct tn__pg_type *form = form_of(types->columns[i]);
        /* 0: it is read as its text, whatever it is. */
        if (types->columns[i] != 0 && !is_alike(stmt->column_types[i], form))
            return fail_type("column", stmt->column_names[i], stmt->column_types[i], form, err);
    }
    for (int i = 0; i < stmt->param_count; i++) {
        const struct tn__pg_type *form = form_of(types->params[i]);
        /* As text the server reads any type, and says itself what it cannot read. */
        if (types->formats[i] != 0 && !is_alike(stmt->param_types[i], form))
            return fail_type("parameter", param_name(types, i), stmt->param_types[i], form, err);
    }
    return TN_OK;
}

/* --- from the beginning to the end --------------------------------------------------------------- */

static int decode(tn_value *out, const struct tn_pg_rows *rows, int column, bool is_array,
                  tn_arena *arena, tn_error *err)
{
    const struct tn__driver_stmt *stmt = rows->stmt;
    const struct tn__pg_type *type = stmt->column_types[column];
    if (is_array && type->kind != TN__PG_ARRAY && stmt->types->is_text)
        type = tn__pg_type_find(TEXT_ARRAY_OID); /* of a type that is known by its text */
    const char *data;
    int size = tn_pg_cell(rows, column, &data);
    if (size < 0) {
        *out = tn_value_null();
        return TN_OK;
    }
    return tn__pg_decode(out, type, !stmt->types->is_text, data, (size_t)size, arena, err);
}

int tn__pg_gen_prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                       size_t size, bool persistent, const struct tn_pg_types *types,
                       size_t column_count, tn_error *err)
{
    conn->calls =
        (struct tn_pg_calls){tn__pq->getvalue, tn__pq->getlength, tn__pq->getisnull, decode};
    return tn__pg_prepare_for(out, conn, (tn_text){sql, size}, persistent, types, column_count,
                              err);
}

int tn__pg_gen_run(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                   const struct tn_pg_params *params, tn_error *err)
{
    stmt->bound = params;
    int rc = tn__pg_run_whole(stmt, err);
    stmt->bound = NULL;
    if (TN_UNLIKELY(rc != TN_OK))
        return rc;
    rows->result = stmt->result;
    rows->pq = &stmt->conn->calls;
    rows->row = -1;
    rows->count = stmt->row_count;
    rows->affected = stmt->affected;
    rows->stmt = stmt;
    return TN_OK;
}

/* The first row is asked for at once: a query that fails does so before anything is read. */
int tn__pg_gen_stream(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                      const struct tn_pg_params *params, bool is_change, tn_error *err)
{
    stmt->is_stream = true;
    stmt->is_change = is_change;
    stmt->bound = params;
    int rc = tn__pg_step(stmt, err);
    stmt->bound = NULL;
    if (rc < 0)
        return rc;
    *rows = (struct tn_pg_rows){stmt->result, &stmt->conn->calls, -1,
                                rc == TN_ROW, stmt->affected,     stmt};
    return TN_OK;
}

int tn__pg_gen_step(struct tn_pg_rows *rows, const struct pg_result **before,
                    struct tn__driver_stmt *stmt, tn_error *err)
{
    bool is_first = rows->row < 0;
    if (TN_UNLIKELY(stmt->is_cut))
        return tn__pg_fail_cut(err);
    if (TN_UNLIKELY(!stmt->is_started || (stmt->is_done && !is_first)))
        return tn_error_set(err, TN_EMISUSE, "nothing is left of the rows");
    rows->row = 0;
    if (is_first)
        return rows->count > 0 ? TN_ROW : TN_DONE;
    if (before) {
        tn__pq->clear(stmt->before);
        stmt->before = stmt->result;
        stmt->result = NULL;
        *before = stmt->before;
    }
    int rc = tn__pg_step(stmt, err);
    rows->result = stmt->result;
    rows->count = rc == TN_ROW;
    return rc;
}

/* --- what is not put in place -------------------------------------------------------------------- */

int tn__pg_gen_encode(tn_text *out, struct tn__driver_stmt *stmt, int index, const char *name,
                      const tn_value_list *items, tn_error *err)
{
    struct tn__pg_param *param = &stmt->params[index - 1];
    const struct tn__pg_type *type;
    int rc = tn__pg_describe(stmt, err);
    if (rc != TN_OK)
        return rc;
    type = stmt->param_types[index - 1];
    if (name) {
        rc = tn__pg_encode_list(param, type, name, items, err);
    } else {
        tn_array array = tn_array_of(TN_NULL, items->items, items->count);
        tn_value value = tn_value_array(&array);
        rc = tn__pg_encode(param, type, &value, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "parameter '%s'", param_name(stmt->types, index - 1));
    }
    if (rc == TN_OK)
        *out = (tn_text){param->data, (size_t)param->size};
    return rc;
}

tn_arena *tn__pg_gen_scratch(struct tn__driver_stmt *stmt)
{
    return &stmt->scratch;
}

const char *tn__pg_gen_param_type(const struct tn__driver_stmt *stmt, int index)
{
    const struct tn__pg_type *type = stmt->is_described ? stmt->param_types[index - 1] : NULL;
    return type ? type->name : "its type";
}

/* --- COPY in the place of an INSERT -------------------------------------------------------------- */

/*
 * Whether a COPY does to the table what the INSERTs would: it passes rules over, runs a statement's triggers once
 * and not once for each, and is refused where policies look at rows. 't', or anything else.
 */
static int ask_table(bool *out, struct tn__driver_conn *conn, const char *table, tn_error *err)
{
    char answer[8];
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT "
                       "c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE "
                       "t.tgrelid = c.oid AND NOT t.tgisinternal) FROM pg_catalog.pg_class c WHERE "
                       "c.oid = pg_catalog.to_regclass(");
    tn__buf_sql_string(&sql, tn_text_of(table));
    tn__buf_puts(&sql, ")");
    int rc = tn__buf_status(&sql);
    if (rc != TN_OK)
        tn_error_set(err, rc, "cannot begin to copy: %s", tn_status_text(rc));
    else
        rc = tn__pg_flush_begin(conn, err);
    if (rc == TN_OK)
        rc = tn__pg_exec(conn, sql.data, answer, sizeof answer, err);
    *out = rc == TN_OK && answer[0] == 't';
    tn__buf_fini(&sql);
    return rc;
}

/* The values go as those of the columns, without a cast: bytes for bytes, and numerics from their text. */
static bool is_fitting(const struct tn__driver_stmt *stmt, const struct tn__driver_stmt *columns)
{
    for (int i = 0; i < stmt->param_count; i++) {
        const struct tn__pg_type *param = stmt->param_types[i];
        const struct tn__pg_type *column = columns->column_types[i];
        bool is_array = column->kind == TN__PG_ARRAY;
        bool is_word = stmt->types->formats[i] == 0;
        if (!is_alike(param, column) || (is_array && param->oid != column->oid) ||
            (is_word && column->kind != TN__PG_NUMERIC))
            return false;
    }
    return true;
}

int tn__pg_gen_copy(struct tn__driver_copy **out, struct tn__driver_stmt *stmt,
                    const struct tn_pg_copy *copy, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    bool is_plain = false;
    int rc = ask_table(&is_plain, conn, copy->table, err);
    if (rc != TN_OK || !is_plain)
        return rc != TN_OK ? rc : TN_NONE;
    rc = tn__pg_copy_in_open(out, conn, copy->table, copy->columns, (size_t)stmt->param_count, err);
    if (rc != TN_OK || is_fitting(stmt, (*out)->stmt))
        return rc;
    /* Given up, a COPY makes the transaction fail. */
    int64_t rows;
    rc = tn__pg_copy_in_end(*out, false, &rows, err);
    *out = NULL;
    return rc != TN_OK
               ? rc
               : tn_error_set(err, TN_ETYPE, "the columns have other types than the parameters");
}
