/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "database.h"
#include "naming.h"

struct item {
    const char *workspace;
    struct ait42_new_session session;
};

/* What is being read. Each array has room for as many as the file has lines. */
struct load {
    const char *path;
    unsigned line;
    tn_arena *arena;
    tn_text fields[LOAD_FIELDS_MAX];
    size_t field_count;
    const char *workspace;
    struct item *items;
    size_t item_count;
    tn_text *runtimes;
    size_t runtime_count;
    struct a42_instance_add_args *instances;
    size_t instance_count;
    struct a42_message_add_args *messages;
    size_t message_count;
    struct ait42_error *err;
};

static bool refuse(struct load *load, const char *what)
{
    ait42_error_set(load->err, AIT42_VALIDATION, "not valid: %s:%u: %s", load->path, load->line,
                    what);
    return false;
}

static bool read_number(struct load *load, size_t field, tn_opt_int *out)
{
    const char *text = load->fields[field].data;
    char *end;
    if (!text)
        return true;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    if (end == text || *end || errno || value < INT64_MIN || value > INT64_MAX)
        return refuse(load, "a field that is no whole number");
    *out = tn_some_int((int64_t)value);
    return true;
}

static bool read_time(struct load *load, size_t field, tn_opt_timestamp *out)
{
    if (!load->fields[field].data)
        return true;
    if (tn_time_parse(&out->value, load->fields[field]) < 0)
        return refuse(load, "a field that is no time");
    out->has = true;
    return true;
}

static bool read_workspace(struct load *load)
{
    load->workspace = load->fields[1].data;
    return load->workspace || refuse(load, "a workspace without a folder");
}

static bool read_session(struct load *load)
{
    const tn_text *f = load->fields;
    struct a42_session_add_args row = {.id = {f[1]}, .model = f[6], .task = f[14]};
    tn_opt_int keeps = {false, 0};
    if (!load->workspace)
        return refuse(load, "a session without a workspace");
    if (!f[2].data || !a42_session_type_parse(&row.type, f[2]))
        return refuse(load, "a type that no session has");
    if (!f[3].data || !a42_session_status_parse(&row.status, f[3]))
        return refuse(load, "a status that no session has");
    if (!read_time(load, 4, &row.created_at) || !read_time(load, 5, &row.completed_at) ||
        !read_number(load, 7, &row.timeout_seconds) || !read_number(load, 8, &keeps) ||
        !read_number(load, 9, &row.winner_id) || !read_number(load, 10, &row.total_duration) ||
        !read_number(load, 11, &row.total_files_changed) ||
        !read_number(load, 12, &row.total_lines_added) ||
        !read_number(load, 13, &row.total_lines_deleted))
        return false;
    if (keeps.has)
        row.preserve_worktrees = tn_some_bool(keeps.value != 0);
    load->items[load->item_count++] = (struct item){
        .workspace = load->workspace,
        .session = {.row = row,
                    .runtimes = load->runtimes + load->runtime_count,
                    .instances = load->instances + load->instance_count,
                    .messages = load->messages + load->message_count},
    };
    return true;
}

/* The session that the line belongs to; NULL after a message. */
static struct ait42_new_session *last_session(struct load *load)
{
    if (load->item_count > 0)
        return &load->items[load->item_count - 1].session;
    refuse(load, "a line in front of the first session");
    return NULL;
}

static bool read_runtime(struct load *load)
{
    struct ait42_new_session *session = last_session(load);
    if (!session)
        return false;
    load->runtimes[load->runtime_count++] = load->fields[1];
    session->runtime_count++;
    return true;
}

static bool read_instance(struct load *load)
{
    const tn_text *f = load->fields;
    struct ait42_new_session *session = last_session(load);
    struct a42_instance_add_args *instance = &load->instances[load->instance_count];
    tn_opt_int number = {false, 0};
    *instance = (struct a42_instance_add_args){
        .agent_name = f[2], .status = f[3], .runtime = f[9], .model = f[10], .output = f[11]};
    if (!session || !read_number(load, 1, &number) || !read_time(load, 4, &instance->start_time) ||
        !read_time(load, 5, &instance->end_time) ||
        !read_number(load, 6, &instance->files_changed) ||
        !read_number(load, 7, &instance->lines_added) ||
        !read_number(load, 8, &instance->lines_deleted))
        return false;
    if (!number.has)
        return refuse(load, "an instance without a number");
    instance->instance_id = number.value;
    if (!naming_instance(instance, session->row.id, load->arena))
        return refuse(load, "out of memory");
    load->instance_count++;
    session->instance_count++;
    return true;
}

