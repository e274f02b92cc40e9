/* SPDX-License-Identifier: MIT */
#include "gen/types.h"

static const struct tn__c_type types[TN__TYPE_COUNT][2] = {
    [TN__TYPE_ANY] = {{"tn_value", "tn_sqlite_bind_value", "tn_sqlite_read_value", "value", false},
                      {"tn_value", "tn_sqlite_bind_value", "tn_sqlite_read_value", "value", false}},
    [TN__TYPE_INT] = {{"int64_t", "sqlite3_bind_int64", "tn_sqlite_read_int", NULL, false},
                      {"tn_opt_int", "tn_sqlite_bind_opt_int", "tn_sqlite_read_opt_int", NULL,
                       false}},
    [TN__TYPE_REAL] = {{"double", "sqlite3_bind_double", "tn_sqlite_read_real", NULL, false},
                       {"tn_opt_real", "tn_sqlite_bind_opt_real", "tn_sqlite_read_opt_real", NULL,
                        false}},
    [TN__TYPE_TEXT] = {{"tn_text", "tn_sqlite_bind_text", "tn_sqlite_read_text", "text", false},
                       {"tn_text", "tn_sqlite_bind_text", "tn_sqlite_read_opt_text", "text",
                        false}},
    [TN__TYPE_BLOB] = {{"tn_blob", "tn_sqlite_bind_blob", "tn_sqlite_read_blob", "blob", false},
                       {"tn_blob", "tn_sqlite_bind_blob", "tn_sqlite_read_opt_blob", "blob",
                        false}},
    [TN__TYPE_BOOL] = {{"bool", "sqlite3_bind_int", "tn_sqlite_read_bool", NULL, false},
                       {"tn_opt_bool", "tn_sqlite_bind_opt_bool", "tn_sqlite_read_opt_bool", NULL,
                        false}},
    [TN__TYPE_TIMESTAMP] = {{"tn_timestamp", "tn_sqlite_bind_timestamp", "tn_sqlite_read_timestamp",
                             NULL, true},
                            {"tn_opt_timestamp", "tn_sqlite_bind_opt_timestamp",
                             "tn_sqlite_read_opt_timestamp", NULL, true}},
    [TN__TYPE_JSON] = {{"tn_json", "tn_sqlite_bind_text", "tn_sqlite_read_json", "text", false},
                       {"tn_json", "tn_sqlite_bind_text", "tn_sqlite_read_opt_json", "text",
                        false}},
};

const struct tn__c_type *tn__c_type(struct tn__typing typing)
{
    return &types[typing.type][typing.is_nullable];
}

const char *tn__c_form(enum tn__timestamp_form form)
{
    switch (form) {
    case TN__FORM_RFC3339:
        return "TN_SQLITE_TIME_RFC3339";
    case TN__FORM_SECONDS:
        return "TN_SQLITE_TIME_SECONDS";
    case TN__FORM_MS:
        return "TN_SQLITE_TIME_MS";
    case TN__FORM_ANY:
    case TN__FORM_TEXT:
        break;
    }
    return "TN_SQLITE_TIME_TEXT";
}
