/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <tenon/time.h>

#include "shape/base64.h"
#include "shape/json_read.h"
#include "util/number.h"
#include "util/str.h"

/* Single values of JSON as members of a struct. */

typedef int reading(struct tn__json_reader *r, const struct tn_field *field,
                    const struct tn__json_token *token, void *to);

int tn__json_fail_type(const struct tn__json_reader *r, const struct tn_field *field,
                       const struct tn__json_token *token)
{
    return tn__json_fail(&r->json, token->at, TN_ETYPE, "'%s' holds %s, not %s", field->name,
                         token->kind == TN__JSON_NUMBER && field->type == TN_FIELD_INT
                             ? "a fraction"
                             : tn__json_word(token->kind),
                         tn__field_word(field));
}

/* A string that the member cannot be. */
static int fail_text(const struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, tn_text text, const char *wanted)
{
    char shown[60];
    tn__copy_line(shown, sizeof shown, text);
    return tn__json_fail(&r->json, token->at, TN_ETYPE, "'%s' holds '%s', which is no %s",
                         field->name, shown, wanted);
}

static int read_string(tn_text *out, struct tn__json_reader *r, const struct tn_field *field,
                       const struct tn__json_token *token)
{
    if (token->kind != TN__JSON_STRING)
        return tn__json_fail_type(r, field, token);
    return tn__json_string(out, &r->json, token, r->arena);
}

static int read_int(struct tn__json_reader *r, const struct tn_field *field,
                    const struct tn__json_token *token, void *to)
{
    if (token->kind != TN__JSON_NUMBER || !token->is_plain)
        return tn__json_fail_type(r, field, token);
    if (tn__text_to_int(to, token->text) != TN_OK)
        return tn__json_fail(&r->json, token->at, TN_ERANGE,
                             "'%s' holds an integer of more than 64 bits", field->name);
    return TN_OK;
}

static int read_real(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    if (token->kind != TN__JSON_NUMBER)
        return tn__json_fail_type(r, field, token);
    int rc = tn__real_parse(to, token->text);
    if (rc == TN_ERANGE)
        return tn__json_fail(&r->json, token->at, rc, "'%s' holds a number that no double is",
                             field->name);
    return rc == TN_OK ? TN_OK : tn__shape_no_memory(r->json.err);
}

static int read_text(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    return read_string(to, r, field, token);
}

static int read_blob(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    tn_text text;
    int rc = read_string(&text, r, field, token);
    if (rc != TN_OK)
        return rc;
    rc = tn__base64_read(to, text, r->arena);
    if (rc == TN_EINVAL)
        return fail_text(r, field, token, text, "base64");
    return rc == TN_OK ? TN_OK : tn__shape_no_memory(r->json.err);
}

static int read_bool(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    bool yes = token->kind == TN__JSON_TRUE;
    if (!yes && token->kind != TN__JSON_FALSE)
        return tn__json_fail_type(r, field, token);
    memcpy(to, &yes, sizeof yes);
    return TN_OK;
}

static int read_timestamp(struct tn__json_reader *r, const struct tn_field *field,
                          const struct tn__json_token *token, void *to)
{
    tn_text text;
    int rc = read_string(&text, r, field, token);
    if (rc == TN_OK && tn_time_parse(to, text) != TN_OK)
        rc = fail_text(r, field, token, text, "timestamp");
    return rc;
}

static int read_enum(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    tn_text text;
    int rc = read_string(&text, r, field, token);
    if (rc != TN_OK)
        return rc;
    unsigned value = tn__field_choose(field, text);
    if (value == 0)
        return fail_text(r, field, token, text, "value of its enum");
    memcpy(to, &value, sizeof value);
    return TN_OK;
}

