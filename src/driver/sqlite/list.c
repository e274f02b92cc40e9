/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include <tenon/gen_sqlite.h>

#include "driver/sqlite/sqlite.h"

/*
 * Lists as rows: `SELECT value FROM tn_list(?1)`, where ?1 is bound by tn_sqlite_bind_list(). A virtual
 * table without a schema entry, its argument a pointer that SQL can neither make nor read
 * (https://www.sqlite.org/bindptr.html), so that one statement serves lists of every length.
 */
static const char pointer_type[] = "tn_list";

enum {
    COLUMN_VALUE,
    COLUMN_LIST
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct tn_sqlite_list *list; /* NULL: an empty one */
    size_t at;
    int64_t *sorted; /* the integers of `list`, where that makes a difference */
};

static int connect(sqlite3 *db, void *user, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
    (void)user;
    (void)argc;
    (void)argv;
    (void)message;
    int rc = sqlite3_declare_vtab(db, "CREATE TABLE x (value, list HIDDEN)");
    if (rc == SQLITE_OK) /* not from the schema's views and triggers, which have no list to give */
        rc = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_vtab *table = sqlite3_malloc(sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    *table = (sqlite3_vtab){0};
    *out = table;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* The text takes the place of a former one; without memory for it the code alone must do. */
static int fail(sqlite3_vtab *table, int native, char *message)
{
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = message;
    return message ? native : SQLITE_NOMEM;
}

/*
 * How long a list will be is not known while planning, and the plan serves all of them. As the outer
 * loop of a join a list is read once: a hundred rows, as the engine takes of an IN of a query some
 * dozens. As the inner one it is read again for each row: there it counts as if it were long, so that
 * an index on the other side is used, or made, rather than that.
 */
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    const double rows = 100;
    const double cost = 10000;
    bool is_later = false;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
        if (constraint->iColumn != COLUMN_LIST || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!constraint->usable) {
            is_later = true; /* what it comes from must be read first */
            continue;
        }
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->estimatedRows = (sqlite3_int64)rows;
        info->estimatedCost = cost;
        return SQLITE_OK;
    }
    if (is_later)
        return SQLITE_CONSTRAINT;
    return fail(table, SQLITE_ERROR, sqlite3_mprintf("tn_list() needs a list"));
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *cursor = (struct cursor){.list = NULL};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    sqlite3_free(cursor->sorted);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* --- integers in order -------------------------------------------------------------------------- */

/*
 * For IN the engine puts the elements into an index of its own, first. That takes a third of the time if
 * they come in order, and putting integers in order is next to nothing. Where there is no memory for
 * it they come as they are. Texts would take longer to sort than that saves.
 */

/* One byte of each: from `from` to `to`, in the order of the byte. */
static void sort_by_byte(int64_t *to, const int64_t *from, size_t count, unsigned shift,
                         const size_t *counts)
{
    /* The sign comes last, and negative ones before the others. */
    const unsigned flip = shift == 56 ? 0x80 : 0;
    size_t starts[256];
    size_t start = 0;
    for (unsigned i = 0; i < 256; i++) {
        starts[i ^ flip] = start;
        start += counts[i ^ flip];
    }
    for (size_t i = 0; i < count; i++)
        to[starts[((uint64_t)from[i] >> shift) & 0xff]++] = from[i];
}

/* In place, with as much room again behind them. */
static void sort(int64_t *items, size_t count)
{
    int64_t *from = items;
    int64_t *to = items + count;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t counts[256] = {0};
        for (size_t i = 0; i < count; i++)
            counts[((uint64_t)from[i] >> shift) & 0xff]++;
        if (counts[((uint64_t)from[0] >> shift) & 0xff] == count)
            continue; /* all have the same byte there */
        sort_by_byte(to, from, count, shift, counts);
        int64_t *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

static bool is_sorted(const int64_t *items, size_t count)
{
    size_t i = 1;
    while (i < count && items[i - 1] <= items[i])
        i++;
    return i >= count;
}

/* `sorted` of a list that the cursor has not had before; a statement has one until it is reset. */
static void put_in_order(struct cursor *cursor)
{
    const struct tn_sqlite_list *list = cursor->list;
    sqlite3_free(cursor->sorted);
    cursor->sorted = NULL;
    if (!list || list->kind != TN_SQLITE_LIST_INT || is_sorted(list->items, list->count))
        return;
    cursor->sorted = sqlite3_malloc64(list->count * sizeof *cursor->sorted * 2);
    if (!cursor->sorted)
        return;
    memcpy(cursor->sorted, list->items, list->count * sizeof *cursor->sorted);
    sort(cursor->sorted, list->count);
}

/* --- rows --------------------------------------------------------------------------------------- */

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    (void)number;
    (void)text;
    (void)argc;
    const struct tn_sqlite_list *list = sqlite3_value_pointer(argv[0], pointer_type);
    if (!list && sqlite3_value_type(argv[0]) != SQLITE_NULL)
        return fail(base->pVtab, TN__SQLITE_LIST,
                    sqlite3_mprintf("the argument of tn_list() is no list"));
    if (list && list->count && !list->items)
        return fail(base->pVtab, TN__SQLITE_LIST,
                    sqlite3_mprintf("list '%s': no items, and a count", list->name));
    cursor->at = 0;
    if (cursor->list != list) {
        cursor->list = list;
        put_in_order(cursor);
    }
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->at++;
    return SQLITE_OK;
}

static int is_end(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (const struct cursor *)base;
    return !cursor->list || cursor->at >= cursor->list->count;
}

/* --- elements ----------------------------------------------------------------------------------- */

/* What is given as a value, or what is wrong with the element; NULL: nothing. Text and blobs are the
 * caller's, who keeps them until the statement is reset. */
static const char *give_real(sqlite3_context *context, double value)
{
    if (isnan(value))
        return "is not a number";
    sqlite3_result_double(context, value);
    return NULL;
}

static const char *give_text(sqlite3_context *context, tn_text text)
{
    if (!text.data)
        return "is NULL";
    sqlite3_result_text64(context, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
    return NULL;
}

static const char *give_blob(sqlite3_context *context, tn_blob blob)
{
    if (!blob.data)
        return "is NULL";
    sqlite3_result_blob64(context, blob.data, blob.size, SQLITE_STATIC);
    return NULL;
}

static const char *give_timestamp(sqlite3_context *context, tn_timestamp value,
                                  enum tn_sqlite_time form)
{
    struct tn__sqlite_moment moment;
    if (!tn__sqlite_moment_of(&moment, value, form))
        return "is out of range: the year is not within 0000 to 9999";
    if (moment.size)
        sqlite3_result_text64(context, moment.text, moment.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_int64(context, moment.number);
    return NULL;
}

static const char *give_words(sqlite3_context *context, const tn_value *value)
{
    struct tn__sqlite_words words;
    switch (tn__sqlite_words_of(&words, value)) {
    case SQLITE_OK:
        sqlite3_result_text64(context, words.text, words.size, SQLITE_TRANSIENT, SQLITE_UTF8);
        return NULL;
    case TN__SQLITE_DATE_RANGE:
        return "is out of range: the year is not within 0000 to 9999";
    case TN__SQLITE_CLOCK_RANGE:
        return "is out of range: it is not within 00:00:00 to 24:00:00";
    case TN__SQLITE_NO_ARRAYS:
        return "is an array, which SQLite has not";
    default:
        return "has no type";
    }
}

static const char *give_value(sqlite3_context *context, const tn_value *value,
                              enum tn_sqlite_time form)
{
    switch (value->type) {
    case TN_NULL:
        return "is NULL";
    case TN_INT:
        sqlite3_result_int64(context, value->as.integer);
        return NULL;
    case TN_REAL:
        return give_real(context, value->as.real);
    case TN_TEXT:
    case TN_JSON:
        return give_text(context, value->as.text);
    case TN_BLOB:
        return give_blob(context, value->as.blob);
    case TN_BOOL:
        sqlite3_result_int(context, value->as.boolean);
        return NULL;
    case TN_TIMESTAMP:
        return give_timestamp(context, value->as.timestamp, form);
    default:
        return give_words(context, value);
    }
}

static const char *give_choice(sqlite3_context *context, const struct tn_sqlite_list *list,
                               unsigned choice)
{
    if (choice < 1 || choice > list->choice_count)
        return "is no value of its enum";
    return give_text(context, list->choices[choice - 1]);
}

static const char *give(sqlite3_context *context, const struct cursor *cursor)
{
    const struct tn_sqlite_list *list = cursor->list;
    size_t at = cursor->at;
    switch (list->kind) {
    case TN_SQLITE_LIST_INT:
        sqlite3_result_int64(context,
                             (cursor->sorted ? cursor->sorted : (const int64_t *)list->items)[at]);
        return NULL;
    case TN_SQLITE_LIST_REAL:
        return give_real(context, ((const double *)list->items)[at]);
    case TN_SQLITE_LIST_BOOL:
        sqlite3_result_int(context, ((const bool *)list->items)[at]);
        return NULL;
    case TN_SQLITE_LIST_TEXT:
        return give_text(context, ((const tn_text *)list->items)[at]);
    case TN_SQLITE_LIST_BLOB:
        return give_blob(context, ((const tn_blob *)list->items)[at]);
    case TN_SQLITE_LIST_TIMESTAMP:
        return give_timestamp(context, ((const tn_timestamp *)list->items)[at], list->form);
    case TN_SQLITE_LIST_VALUE:
        return give_value(context, &((const tn_value *)list->items)[at], list->form);
    case TN_SQLITE_LIST_CHOICE:
        return give_choice(context, list, ((const unsigned *)list->items)[at]);
    }
    return "is of no known kind";
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index)
{
    const struct cursor *cursor = (const struct cursor *)base;
    if (index != COLUMN_VALUE)
        return SQLITE_OK; /* NULL: a pointer is for nobody to read */
    const char *wrong = give(context, cursor);
    if (TN_LIKELY(!wrong))
        return SQLITE_OK;
    return fail(base->pVtab, TN__SQLITE_LIST,
                sqlite3_mprintf("list '%s': element %llu %s", cursor->list->name,
                                (unsigned long long)cursor->at, wrong));
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((struct cursor *)base)->at;
    return SQLITE_OK;
}

/* Without xCreate there is nothing but the table of the module's own name. */
static const sqlite3_module module = {
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = is_end,
    .xColumn = column,
    .xRowid = rowid,
};

int tn__sqlite_add_list(sqlite3 *db, tn_error *err)
{
    int native = sqlite3_create_module(db, pointer_type, &module, NULL);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(db, native, err);
}

int tn_sqlite_bind_list(sqlite3_stmt *stmt, int index, const struct tn_sqlite_list *list)
{
    return sqlite3_bind_pointer(stmt, index, (void *)(uintptr_t)list, pointer_type, NULL);
}

/* A list of values that is all integers goes the way of generated code: as integers, in order. */
static void take_integers(struct tn_sqlite_list *list, int64_t *integers)
{
    const tn_value *values = list->items;
    for (size_t i = 0; i < list->count; i++) {
        if (values[i].type != TN_INT)
            return;
        integers[i] = values[i].as.integer;
    }
    list->kind = TN_SQLITE_LIST_INT;
    list->items = integers;
}

int tn__sqlite_bind_list(struct tn__driver_stmt *stmt, int index, const char *name,
                         const tn_value_list *list, tn_error *err)
{
    struct kept {
        struct tn_sqlite_list list;
        int64_t integers[];
    };
    sqlite3 *db = sqlite3_db_handle(tn__sqlite_stmt(stmt));
    struct kept *kept = sqlite3_malloc64(sizeof *kept + list->count * sizeof(int64_t));
    if (!kept)
        return tn__sqlite_fail(db, SQLITE_NOMEM, err);
    kept->list = (struct tn_sqlite_list){
        .items = list->items, .count = list->count, .kind = TN_SQLITE_LIST_VALUE, .name = name};
    take_integers(&kept->list, kept->integers);
    /* The engine frees it, also when it refuses it. */
    int native =
        sqlite3_bind_pointer(tn__sqlite_stmt(stmt), index, &kept->list, pointer_type, sqlite3_free);
    return native == SQLITE_OK ? TN_OK : tn__sqlite_fail(db, native, err);
}
