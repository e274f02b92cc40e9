/* SPDX-License-Identifier: MIT */
#include "corpus.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A file: statements of a schema, a line "-- queries", and queries. Behind a query:
 *
 *     -- expect: id int, name text?, "odd, name" int|real; single row
 *
 * A class is int, real, text, blob, null or any, several joined with |; ? is NULL, too. Behind the
 * semicolon stands what is proven of the rows: single, row, both, or - for neither; without a semicolon
 * nothing is said of them.
 */

enum {
    MOST_ENTRIES = 500
};

struct reader {
    struct corpus *corpus;
    const char *path;
    unsigned line;
    bool is_schema;
    char *text; /* of the statement so far */
    size_t size;
    unsigned begin;
};

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0;
    size_t cap = 1 << 16;
    char *text = malloc(cap);
    if (!file)
        die("%s: %s", path, strerror(errno));
    while (text) {
        size += fread(text + size, 1, cap - size - 1, file);
        if (size + 1 < cap)
            break;
        cap *= 2;
        char *more = realloc(text, cap);
        if (!more)
            free(text);
        text = more;
    }
    fclose(file);
    if (!text)
        die("out of memory");
    text[size] = '\0';
    return text;
}

static tn__classes read_classes(const struct reader *reader, const char *word, size_t size)
{
    static const struct {
        const char *word;
        tn__classes classes;
    } words[] = {{"int", TN__CLASS_INT},   {"real", TN__CLASS_REALS}, {"text", TN__CLASS_TEXT},
                 {"blob", TN__CLASS_BLOB}, {"null", TN__CLASS_NULL},  {"any", TN__CLASS_VALUES}};
    tn__classes classes = 0;
    while (size > 0) {
        size_t length = 0;
        bool is_known = false;
        while (length < size && isalpha((unsigned char)word[length]))
            length++;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (strlen(words[i].word) == length && memcmp(words[i].word, word, length) == 0) {
                classes |= words[i].classes;
                is_known = true;
            }
        }
        if (!is_known)
            die("%s:%u: no class: %.*s", reader->path, reader->line, (int)size, word);
        word += length;
        size -= length;
        if (size > 0 && *word == '?')
            classes |= TN__CLASS_NULL;
        if (size > 0) {
            word++;
            size--;
        }
    }
    return classes;
}

static const char *skip(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

static const char *read_column(const struct reader *reader, struct entry *entry, const char *at)
{
    char name[256];
    size_t size = 0;
    struct expected *column = &entry->columns[entry->count++];
    if (entry->count == sizeof entry->columns / sizeof *entry->columns)
        die("%s:%u: too many columns", reader->path, reader->line);
    if (*at == '"') {
        for (at++; *at && *at != '"' && size < sizeof name - 1; at++)
            name[size++] = *at;
        at += *at == '"';
    } else {
        while (*at && *at != ' ' && size < sizeof name - 1)
            name[size++] = *at++;
    }
    name[size] = '\0';
    at = skip(at);
    size_t length = strcspn(at, ",; ");
    column->name = keep(&reader->corpus->arena, name);
    column->classes = read_classes(reader, at, length);
    at = skip(at + length);
    return *at == ',' ? skip(at + 1) : at;
}

static void read_expectation(const struct reader *reader, const char *at)
{
    struct corpus *corpus = reader->corpus;
    if (corpus->count == 0)
        die("%s:%u: an expectation of nothing", reader->path, reader->line);
    struct entry *entry = &corpus->entries[corpus->count - 1];
    entry->has_expectation = true;
    at = skip(at);
    while (*at && *at != ';')
        at = read_column(reader, entry, at);
    if (*at != ';')
        return;
    entry->has_flags = true;
    entry->is_single = strstr(at, "single") != NULL;
    entry->has_row = strstr(at, "row") != NULL;
}

static void add_line(struct reader *reader, const char *line)
{
    struct corpus *corpus = reader->corpus;
    size_t length = strlen(line);
    if (reader->size == 0)
        reader->begin = reader->line;
    reader->text = realloc(reader->text, reader->size + length + 2);
    if (!reader->text)
        die("out of memory");
    memcpy(reader->text + reader->size, line, length + 1);
    reader->size += length;
    if (!sqlite3_complete(reader->text)) {
        reader->text[reader->size++] = '\n';
        reader->text[reader->size] = '\0';
        return;
    }
    char *last = strrchr(reader->text, ';');
    if (last)
        *last = '\0';
    reader->size = 0;
    if (reader->is_schema) {
        strings_add(&corpus->schema, reader->text);
        return;
    }
    if (corpus->count == MOST_ENTRIES)
        die("%s: too many queries", reader->path);
    corpus->entries[corpus->count++] =
        (struct entry){.sql = keep(&corpus->arena, reader->text), .line = reader->begin};
}

static void take_line(struct reader *reader, char *line)
{
    char *expectation = strstr(line, "-- expect:");
    char *end = line + strlen(line);
    if (strcmp(line, "-- queries") == 0) {
        reader->is_schema = false;
        return;
    }
    if (expectation) {
        end = expectation;
        *end = '\0';
    }
    while (end > line && end[-1] == ' ')
        *--end = '\0';
    if (*line && (strncmp(line, "--", 2) != 0 || reader->size > 0))
        add_line(reader, line);
    if (expectation)
        read_expectation(reader, expectation + strlen("-- expect:"));
}

void corpus_read(struct corpus *corpus, const char *path)
{
    struct reader reader = {.corpus = corpus, .path = path, .is_schema = true};
    *corpus = (struct corpus){.arena = TN_ARENA_INIT};
    corpus->entries = need(&corpus->arena, MOST_ENTRIES, sizeof *corpus->entries);
    char *text = read_file(path);
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        reader.line++;
        take_line(&reader, line);
        line = end ? end + 1 : NULL;
    }
    if (reader.size > 0)
        die("%s:%u: not at its end", path, reader.begin);
    free(reader.text);
    free(text);
}

void corpus_fini(struct corpus *corpus)
{
    strings_fini(&corpus->schema);
    tn_arena_fini(&corpus->arena);
}
