/* SPDX-License-Identifier: MIT */
#include "sql/emit.h"

#include "util/buf.h"
#include "util/str.h"

/* The whitespace before a token: none, a blank, or a line feed with the indentation behind it. A
 * comment alone parts tokens as a blank does. */
static void write_gap(struct tn__buf *buf, tn_text gap, enum tn__dialect dialect)
{
    struct tn__lexer lexer;
    struct tn__token token;
    tn_text indent = {0};
    tn__lex_init(&lexer, gap, dialect);
    while ((token = tn__lex_next(&lexer)).kind != TN__TOK_END) {
        tn_text text = tn__token_text(&lexer, token);
        size_t i = token.kind == TN__TOK_SPACE ? text.size : 0;
        while (i > 0 && text.data[i - 1] != '\n')
            i--;
        if (i > 0)
            indent = tn__text_sub(text, i, text.size - i);
    }
    if (buf->size == 0 || gap.size == 0)
        return;
    for (size_t i = 0; i < indent.size; i++)
        if (indent.data[i] == TN__SQL_BLANK)
            indent.size = i;
    tn__buf_putc(buf, indent.data ? '\n' : ' ');
    tn__buf_text(buf, indent.data ? indent : TN__TEXT(""));
}

static const struct tn__sql_expansion *find_expansion(const struct tn__sql_emission *emission,
                                                      size_t token)
{
    for (size_t i = 0; i < emission->expansion_count; i++)
        if (token >= emission->expansions[i].span.begin && token < emission->expansions[i].span.end)
            return &emission->expansions[i];
    return NULL;
}

/* PostgreSQL takes a list as an array: of `x IN (:ids[])` it gets `x = ANY($1)`, and of `x NOT IN (:ids[])`
 * `x <> ALL($1)`, token for token. NULL: the token is no word of such an IN. */
static const char *word_of_list(const struct tn__sql *sql, size_t i)
{
    size_t in = tn__sql_is(sql, i, "NOT") ? i + 1 : i;
    size_t list = in + 2;
    if (sql->dialect == TN__SQLITE || !tn__sql_is(sql, in, "IN") || list >= sql->count ||
        !sql->tokens[list].is_list || !tn__sql_is_all_of_in(sql, list))
        return NULL;
    if (i < in)
        return "<>";
    return i > 0 && tn__sql_is(sql, i - 1, "NOT") ? "ALL" : "= ANY";
}

static void write_param(struct tn__buf *buf, const struct tn__sql *sql, size_t i, unsigned number)
{
    if (sql->dialect == TN__POSTGRES)
        tn__buf_printf(buf, "$%u", number);
    else if (sql->tokens[i].is_list)
        tn__buf_printf(buf, "SELECT value FROM tn_list(?%u)", number);
    else
        tn__buf_printf(buf, "?%u", number);
}

static void write_token(struct tn__buf *buf, const struct tn__sql_emission *emission, size_t i,
                        const struct tn__sql_expansion *star)
{
    unsigned number = emission->params->of_token[i];
    const char *word = word_of_list(emission->sql, i);
    if (star && star->span.begin == i)
        tn__buf_text(buf, star->text);
    else if (number && !star)
        write_param(buf, emission->sql, i, number);
    else if (word && !star)
        tn__buf_puts(buf, word);
    else if (!star)
        tn__buf_text(buf, tn__sql_text(emission->sql, i));
}

/* The part that a token is in, from part number *at on, as tokens come in order; NULL: none. */
static const struct tn__sql_part *part_of(const struct tn__sql_emission *emission, size_t *at,
                                          size_t offset)
{
    while (*at < emission->part_count && emission->parts[*at].end <= offset)
        ++*at;
    return *at < emission->part_count && emission->parts[*at].begin <= offset
               ? &emission->parts[*at]
               : NULL;
}

/* The pieces as they grow. */
struct emitter {
    const struct tn__sql_emission *emission;
    struct tn__buf buf;
    struct tn__sql_anchor *anchors;
    struct tn__sql_piece *pieces; /* text.data is not known before the end */
    size_t count;
};

