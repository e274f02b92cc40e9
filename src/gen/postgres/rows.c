/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/postgres/postgres.h"
#include "gen/writer.h"

/* The functions that read a row of PostgreSQL, and copy what it borrows. */

/* A struct on its way through the columns of a query, those of its items or all others. */
struct walk {
    struct tn__buf *out;
    const struct tn__planned_query *planned;
    bool is_item;
    size_t column; /* the next one */
    int indent;
};

static const struct tn__query_column *column_at(struct walk *walk)
{
    const struct tn__query *query = walk->planned->query;
    while (walk->column < query->column_count &&
           query->columns[walk->column].is_item != walk->is_item)
        walk->column++;
    return &query->columns[walk->column];
}

/* What the rows of a query do to C, and whether there is such a column. */
static bool any_column(const struct tn__planned_query *planned, bool is_item,
                       bool (*is_it)(const struct tn__query *query, struct tn__typing typing))
{
    const struct tn__query *query = planned->query;
    for (size_t i = 0; i < query->column_count; i++)
        if (query->columns[i].is_item == is_item && is_it(query, query->columns[i].typing))
            return true;
    return false;
}

static bool is_made(const struct tn__query *query, struct tn__typing typing)
{
    return tn__pgen_way(query, typing) == TN__PGEN_MADE;
}

static bool is_in_place(const struct tn__query *query, struct tn__typing typing)
{
    return !is_made(query, typing);
}

static bool is_borrowed(const struct tn__query *query, struct tn__typing typing)
{
    return tn__is_null_inside(typing.type) && !is_made(query, typing);
}

static bool is_array(const struct tn__query *query, struct tn__typing typing)
{
    (void)query;
    return typing.is_array;
}

bool tn__pgen_is_made(const struct tn__planned_query *planned, bool is_item)
{
    return any_column(planned, is_item, is_made);
}

bool tn__pgen_is_borrowed(const struct tn__planned_query *planned, bool is_item)
{
    return any_column(planned, is_item, is_borrowed);
}

/* --- reading ------------------------------------------------------------------------------------ */

/* "int", "app_mood[]": what is expected, for errors. */
static void put_word(char *out, size_t size, const struct tn__member *member)
{
    snprintf(out, size, "%s%s",
             member->choice ? member->choice->tag : tn__type_word(member->typing.type),
             member->typing.is_array ? "[]" : "");
}

static void write_fail(const struct walk *walk, const char *function,
                       const struct tn__member *member, const char *rc)
{
    char word[200];
    struct tn__call call;
    put_word(word, sizeof(word), member);
    tn__call_begin(&call, "%*sreturn tn_pg_fail_%s", walk->indent + 4, "", function);
    tn__call_add(&call, "use");
    tn__call_add(&call, "at");
    tn__call_add(&call, "%zu", walk->column);
    tn__call_add(&call, "\"%s\"", word);
    if (rc)
        tn__call_add(&call, "%s", rc);
    tn__call_add(&call, "err");
    tn__call_end(walk->out, &call, ";");
}

/* The text that has been read becomes a value. */
static void write_choice(const struct walk *walk, const char *path, const struct tn__member *member)
{
    struct tn__call call;
    char left[80];
    snprintf(left, sizeof(left), "%*sif (!tn_pg_read_%stext(&rows, %zu, &text) ||", walk->indent,
             "", member->typing.is_nullable ? "opt_" : "", walk->column);
    tn__call_begin(&call, "!%s", tn__member_type(member)->parse);
    tn__call_add(&call, "%s%s", path, member->name);
    tn__call_add(&call, "text");
    tn__call_end_behind(walk->out, left, &call, ")");
    write_fail(walk, "choice", member, NULL);
}

/* rc = tn_pg_read_array(at, 0, arena, true, TN_INT, &items, &row->nums.count); */
static void begin_made(struct tn__call *call, const struct walk *walk, const char *function,
                       const struct tn__member *member)
{
    tn__call_begin(call, "%*src = tn_pg_read_%s", walk->indent, "", function);
    tn__call_add(call, "at");
    tn__call_add(call, "%zu", walk->column);
    tn__call_add(call, "arena");
    tn__call_add(call, "%s", member->typing.is_nullable ? "true" : "false");
}

static void end_made(const struct walk *walk, struct tn__call *call,
                     const struct tn__member *member)
{
    tn__call_end(walk->out, call, ";");
    tn__buf_printf(walk->out, "%*sif (rc != TN_OK)\n", walk->indent, "");
    write_fail(walk, "read", member, "rc");
}

static void write_array(const struct walk *walk, const char *path, const struct tn__member *member,
                        struct tn__typing typing)
{
    const struct tn__planned_enum *choice = member->choice;
    struct tn__call call;
    begin_made(&call, walk, choice ? "choice_array" : "array", member);
    if (choice) {
        tn__call_add(&call, "%s", choice->texts);
        tn__call_add(&call, "%zu", choice->choice->count);
    } else {
        tn__call_add(&call, "%s", tn__pgen_form(typing)->type);
    }
    tn__call_add(&call, "&items");
    tn__call_add(&call, "%s%s.count", path, member->name);
    end_made(walk, &call, member);
    const char *item = choice ? choice->opt_tag : tn__c_type(typing.type, true)->type;
    tn__buf_printf(walk->out, "%*s%s%s.items = (const %s%s *)items;\n", walk->indent, "", path + 1,
                   member->name, choice ? "struct " : "", item);
}