/* Types that have a text of their own in JSON. */
static int read_formatted(struct tn__json_reader *r, const struct tn_field *field,
                          const struct tn__json_token *token, void *to)
{
    tn_text text;
    int rc = read_string(&text, r, field, token);
    if (rc == TN_OK && tn__field_parse(field, to, text) != TN_OK)
        rc = fail_text(r, field, token, text, tn__field_word(field));
    return rc;
}

/* The text of a document, as it is written. */
static int read_json(struct tn__json_reader *r, const struct tn_field *field,
                     const struct tn__json_token *token, void *to)
{
    (void)field;
    int rc = tn__json_skip(&r->json, token);
    if (rc != TN_OK)
        return rc;
    tn_text text = tn__text_sub(r->json.text, token->at, r->json.at - token->at);
    return tn_arena_text(r->arena, to, text) == TN_OK ? TN_OK : tn__shape_no_memory(r->json.err);
}

/* The rest of {"base64": "…"}. */
static int read_any_blob(struct tn__json_reader *r, const struct tn_field *field, void *to)
{
    struct tn__json_token token;
    tn_blob blob;
    int rc = tn__json_want(&token, &r->json, TN__JSON_STRING);
    if (rc == TN_OK && !tn__text_is(token.text, "base64"))
        return tn__json_fail(&r->json, token.at, TN_ETYPE,
                             "'%s' holds an object whose key is not 'base64'", field->name);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r->json, TN__JSON_COLON);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r->json, TN__JSON_STRING);
    if (rc == TN_OK)
        rc = read_blob(r, field, &token, &blob);
    if (rc == TN_OK)
        rc = tn__json_want(&token, &r->json, TN__JSON_OBJECT_END);
    if (rc == TN_OK)
        *(tn_value *)to = tn_value_blob(blob);
    return rc;
}

static int read_any(struct tn__json_reader *r, const struct tn_field *field,
                    const struct tn__json_token *token, void *to)
{
    tn_value *value = to;
    if (token->kind == TN__JSON_OBJECT)
        return read_any_blob(r, field, to);
    if (token->kind == TN__JSON_STRING) {
        value->type = TN_TEXT;
        return read_text(r, field, token, &value->as.text);
    }
    if (token->kind == TN__JSON_TRUE || token->kind == TN__JSON_FALSE) {
        *value = tn_value_bool(token->kind == TN__JSON_TRUE);
        return TN_OK;
    }
    value->type = token->is_plain ? TN_INT : TN_REAL;
    return token->kind != TN__JSON_NUMBER ? tn__json_fail_type(r, field, token)
           : token->is_plain              ? read_int(r, field, token, &value->as.integer)
                                          : read_real(r, field, token, &value->as.real);
}

static reading *const readings[] = {
    [TN_FIELD_ANY] = read_any,
    [TN_FIELD_INT] = read_int,
    [TN_FIELD_REAL] = read_real,
    [TN_FIELD_TEXT] = read_text,
    [TN_FIELD_BLOB] = read_blob,
    [TN_FIELD_BOOL] = read_bool,
    [TN_FIELD_JSON] = read_json,
    [TN_FIELD_TIMESTAMP] = read_timestamp,
    [TN_FIELD_ENUM] = read_enum,
    [TN_FIELD_UUID] = read_formatted,
    [TN_FIELD_DATE] = read_formatted,
    [TN_FIELD_TIME] = read_formatted,
    [TN_FIELD_INTERVAL] = read_formatted,
};

int tn__json_read_value(struct tn__json_reader *r, const struct tn_field *field,
                        const struct tn__json_token *token, void *to)
{
    if (token->kind == TN__JSON_END || token->kind == TN__JSON_COMMA ||
        token->kind == TN__JSON_COLON || token->kind == TN__JSON_OBJECT_END ||
        token->kind == TN__JSON_ARRAY_END)
        return tn__json_unexpected(&r->json, token, "a value");
    if (field->type == TN_FIELD_STRUCT || field->type == TN_FIELD_ARRAY)
        return tn__json_fail_type(r, field, token);
    return readings[field->type](r, field, token, to);
}
