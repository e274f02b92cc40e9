/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* Tables that no schema has, and table-valued functions, whose columns are documented:
 * https://www.sqlite.org/json1.html#jeach. The engine is asked for the names of the others'. */

#define COLUMN(text, set, hidden)                                                            \
 {                                                                                           \
  .name = {text, sizeof(text) - 1}, .domain = {set, TN__TYPE_ANY, TN__FORM_ANY, NULL, NULL}, \
  .is_hidden = hidden                                                                        \
 }

static const struct tn__ir_column json_columns[] = {
    COLUMN("key", TN__CLASS_NULL | TN__CLASS_INT | TN__CLASS_TEXT, false),
    COLUMN("value", TN__CLASS_ALL, false),
    COLUMN("type", TN__CLASS_TEXT, false),
    COLUMN("atom", TN__CLASS_ALL, false),
    COLUMN("id", TN__CLASS_INT, false),
    COLUMN("parent", TN__CLASS_NULL | TN__CLASS_INT, false),
    COLUMN("fullkey", TN__CLASS_TEXT, false),
    COLUMN("path", TN__CLASS_TEXT, false),
    COLUMN("json", TN__CLASS_ALL, true),
    COLUMN("root", TN__CLASS_ALL, true),
};

/* https://www.sqlite.org/schematab.html */
static const struct tn__ir_column schema_columns[] = {
    COLUMN("type", TN__CLASS_TEXT, false),
    COLUMN("name", TN__CLASS_TEXT, false),
    COLUMN("tbl_name", TN__CLASS_TEXT, false),
    COLUMN("rootpage", TN__CLASS_INT | TN__CLASS_NULL, false),
    COLUMN("sql", TN__CLASS_TEXT | TN__CLASS_NULL, false),
};

static const struct {
    const char *name;
    const struct tn__ir_column *columns;
    uint32_t count;
} called[] = {
    {"json_each", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"json_tree", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"jsonb_each", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"sqlite_schema", schema_columns, sizeof(schema_columns) / sizeof(schema_columns[0])},
    {"sqlite_master", schema_columns, sizeof(schema_columns) / sizeof(schema_columns[0])},
    {"jsonb_tree", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
};

/* What nobody but the engine knows: names, and values of any class. */
static const struct tn__ir_column *ask(struct tn__analysis *an, tn_text name, uint32_t *out_count)
{
    const tn_text *names = NULL;
    size_t count = 0;
    if (!an->options->columns_of)
        return NULL;
    int rc = an->options->columns_of(&names, &count, an->options->user, name);
    if (rc != TN_OK)
        an->status = rc;
    struct tn__ir_column *columns =
        rc == TN_OK && count > 0 ? tn__an_new(an, count, sizeof(*columns)) : NULL;
    for (size_t i = 0; columns && i < count; i++) {
        columns[i].name = names[i];
        columns[i].domain = tn__domain_any;
        columns[i].reason = "its table is not an ordinary one";
    }
    *out_count = (uint32_t)count;
    return columns;
}

const struct tn__ir_column *tn__called_columns(struct tn__analysis *an, tn_text name,
                                               uint32_t *out_count)
{
    for (size_t i = 0; i < sizeof(called) / sizeof(called[0]); i++) {
        if (tn__text_is_nocase(name, called[i].name)) {
            *out_count = called[i].count;
            return called[i].columns;
        }
    }
    return ask(an, name, out_count);
}
