/* SPDX-License-Identifier: MIT */
#include <tenon/gen_sqlite.h>
#include <tenon/id.h>

#include "driver/sqlite/sqlite.h"

/* Values across the engine's border, for the driver and for generated code (tenon/gen_sqlite.h). */

static const int64_t us_per_second = 1000000;
static const int64_t us_per_ms = 1000;
static const int64_t us_per_day = 86400000000;
static const int32_t first_day = -719528; /* 0000-01-01 */
static const int32_t last_day = 2932896;  /* 9999-12-31 */

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

bool tn__sqlite_moment_of(struct tn__sqlite_moment *out, tn_timestamp value,
                          enum tn_sqlite_time form)
{
    out->size = 0;
    if (form == TN_SQLITE_TIME_SECONDS || form == TN_SQLITE_TIME_MS) {
        out->number = floor_div(value.us, form == TN_SQLITE_TIME_MS ? us_per_ms : us_per_second);
        return true;
    }
    out->size = tn_time_format(out->text, value,
                               form == TN_SQLITE_TIME_RFC3339 ? TN_TIME_RFC3339 : TN_TIME_DATETIME);
    return out->size != 0;
}

int tn_sqlite_bind_timestamp(sqlite3_stmt *stmt, int index, tn_timestamp value,
                             enum tn_sqlite_time form)
{
    struct tn__sqlite_moment moment;
    if (!tn__sqlite_moment_of(&moment, value, form))
        return TN__SQLITE_TIME_RANGE;
    if (!moment.size)
        return sqlite3_bind_int64(stmt, index, moment.number);
    return sqlite3_bind_text64(stmt, index, moment.text, moment.size, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

int tn_sqlite_bind_opt_timestamp(sqlite3_stmt *stmt, int index, tn_opt_timestamp value,
                                 enum tn_sqlite_time form)
{
    return value.has ? tn_sqlite_bind_timestamp(stmt, index, value.value, form)
                     : sqlite3_bind_null(stmt, index);
}

int tn__sqlite_words_of(struct tn__sqlite_words *out, const tn_value *value)
{
    switch (value->type) {
    case TN_UUID:
        tn_uuid_format(out->text, value->as.uuid);
        out->size = TN_UUID_SIZE - 1;
        return SQLITE_OK;
    case TN_DATE:
        if (value->as.date.days < first_day || value->as.date.days > last_day)
            return TN__SQLITE_DATE_RANGE;
        /* As the day of a timestamp, which has the year 0, as the engine's date functions do. */
        tn_time_format(out->text, (tn_timestamp){value->as.date.days * us_per_day},
                       TN_TIME_DATETIME);
        out->size = sizeof "YYYY-MM-DD" - 1;
        return SQLITE_OK;
    case TN_TIME:
        out->size = tn_clock_format(out->text, value->as.time);
        return out->size ? SQLITE_OK : TN__SQLITE_CLOCK_RANGE;
    case TN_INTERVAL:
        out->size = tn_interval_format(out->text, value->as.interval, TN_INTERVAL_ISO);
        return SQLITE_OK;
    case TN_ARRAY:
        return TN__SQLITE_NO_ARRAYS;
    default:
        return SQLITE_MISMATCH;
    }
}

static int bind_words(sqlite3_stmt *stmt, int index, const tn_value *value)
{
    struct tn__sqlite_words words;
    int native = tn__sqlite_words_of(&words, value);
    if (native != SQLITE_OK)
        return native;
    return sqlite3_bind_text64(stmt, index, words.text, words.size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int tn_sqlite_bind_value(sqlite3_stmt *stmt, int index, tn_value value)
{
    switch (value.type) {
    case TN_NULL:
        return sqlite3_bind_null(stmt, index);
    case TN_INT:
        return sqlite3_bind_int64(stmt, index, value.as.integer);
    case TN_REAL:
        return sqlite3_bind_double(stmt, index, value.as.real);
    case TN_TEXT:
    case TN_JSON:
        return tn_sqlite_bind_text(stmt, index, value.as.text);
    case TN_BLOB:
        return tn_sqlite_bind_blob(stmt, index, value.as.blob);
    case TN_BOOL:
        return sqlite3_bind_int(stmt, index, value.as.boolean);
    case TN_TIMESTAMP:
        return tn_sqlite_bind_timestamp(stmt, index, value.as.timestamp, TN_SQLITE_TIME_TEXT);
    default:
        return bind_words(stmt, index, &value);
    }
}

static bool time_of_integer(tn_timestamp *out, int64_t value, enum tn_sqlite_time form)
{
    int64_t unit = form == TN_SQLITE_TIME_MS ? us_per_ms : us_per_second;
    if (value > INT64_MAX / unit || value < INT64_MIN / unit)
        return false;
    out->us = value * unit;
    return true;
}

bool tn_sqlite_read_timestamp(sqlite3_stmt *stmt, int column, tn_timestamp *out,
                              enum tn_sqlite_time form)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER)
        return time_of_integer(out, sqlite3_value_int64(value), form);
    if (type != SQLITE_TEXT)
        return false;
    tn_text text = {(const char *)sqlite3_value_text(value), 0};
    text.size = (size_t)sqlite3_value_bytes(value);
    return text.data && tn_time_parse(out, text) == TN_OK;
}

bool tn_sqlite_read_opt_timestamp(sqlite3_stmt *stmt, int column, tn_opt_timestamp *out,
                                  enum tn_sqlite_time form)
{
    out->has = sqlite3_value_type(sqlite3_column_value(stmt, column)) != SQLITE_NULL;
    out->value.us = 0;
    return !out->has || tn_sqlite_read_timestamp(stmt, column, &out->value, form);
}

bool tn_sqlite_read_value(sqlite3_stmt *stmt, int column, tn_value *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    tn_text text;
    tn_blob blob;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        *out = tn_value_int(sqlite3_value_int64(value));
        return true;
    case SQLITE_FLOAT:
        *out = tn_value_real(sqlite3_value_double(value));
        return true;
    case SQLITE_TEXT:
        if (!tn_sqlite_read_text(stmt, column, &text))
            return false;
        *out = tn_value_text(text);
        return true;
    case SQLITE_BLOB:
        if (!tn_sqlite_read_blob(stmt, column, &blob))
            return false;
        *out = tn_value_blob(blob);
        return true;
    default:
        *out = tn_value_null();
        return true;
    }
}
