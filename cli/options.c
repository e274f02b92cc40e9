/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/str.h"

/* In the order of their enums. */
static const char *const color_choices[] = {"auto", "always", "never", NULL};
static const char *const diag_choices[] = {"text", "json", "sarif", "github", NULL};

const struct global_option global_options[GLOBAL_COUNT] = {
    [GLOBAL_URL] = {{"url", 0, OPTION_TEXT, "URL", "the database, as in: tenon help urls"},
                    "database-url",
                    NULL},
    [GLOBAL_CONFIG] = {{"config", 0, OPTION_TEXT, "FILE", "settings, instead of a tenon.ini above"},
                       NULL,
                       NULL},
    [GLOBAL_MIGRATIONS] = {{"migrations", 0, OPTION_TEXT, "DIR", "the folder of the migrations"},
                           "source",
                           NULL},
    [GLOBAL_DIRECTORY] = {{"directory", 'C', OPTION_TEXT, "DIR", "go there first"}, NULL, NULL},
    [GLOBAL_JSON] = {{"json", 0, OPTION_FLAG, NULL, "data on stdout as JSON"}, NULL, NULL},
    [GLOBAL_DIAGNOSTICS] = {{"diagnostics", 0, OPTION_TEXT, "FORM",
                             "errors and warnings on stderr as text, json, sarif or github"},
                            NULL,
                            diag_choices},
    [GLOBAL_COLOR] = {{"color", 0, OPTION_TEXT, "WHEN", "auto, always or never"},
                      NULL,
                      color_choices},
    [GLOBAL_VERBOSE] = {{"verbose", 'v', OPTION_FLAG, NULL,
                         "say which settings and database are used; twice: what is in force"},
                        NULL,
                        NULL},
    [GLOBAL_QUIET] = {{"quiet", 'q', OPTION_FLAG, NULL, "only data, errors and warnings"},
                      NULL,
                      NULL},
    [GLOBAL_HELP] = {{"help", 'h', OPTION_FLAG, NULL, "this page"}, NULL, NULL},
    [GLOBAL_VERSION] = {{"version", 0, OPTION_FLAG, NULL, "the versions of Tenon and its engines"},
                        NULL,
                        NULL},
};

/* The line, read flag by flag and word by word. */
struct reader {
    struct parsed *out;
    tn_arena *arena;
    char *const *argv;
    int argc;
    int next;            /* index into argv */
    const char *cluster; /* what is left of "-vn3" behind the letter just read; NULL: none */
    bool is_past_dashes; /* behind "--": words only */
    bool is_final;       /* the command is known: keep values, report faults */
    int status;
};

/* One flag as written. */
struct spelled {
    const char *raw;   /* the argument that it stands in */
    tn_text name;      /* long name; empty for a letter */
    char letter;       /* 0 for a long name */
    const char *value; /* behind '='; NULL: none */
};

/* A flag that is known: its option, and where its value goes. */
struct known {
    const struct cmd_option *option;
    struct option_value *value; /* NULL while the command is not known yet */
    const char *const *choices;
};

#define MAX_FAULT 512u

/* Only the first fault is kept, and only once the command is known. */
TN_PRINTF(3, 4)
static void fault(struct reader *reader, const char *hint, const char *format, ...)
{
    if (!reader->is_final || reader->out->fault != NULL)
        return;
    char text[MAX_FAULT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    reader->out->fault = tn_arena_copy(reader->arena, text, strlen(text));
    reader->out->hint = hint;
    if (reader->out->fault == NULL)
        reader->status = TN_ENOMEM;
}

static bool is_spelled(const struct cmd_option *option, const struct spelled *flag)
{
    return flag->letter != 0 ? option->letter == flag->letter
                             : tn__text_is(flag->name, option->name);
}

static bool find_global(struct reader *reader, const struct spelled *flag, struct known *known)
{
    for (size_t i = 0; i < GLOBAL_COUNT; i++) {
        const struct global_option *global = &global_options[i];
        if (!is_spelled(&global->option, flag) &&
            (global->alias == NULL || !tn__text_is(flag->name, global->alias)))
            continue;
        known->option = &global->option;
        known->value = reader->is_final ? &reader->out->globals[i] : NULL;
        known->choices = global->choices;
        return true;
    }
    return false;
}

static bool find_in_command(struct reader *reader, const struct command *command,
                            const struct spelled *flag, struct known *known)
{
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if (i == MAX_COMMAND_OPTIONS)
            return false;
        if (!is_spelled(&command->options[i], flag))
            continue;
        known->option = &command->options[i];
        known->value = reader->is_final ? &reader->out->values[i] : NULL;
        known->choices = NULL;
        return true;
    }
    return false;
}

/* While the command is not known, any command's flag counts: what matters is whether it has a
 * value, which must not be taken for a word. */
static bool find_option(struct reader *reader, const struct spelled *flag, struct known *known)
{
    if (find_global(reader, flag, known))
        return true;
    if (reader->is_final)
        return reader->out->command != NULL &&
               find_in_command(reader, reader->out->command, flag, known);
    for (size_t i = 0; i < command_count; i++) {
        if (find_in_command(reader, commands[i], flag, known))
            return true;
    }
    return false;
}

