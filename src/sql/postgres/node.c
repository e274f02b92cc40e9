/* SPDX-License-Identifier: MIT */
#include "sql/postgres/node.h"

#include "util/str.h"

/* Without recursion: each node that is open knows the one around it. */
struct open {
    struct tn__pg_node node; /* first, so that one is the other */
    struct tn__pg_node *last;
    struct open *outer;
};

struct reading {
    const char *at, *end;
    tn_arena *arena;
    struct open *inner; /* the innermost that is open; NULL: none */
    const struct tn__pg_node *root;
    uint32_t depth;
    int status;
    tn_text field; /* the name of the next value; NULL text: none has been read */
};

enum {
    LINE_MAX_BYTES = 78 /* of a line of the server's log message (print.c) */
};

/* Whether a line that is full was cut inside of a word: there is no blank where it could have
 * been. */
static bool is_cut_hard(const char *line, size_t size)
{
    return size == LINE_MAX_BYTES && !memchr(line + 1, ' ', size - 1);
}

int tn__pg_tree_text(tn_text *out, tn_text message, tn_arena *arena)
{
    char *copy = tn_arena_alloc(arena, message.size + 1);
    size_t size = 0;
    size_t start = 0;
    if (!copy)
        return TN_ENOMEM;
    for (size_t i = 0; i < message.size; i++) {
        bool is_end = message.data[i] == '\n';
        if (!is_end || !is_cut_hard(message.data + start, i - start))
            copy[size++] = is_end ? ' ' : message.data[i];
        if (is_end)
            start = i + 1;
    }
    copy[size] = '\0';
    *out = (tn_text){copy, size};
    return TN_OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_word(char c)
{
    return is_space(c) || c == '(' || c == ')' || c == '{' || c == '}';
}

/* As pg_strtok() cuts: a backslash takes the next byte along, whatever it is. */
static tn_text next_word(struct reading *r)
{
    const char *start = r->at;
    while (r->at < r->end && !ends_word(*r->at))
        r->at += *r->at == '\\' && r->end - r->at > 1 ? 2 : 1;
    return (tn_text){start, (size_t)(r->at - start)};
}

static void skip_spaces(struct reading *r)
{
    while (r->at < r->end && is_space(*r->at))
        r->at++;
}

/* A name in quotes has them around the escapes. */
static bool unescape(tn_text *out, tn_text word, tn_arena *arena)
{
    if (word.size >= 2 && word.data[0] == '"' && word.data[word.size - 1] == '"') {
        word.data++;
        word.size -= 2;
    }
    *out = word;
    if (!memchr(word.data, '\\', word.size))
        return true;
    char *copy = tn_arena_alloc(arena, word.size + 1);
    size_t size = 0;
    if (!copy)
        return false;
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == '\\' && i + 1 < word.size)
            i++;
        copy[size++] = word.data[i];
    }
    copy[size] = '\0';
    *out = (tn_text){copy, size};
    return true;
}

/* --- building */

static void fail(struct reading *r, int status)
{
    if (r->status == TN_OK)
        r->status = status;
}

static struct open *add(struct reading *r, enum tn__pg_kind kind, tn_text text)
{
    struct open *open = tn_arena_array(r->arena, 1, sizeof(*open));
    if (!open) {
        fail(r, TN_ENOMEM);
        return NULL;
    }
    open->node.kind = kind;
    open->node.text = text;
    open->node.name = r->field;
    open->outer = r->inner;
    r->field = (tn_text){0};
    if (!r->inner) {
        r->root = &open->node;
        return open;
    }
    if (r->inner->last)
        r->inner->last->next = &open->node;
    else
        r->inner->node.first = &open->node;
    r->inner->last = &open->node;
    r->inner->node.count++;
    return open;
}

static void enter(struct reading *r, enum tn__pg_kind kind, tn_text label)
{
    struct open *open = ++r->depth > TN__PG_NODE_DEPTH_MAX ? NULL : add(r, kind, label);
    if (open)
        r->inner = open;
    else
        fail(r, TN_ERANGE);
}

static void leave(struct reading *r, enum tn__pg_kind kind)
{
    r->at++;
    if (!r->inner || r->inner->node.kind != kind || r->field.data) {
        fail(r, TN_EINVAL);
        return;
    }
    r->inner = r->inner->outer;
    r->depth--;
}

/* [ 3 0 0 0 ], which stands behind its length, in the place of it. Bytes are signed in some
 * versions. */
