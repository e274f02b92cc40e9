/* SPDX-License-Identifier: MIT */
#include "diag/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "util/str.h"

enum {
    FIRST_CAP = 16,
    LINES_STEP = 64 /* lines from one known beginning to the next */
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

static size_t bucket_of(const char *file)
{
    size_t hash = 5381;
    for (; *file; file++)
        hash = hash * 33 + (unsigned char)*file;
    return hash % TN__DIAG_BUCKETS;
}

static struct tn__diag_source *find_source(const struct tn__diags *diags, const char *file)
{
    struct tn__diag_source *s = diags->sources[bucket_of(file)];
    while (s && strcmp(s->file, file) != 0)
        s = s->next;
    return s;
}

/* A file name of ours that is equal, or a copy; NULL stays NULL. Few files have many findings. */
static const char *keep_file(struct tn__diags *diags, const char *file)
{
    if (!file)
        return NULL;
    const struct tn__diag_source *source = find_source(diags, file);
    if (source)
        return source->file;
    const char *last = diags->count ? diags->items[diags->count - 1].place.file : NULL;
    if (last && strcmp(last, file) == 0)
        return last;
    char *copy = tn_arena_copy(diags->arena, file, strlen(file));
    return copy ? copy : fail(diags);
}

void tn__diags_source(struct tn__diags *diags, const char *file, tn_text text)
{
    struct tn__diag_source *source = find_source(diags, file);
    if (!source) {
        source = tn_arena_alloc(diags->arena, sizeof *source);
        if (!source) {
            diags->status = TN_ENOMEM;
            return;
        }
        size_t bucket = bucket_of(file);
        source->file = file;
        source->next = diags->sources[bucket];
        diags->sources[bucket] = source;
    }
    source->text = text;
    if (tn__lines_find(&source->lines, text, diags->arena) != TN_OK)
        diags->status = TN_ENOMEM;
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

enum tn__lint_level tn__diags_level(const struct tn__diags *diags, const struct tn__diag_code *code)
{
    return diags->levels && code->is_lint ? diags->levels[code - tn__diag_codes] : TN__LEVEL_WARN;
}

static enum tn__severity severity_of(const struct tn__diags *diags,
                                     const struct tn__diag_code *known)
{
    if (!known || tn__diags_level(diags, known) == TN__LEVEL_DENY)
        return TN__ERROR;
    return known->severity;
}

struct tn__diag *tn__diags_add(struct tn__diags *diags, const char *code, struct tn__place place,
                               const char *format, ...)
{
    const struct tn__diag_code *known = tn__diag_code_find(code);
    enum tn__severity severity = severity_of(diags, known);
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

/* The beginning of the line behind the one that `begin` is in; text.size: there is none. */
static size_t next_line(tn_text text, size_t begin)
{
    const char *end = begin < text.size ? memchr(text.data + begin, '\n', text.size - begin) : NULL;
    return end ? (size_t)(end - text.data) + 1 : text.size;
}

int tn__lines_find(struct tn__lines *out, tn_text text, tn_arena *arena)
{
    size_t count = 1;
    size_t line = 0;
    *out = (struct tn__lines){NULL, 0};
    if (text.size > UINT32_MAX)
        return TN_OK;
    for (size_t at = 0; at < text.size; at = next_line(text, at), line++)
        count += line % LINES_STEP == 0;
    uint32_t *begins = tn_arena_array(arena, count, sizeof *begins);
    if (!begins)
        return TN_ENOMEM;
    count = line = 0;
    for (size_t at = skip_mark(text); at < text.size; at = next_line(text, at), line++)
        if (line % LINES_STEP == 0)
            begins[count++] = (uint32_t)at;
    *out = (struct tn__lines){begins, count};
    return TN_OK;
}

/* The last known beginning that is not behind the offset, and its line, from 0. */
static size_t begin_near(size_t *out_line, tn_text text, const struct tn__lines *lines,
                         size_t offset)
{
    size_t low = 0;
    size_t high = lines ? lines->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lines->begins[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    *out_line = low ? (low - 1) * LINES_STEP : 0;
    return low ? lines->begins[low - 1] : skip_mark(text);
}

struct tn__place tn__place_in(const char *file, tn_text text, const struct tn__lines *lines,
                              size_t offset, size_t length)
{
    size_t line;
    if (offset > text.size)
        offset = text.size;
    size_t start = begin_near(&line, text, lines, offset);
    for (;;) {
        size_t next = next_line(text, start);
        if (next > offset || next == start || text.data[next - 1] != '\n')
            break;
        start = next;
        line++;
    }
    if (offset < start)
        offset = start;
    /* No further than the length: it is cut where the line ends. */
    size_t room = text.size - offset;
    size_t reach = length < room ? length + 1 : room;
    const char *end = reach ? memchr(text.data + offset, '\n', reach) : NULL;
    if (end) {
        room = (size_t)(end - text.data) - offset;
        if (end > text.data + start && end[-1] == '\r' && room > 0)
            room--;
    }
    return (struct tn__place){file, clamp(line + 1), clamp(offset - start + 1),
                              clamp(length < room ? length : room)};
}

struct tn__place tn__place_at(const char *file, tn_text text, size_t offset, size_t length)
{
    return tn__place_in(file, text, NULL, offset, length);
}

/* The text of a line, counted from `number` lines before `at`. */
static tn_text line_from(tn_text text, size_t at, uint32_t number, uint32_t line)
{
    tn_text rest = tn__text_sub(text, at, text.size - at);
    tn_text found = {"", 0};
    while (number < line && tn__text_line(&rest, &found))
        number++;
    /* The empty line behind a last LF, where a fault at the end of the text is. */
    if (number + 1 == line && (text.size == at || text.data[text.size - 1] == '\n'))
        return (tn_text){"", 0};
    return number == line && line > 0 ? found : (tn_text){NULL, 0};
}

tn_text tn__line_at(tn_text text, uint32_t line)
{
    return line_from(text, skip_mark(text), 0, line);
}

tn_text tn__diags_line(const struct tn__diags *diags, struct tn__place place)
{
    const struct tn__diag_source *source = place.file ? find_source(diags, place.file) : NULL;
    if (!source || place.line == 0)
        return (tn_text){NULL, 0};
    size_t step = (place.line - 1) / LINES_STEP;
    if (step >= source->lines.count)
        step = source->lines.count ? source->lines.count - 1 : 0;
    size_t at = source->lines.count ? source->lines.begins[step] : skip_mark(source->text);
    return line_from(source->text, at, (uint32_t)(step * LINES_STEP), place.line);
}