/* The piece for a token that begins at `offset`; NULL: it is in no text. */
static struct tn__sql_piece *piece_for(struct emitter *e, size_t *part_at, size_t offset,
                                       size_t token)
{
    static const struct tn__sql_part always;
    const struct tn__sql_part *part =
        e->emission->parts ? part_of(e->emission, part_at, offset) : &always;
    struct tn__sql_piece *last = e->count ? &e->pieces[e->count - 1] : NULL;
    if (!part || (last && last->mask == part->mask && last->value == part->value))
        return part ? last : NULL;
    e->pieces[e->count] = (struct tn__sql_piece){
        .mask = part->mask, .value = part->value, .anchors = &e->anchors[token]};
    return &e->pieces[e->count++];
}

static void emit_tokens(struct emitter *e)
{
    const struct tn__sql *sql = e->emission->sql;
    size_t part_at = 0;
    size_t end = sql->count ? sql->tokens[0].offset : 0; /* of the token before */
    for (size_t i = 0; i < sql->count; i++) {
        size_t offset = sql->tokens[i].offset;
        const struct tn__sql_expansion *star = find_expansion(e->emission, i);
        struct tn__sql_piece *piece = piece_for(e, &part_at, offset, i);
        if (piece) {
            size_t size = e->buf.size;
            /* `ANY(`, of `IN (`. */
            bool is_call =
                i > 0 && sql->tokens[i].kind == TN__TOK_LPAREN && word_of_list(sql, i - 1);
            if ((!star || star->span.begin == i) && !is_call)
                write_gap(&e->buf, tn__text_sub(sql->text, end, offset - end), sql->dialect);
            size_t before = piece->text.size + e->buf.size - size;
            e->anchors[i] = (struct tn__sql_anchor){(uint32_t)before, (uint32_t)offset};
            piece->anchor_count++;
            write_token(&e->buf, e->emission, i, star);
            piece->text.size += e->buf.size - size;
        }
        end = offset + sql->tokens[i].size;
    }
}

int tn__sql_emit(struct tn__sql_pieces *out, const struct tn__sql_emission *emission,
                 tn_arena *arena)
{
    size_t count = emission->sql->count;
    struct emitter e = {.emission = emission,
                        .anchors = tn_arena_array(arena, count + 1, sizeof(*e.anchors)),
                        .pieces = tn_arena_array(arena, count + 1, sizeof(*e.pieces))};
    tn_text text;
    if (!e.anchors || !e.pieces)
        return TN_ENOMEM;
    tn__buf_init(&e.buf, 0);
    emit_tokens(&e);
    int rc = tn__buf_to_arena(&e.buf, arena, &text);
    tn__buf_fini(&e.buf);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0, at = 0; i < e.count; i++) {
        e.pieces[i].text.data = text.data + at;
        at += e.pieces[i].text.size;
    }
    *out = (struct tn__sql_pieces){e.pieces, e.count};
    return TN_OK;
}

int tn__sql_compose(struct tn__sql_text *out, const struct tn__sql_pieces *pieces, uint64_t key,
                    tn_arena *arena)
{
    size_t size = 0;
    size_t anchor_count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        size += pieces->items[i].text.size;
        anchor_count += pieces->items[i].anchor_count;
    }
    char *text = tn_arena_alloc(arena, size + 1);
    struct tn__sql_anchor *anchors = tn_arena_array(arena, anchor_count + 1, sizeof(*anchors));
    if (!text || !anchors)
        return TN_ENOMEM;
    size = anchor_count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct tn__sql_piece *piece = &pieces->items[i];
        if ((key & piece->mask) != piece->value)
            continue;
        for (size_t k = 0; k < piece->anchor_count; k++) {
            anchors[anchor_count] = piece->anchors[k];
            anchors[anchor_count++].emitted += (uint32_t)size;
        }
        memcpy(text + size, piece->text.data, piece->text.size);
        size += piece->text.size;
    }
    text[size] = '\0';
    *out = (struct tn__sql_text){{text, size}, anchors, anchor_count};
    return TN_OK;
}

size_t tn__sql_written_offset(const struct tn__sql_text *text, size_t emitted)
{
    size_t low = 0;
    size_t high = text->anchor_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->anchors[middle].emitted <= emitted)
            low = middle;
        else
            high = middle;
    }
    return high == 0 ? 0 : text->anchors[low].written;
}
