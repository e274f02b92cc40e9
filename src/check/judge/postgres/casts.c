/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * `$1 IS NULL OR x = $1`: the server reads from the left, has no type for the parameter where it first
 * stands, and refuses the statement, though it finds the type later. (Where the type comes first, it takes
 * it.) Then the statement is parsed with NULL in the places that it points at, until it tells the type by
 * the others; and the places are emitted with a cast, `$1::int4 IS NULL`, which makes no other statement
 * of it. So whoever prepares it needs to know nothing more.
 */

bool tn__pg_is_untyped(const tn_error *err, const struct tn__pg_bench *bench)
{
    /* A parameter that has two types is refused with the same code, and with a detail that names them. */
    return strcmp(err->sqlstate, "42P18") == 0 ||
           (strcmp(err->sqlstate, "42P08") == 0 && !bench->refused.detail);
}

/* An array of a type is "…[]" by its own name. */
void tn__pg_put_type(struct tn__buf *buf, const struct tn__server_type *type)
{
    bool is_array = type->kind == TN__SERVER_ARRAY && type->inner;
    const struct tn__server_type *named = is_array ? type->inner : type;
    bool is_own = strcmp(named->schema, "pg_catalog") == 0;
    /* These two are words of SQL that say something else. */
    bool is_word = is_own && (strcmp(named->name, "char") == 0 || strcmp(named->name, "bit") == 0);
    if (!is_own && strcmp(named->schema, "public") != 0) {
        tn__sql_put_name_postgres(buf, tn_text_of(named->schema));
        tn__buf_putc(buf, '.');
    }
    if (is_word)
        tn__buf_sql_name(buf, tn_text_of(named->name));
    else if (is_own)
        tn__buf_puts(buf, named->name);
    else
        tn__sql_put_name_postgres(buf, tn_text_of(named->name));
    if (is_array)
        tn__buf_puts(buf, "[]");
}

/* The trial: tokens of judge->all that NULL stands for. */
struct trial {
    struct tn__judge *judge;
    struct tn__sql_expansion *nulls;
    size_t count;
    struct tn__driver_parsed parsed;
};

/* The token in judge->all that the refusal points at; SIZE_MAX: it is no parameter. */
static size_t token_of(const struct tn__judge *judge, const struct tn__sql_text *text,
                       const tn_error *refusal)
{
    if (refusal->position == 0)
        return SIZE_MAX;
    size_t offset = tn__sql_written_offset(text, refusal->position - 1);
    for (size_t i = 0; i < judge->all.count; i++)
        if (judge->all.tokens[i].offset == offset)
            return judge->all_params.of_token[i] ? i : SIZE_MAX;
    return SIZE_MAX;
}

static bool add_null(struct trial *trial, size_t token)
{
    for (size_t i = 0; i < trial->count; i++)
        if (trial->nulls[i].span.begin == token)
            return false;
    trial->nulls[trial->count++] = (struct tn__sql_expansion){{token, token + 1}, TN__TEXT("NULL")};
    return true;
}

/* A parameter that stands in no place with a type: the server names it by its number alone. */
static bool add_nulls_of(struct trial *trial, const tn_error *refusal)
{
    const struct tn__judge *judge = trial->judge;
    const char *dollar = strchr(refusal->message, '$');
    uint32_t number = 0;
    size_t before = trial->count;
    for (const char *c = dollar ? dollar + 1 : ""; *c >= '0' && *c <= '9'; c++)
        number = number * 10 + (uint32_t)(*c - '0');
    for (size_t i = 0; i < judge->all.count; i++)
        if (number > 0 && judge->all_params.of_token[i] == number)
            (void)add_null(trial, i);
    return trial->count > before;
}

