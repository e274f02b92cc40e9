/* SPDX-License-Identifier: MIT */
#ifndef TN_SHAPE_SHAPE_H
#define TN_SHAPE_SHAPE_H

#include <stdalign.h>

#include <tenon/struct.h>

/* Whether this library knows such descriptions. TN_OK, TN_EUNSUPPORTED. */
TN_NODISCARD int tn__shape_check(const struct tn_struct *desc, tn_error *err);

/* Whether the member of the struct at `base` is not NULL. */
bool tn__field_has(const struct tn_field *field, const void *base);
/* Its value, which may be read only if it is not NULL: an int64_t of both int64_t and tn_opt_int. An array
 * is its pointer. */
const void *tn__field_value(const struct tn_field *field, const void *base);
/* The same to be written; it becomes not NULL, unless the value says otherwise. */
void *tn__field_fill(const struct tn_field *field, void *base);
void tn__field_clear(const struct tn_field *field, void *base);
/* A member that is an array of values: the field of an item, which lies `*stride` bytes behind the one before it. */
struct tn_field tn__field_item(const struct tn_field *field, size_t *stride);
/* Its items, and their number; NULL items: it is NULL. */
void tn__field_items(const struct tn_field *field, const void *base, const char **items,
                     size_t *count);
void tn__field_set_items(const struct tn_field *field, void *base, const void *items, size_t count);
/* The neighbour of an array. */
size_t tn__field_count(const struct tn_field *field, const void *base);
void tn__field_set_count(const struct tn_field *field, void *base, size_t count);

/* "int", "timestamp", "app_task_status"… for messages: what it wants. */
const char *tn__field_word(const struct tn_field *field);
/* The text of an enum's value; NULL: it is none. */
const tn_text *tn__field_choice(const struct tn_field *field, unsigned value);
/* A uuid, date, time or interval from its text: TN_OK; a negative status: it is none. */
TN_NODISCARD int tn__field_parse(const struct tn_field *field, void *to, tn_text text);
/* The enum's value of a text; 0: it is none. */
unsigned tn__field_choose(const struct tn_field *field, tn_text text);

/* A struct that is being made: zero at first, and moved to its place when it is whole. */
struct tn__draft {
    void *data;
    size_t size;
    alignas(max_align_t) unsigned char own[512];
};

/* TN_OK, TN_ENOMEM; tn__draft_end() follows in any case. */
TN_NODISCARD int tn__draft_begin(struct tn__draft *draft, const struct tn_struct *desc,
                                 tn_error *err);
/* With TN_OK the struct goes to `out`. Returns `status`. */
int tn__draft_end(struct tn__draft *draft, int status, void *out);

int tn__shape_no_memory(tn_error *err);

#endif
