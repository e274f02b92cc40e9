/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_THING_H
#define TN_TEST_THING_H

/* A struct with a member of every kind, described as the generator does it. */

#include <tenon/json.h>

enum mood {
    MOOD_GOOD = 1,
    MOOD_LARGER,
    MOOD_EMPTY
};

struct opt_mood {
    bool has;
    enum mood value;
};

struct thing_id {
    int64_t value;
};

struct opt_thing_id {
    bool has;
    struct thing_id value;
};

/* Nothing but columns. */
struct thing {
    struct thing_id id;
    struct opt_thing_id parent;
    double weight;
    tn_opt_real height;
    tn_text title;
    tn_text note;
    tn_blob picture;
    tn_blob thumb;
    bool is_done;
    tn_opt_bool is_seen;
    tn_timestamp made_at;
    tn_opt_timestamp seen_at;
    tn_json details;
    tn_json extra;
    enum mood mood;
    struct opt_mood mood_before;
    tn_value any;
    tn_value any_or_none;
};

struct part {
    int64_t number;
    tn_text name;
};

/* With structs in it. */
struct whole {
    struct part front;
    bool has_back;
    struct part back;
    struct part *parts;
    size_t part_count;
};

static const tn_text mood_texts[] = {{"good", 4},
                                     {"gr\xc3\xb6\xc3\x9f"
                                      "er",
                                      8},
                                     {"", 0}};

static const struct tn_field thing_fields[] = {
    TN_FIELD_VALUE(struct thing, id, "id", INT, 0),
    TN_FIELD_VALUE(struct thing, parent, "parent", INT, 1),
    TN_FIELD_VALUE(struct thing, weight, "weight", REAL, 0),
    TN_FIELD_VALUE(struct thing, height, "height", REAL, 1),
    TN_FIELD_VALUE(struct thing, title, "title", TEXT, 0),
    TN_FIELD_VALUE(struct thing, note, "note", TEXT, 1),
    TN_FIELD_VALUE(struct thing, picture, "picture", BLOB, 0),
    TN_FIELD_VALUE(struct thing, thumb, "thumb", BLOB, 1),
    TN_FIELD_VALUE(struct thing, is_done, "is_done", BOOL, 0),
    TN_FIELD_VALUE(struct thing, is_seen, "is_seen", BOOL, 1),
    TN_FIELD_TIME(struct thing, made_at, "made_at", TN_SQLITE_TIME_TEXT, 0),
    TN_FIELD_TIME(struct thing, seen_at, "seen_at", TN_SQLITE_TIME_MS, 1),
    TN_FIELD_VALUE(struct thing, details, "details", JSON, 0),
    TN_FIELD_VALUE(struct thing, extra, "extra", JSON, 1),
    TN_FIELD_CHOICE(struct thing, mood, "mood", mood_texts, 0),
    TN_FIELD_CHOICE(struct thing, mood_before, "mood \"before\"", mood_texts, 1),
    TN_FIELD_VALUE(struct thing, any, "any", ANY, 0),
    TN_FIELD_VALUE(struct thing, any_or_none, "any_or_none", ANY, 1),
};
static const struct tn_struct thing_struct TN_UNUSED =
    TN_STRUCT_OF(struct thing, "thing", thing_fields);

static const struct tn_field part_fields[] = {
    TN_FIELD_VALUE(struct part, number, "number", INT, 0),
    TN_FIELD_VALUE(struct part, name, "name", TEXT, 1),
};
static const struct tn_struct part_struct TN_UNUSED =
    TN_STRUCT_OF(struct part, "part", part_fields);

static const struct tn_field whole_fields[] = {
    TN_FIELD_NESTED(struct whole, front, 0, "front", STRUCT, 0, &part_struct),
    TN_FIELD_NESTED(struct whole, back, offsetof(struct whole, has_back), "back", STRUCT, 1,
                    &part_struct),
    TN_FIELD_NESTED(struct whole, parts, offsetof(struct whole, part_count), "parts", ARRAY, 0,
                    &part_struct),
};
static const struct tn_struct whole_struct TN_UNUSED =
    TN_STRUCT_OF(struct whole, "whole", whole_fields);

/* A chain of structs in arrays of one: its description holds itself. */
struct link {
    struct link *next;
    size_t count;
};
static const struct tn_struct link_struct;
static const struct tn_field link_fields[] = {
    TN_FIELD_NESTED(struct link, next, offsetof(struct link, count), "next", ARRAY, 0,
                    &link_struct),
};
static const struct tn_struct link_struct TN_UNUSED =
    TN_STRUCT_OF(struct link, "link", link_fields);

#endif