static bool read_message(struct load *load)
{
    const tn_text *f = load->fields;
    struct ait42_new_session *session = last_session(load);
    struct a42_message_add_args *message = &load->messages[load->message_count];
    *message = (struct a42_message_add_args){.id = {f[1]}, .content = f[5]};
    if (!session || !read_time(load, 3, &message->timestamp) ||
        !read_number(load, 4, &message->instance_id))
        return false;
    if (!f[2].data || !a42_message_role_parse(&message->role, f[2]))
        return refuse(load, "a role that nobody has");
    load->message_count++;
    session->message_count++;
    return true;
}

static const struct {
    const char *name;
    size_t fields; /* the name included */
    bool (*read)(struct load *load);
} lines[] = {
    {"workspace", 2, read_workspace}, {"session", 15, read_session}, {"runtime", 2, read_runtime},
    {"instance", 12, read_instance},  {"message", 6, read_message},
};

/* Undo the escapes of a field in place. False: a backslash with something else behind it. */
static bool unescape(char *field, tn_text *out)
{
    static const char from[] = "tnr\\", to[] = "\t\n\r\\";
    char *put = field;
    for (const char *at = field; *at; at++) {
        const char *which = *at == '\\' && at[1] ? strchr(from, at[1]) : NULL;
        if (*at == '\\' && !which)
            return false;
        *put++ = which ? to[which - from] : *at;
        at += which != NULL;
    }
    *put = '\0';
    *out = (tn_text){field, (size_t)(put - field)};
    return true;
}

static bool read_line(struct load *load, char *text)
{
    load->field_count = 0;
    for (char *field = text, *next; field; field = next) {
        if (load->field_count == LOAD_FIELDS_MAX)
            return refuse(load, "too many fields");
        next = strchr(field, '\t');
        if (next)
            *next++ = '\0';
        tn_text *out = &load->fields[load->field_count++];
        if (strcmp(field, "\\N") == 0)
            *out = (tn_text){NULL, 0};
        else if (!unescape(field, out))
            return refuse(load, "a backslash that is not \\\\, \\t, \\n, \\r or \\N");
    }
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!load->fields[0].data || strcmp(load->fields[0].data, lines[i].name) != 0)
            continue;
        if (load->field_count != lines[i].fields)
            return refuse(load, "too many fields, or too few");
        return lines[i].read(load);
    }
    return refuse(load, "neither workspace, session, runtime, instance nor message");
}

/* The whole file, with a NUL behind it. */
static char *read_text(struct load *load)
{
    FILE *file = fopen(load->path, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = NULL;
    if (size >= 0 && (unsigned long)size <= LOAD_BYTES_MAX) {
        text = tn_arena_alloc(load->arena, (size_t)size + 1);
        rewind(file);
        if (text && fread(text, 1, (size_t)size, file) != (size_t)size)
            text = NULL;
        if (text)
            text[size] = '\0';
    }
    if (!text)
        ait42_error_set(load->err, AIT42_IO, "cannot read '%s': %s", load->path,
                        size > (long)LOAD_BYTES_MAX ? "it is too large" : strerror(errno));
    else if (memchr(text, '\0', (size_t)size)) {
        refuse(load, "a NUL in the text");
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

static bool make_room(struct load *load, const char *text)
{
    size_t count = 1;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    load->items = tn_arena_array(load->arena, count, sizeof *load->items);
    load->runtimes = tn_arena_array(load->arena, count, sizeof *load->runtimes);
    load->instances = tn_arena_array(load->arena, count, sizeof *load->instances);
    load->messages = tn_arena_array(load->arena, count, sizeof *load->messages);
    return (load->items && load->runtimes && load->instances && load->messages) ||
           refuse(load, "out of memory");
}

static bool read_file(struct load *load)
{
    char *text = read_text(load);
    if (!text || !make_room(load, text))
        return false;
    for (char *line = text, *next; line && *line; line = next) {
        load->line++;
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (*line && *line != '#' && !read_line(load, line))
            return false;
    }
    return true;
}

static enum ait42_error_kind create_all(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct load *load = user;
    enum ait42_error_kind kind = AIT42_NO_ERROR;
    for (size_t i = 0; kind == AIT42_NO_ERROR && i < load->item_count; i++)
        kind = ait42_session_create(tx, load->items[i].workspace, &load->items[i].session, err);
    return kind;
}

enum ait42_error_kind load_file(struct load_counts *counts, tn_db *db, const char *path,
                                tn_arena *arena, struct ait42_error *err)
{
    struct load load = {.path = path, .arena = arena, .err = err};
    if (!read_file(&load))
        return err->kind;
    enum ait42_error_kind kind = ait42_transact(db, TN_WRITE, create_all, &load, err);
    if (kind == AIT42_NO_ERROR)
        *counts = (struct load_counts){load.item_count, load.instance_count, load.message_count};
    return kind;
}
