/* SPDX-License-Identifier: MIT */
#include <tenon/gen_sqlite.h>

/* The parts of the generated code's fast path that are too long to be inline. */

int tn_sqlite_bind_timestamp(sqlite3_stmt *stmt, int index, tn_timestamp value,
                             enum tn_sqlite_time form)
{
    char text[TN_TIME_MAX];
    int64_t us = value.us;
    switch (form) {
    case TN_SQLITE_TIME_SECONDS:
        /* Rounded down, before 1970 too. */
        return sqlite3_bind_int64(stmt, index, us / 1000000 - (us % 1000000 < 0));
    case TN_SQLITE_TIME_MS:
        return sqlite3_bind_int64(stmt, index, us / 1000 - (us % 1000 < 0));
    case TN_SQLITE_TIME_TEXT:
    case TN_SQLITE_TIME_RFC3339:
        break;
    }
    size_t size = tn_time_format(
        text, value, form == TN_SQLITE_TIME_RFC3339 ? TN_TIME_RFC3339 : TN_TIME_DATETIME);
    if (size == 0)
        return SQLITE_RANGE; /* a year that the text forms cannot write */
    return sqlite3_bind_text64(stmt, index, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int tn_sqlite_bind_opt_timestamp(sqlite3_stmt *stmt, int index, tn_opt_timestamp value,
                                 enum tn_sqlite_time form)
{
    return value.has ? tn_sqlite_bind_timestamp(stmt, index, value.value, form)
                     : sqlite3_bind_null(stmt, index);
}

int tn_sqlite_bind_value(sqlite3_stmt *stmt, int index, tn_value value)
{
    switch (value.type) {
    case TN_NULL:
        break;
    case TN_INT:
        return sqlite3_bind_int64(stmt, index, value.as.integer);
    case TN_REAL:
        return sqlite3_bind_double(stmt, index, value.as.real);
    case TN_BOOL:
        return sqlite3_bind_int(stmt, index, value.as.boolean);
    case TN_TEXT:
    case TN_JSON:
        return tn_sqlite_bind_text(stmt, index, value.as.text);
    case TN_BLOB:
        return tn_sqlite_bind_blob(stmt, index, value.as.blob);
    case TN_TIMESTAMP:
        return tn_sqlite_bind_timestamp(stmt, index, value.as.timestamp, TN_SQLITE_TIME_TEXT);
    }
    return sqlite3_bind_null(stmt, index);
}

bool tn_sqlite_read_opt_timestamp(sqlite3_stmt *stmt, int column, tn_opt_timestamp *out,
                                  enum tn_sqlite_time form)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int64_t unit = form == TN_SQLITE_TIME_MS ? 1000 : 1000000;
    int64_t number;
    tn_text text;
    out->has = false;
    out->value.us = 0;
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
        return true;
    case SQLITE_INTEGER:
        number = sqlite3_value_int64(value);
        if (number > INT64_MAX / unit || number < INT64_MIN / unit)
            return false;
        out->has = true;
        out->value.us = number * unit;
        return true;
    case SQLITE_TEXT:
        text.data = (const char *)sqlite3_value_text(value);
        text.size = (size_t)sqlite3_value_bytes(value);
        out->has = text.data && tn_time_parse(&out->value, text) == TN_OK;
        return out->has;
    default:
        return false;
    }
}

bool tn_sqlite_read_timestamp(sqlite3_stmt *stmt, int column, tn_timestamp *out,
                              enum tn_sqlite_time form)
{
    tn_opt_timestamp value;
    bool is_good = tn_sqlite_read_opt_timestamp(stmt, column, &value, form) && value.has;
    *out = value.value;
    return is_good;
}

bool tn_sqlite_read_value(sqlite3_stmt *stmt, int column, tn_value *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        *out = tn_value_int(sqlite3_value_int64(value));
        return true;
    case SQLITE_FLOAT:
        *out = tn_value_real(sqlite3_value_double(value));
        return true;
    case SQLITE_TEXT:
        out->type = TN_TEXT;
        return tn_sqlite_read_text(stmt, column, &out->as.text);
    case SQLITE_BLOB:
        out->type = TN_BLOB;
        return tn_sqlite_read_blob(stmt, column, &out->as.blob);
    default:
        *out = tn_value_null();
        return true;
    }
}