/* Parse with NULL in ever more places. TN_OK; TN_NONE: it is refused for another reason. */
static int run_trial(struct trial *trial, const tn_error *refusal, tn_error *err)
{
    struct tn__judge *judge = trial->judge;
    struct tn__sql_text text = judge->text;
    tn_error why = *refusal;
    for (;;) {
        struct tn__sql_pieces pieces;
        size_t token = token_of(judge, &text, &why);
        if (token == SIZE_MAX ? !add_nulls_of(trial, &why) : !add_null(trial, token))
            return TN_NONE;
        int rc = tn__judge_emit(&pieces, judge, trial->nulls, trial->count);
        if (rc == TN_OK)
            rc = tn__sql_compose(&text, &pieces, judge->key, judge->arena);
        if (rc != TN_OK)
            return tn_error_set(err, rc, "out of memory");
        rc = tn__pg_bench_parse(&trial->parsed, judge, text.text, trial->nulls, trial->count, &why);
        if (rc == TN_OK)
            return TN_OK;
        if (rc == TN_ENOMEM || rc == TN_ECONNECT) {
            *err = why;
            return rc;
        }
        if (!tn__pg_is_untyped(&why, judge->bench))
            return TN_NONE;
    }
}

/* The type of a parameter: by the trial, or by another text of the query. */
static const struct tn__server_type *type_of(const struct trial *trial, size_t param)
{
    const struct tn__judge *judge = trial->judge;
    const struct tn__judges *others = judge->casts->judges;
    if (tn__pg_has_param(judge, param, trial->nulls, trial->count) &&
        param < trial->parsed.param_count)
        return tn__server_type(judge->checked->catalog.server, trial->parsed.params[param]);
    for (size_t i = 0; others && i < others->count; i++) {
        const struct tn__judge *other = &others->items[i];
        if (other != judge && param < other->described.param_count &&
            tn__pg_has_param(other, param, NULL, 0))
            return other->described.param_types[param];
    }
    return NULL;
}

static int add_cast(struct tn__judge *judge, size_t token, const struct tn__server_type *type)
{
    struct tn__casts *casts = judge->casts;
    struct tn__buf buf;
    tn_text text;
    if (casts->count == casts->cap) {
        size_t cap = casts->cap ? casts->cap * 2 : 8;
        struct tn__sql_expansion *items = tn_arena_array(judge->arena, cap, sizeof(*items));
        if (!items)
            return TN_ENOMEM;
        for (size_t i = 0; i < casts->count; i++)
            items[i] = casts->items[i];
        casts->items = items;
        casts->cap = cap;
    }
    tn__buf_init(&buf, 0);
    tn__buf_printf(&buf, "$%u::", (unsigned)judge->all_params.of_token[token]);
    tn__pg_put_type(&buf, type);
    int rc = tn__buf_to_arena(&buf, judge->arena, &text);
    tn__buf_fini(&buf);
    if (rc == TN_OK)
        casts->items[casts->count++] = (struct tn__sql_expansion){{token, token + 1}, text};
    return rc;
}

/* All places that were found, or none. */
static int add_casts(struct trial *trial)
{
    struct tn__judge *judge = trial->judge;
    for (size_t i = 0; i < trial->count; i++)
        if (!type_of(trial, judge->all_params.of_token[trial->nulls[i].span.begin] - 1))
            return TN_NONE;
    for (size_t i = 0; i < trial->count; i++) {
        size_t token = trial->nulls[i].span.begin;
        int rc = add_cast(judge, token, type_of(trial, judge->all_params.of_token[token] - 1));
        if (rc != TN_OK)
            return rc;
    }
    return TN_OK;
}

int tn__pg_cast_params(struct tn__judge *judge, const tn_error *refusal, tn_error *err)
{
    struct trial trial = {.judge = judge};
    struct tn__sql_pieces pieces;
    if (!judge->casts)
        return TN_NONE;
    trial.nulls = tn_arena_array(judge->arena, judge->all.count, sizeof(*trial.nulls));
    if (!trial.nulls)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int rc = run_trial(&trial, refusal, err);
    if (rc == TN_OK)
        rc = add_casts(&trial);
    if (rc == TN_OK)
        rc = tn__judge_emit(&pieces, judge, NULL, 0);
    if (rc == TN_OK)
        rc = tn__sql_compose(&judge->text, &pieces, judge->key, judge->arena);
    if (rc == TN_OK)
        judge->query->pieces = pieces;
    return rc == TN_ENOMEM ? tn_error_set(err, rc, "out of memory") : rc;
}
