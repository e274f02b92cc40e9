/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/writer.h"
#include "util/str.h"

/* The description of a struct (tenon/struct.h), and the functions that know it by that. Both stand in the
 * header, static: what a program does not use is not in it, and no source is theirs. */

/* As enum tn_field_type writes them. */
static const char *const words[TN__TYPE_COUNT] = {
    [TN__TYPE_ANY] = "ANY",   [TN__TYPE_INT] = "INT",           [TN__TYPE_REAL] = "REAL",
    [TN__TYPE_TEXT] = "TEXT", [TN__TYPE_BLOB] = "BLOB",         [TN__TYPE_BOOL] = "BOOL",
    [TN__TYPE_JSON] = "JSON", [TN__TYPE_UUID] = "UUID",         [TN__TYPE_DATE] = "DATE",
    [TN__TYPE_TIME] = "TIME", [TN__TYPE_INTERVAL] = "INTERVAL", [TN__TYPE_NUMERIC] = "TEXT",
};

/* An embed, with its flag where it may be absent; an array, with its count. */
static void write_nested(struct tn__buf *out, const struct tn__row_struct *row,
                         const struct tn__member *member)
{
    bool is_array = member->kind == TN__MEMBER_ARRAY;
    tn__buf_printf(out, "    TN_FIELD_NESTED(struct %s, %s, ", row->tag, member->name);
    if (member->beside)
        tn__buf_printf(out, "offsetof(struct %s, %s), ", row->tag, member->beside);
    else
        tn__buf_puts(out, "0, ");
    tn__write_string(out, tn_text_of(member->column));
    tn__buf_printf(out, ", %s, %d, &%s_struct),\n", is_array ? "ARRAY" : "STRUCT",
                   !is_array && member->beside, member->row->tag);
}

static void write_field(struct tn__buf *out, const struct tn__row_struct *row,
                        const struct tn__member *member)
{
    enum tn__type type = member->typing.type;
    bool is_array = member->typing.is_array;
    bool is_time = type == TN__TYPE_TIMESTAMP;
    bool has_form = is_time && !member->typing.server;
    const char *macro = member->choice ? is_array ? "CHOICES" : "CHOICE"
                        : is_array     ? "ITEMS"
                        : has_form     ? "TIME"
                                       : "VALUE";
    const char *what = member->choice ? member->choice->texts
                       : has_form     ? tn__c_form(member->typing.form)
                       : is_time      ? "TIMESTAMP"
                                      : words[type];
    tn__buf_printf(out, "    TN_FIELD_%s(struct %s, %s, ", macro, row->tag, member->name);
    tn__write_string(out, tn_text_of(member->column));
    tn__buf_printf(out, ", %s, %d),\n", what, member->typing.is_nullable);
}

static void write_struct(struct tn__buf *out, const struct tn__row_struct *row)
{
    tn__buf_printf(out,
                   "\n/* clang-format off */\n"
                   "static const struct tn_field %s_fields[] = {\n",
                   row->tag);
    for (size_t i = 0; i < row->member_count; i++) {
        if (row->members[i].kind == TN__MEMBER_VALUE)
            write_field(out, row, &row->members[i]);
        else
            write_nested(out, row, &row->members[i]);
    }
    tn__buf_printf(out,
                   "};\n"
                   "static const struct tn_struct %s_struct TN_UNUSED =\n"
                   "    TN_STRUCT_OF(struct %s, \"%s\", %s_fields);\n"
                   "/* clang-format on */\n",
                   row->tag, row->tag, row->tag, row->tag);
}

/* --- functions */

/* Their parameters in front of the arena, and their call, are under way at once. */
struct function {
    struct tn__call head;
    struct tn__call body;
};

static void begin(struct function *function, const char *tag, const char *end, const char *callee)
{
    tn__call_begin(&function->head, "TN_NODISCARD static inline int %s%s", tag, end);
    tn__call_begin(&function->body, "    return %s", callee);
}

static void end(struct tn__buf *out, struct function *function, const char *comment)
{
    tn__call_add(&function->head, "tn_arena *arena");
    tn__call_add(&function->head, "tn_error *err");
    tn__call_add(&function->body, "arena");
    tn__call_add(&function->body, "err");
    tn__buf_printf(out, "\n/** %s */\n", comment);
    tn__call_end(out, &function->head, "");
    tn__buf_puts(out, "{\n");
    tn__call_end(out, &function->body, ";");
    tn__buf_puts(out, "}\n");
}

static void write_to_json(struct tn__buf *out, const char *tag)
{
    struct function function;
    begin(&function, tag, "_to_json", "tn_struct_to_json");
    tn__call_add(&function.head, "tn_text *out");
    tn__call_add(&function.head, "const struct %s *from", tag);
    tn__call_add(&function.body, "out");
    tn__call_add(&function.body, "&%s_struct", tag);
    tn__call_add(&function.body, "from");
    end(out, &function, "One JSON object, in the arena.");
}

static void write_from_json(struct tn__buf *out, const char *tag)
{
    struct function function;
    begin(&function, tag, "_from_json", "tn_struct_from_json");
    tn__call_add(&function.head, "struct %s *out", tag);
    tn__call_add(&function.head, "tn_text json");
    tn__call_add(&function.head, "unsigned flags");
    tn__call_add(&function.body, "out");
    tn__call_add(&function.body, "&%s_struct", tag);
    tn__call_add(&function.body, "json");
    tn__call_add(&function.body, "flags");
    end(out, &function, "`flags` is TN_JSON_STRICT or TN_JSON_SKIP_UNKNOWN.");
}

static void write_copy(struct tn__buf *out, const char *tag)
{
    struct function function;
    begin(&function, tag, "_copy", "tn_struct_copy");
    tn__call_add(&function.head, "struct %s *out", tag);
    tn__call_add(&function.head, "const struct %s *from", tag);
    tn__call_add(&function.body, "&%s_struct", tag);
    tn__call_add(&function.body, "out");
    tn__call_add(&function.body, "from");
    end(out, &function, "With all that it points to, in the arena.");
}

void tn__emit_description(struct tn__buf *out, const struct tn__gen_plan *plan,
                          const struct tn__row_struct *row)
{
    if (!row->is_described)
        return;
    write_struct(out, row);
    if (!plan->has_json)
        return;
    write_to_json(out, row->tag);
    write_from_json(out, row->tag);
    write_copy(out, row->tag);
}