#define MAX_FLAG_NAMES (2u * GLOBAL_COUNT + MAX_COMMAND_OPTIONS)

static const char *nearest_flag(const struct command *command, tn_text name)
{
    const char *names[MAX_FLAG_NAMES];
    size_t count = 0;
    for (size_t i = 0; command != NULL && command->options != NULL && i < MAX_COMMAND_OPTIONS;
         i++) {
        if (command->options[i].name == NULL)
            break;
        names[count++] = command->options[i].name;
    }
    for (size_t i = 0; i < GLOBAL_COUNT; i++) {
        names[count++] = global_options[i].option.name;
        names[count++] = global_options[i].alias;
    }
    return tn__nearest(name, names, count);
}

static void fault_unknown(struct reader *reader, const struct spelled *flag)
{
    const struct command *command = reader->out->command;
    const char *near = flag->letter == 0 ? nearest_flag(command, flag->name) : NULL;
    const char *hint = NULL;
    if (flag->letter == 0 && flag->name.size > 0 && flag->name.data[0] == ' ')
        hint = "an argument that begins so is written behind '--'";
    else if (near != NULL)
        hint = tn__arena_printf(reader->arena, "did you mean '--%s'?", near);
    else if (command != NULL)
        hint = tn__arena_printf(reader->arena, "its flags: tenon help %s", command->name);
    if (flag->letter != 0)
        fault(reader, hint, "unknown flag '-%c'", flag->letter);
    else
        fault(reader, hint, "unknown flag '--%.*s'", (int)flag->name.size, flag->name.data);
}

/* As the user would write it: "--to" or "-n". */
static const char *shown(struct reader *reader, const struct spelled *flag)
{
    const char *text = flag->letter != 0 ? tn__arena_printf(reader->arena, "-%c", flag->letter)
                                         : tn__arena_printf(reader->arena, "--%.*s",
                                                            (int)flag->name.size, flag->name.data);
    if (text == NULL)
        reader->status = TN_ENOMEM;
    return text != NULL ? text : flag->raw;
}

static void keep_choice(struct reader *reader, const struct known *known, const char *flag,
                        const char *text)
{
    for (size_t i = 0; known->choices[i] != NULL; i++) {
        if (strcmp(known->choices[i], text) == 0) {
            known->value->choice = i;
            return;
        }
    }
    const char *hint = known->option->help;
    fault(reader, hint, "'%s' is no value of '%s'", text, flag);
}

static void keep_item(struct reader *reader, struct option_value *value, const char *text)
{
    if (!value->items)
        value->items = tn_arena_array(reader->arena, (size_t)reader->argc, sizeof(*value->items));
    if (value->items)
        value->items[value->count++] = text;
    else
        reader->status = TN_ENOMEM;
}

static void keep_value(struct reader *reader, const struct known *known, const struct spelled *flag,
                       const char *text)
{
    if (known->value == NULL)
        return;
    known->value->is_given = true;
    known->value->text = text;
    known->value->flag = shown(reader, flag);
    if (known->choices != NULL)
        keep_choice(reader, known, known->value->flag, text);
    if (known->option->kind == OPTION_LIST)
        keep_item(reader, known->value, text);
    if (known->option->kind != OPTION_COUNT)
        return;
    int64_t number;
    if (tn__text_to_int(&number, tn_text_of(text)) != TN_OK || number < 1 ||
        (uint64_t)number > SIZE_MAX)
        fault(reader, NULL, "'%s' takes a whole number from 1, not '%s'", known->value->flag, text);
    else
        known->value->count = (size_t)number;
}

/* The value of a flag that has one: behind '=', the rest of a cluster, or the next argument. */
static void read_value(struct reader *reader, const struct known *known, const struct spelled *flag)
{
    const char *text = flag->value;
    if (text == NULL && reader->cluster != NULL) {
        text = reader->cluster;
        reader->cluster = NULL;
    } else if (text == NULL && reader->next < reader->argc) {
        const char *next = reader->argv[reader->next];
        /* A lone '-' is a value: standard input or output. */
        if (next[0] != '-' || next[1] == '\0') {
            text = next;
            reader->next++;
        }
    }
    if (text != NULL) {
        keep_value(reader, known, flag, text);
        return;
    }
    const char *name = shown(reader, flag);
    fault(reader, NULL, "'%s' wants a value: %s%s%s", name, name, flag->letter != 0 ? " " : "=",
          known->option->value);
}

static void read_flag(struct reader *reader, const struct spelled *flag)
{
    struct known known;
    if (!find_option(reader, flag, &known)) {
        fault_unknown(reader, flag);
        return;
    }
    if (known.option->kind != OPTION_FLAG) {
        read_value(reader, &known, flag);
        return;
    }
    if (flag->value != NULL)
        fault(reader, NULL, "'%s' takes no value", shown(reader, flag));
    if (known.value != NULL) {
        known.value->is_given = true;
        known.value->count++;
    }
}

