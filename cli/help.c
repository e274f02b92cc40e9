/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "frame.h"
#include "options.h"
#include "util/str.h"

/* The help, all of it from the tables: commands, their options, the global flags, the topics. */

#define COLUMN_MIN 24u
#define COLUMN_MAX 36u

/* Columns of a label: its characters, all of them one wide. */
static size_t width_of(const char *label)
{
    size_t width = 0;
    for (; *label != '\0'; label++)
        width += ((unsigned char)*label & 0xC0u) != 0x80u;
    return width;
}

/* "  label      text": the text goes to the next line if the label is too long. */
static void add_row(struct tn__buf *out, const char *label, const char *text, size_t column)
{
    size_t size = width_of(label);
    tn__buf_printf(out, "  %s", label);
    if (size + 2 > column) {
        tn__buf_putc(out, '\n');
        size = 0;
        tn__buf_fill(out, ' ', 2);
    }
    tn__buf_fill(out, ' ', column - size);
    tn__buf_puts(out, text);
    tn__buf_putc(out, '\n');
}

static const char *label_of_command(struct cli *cli, const struct command *command)
{
    const char *label = tn__arena_printf(cli->arena, "%s%s%s", command->name,
                                         command->args[0] != '\0' ? " " : "", command->args);
    return label != NULL ? label : command->name;
}

/* "-n, --number N", with the long name under the long names above and below. */
static const char *label_of_option(struct cli *cli, const struct cmd_option *option)
{
    char letter[] = {'-', option->letter, ',', ' ', '\0'};
    const char *label = tn__arena_printf(
        cli->arena, "%s--%s%s%s", option->letter != 0 ? letter : "    ", option->name,
        option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
    return label != NULL ? label : option->name;
}

static size_t widen(size_t column, const char *label)
{
    size_t need = width_of(label) + 2;
    return need > column && need <= COLUMN_MAX ? need : column;
}

/* The commands of a group, or of a family; NULL: of any. */
static void add_commands(struct cli *cli, const char *group, const char *family)
{
    size_t column = COLUMN_MIN;
    for (size_t i = 0; i < command_count; i++)
        column = widen(column, label_of_command(cli, commands[i]));
    for (size_t i = 0; i < command_count; i++) {
        if ((group == NULL || strcmp(commands[i]->group, group) == 0) &&
            (family == NULL || command_in_family(commands[i], family)))
            add_row(&cli->out, label_of_command(cli, commands[i]), commands[i]->summary, column);
    }
}

static void add_globals(struct cli *cli)
{
    size_t column = COLUMN_MIN;
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        column = widen(column, label_of_option(cli, &global_options[i].option));
    tn__buf_puts(&cli->out, "\nwith every command, in any place\n");
    for (size_t i = 0; i < GLOBAL_COUNT; i++) {
        const struct cmd_option *option = &global_options[i].option;
        add_row(&cli->out, label_of_option(cli, option), option->help, column);
    }
}

static bool group_is_new(size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(commands[i]->group, commands[index]->group) == 0)
            return false;
    }
    return true;
}

void help_all(struct cli *cli)
{
    tn__buf_puts(&cli->out, "usage: tenon COMMAND [ARGUMENTS] [FLAGS]\n");
    for (size_t i = 0; i < command_count; i++) {
        if (!group_is_new(i))
            continue;
        tn__buf_printf(&cli->out, "\n%s\n", commands[i]->group);
        add_commands(cli, commands[i]->group, NULL);
    }
    add_globals(cli);
    tn__buf_puts(&cli->out, "\nmore\n");
    add_row(&cli->out, "tenon help COMMAND", "its flags and examples", COLUMN_MIN);
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        const char *label = tn__arena_printf(cli->arena, "tenon help %s", topic->name);
        if (label != NULL)
            add_row(&cli->out, label, topic->summary, COLUMN_MIN);
    }
}

