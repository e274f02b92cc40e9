/* SPDX-License-Identifier: MIT */
#include "driver/postgres/copy_read.h"

#include <string.h>

#include "driver/postgres/bytes.h"

static const char signature[] = "PGCOPY\n\377\r\n"; /* with its NUL */

enum {
    SIGNATURE_SIZE = sizeof signature,
    HEADER_SIZE = SIGNATURE_SIZE + 8 /* flags, and the size of what may follow them */
};

static const uint32_t has_oids = UINT32_C(1) << 16;
static const uint32_t critical_flags = UINT32_C(0xffff0000);

void tn__pg_copy_reader_init(struct tn__pg_copy_reader *reader, size_t column_count)
{
    memset(reader, 0, sizeof *reader);
    reader->column_count = column_count;
    tn__buf_init(&reader->carried, 0);
}

void tn__pg_copy_reader_fini(struct tn__pg_copy_reader *reader)
{
    tn__buf_fini(&reader->carried);
}

static void give_back(struct tn__pg_copy_reader *reader)
{
    if (reader->borrowed)
        *reader->borrowed = reader->kept;
    reader->borrowed = NULL;
}

int tn__pg_copy_feed(struct tn__pg_copy_reader *reader, char *data, size_t size, tn_error *err)
{
    give_back(reader);
    if (reader->left == 0) {
        reader->at = data;
        reader->left = size;
        return TN_OK;
    }
    struct tn__buf *carried = &reader->carried;
    if (carried->size > 0 && reader->at >= carried->data &&
        reader->at <= carried->data + carried->size) {
        /* What was carried before goes to the front. */
        memmove(carried->data, reader->at, reader->left);
        tn__buf_cut(carried, reader->left);
    } else {
        tn__buf_reset(carried);
        tn__buf_add(carried, reader->at, reader->left);
    }
    tn__buf_add(carried, data, size);
    int rc = tn__buf_status(carried);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "a row is too big, or there is no memory for it");
    reader->at = carried->data;
    reader->left = carried->size;
    return TN_OK;
}

static int fail(tn_error *err, const char *why)
{
    return tn_error_set(err, TN_ECORRUPT, "the rows of a COPY cannot be read: %s", why);
}

static int read_header(struct tn__pg_copy_reader *reader, tn_error *err)
{
    size_t known = reader->left < SIGNATURE_SIZE ? reader->left : SIGNATURE_SIZE;
    if (memcmp(reader->at, signature, known) != 0)
        return fail(err, "they do not begin as such");
    if (reader->left < HEADER_SIZE)
        return TN_NONE;
    uint32_t flags = tn__pg_get32(reader->at + SIGNATURE_SIZE);
    uint32_t extra = tn__pg_get32(reader->at + SIGNATURE_SIZE + 4);
    if (flags & critical_flags)
        return fail(err, flags & has_oids ? "they have OIDs" : "of an unknown form");
    if (extra > INT32_MAX)
        return fail(err, "a header of negative size");
    if (reader->left - HEADER_SIZE < extra)
        return TN_NONE;
    reader->at += HEADER_SIZE + extra;
    reader->left -= HEADER_SIZE + extra;
    reader->is_begun = true;
    return TN_OK;
}

/* The byte behind each field has been read by now, but for that behind the last one. */
static void end_fields(struct tn__pg_copy_reader *reader, const struct tn__pg_copy_field *fields,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *end = fields[i].data ? fields[i].data + fields[i].size : NULL;
        if (end && end == reader->at) {
            reader->borrowed = end;
            reader->kept = *end;
        }
        if (end)
            *end = '\0';
    }
}

static int read_fields(struct tn__pg_copy_reader *reader, struct tn__pg_copy_field *fields,
                       tn_error *err)
{
    char *at = reader->at + 2;
    size_t left = reader->left - 2;
    for (size_t i = 0; i < reader->column_count; i++) {
        if (left < 4)
            return TN_NONE;
        uint32_t size = tn__pg_get32(at);
        at += 4;
        left -= 4;
        if (size == UINT32_MAX) {
            fields[i] = (struct tn__pg_copy_field){NULL, 0};
            continue;
        }
        if (size > INT32_MAX)
            return fail(err, "a field of negative size");
        if (left < size)
            return TN_NONE;
        fields[i] = (struct tn__pg_copy_field){at, size};
        at += size;
        left -= size;
    }
    reader->at = at;
    reader->left = left;
    end_fields(reader, fields, reader->column_count);
    return TN_ROW;
}

int tn__pg_copy_row(struct tn__pg_copy_reader *reader, struct tn__pg_copy_field *fields,
                    tn_error *err)
{
    give_back(reader);
    if (!reader->is_begun) {
        int rc = reader->left ? read_header(reader, err) : TN_NONE;
        if (rc != TN_OK)
            return rc;
    }
    if (reader->is_ended)
        return reader->left ? fail(err, "more behind their end") : TN_DONE;
    if (reader->left < 2)
        return TN_NONE;
    uint16_t count = tn__pg_get16(reader->at);
    if (count == UINT16_MAX) {
        reader->at += 2;
        reader->left -= 2;
        reader->is_ended = true;
        return reader->left ? fail(err, "more behind their end") : TN_DONE;
    }
    if (count != reader->column_count)
        return fail(err, "another number of fields than columns");
    return read_fields(reader, fields, err);
}
