/* SPDX-License-Identifier: MIT */
/*
 * Writes the manual pages, tenon(1) and one for each command, into a folder: from the same tables as
 * the help. It is run by the build: tenon_man FOLDER VERSION
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../frame.h"
#include "../options.h"

static FILE *page;

/* Text of a line: what roff would take for its own is guarded. */
static void put_text(const char *text)
{
    for (const char *c = text; *c; c++) {
        bool is_line_start = c == text || c[-1] == '\n';
        if (is_line_start && (*c == '.' || *c == '\''))
            fputs("\\&", page);
        if (*c == '\\')
            fputs("\\e", page);
        else if (*c == '-')
            fputs("\\-", page);
        else
            fputc(*c, page);
    }
}

static void put_line(const char *macro, const char *text)
{
    fputs(macro, page);
    put_text(text);
    fputc('\n', page);
}

/* "migrate up" as "tenon-migrate-up". */
static void page_name(char *out, size_t size, const char *command)
{
    snprintf(out, size, "tenon-%s", command);
    for (char *c = out; *c; c++)
        *c = *c == ' ' ? '-' : *c;
}

static bool open_page(const char *folder, const char *name, const char *version)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.1", folder, name);
    page = fopen(path, "w");
    if (!page) {
        perror(path);
        return false;
    }
    fprintf(page, ".TH ");
    for (const char *c = name; *c; c++)
        fputc(toupper((unsigned char)*c), page);
    fprintf(page, " 1 \"\" \"tenon %s\" \"Tenon\"\n", version);
    return true;
}

static bool close_page(void)
{
    bool is_written = !ferror(page);
    return fclose(page) == 0 && is_written;
}

static void put_option(const struct cmd_option *option)
{
    fputs(".TP\n.B ", page);
    if (option->letter)
        fprintf(page, "\\-%c, ", option->letter);
    fputs("\\-\\-", page);
    put_text(option->name);
    if (option->value) {
        fputs(" \\fI", page);
        put_text(option->value);
        fputs("\\fR", page);
    }
    fputc('\n', page);
    put_line("", option->help);
}

/* Lines that are set in, the examples, are shown as they stand. */
static void put_help(const char *help)
{
    bool is_shown = false;
    while (*help) {
        const char *end = strchr(help, '\n');
        size_t size = end ? (size_t)(end - help) : strlen(help);
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)size, help);
        bool is_in = line[0] == ' ';
        if (is_in != is_shown)
            fputs(is_in ? ".nf\n" : ".fi\n", page);
        is_shown = is_in;
        put_line("", line);
        if (size == 0)
            fputs(".PP\n", page);
        help += size + (end != NULL);
    }
    if (is_shown)
        fputs(".fi\n", page);
}

static void put_globals(void)
{
    fputs(".SH FLAGS OF EVERY COMMAND\n", page);
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        put_option(&global_options[i].option);
}

static bool write_command(const char *folder, const struct command *command, const char *version)
{
    char name[128];
    page_name(name, sizeof name, command->name);
    if (!open_page(folder, name, version))
        return false;
    fputs(".SH NAME\n", page);
    put_text(name);
    fputs(" \\- ", page);
    put_text(command->summary);
    fputs("\n.SH SYNOPSIS\n", page);
    fprintf(page, ".B tenon %s\n", command->name);
    put_line("", command->args);
    if (command->alias) {
        fputs(".PP\nAlso: tenon ", page);
        put_text(command->alias);
        fputc('\n', page);
    }
    fputs(".SH DESCRIPTION\n", page);
    put_help(command->help ? command->help : command->summary);
    if (command->options) {
        fputs(".SH FLAGS\n", page);
        for (size_t i = 0; command->options[i].name; i++)
            put_option(&command->options[i]);
    }
    put_globals();
    fputs(".SH EXIT STATUS\nSee\n.BR tenon (1).\n.SH SEE ALSO\n.BR tenon (1)\n", page);
    return close_page();
}

static bool write_main(const char *folder, const char *version)
{
    if (!open_page(folder, "tenon", version))
        return false;
    fputs(".SH NAME\ntenon \\- migrations, checked SQL and care for databases of C programs\n"
          ".SH SYNOPSIS\n.B tenon\n.I COMMAND\n[ARGUMENTS] [FLAGS]\n.SH COMMANDS\n",
          page);
    for (size_t i = 0; i < command_count; i++) {
        char name[128];
        page_name(name, sizeof name, commands[i]->name);
        fputs(".TP\n.BR ", page);
        put_text(name);
        fputs(" (1)\n", page);
        put_line("", commands[i]->summary);
    }
    put_globals();
    fputs(".SH EXIT STATUS\n", page);
    for (const struct exit_meaning *row = exit_meanings; row->meaning; row++) {
        fprintf(page, ".TP\n.B %d\n", row->code);
        put_line("", row->meaning);
    }
    for (const struct topic *topic = topics; topic->name; topic++) {
        struct tn__buf text;
        fputs(".SH ", page);
        for (const char *c = topic->name; *c; c++)
            fputc(*c == '-' ? ' ' : toupper((unsigned char)*c), page);
        fputs("\n.nf\n", page);
        tn__buf_init(&text, 0);
        topic->write(&text);
        put_text(text.data ? text.data : "");
        tn__buf_fini(&text);
        fputs(".fi\n", page);
    }
    fputs(".SH ENVIRONMENT\n"
          ".TP\n.B DATABASE_URL\nthe database\n"
          ".TP\n.B TENON_LOG\nwhat is said on standard error, as in info,sql=debug\n"
          ".TP\n.B NO_COLOR\nno colour\n",
          page);
    return close_page();
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: tenon_man FOLDER VERSION\n");
        return 2;
    }
    bool is_written = write_main(argv[1], argv[2]);
    for (size_t i = 0; is_written && i < command_count; i++)
        is_written = write_command(argv[1], commands[i], argv[2]);
    return is_written ? 0 : 1;
}
