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
};

const struct tn__c_list *tn__c_list(enum tn__type type)
{
    return &lists[type];
}

const struct tn__c_type *tn__c_type(enum tn__type type, bool is_nullable)
{
    return &types[type][is_nullable];
}

const struct tn__c_type *tn__member_type(const struct tn__member *member)
{
    bool is_nullable = member->typing.is_nullable;
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