/* A first session; a line is shown once its command is there. */
static const struct {
    const char *command;
    const char *line;
    const char *meaning;
} first_steps[] = {
    {"config", "export DATABASE_URL=sqlite:app.db", "the database; or a tenon.ini"},
    {"migrate add", "tenon migrate add create_users -r", "a first migration: write its SQL"},
    {"migrate up", "tenon migrate up", "create the database, apply what is pending"},
    {"migrate status", "tenon migrate status", "what is applied and what is not"},
    {"check", "tenon check", "judge queries/*.sql against the schema"},
    {"generate", "tenon generate", "write C for them"},
    {"config", "tenon config --explain", "every setting and where it comes from"},
    {"help", "tenon help", "all commands"},
};

void help_short(struct cli *cli)
{
    tn__buf_puts(&cli->out, "Tenon " TN_VERSION ": SQL that fits your C.\n\nstart here\n");
    for (size_t i = 0; i < sizeof(first_steps) / sizeof(first_steps[0]); i++) {
        for (size_t k = 0; k < command_count; k++) {
            if (strcmp(commands[k]->name, first_steps[i].command) == 0)
                add_row(&cli->out, first_steps[i].line, first_steps[i].meaning, COLUMN_MAX);
        }
    }
}

void help_family(struct cli *cli, const char *family)
{
    tn__buf_printf(&cli->out, "usage: tenon %s COMMAND [ARGUMENTS] [FLAGS]\n\n", family);
    add_commands(cli, NULL, family);
    tn__buf_printf(&cli->out, "\nflags and examples: tenon help %s COMMAND\n", family);
}

static void add_options(struct cli *cli, const struct cmd_option *options)
{
    size_t column = COLUMN_MIN;
    for (size_t i = 0; options[i].name != NULL; i++)
        column = widen(column, label_of_option(cli, &options[i]));
    tn__buf_puts(&cli->out, "\nflags\n");
    for (size_t i = 0; options[i].name != NULL; i++)
        add_row(&cli->out, label_of_option(cli, &options[i]), options[i].help, column);
}

void help_command(struct cli *cli, const struct command *command)
{
    tn__buf_printf(&cli->out, "tenon %s: %s\n\nusage: tenon %s%s\n", command->name,
                   command->summary, label_of_command(cli, command),
                   command->options != NULL ? " [FLAGS]" : "");
    if (command->alias != NULL)
        tn__buf_printf(&cli->out, "also: tenon %s\n", command->alias);
    if (command->help != NULL && command->help[0] != '\0') {
        tn__buf_printf(&cli->out, "\n%s", command->help);
        if (command->help[strlen(command->help) - 1] != '\n')
            tn__buf_putc(&cli->out, '\n');
    }
    if (command->options != NULL)
        add_options(cli, command->options);
    add_globals(cli);
}

static const struct topic *find_topic(const char *name)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        if (strcmp(topic->name, name) == 0)
            return topic;
    }
    return NULL;
}

static int help_unknown(struct cli *cli, const char *const *words, size_t count)
{
    const char *names[16] = {NULL};
    size_t topic_count = 0;
    for (const struct topic *topic = topics; topic->name != NULL && topic_count < 16; topic++)
        names[topic_count++] = topic->name;
    const char *near = tn__nearest(tn_text_of(words[0]), names, topic_count);
    if (near == NULL)
        near = command_nearest(words, count, cli->arena);
    cli_refuse(cli, EXIT_USAGE, "no command or topic '%s%s%s'", words[0], count > 1 ? " " : "",
               count > 1 ? words[1] : "");
    if (near != NULL)
        cli_hint(cli, "did you mean 'tenon help %s'?", near);
    else
        cli_hint(cli, "all of them: tenon help");
    return EXIT_USAGE;
}

int help_words(struct cli *cli, const char *const *words, size_t count)
{
    if (count == 0) {
        help_all(cli);
        return EXIT_DONE;
    }
    size_t used;
    const struct command *command = command_find(words, count, &used);
    const char *family = command_family(words[0]);
    const struct topic *topic = find_topic(words[0]);
    if (command != NULL)
        help_command(cli, command);
    else if (family != NULL && count == 1)
        help_family(cli, family);
    else if (topic != NULL)
        topic->write(&cli->out);
    else
        return help_unknown(cli, words, count);
    return EXIT_DONE;
}