/* A numeric; or a value of a row of texts. */
static void write_made(const struct walk *walk, const char *path, const struct tn__member *member,
                       struct tn__typing typing)
{
    const char *has = tn__pgen_has_of(member);
    struct tn__call call;
    bool is_numeric = typing.type == TN__TYPE_NUMERIC;
    begin_made(&call, walk, is_numeric ? "numeric" : "parsed", member);
    if (!is_numeric) {
        tn__call_add(&call, "%s", tn__pgen_form(typing)->type);
        if (has)
            tn__call_add(&call, "%s%s%s", path, member->name, has);
        else
            tn__call_add(&call, "NULL");
    }
    tn__call_add(&call, "%s%s%s", path, member->name, tn__pgen_value_of(member));
    end_made(walk, &call, member);
}

/* if (!tn_pg_read_int8(&rows, 0, &row->id)) return …; */
static void write_in_place(const struct walk *walk, const char *path,
                           const struct tn__member *member, struct tn__typing typing)
{
    const char *has = tn__pgen_has_of(member);
    const char *name =
        tn__pgen_has_text_rows(walk->planned->query) ? "text" : tn__pgen_form(typing)->name;
    struct tn__call call;
    tn__call_begin(&call, "%*sif (!tn_pg_read_%s%s", walk->indent, "",
                   member->typing.is_nullable ? "opt_" : "", name);
    tn__call_add(&call, "&rows");
    tn__call_add(&call, "%zu", walk->column);
    if (has)
        tn__call_add(&call, "%s%s%s", path, member->name, has);
    tn__call_add(&call, "%s%s%s", path, member->name, tn__pgen_value_of(member));
    tn__call_end(walk->out, &call, ")");
    write_fail(walk, "type", member, NULL);
}

static void write_value(struct walk *walk, const char *path, const struct tn__member *member)
{
    const struct tn__query *query = walk->planned->query;
    struct tn__typing typing = column_at(walk)->typing;
    if (typing.is_array)
        write_array(walk, path, member, typing);
    else if (member->choice)
        write_choice(walk, path, member);
    else if (is_made(query, typing))
        write_made(walk, path, member, typing);
    else
        write_in_place(walk, path, member, typing);
    walk->column++;
}

static const char own_path[] = "&row->";

static void path_of(struct tn__buf *out, const struct tn__member *member)
{
    tn__buf_init(out, 0);
    tn__buf_printf(out, "&row->%s.", member->name);
}

/* The struct of a table. Of a row that is not there, all of it is zero. */
static void write_embed(struct walk *walk, const struct tn__member *member)
{
    const struct tn__embed *embed = column_at(walk)->embed;
    struct tn__buf path;
    path_of(&path, member);
    if (member->beside) {
        tn__buf_printf(walk->out,
                       "    row->%s = !tn_pg_is_null(at, %zu);\n"
                       "    if (row->%s) {\n",
                       member->beside, embed->key, member->beside);
        walk->indent += 4;
    }
    for (size_t i = 0; i < member->row->member_count; i++)
        write_value(walk, path.data ? path.data : own_path, &member->row->members[i]);
    if (member->beside) {
        walk->indent -= 4;
        tn__buf_printf(walk->out,
                       "    } else {\n"
                       "        memset(&row->%s, 0, sizeof(row->%s));\n"
                       "    }\n",
                       member->name, member->name);
    }
    if (path.status != TN_OK)
        walk->out->status = path.status;
    tn__buf_fini(&path);
}

static bool has_enums(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        if ((member->choice && !member->typing.is_array) ||
            (member->kind == TN__MEMBER_EMBED && has_enums(member->row)))
            return true;
    }
    return false;
}

static void write_reader(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__row_struct *row, bool is_item)
{
    struct walk walk = {out, planned, is_item, 0, 4};
    struct tn__call call;
    bool takes_arena = tn__pgen_is_made(planned, is_item);
    tn__buf_putc(out, '\n');
    tn__call_begin(&call, "static int read_%s%s", planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "const struct tn_pg_rows *at");
    if (takes_arena)
        tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "tn_error *err");
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
    if (any_column(planned, is_item, is_in_place))
        tn__buf_puts(out, "    struct tn_pg_rows rows = *at;\n");
    if (any_column(planned, is_item, is_array))
        tn__buf_puts(out, "    const void *items;\n");
    if (has_enums(row))
        tn__buf_puts(out, "    tn_text text;\n");
    if (takes_arena)
        tn__buf_puts(out, "    int rc;\n");
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        if (member->kind == TN__MEMBER_ARRAY)
            tn__buf_printf(out, "    row->%s = NULL;\n    row->%s = 0;\n", member->name,
                           member->beside);
        else if (member->kind == TN__MEMBER_EMBED)
            write_embed(&walk, member);
        else
            write_value(&walk, own_path, member);
    }
    tn__buf_puts(out, "    return TN_OK;\n}\n");
}

