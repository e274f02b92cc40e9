/* SPDX-License-Identifier: MIT */
#include "diag/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "util/str.h"

enum {
    FIRST_CAP = 16
};

void tn__diags_init(struct tn__diags *diags, tn_arena *arena)
{
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
}

void tn__diags_fini(struct tn__diags *diags)
{
    if (diags)
        memset(diags, 0, sizeof *diags);
}

static const char *fail(struct tn__diags *diags)
{
    diags->status = TN_ENOMEM;
    return NULL;
}

/* printf into the arena; NULL with the sticky status. */
TN_PRINTF(2, 0)
static const char *format_text(struct tn__diags *diags, const char *format, va_list args)
{
    char *text = tn__arena_vprintf(diags->arena, format, args);
    return text ? text : fail(diags);
}

/* A file name of ours that is equal, or a copy; NULL stays NULL. Few files have many findings. */
static const char *keep_file(struct tn__diags *diags, const char *file)
{
    if (!file)
        return NULL;
    for (const struct tn__diag_source *s = diags->sources; s; s = s->next)
        if (strcmp(s->file, file) == 0)
            return s->file;
    const char *last = diags->count ? diags->items[diags->count - 1].place.file : NULL;
    if (last && strcmp(last, file) == 0)
        return last;
    char *copy = tn_arena_copy(diags->arena, file, strlen(file));
    return copy ? copy : fail(diags);
}

void tn__diags_source(struct tn__diags *diags, const char *file, tn_text text)
{
    for (struct tn__diag_source *s = diags->sources; s; s = s->next) {
        if (strcmp(s->file, file) == 0) {
            s->text = text;
            return;
        }
    }
    struct tn__diag_source *source = tn_arena_alloc(diags->arena, sizeof *source);
    if (!source) {
        diags->status = TN_ENOMEM;
        return;
    }
    source->file = file;
    source->text = text;
    source->next = diags->sources;
    diags->sources = source;
}

/* Room for one more; the array lives in the arena, so an old one is simply left behind. */
static struct tn__diag *add_item(struct tn__diags *diags)
{
    if (diags->count == diags->cap) {
        size_t cap = diags->cap ? diags->cap * 2 : FIRST_CAP;
        struct tn__diag *items = tn_arena_array(diags->arena, cap, sizeof *items);
        if (!items) {
            diags->status = TN_ENOMEM;
            return &diags->scratch;
        }
        if (diags->count)
            memcpy(items, diags->items, diags->count * sizeof *items);
        diags->items = items;
        diags->cap = cap;
    }
    return &diags->items[diags->count];
}

struct tn__diag *tn__diags_add(struct tn__diags *diags, const char *code, struct tn__place place,
                               const char *format, ...)
{
    const struct tn__diag_code *known = tn__diag_code_find(code);
    enum tn__severity severity = known ? known->severity : TN__ERROR;
    /* Counted even if there is no memory to keep it: nobody may take the run for clean. */
    diags->errors += severity == TN__ERROR;
    diags->warnings += severity == TN__WARNING;

    va_list args;
    va_start(args, format);
    const char *message = format_text(diags, format, args);
    va_end(args);
    if (place.file) {
        place.file = keep_file(diags, place.file);
        if (!place.file)
            place = (struct tn__place){NULL, 0, 0, 0};
    }
    struct tn__diag *diag = add_item(diags);
    *diag = (struct tn__diag){
        .severity = severity,
        .code = known ? known->code : code,
        .place = place,
        .message = message ? message : "out of memory",
        .order = (uint32_t)diags->count,
    };
    if (diag != &diags->scratch)
        diags->count++;
    return diag;
}

void tn__diag_help(struct tn__diags *diags, struct tn__diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag->help = format_text(diags, format, args);
    va_end(args);
}

void tn__diag_note(struct tn__diags *diags, struct tn__diag *diag, struct tn__place place,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = format_text(diags, format, args);
    va_end(args);
    struct tn__diag_note *note = tn_arena_alloc(diags->arena, sizeof *note);
    if (!note || !message) {
        diags->status = TN_ENOMEM;
        return;
    }
    if (place.file && !(place.file = keep_file(diags, place.file)))
        return;
    note->place = place;
    note->message = message;
    note->next = NULL;
    struct tn__diag_note **tail = &diag->notes;
    while (*tail)
        tail = &(*tail)->next;
    *tail = note;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
    const struct tn__diag *a = left;
    const struct tn__diag *b = right;
    int order = strcmp(a->place.file ? a->place.file : "", b->place.file ? b->place.file : "");
    if (order == 0)
        order = compare_u32(a->place.line, b->place.line);
    if (order == 0)
        order = compare_u32(a->place.column, b->place.column);
    return order ? order : compare_u32(a->order, b->order);
}

void tn__diags_sort(struct tn__diags *diags)
{
    if (diags->count > 1)
        qsort(diags->items, diags->count, sizeof *diags->items, compare);
}

/* The text behind a byte order mark. */
static size_t skip_mark(tn_text text)
{
    return tn__text_starts(text, "\xEF\xBB\xBF") ? 3 : 0;
}

static uint32_t clamp(size_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

struct tn__place tn__place_at(const char *file, tn_text text, size_t offset, size_t length)
{
    size_t start = skip_mark(text);
    size_t line = 1;
    if (offset > text.size)
        offset = text.size;
    for (size_t i = start; i < offset; i++) {
        if (text.data[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    if (offset < start)
        offset = start;
    size_t end = start;
    while (end < text.size && text.data[end] != '\n')
        end++;
    if (end > start && end < text.size && text.data[end - 1] == '\r')
        end--;
    size_t room = end > offset ? end - offset : 0;
    return (struct tn__place){file, clamp(line), clamp(offset - start + 1),
                              clamp(length < room ? length : room)};
}

tn_text tn__line_at(tn_text text, uint32_t line)
{
    size_t mark = skip_mark(text);
    tn_text rest = tn__text_sub(text, mark, text.size - mark);
    tn_text found = {"", 0};
    uint32_t number = 0;
    while (number < line && tn__text_line(&rest, &found))
        number++;
    /* The empty line behind a last LF, where a fault at the end of the text is. */
    if (number + 1 == line && (text.size == mark || text.data[text.size - 1] == '\n'))
        return (tn_text){"", 0};
    return number == line && line > 0 ? found : (tn_text){NULL, 0};
}