static void read_bytes(struct reading *r)
{
    struct tn__pg_node *length = r->inner ? r->inner->last : NULL;
    int64_t count = 0;
    r->at++;
    if (!length || length->kind != TN__PG_WORD || tn__text_to_int(&count, length->text) != TN_OK ||
        count < 0 || count > r->end - r->at) {
        fail(r, TN_EINVAL);
        return;
    }
    size_t cap = (size_t)(r->end - r->at) / 2 + 1;
    char *bytes = tn_arena_alloc(r->arena, cap);
    size_t size = 0;
    if (!bytes) {
        fail(r, TN_ENOMEM);
        return;
    }
    for (;;) {
        int64_t byte = 0;
        skip_spaces(r);
        tn_text word = next_word(r);
        if (word.size == 1 && *word.data == ']')
            break;
        if (word.size == 0 || tn__text_to_int(&byte, word) != TN_OK || byte < -128 || byte > 255) {
            fail(r, TN_EINVAL);
            return;
        }
        bytes[size++] = (char)(uint8_t)byte;
    }
    length->kind = TN__PG_BYTES;
    length->text = (tn_text){bytes, size};
}

/* What a list of numbers begins with. */
static bool is_list_sign(const struct reading *r, tn_text word)
{
    return r->inner && r->inner->node.kind == TN__PG_LIST && r->inner->node.count == 0 &&
           word.size == 1 && strchr("iobx", *word.data) != NULL;
}

static void read_word(struct reading *r)
{
    tn_text word = next_word(r);
    bool is_in_node = r->inner && r->inner->node.kind == TN__PG_NODE;
    if (word.size == 0) {
        fail(r, TN_EINVAL);
    } else if (is_in_node && *word.data == ':' && word.size > 1 && !r->field.data) {
        r->field = (tn_text){word.data + 1, word.size - 1};
    } else if (is_in_node && !r->field.data) {
        return; /* more of a value than is known of */
    } else if (tn__text_is(word, "<>")) {
        (void)add(r, TN__PG_NONE, (tn_text){0});
    } else if (!is_list_sign(r, word)) {
        tn_text text;
        if (!unescape(&text, word, r->arena))
            fail(r, TN_ENOMEM);
        else
            (void)add(r, TN__PG_WORD, text);
    }
}

static void read_value(struct reading *r)
{
    bool is_in_node = r->inner && r->inner->node.kind == TN__PG_NODE;
    switch (*r->at) {
    case '{':
        r->at++;
        skip_spaces(r);
        enter(r, TN__PG_NODE, next_word(r));
        break;
    case '(':
        r->at++;
        enter(r, TN__PG_LIST, (tn_text){0});
        break;
    case '}':
        leave(r, TN__PG_NODE);
        break;
    case ')':
        leave(r, TN__PG_LIST);
        break;
    case '[':
        if (is_in_node && !r->field.data)
            read_bytes(r);
        else
            read_word(r);
        break;
    default:
        read_word(r);
        break;
    }
}

int tn__pg_node_read(const struct tn__pg_node **out, tn_text text, tn_arena *arena)
{
    struct reading r = {.arena = arena, .at = text.data, .end = text.data + text.size};
    for (skip_spaces(&r); r.at < r.end && r.status == TN_OK; skip_spaces(&r)) {
        if (!r.inner && r.root)
            fail(&r, TN_EINVAL);
        else
            read_value(&r);
    }
    if (r.status == TN_OK && (!r.root || r.inner))
        r.status = TN_EINVAL;
    if (r.status == TN_OK)
        *out = r.root;
    return r.status;
}

/* --- asking */

static const struct tn__pg_node none;

const struct tn__pg_node *tn__pg_field(const struct tn__pg_node *node, const char *name)
{
    if (node->kind != TN__PG_NODE)
        return &none;
    for (const struct tn__pg_node *field = node->first; field; field = field->next)
        if (tn__text_is(field->name, name))
            return field;
    return &none;
}

const struct tn__pg_node *tn__pg_item(const struct tn__pg_node *list, uint32_t index)
{
    if (list->kind != TN__PG_LIST)
        return &none;
    const struct tn__pg_node *item = list->first;
    while (item && index-- > 0)
        item = item->next;
    return item ? item : &none;
}

bool tn__pg_is(const struct tn__pg_node *node, const char *label)
{
    return node->kind == TN__PG_NODE && tn__text_is(node->text, label);
}

int64_t tn__pg_number(const struct tn__pg_node *node, const char *name, int64_t otherwise)
{
    const struct tn__pg_node *field = tn__pg_field(node, name);
    int64_t number = 0;
    return field->kind == TN__PG_WORD && tn__text_to_int(&number, field->text) == TN_OK ? number
                                                                                        : otherwise;
}

uint32_t tn__pg_oid(const struct tn__pg_node *node, const char *name)
{
    int64_t number = tn__pg_number(node, name, 0);
    return number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

bool tn__pg_true(const struct tn__pg_node *node, const char *name)
{
    return tn__text_is(tn__pg_field(node, name)->text, "true");
}