/* --- copies ------------------------------------------------------------------------------------- */

/* A copier on its way: first the texts are gathered, then the rest is copied one by one. */
struct copier {
    struct walk walk;
    bool are_texts; /* gathered, in this pass */
    size_t text_count;
    size_t at;
    bool is_first;
};

static void copy_value(struct copier *c, const char *path, const struct tn__member *member)
{
    struct tn__typing typing = column_at(&c->walk)->typing;
    bool is_kept = is_borrowed(c->walk.planned->query, typing) && !member->choice;
    bool is_blob = typing.type == TN__TYPE_BLOB;
    const char *value = tn__pgen_value_of(member);
    c->walk.column++;
    if (!is_kept || (c->are_texts && is_blob) || (!c->are_texts && !is_blob && c->text_count > 1))
        return;
    if (c->are_texts) {
        tn__buf_printf(c->walk.out, "    texts[%zu] = %s%s%s;\n", c->at++, path, member->name,
                       value);
        return;
    }
    tn__buf_printf(c->walk.out, "%stn_arena_%s(arena, %s%s%s, %s%s%s);\n",
                   c->is_first ? "    int rc = " : "    if (rc == TN_OK)\n        rc = ",
                   is_blob ? "blob" : "text", path, member->name, value, path + 1, member->name,
                   value);
    c->is_first = false;
}

static void copy_members(struct copier *c, const struct tn__row_struct *row)
{
    c->walk.column = 0;
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        struct tn__buf path;
        if (member->kind == TN__MEMBER_VALUE)
            copy_value(c, own_path, member);
        if (member->kind != TN__MEMBER_EMBED)
            continue;
        path_of(&path, member);
        for (size_t k = 0; k < member->row->member_count; k++)
            copy_value(c, path.data ? path.data : own_path, &member->row->members[k]);
        if (path.status != TN_OK)
            c->walk.out->status = path.status;
        tn__buf_fini(&path);
    }
}

static size_t count_texts(const struct tn__planned_query *planned, bool is_item)
{
    const struct tn__query *query = planned->query;
    size_t count = 0;
    for (size_t i = 0; i < query->column_count; i++) {
        struct tn__typing typing = query->columns[i].typing;
        count += query->columns[i].is_item == is_item && is_borrowed(query, typing) &&
                 typing.type != TN__TYPE_BLOB;
    }
    return count;
}

/* Of an embed that is absent all is NULL, and there is nothing to copy. */
static void write_copier(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__row_struct *row, bool is_item)
{
    struct copier copier = {.walk = {out, planned, is_item, 0, 4},
                            .text_count = count_texts(planned, is_item)};
    struct tn__call call;
    tn__call_begin(&call, "static int copy_%s%s", planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
    copier.is_first = copier.text_count <= 1;
    if (!copier.is_first) {
        tn__buf_printf(out, "    tn_text *texts[%zu];\n    int rc;\n", copier.text_count);
        copier.are_texts = true;
        copy_members(&copier, row);
        copier.are_texts = false;
        tn__buf_printf(out, "    rc = tn_arena_texts(arena, texts, %zu);\n", copier.text_count);
    }
    copy_members(&copier, row);
    tn__buf_puts(out, "    return rc == TN_OK ? TN_OK : tn_gen_fail_memory(use, err);\n}\n");
}

void tn__pgen_emit_readers(struct tn__buf *out, const struct tn__planned_query *planned,
                           bool is_item)
{
    const struct tn__row_struct *row = is_item ? planned->items->row : planned->row;
    write_reader(out, planned, row, is_item);
    if (tn__pgen_is_borrowed(planned, is_item))
        write_copier(out, planned, row, is_item);
}

/* --- calls -------------------------------------------------------------------------------------- */

void tn__pgen_emit_read(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *indent, bool is_item, const char *row, const char *use,
                        const char *rows, const char *arena)
{
    struct tn__call call;
    tn__call_begin(&call, "%src = read_%s%s", indent, planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "%s", row);
    tn__call_add(&call, "%s", use);
    tn__call_add(&call, "%s", rows);
    if (tn__pgen_is_made(planned, is_item))
        tn__call_add(&call, "%s", arena);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

void tn__pgen_emit_copy(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *indent, bool is_item, const char *row, const char *use)
{
    struct tn__call call;
    if (!tn__pgen_is_borrowed(planned, is_item))
        return;
    tn__buf_printf(out, "%sif (rc == TN_OK)\n", indent);
    tn__call_begin(&call, "%s    rc = copy_%s%s", indent, planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "%s", row);
    tn__call_add(&call, "arena");
    tn__call_add(&call, "%s", use);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}
