/* SPDX-License-Identifier: MIT */
#include "infer/analysis.h"

#include "util/str.h"

/* Table-valued functions whose columns are documented:
 * https://www.sqlite.org/json1.html#jeach. Any other one is opaque, unless the engine tells. */

#define COLUMN(name, classes, hidden)                                                             \
 {                                                                                                \
  {name, sizeof(name) - 1}, {classes, TN__TYPE_ANY, TN__FORM_ANY, NULL}, NULL, NULL, hidden, NULL \
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

static const struct {
    const char *name;
    const struct tn__ir_column *columns;
    uint32_t count;
} called[] = {
    {"json_each", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"json_tree", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"jsonb_each", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
    {"jsonb_tree", json_columns, sizeof(json_columns) / sizeof(json_columns[0])},
};

const struct tn__ir_column *tn__called_columns(tn_text name, uint32_t *out_count)
{
    for (size_t i = 0; i < sizeof(called) / sizeof(called[0]); i++) {
        if (tn__text_is_nocase(name, called[i].name)) {
            *out_count = called[i].count;
            return called[i].columns;
        }
    }
    return NULL;
}
