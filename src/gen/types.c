/* SPDX-License-Identifier: MIT */
#include "gen/plan.h"

#define PLAIN(type, bind, read, copy)                 \
 {                                                    \
  type, bind, read, copy, false, "", NULL, NULL, NULL \
 }
#define TIMED(type, bind, read)                      \
 {                                                   \
  type, bind, read, NULL, true, "", NULL, NULL, NULL \
 }

/* PostgreSQL has them; gen/postgres knows the rest of it. */
#define OTHER(type)                                   \
 {                                                    \
  type, NULL, NULL, NULL, false, "", NULL, NULL, NULL \
 }

/* NOT NULL, nullable. Enums and keys have theirs of the plan. */
static const struct tn__c_type types[TN__TYPE_COUNT][2] = {
    [TN__TYPE_ANY] = {PLAIN("tn_value", "tn_sqlite_bind_value", "tn_sqlite_read_value", "value"),
                      PLAIN("tn_value", "tn_sqlite_bind_value", "tn_sqlite_read_value", "value")},
    [TN__TYPE_INT] = {PLAIN("int64_t", "sqlite3_bind_int64", "tn_sqlite_read_int", NULL),
                      PLAIN("tn_opt_int", "tn_sqlite_bind_opt_int", "tn_sqlite_read_opt_int",
                            NULL)},
    [TN__TYPE_REAL] = {PLAIN("double", "sqlite3_bind_double", "tn_sqlite_read_real", NULL),
                       PLAIN("tn_opt_real", "tn_sqlite_bind_opt_real", "tn_sqlite_read_opt_real",
                             NULL)},
    [TN__TYPE_TEXT] = {PLAIN("tn_text", "tn_sqlite_bind_text", "tn_sqlite_read_text", "text"),
                       PLAIN("tn_text", "tn_sqlite_bind_text", "tn_sqlite_read_opt_text", "text")},
    [TN__TYPE_BLOB] = {PLAIN("tn_blob", "tn_sqlite_bind_blob", "tn_sqlite_read_blob", "blob"),
                       PLAIN("tn_blob", "tn_sqlite_bind_blob", "tn_sqlite_read_opt_blob", "blob")},
    [TN__TYPE_BOOL] = {PLAIN("bool", "sqlite3_bind_int", "tn_sqlite_read_bool", NULL),
                       PLAIN("tn_opt_bool", "tn_sqlite_bind_opt_bool", "tn_sqlite_read_opt_bool",
                             NULL)},
    [TN__TYPE_TIMESTAMP] = {TIMED("tn_timestamp", "tn_sqlite_bind_timestamp",
                                  "tn_sqlite_read_timestamp"),
                            TIMED("tn_opt_timestamp", "tn_sqlite_bind_opt_timestamp",
                                  "tn_sqlite_read_opt_timestamp")},
    [TN__TYPE_JSON] = {PLAIN("tn_json", "tn_sqlite_bind_text", "tn_sqlite_read_json", "text"),
                       PLAIN("tn_json", "tn_sqlite_bind_text", "tn_sqlite_read_opt_json", "text")},
    [TN__TYPE_UUID] = {OTHER("tn_uuid"), OTHER("tn_opt_uuid")},
    [TN__TYPE_DATE] = {OTHER("tn_date"), OTHER("tn_opt_date")},
    [TN__TYPE_TIME] = {OTHER("tn_time"), OTHER("tn_opt_time")},
    [TN__TYPE_INTERVAL] = {OTHER("tn_interval"), OTHER("tn_opt_interval")},
    [TN__TYPE_NUMERIC] = {OTHER("tn_text"), OTHER("tn_text")},
};

/* Of PostgreSQL; an enum's is of the plan. */
static const struct tn__c_type arrays[TN__TYPE_COUNT] = {
    [TN__TYPE_ANY] = OTHER("tn_text_array"),
    [TN__TYPE_INT] = OTHER("tn_int_array"),
    [TN__TYPE_REAL] = OTHER("tn_real_array"),
    [TN__TYPE_TEXT] = OTHER("tn_text_array"),
    [TN__TYPE_BLOB] = OTHER("tn_blob_array"),
    [TN__TYPE_BOOL] = OTHER("tn_bool_array"),
    [TN__TYPE_TIMESTAMP] = OTHER("tn_timestamp_array"),
    [TN__TYPE_JSON] = OTHER("tn_text_array"),
    [TN__TYPE_UUID] = OTHER("tn_uuid_array"),
    [TN__TYPE_DATE] = OTHER("tn_date_array"),
    [TN__TYPE_TIME] = OTHER("tn_time_array"),
    [TN__TYPE_INTERVAL] = OTHER("tn_interval_array"),
    [TN__TYPE_NUMERIC] = OTHER("tn_text_array"),
    [TN__TYPE_ENUM] = OTHER("tn_text_array"),
};

static const struct tn__c_list lists[TN__TYPE_COUNT] = {
    [TN__TYPE_ANY] = {"tn_value_list", "TN_SQLITE_LIST_VALUE"},
    [TN__TYPE_INT] = {"tn_int_list", "TN_SQLITE_LIST_INT"},
    [TN__TYPE_REAL] = {"tn_real_list", "TN_SQLITE_LIST_REAL"},
    [TN__TYPE_TEXT] = {"tn_text_list", "TN_SQLITE_LIST_TEXT"},
    [TN__TYPE_BLOB] = {"tn_blob_list", "TN_SQLITE_LIST_BLOB"},
    [TN__TYPE_BOOL] = {"tn_bool_list", "TN_SQLITE_LIST_BOOL"},
    [TN__TYPE_TIMESTAMP] = {"tn_timestamp_list", "TN_SQLITE_LIST_TIMESTAMP"},
    [TN__TYPE_JSON] = {"tn_text_list", "TN_SQLITE_LIST_TEXT"},
    [TN__TYPE_UUID] = {"tn_uuid_list", NULL},
    [TN__TYPE_DATE] = {"tn_date_list", NULL},
    [TN__TYPE_TIME] = {"tn_time_list", NULL},
    [TN__TYPE_INTERVAL] = {"tn_interval_list", NULL},
    [TN__TYPE_NUMERIC] = {"tn_text_list", NULL},
};

const struct tn__c_list *tn__c_list(enum tn__type type)
{
    return &lists[type];
}

const struct tn__c_type *tn__c_type(enum tn__type type, bool is_nullable)
{
    return &types[type][is_nullable];
}

bool tn__is_null_inside(enum tn__type type)
{
    return type == TN__TYPE_TEXT || type == TN__TYPE_BLOB || type == TN__TYPE_JSON ||
           type == TN__TYPE_NUMERIC;
}

const struct tn__c_type *tn__member_type(const struct tn__member *member)
{
    bool is_nullable = member->typing.is_nullable;
    if (member->typing.is_array)
        return member->choice ? &member->choice->array : &arrays[member->typing.type];
    return member->choice ? &member->choice->types[is_nullable]
           : member->key  ? &member->key->types[is_nullable]
                          : tn__c_type(member->typing.type, is_nullable);
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