static void read_letter(struct reader *reader, const char *raw)
{
    struct spelled flag = {.raw = raw, .letter = *reader->cluster++};
    if (*reader->cluster == '\0')
        reader->cluster = NULL;
    read_flag(reader, &flag);
}

static void read_argument(struct reader *reader, const char *raw)
{
    if (reader->is_past_dashes || raw[0] != '-' || raw[1] == '\0') {
        reader->out->words[reader->out->word_count++] = raw;
    } else if (strcmp(raw, "--") == 0) {
        reader->is_past_dashes = true;
    } else if (raw[1] == '-') {
        tn_text name = tn_text_of(raw + 2);
        size_t equals = tn__text_find(name, '=');
        struct spelled flag = {.raw = raw, .name = tn__text_sub(name, 0, equals)};
        if (equals < name.size)
            flag.value = raw + 2 + equals + 1;
        read_flag(reader, &flag);
    } else {
        reader->cluster = raw + 1;
        while (reader->cluster != NULL)
            read_letter(reader, raw);
    }
}

static void read_line(struct reader *reader, bool is_final)
{
    reader->is_final = is_final;
    reader->is_past_dashes = false;
    reader->next = 1;
    reader->out->word_count = 0;
    while (reader->next < reader->argc) {
        const char *raw = reader->argv[reader->next++];
        read_argument(reader, raw);
    }
}

static void resolve_command(struct reader *reader)
{
    struct parsed *out = reader->out;
    if (out->word_count == 0)
        return;
    out->command = command_find(out->words, out->word_count, &out->command_words);
    if (out->command == NULL && out->word_count == 1)
        out->family = command_family(out->words[0]);
}

/* Before the flags: those of an unknown command are all unknown. */
static void check_command(struct reader *reader)
{
    const struct parsed *out = reader->out;
    if (out->word_count == 0 || out->family != NULL || out->command != NULL)
        return;
    bool is_in_family = out->word_count > 1 && command_family(out->words[0]) != NULL;
    const char *blank = is_in_family ? " " : "";
    const char *near = command_nearest(out->words, out->word_count, reader->arena);
    const char *hint = near != NULL
                           ? tn__arena_printf(reader->arena, "did you mean 'tenon %s'?", near)
                           : tn__arena_printf(reader->arena, "all commands: tenon help%s%s", blank,
                                              is_in_family ? out->words[0] : "");
    fault(reader, hint, "no command '%s%s%s'", out->words[0], blank,
          is_in_family ? out->words[1] : "");
}

static void check_arguments(struct reader *reader)
{
    const struct parsed *out = reader->out;
    const struct command *command = out->command;
    if (command == NULL)
        return;
    size_t given = out->word_count - out->command_words;
    const char *hint = tn__arena_printf(reader->arena, "usage: tenon %s%s%s", command->name,
                                        command->args[0] != '\0' ? " " : "", command->args);
    if (given < command->min_args)
        fault(reader, hint, "'tenon %s' wants %s", command->name, command->args);
    else if (given > command->max_args && command->max_args == 0)
        fault(reader, hint, "'tenon %s' takes no argument, and there is '%s'", command->name,
              out->words[out->command_words]);
    else if (given > command->max_args)
        fault(reader, hint, "one argument too many: '%s'",
              out->words[out->command_words + command->max_args]);
}

int options_parse(struct parsed *out, int argc, char *const *argv, tn_arena *arena)
{
    struct parsed parsed = {0};
    struct reader reader = {.out = &parsed, .arena = arena, .argv = argv, .argc = argc};
    parsed.words = tn_arena_array(arena, (size_t)argc + 1, sizeof(*parsed.words));
    if (parsed.words == NULL)
        return TN_ENOMEM;
    read_line(&reader, false);
    resolve_command(&reader);
    reader.is_final = true;
    check_command(&reader);
    read_line(&reader, true);
    check_arguments(&reader);
    if (reader.status != TN_OK)
        return reader.status;
    *out = parsed;
    return TN_OK;
}

static const struct option_value *value_of(const struct cli *cli, const char *name)
{
    const struct cmd_option *options = cli->command->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (strcmp(options[i].name, name) == 0)
            return &cli->parsed->values[i];
    }
    return NULL;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    const struct option_value *value = value_of(cli, name);
    return value != NULL && value->is_given;
}

const char *cli_text(const struct cli *cli, const char *name)
{
    const struct option_value *value = value_of(cli, name);
    return value != NULL && value->is_given ? value->text : NULL;
}

size_t cli_count(const struct cli *cli, const char *name)
{
    const struct option_value *value = value_of(cli, name);
    return value != NULL && value->is_given ? value->count : 0;
}

const char *const *cli_list(size_t *out_count, const struct cli *cli, const char *name)
{
    const struct option_value *value = value_of(cli, name);
    *out_count = value != NULL && value->items != NULL ? value->count : 0;
    return value != NULL ? value->items : NULL;
}
