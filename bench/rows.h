/* SPDX-License-Identifier: MIT */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

/*
 * The rows that sqlite and postgres both work on: their number, their keys, and what is inserted. The
 * structs are each side's own; they have the members id, title, status, priority, score and note, and a
 * text is `data` and `size`.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS = 100000, /* what fill.sql makes */
    RANGE = 100,
    BATCH = 1000,
    BULK = 100000,
    TEXTS = 64
};

/* What is inserted, made before the clock starts. */
static char title_texts[TEXTS][48];
static char note_texts[TEXTS][48];

static void make_texts(void)
{
    for (int i = 0; i < TEXTS; i++) {
        (void)snprintf(title_texts[i], sizeof title_texts[i], "title of new item number %d", i);
        (void)snprintf(note_texts[i], sizeof note_texts[i], "a note on new item %d", i);
    }
}

#define SET_TEXT(out, text) ((out).data = (text), (out).size = strlen(text))

/* The new item of that number; one in three has no note. */
#define SET_ITEM(item, number)                 \
 do {                                          \
  size_t text_ = (size_t)(number) % TEXTS;     \
  memset((item), 0, sizeof *(item));           \
  SET_TEXT((item)->title, title_texts[text_]); \
  SET_TEXT((item)->status, "pending");         \
  (item)->priority = (number) % 10;            \
  (item)->score = (double)(number)*1.25;       \
  if (text_ % 3)                               \
   SET_TEXT((item)->note, note_texts[text_]);  \
 } while (0)

/* Something from every column. */
#define ROW_SUM(row)                                                              \
 ((uint64_t)(row)->id + (row)->title.size + (unsigned char)(row)->title.data[0] + \
  (row)->status.size + (uint64_t)(row)->priority + (uint64_t)(row)->score +       \
  ((row)->note.data ? (row)->note.size + 1 : 0))

/* Keys in an order that is neither sequential nor random: every key once, far apart. */
static inline int64_t key_of(long i)
{
    return (int64_t)(i * 7919L % ROWS) + 1;
}

#endif
