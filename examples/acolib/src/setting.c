/* SPDX-License-Identifier: MIT */
#include "setting.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "configurations.tenon.h"
#include "setting.tenon.h"

TN_QUERY(json_check, ":one",
         "-- param text text\n"
         "-- column is_valid bool not null\n"
         "SELECT json_valid(:text) AS is_valid");

static bool parse_integer(int64_t *out, const char *text)
{
    char *end;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    *out = (int64_t)value;
    return end != text && *end == '\0' && errno == 0;
}

static bool parse_float(double *out, const char *text)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

static bool parse_boolean(bool *out, const char *text)
{
    *out = strcmp(text, "true") == 0;
    return *out || strcmp(text, "false") == 0;
}

int setting_parse(struct setting *out, tn_db *db, enum aco_setting_type type, tn_text text,
                  tn_error *err)
{
    struct setting setting = {.type = type, .text = text};
    struct aco_json_check_row json = {.is_valid = true};
    bool is_good = true;
    int rc;
    switch (type) {
    case ACO_SETTING_TYPE_STRING:
        break;
    case ACO_SETTING_TYPE_INTEGER:
        is_good = parse_integer(&setting.as.integer, text.data);
        break;
    case ACO_SETTING_TYPE_FLOAT:
        is_good = parse_float(&setting.as.real, text.data);
        break;
    case ACO_SETTING_TYPE_BOOLEAN:
        is_good = parse_boolean(&setting.as.boolean, text.data);
        break;
    case ACO_SETTING_TYPE_JSON:
        rc = aco_json_check(&json, db, text, err);
        if (rc < 0)
            return rc;
        is_good = json.is_valid;
        break;
    }
    if (!is_good)
        return tn_error_set(err, TN_EINVAL, "'%s' is not of type %s", text.data,
                            aco_setting_type_text(type).data);
    *out = setting;
    return TN_OK;
}

int setting_set(tn_db *db, const struct setting_change *change, tn_error *err)
{
    struct setting checked;
    int64_t affected = 0;
    int rc = setting_parse(&checked, db, change->type, change->text, err);
    if (rc < 0)
        return rc;
    struct aco_config_set_args args = {
        .key = tn_text_of(change->key),
        .value = change->text,
        .value_type = change->type,
        .description = change->description,
        .is_secret = change->is_secret,
    };
    rc = aco_config_set(&affected, db, &args, err);
    if (rc < 0)
        return rc;
    if (affected == 0)
        return tn_error_set(err, TN_EREFUSED, "'%s' has another type than %s: delete it first",
                            change->key, aco_setting_type_text(change->type).data);
    return TN_OK;
}

int setting_get(struct setting *out, tn_db *db, const char *key, tn_arena *arena, tn_error *err)
{
    struct aco_config_get_row row;
    int rc = aco_config_get(&row, db, tn_text_of(key), arena, err);
    if (rc != TN_OK)
        return rc;
    rc = setting_parse(out, db, row.value_type, row.value, err);
    if (rc < 0) {
        tn_error_prefix(err, "key '%s'", key);
        return rc;
    }
    out->is_secret = row.is_secret;
    return TN_OK;
}

int setting_get_int(int64_t *out, tn_db *db, const char *key, int64_t fallback, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct setting setting;
    int rc = setting_get(&setting, db, key, &arena, err);
    if (rc == TN_OK && setting.type != ACO_SETTING_TYPE_INTEGER)
        rc = tn_error_set(err, TN_ETYPE, "'%s' is of type %s, not integer", key,
                          aco_setting_type_text(setting.type).data);
    if (rc >= 0)
        *out = rc == TN_OK ? setting.as.integer : fallback;
    tn_arena_fini(&arena);
    return rc < 0 ? rc : TN_OK;
}
