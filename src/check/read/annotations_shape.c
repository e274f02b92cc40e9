/* SPDX-License-Identifier: MIT */
#include "check/read/parse.h"
#include "util/str.h"

/* `-- embed u users, o? orders` and `-- group by u.id, u.kind`: lists with commas. */

struct list {
    tn_text comment;
    size_t at;
    size_t offset; /* of the comment in the written text */
    struct tn__reader *reader;
    const struct tn__query *query;
    bool quiet;
};

static void skip_blanks(struct list *list)
{
    while (list->at < list->comment.size && strchr(" \t\r\n", list->comment.data[list->at]))
        list->at++;
}

static bool is_end(struct list *list)
{
    skip_blanks(list);
    return list->at == list->comment.size;
}

static bool take(struct list *list, char c)
{
    if (list->at == list->comment.size || list->comment.data[list->at] != c)
        return false;
    list->at++;
    return true;
}

/* A name without quotes, as SQLite takes it; empty: there is none. */
static tn_text take_name(struct list *list)
{
    size_t begin = list->at;
    while (list->at < list->comment.size) {
        char c = list->comment.data[list->at];
        bool is_first = list->at == begin;
        if (!(is_first ? tn__is_ident_start(c) : tn__is_ident(c) || c == '$') &&
            (unsigned char)c < 0x80)
            break;
        list->at++;
    }
    return tn__text_sub(list->comment, begin, list->at - begin);
}

static enum tn__comment wrong(const struct list *list, const char *message, const char *help)
{
    if (list->quiet)
        return TN__COMMENT_WRONG;
    size_t end = list->at;
    while (end < list->comment.size && !strchr(" \t\r\n,", list->comment.data[end]))
        end++;
    if (end == list->at && end < list->comment.size)
        end++;
    /* Behind the last word, the last word is shown. */
    size_t begin = list->at;
    if (begin == list->comment.size) {
        while (begin > 0 && strchr(" \t\r\n", list->comment.data[begin - 1]))
            begin--;
        end = begin;
        while (begin > 2 && !strchr(" \t\r\n", list->comment.data[begin - 1]))
            begin--;
    }
    struct tn__diag *diag = tn__diags_add(
        list->reader->diags, "bad-annotation",
        tn__query_place(list->query, list->offset + begin, end - begin), "%s", message);
    tn__diag_help(list->reader->diags, diag, "%s", help);
    return TN__COMMENT_WRONG;
}

/* Room for as many parts as commas allow. */
static struct tn__annotation_part *new_parts(const struct list *list)
{
    size_t count = 1;
    for (size_t i = list->at; i < list->comment.size; i++)
        count += list->comment.data[i] == ',';
    struct tn__annotation_part *parts = tn_arena_array(list->reader->arena, count, sizeof(*parts));
    if (!parts)
        list->reader->status = TN_ENOMEM;
    return parts;
}

static const char embed_help[] = "-- embed u users, o? orders";
static const char group_help[] = "-- group by u.id";

/* ALIAS[?] [TABLE] */
static enum tn__comment read_relation(struct tn__annotation_part *part, struct list *list)
{
    skip_blanks(list);
    part->offset = list->offset + list->at;
    part->name = take_name(list);
    if (part->name.size == 0)
        return wrong(list, "the alias of a relation belongs here", embed_help);
    part->is_optional = take(list, '?');
    if (is_end(list) || list->comment.data[list->at] == ',')
        return TN__COMMENT_ANNOTATION;
    part->second_offset = list->offset + list->at;
    part->second = take_name(list);
    if (part->second.size == 0 || part->second_offset == part->offset + part->name.size)
        return wrong(list, "behind an alias comes its table, a comma, or nothing", embed_help);
    return TN__COMMENT_ANNOTATION;
}

/* ALIAS.COLUMN */
static enum tn__comment read_key(struct tn__annotation_part *part, struct list *list)
{
    skip_blanks(list);
    size_t begin = list->at;
    part->offset = list->offset + begin;
    part->name = take_name(list);
    bool is_qualified = part->name.size > 0 && take(list, '.');
    part->second_offset = list->offset + list->at;
    if (is_qualified)
        part->second = take_name(list);
    if (part->second.size > 0)
        return TN__COMMENT_ANNOTATION;
    list->at = begin;
    return wrong(list, "a column belongs here, with its relation", group_help);
}

static enum tn__comment read_list(struct tn__annotation *out, struct list *list, const char *help,
                                  enum tn__comment (*read_part)(struct tn__annotation_part *part,
                                                                struct list *list))
{
    struct tn__annotation_part *parts = new_parts(list);
    if (!parts)
        return TN__COMMENT_WRONG;
    out->parts = parts;
    do {
        enum tn__comment said = read_part(&parts[out->part_count++], list);
        if (said != TN__COMMENT_ANNOTATION)
            return said;
        skip_blanks(list);
    } while (take(list, ','));
    if (!is_end(list))
        return wrong(list, "a comma belongs here", help);
    out->name = parts[0].name;
    out->offset = parts[0].offset;
    return TN__COMMENT_ANNOTATION;
}

enum tn__comment tn__read_embed(struct tn__annotation *out, struct tn__reader *reader,
                                const struct tn__query *query, tn_text comment, size_t offset,
                                bool quiet)
{
    struct list list = {comment, 2, offset, reader, query, quiet};
    out->kind = TN__ANNOTATE_EMBED;
    skip_blanks(&list);
    list.at += strlen("embed");
    return read_list(out, &list, embed_help, read_relation);
}

enum tn__comment tn__read_group(struct tn__annotation *out, struct tn__reader *reader,
                                const struct tn__query *query, tn_text comment, size_t offset,
                                bool quiet)
{
    struct list list = {comment, 2, offset, reader, query, quiet};
    out->kind = TN__ANNOTATE_GROUP;
    if (quiet)
        return TN__COMMENT_PROSE; /* within a statement it may be a clause that was taken out */
    skip_blanks(&list);
    list.at += strlen("group");
    skip_blanks(&list);
    list.at += strlen("by");
    return read_list(out, &list, group_help, read_key);
}
