/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands.h"
#include "diag/diag.h"
#include "frame.h"
#include "options.h"
#include "util/str.h"

/* Completion for shells, written from the tables of commands and options. */

/* The words that may stand behind `prefix` ("" or "migrate "), each once. */
static void put_words(struct tn__buf *out, const char *family)
{
    size_t prefix = strlen(family);
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i]->name;
        if (prefix > 0) {
            if (command_in_family(commands[i], family))
                tn__buf_printf(out, " %s", name + prefix + 1);
            continue;
        }
        size_t size = tn__text_find(tn_text_of(name), ' ');
        bool is_first = i == 0 || strncmp(commands[i - 1]->name, name, size) != 0 ||
                        (commands[i - 1]->name[size] != ' ' && commands[i - 1]->name[size] != '\0');
        if (is_first)
            tn__buf_printf(out, " %.*s", (int)size, name);
    }
}

static void put_options(struct tn__buf *out, const struct cmd_option *options)
{
    for (size_t i = 0; options && options[i].name; i++)
        tn__buf_printf(out, " --%s", options[i].name);
}

static void put_globals(struct tn__buf *out)
{
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        tn__buf_printf(out, " --%s", global_options[i].option.name);
}

/* A placeholder that is a choice: its words. */
static void put_choice(struct tn__buf *out, const char *value)
{
    for (const char *c = value; *c; c++)
        tn__buf_putc(out, *c == '|' ? ' ' : *c);
}

static void put_shells(struct tn__buf *out)
{
    put_choice(out, cmd_completion.args);
}

static void put_codes(struct tn__buf *out)
{
    for (size_t i = 0; i < tn__diag_code_count; i++)
        tn__buf_printf(out, " %s", tn__diag_codes[i].code);
}

static void put_pages(struct tn__buf *out)
{
    put_words(out, "");
    for (const struct topic *topic = topics; topic->name; topic++)
        tn__buf_printf(out, " %s", topic->name);
}

/* The commands whose argument is a word that is known. */
static const struct {
    const char *command;
    void (*put)(struct tn__buf *out);
} arguments[] = {{"completion", put_shells}, {"explain-code", put_codes}, {"help", put_pages}};
static const size_t argument_count = sizeof arguments / sizeof arguments[0];

static void put_value_flag(struct tn__buf *out, const struct cmd_option *option, const char *alias)
{
    if (option->kind == OPTION_FLAG)
        return;
    tn__buf_printf(out, "|--%s", option->name);
    if (alias)
        tn__buf_printf(out, "|--%s", alias);
    if (option->letter)
        tn__buf_printf(out, "|-%c", option->letter);
}

/* The flags that have a value behind them, as a pattern of the shell. No letter has one in one command and none
 * in another. */
static void put_value_flags(struct tn__buf *out)
{
    tn__buf_puts(out, "--");
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        put_value_flag(out, &global_options[i].option, global_options[i].alias);
    for (size_t i = 0; i < command_count; i++)
        for (const struct cmd_option *option = commands[i]->options; option && option->name;
             option++)
            put_value_flag(out, option, NULL);
}

static bool is_family(const char *name, size_t size)
{
    return name[size] == ' ';
}

/* Each family once: calls fn with "migrate". */
static void each_family(struct tn__buf *out, void (*fn)(struct tn__buf *out, const char *family))
{
    const char *last = "";
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i]->name;
        size_t size = tn__text_find(tn_text_of(name), ' ');
        char family[64];
        if (!is_family(name, size) || size >= sizeof family)
            continue;
        memcpy(family, name, size);
        family[size] = '\0';
        if (strncmp(last, family, size) == 0 && last[size] == ' ')
            continue;
        last = name;
        fn(out, family);
    }
}

/* --- bash -------------------------------------------------------------------------------------- */

static void bash_family(struct tn__buf *out, const char *family)
{
    tn__buf_printf(out, "        %s|\"help %s\") words=\"", family, family);
    put_words(out, family);
    tn__buf_puts(out, "\" ;;\n");
}

/* Behind these flags: one of a few words. */
static void bash_choices(struct tn__buf *out)
{
    for (size_t i = 0; i < GLOBAL_COUNT; i++) {
        if (!global_options[i].choices)
            continue;
        tn__buf_printf(out, "    --%s) COMPREPLY=($(compgen -W \"", global_options[i].option.name);
        for (size_t k = 0; global_options[i].choices[k]; k++)
            tn__buf_printf(out, "%s%s", k ? " " : "", global_options[i].choices[k]);
        tn__buf_puts(out, "\" -- \"$word\")); return ;;\n");
    }
    for (size_t i = 0; i < command_count; i++) {
        for (const struct cmd_option *option = commands[i]->options; option && option->name;
             option++) {
            if (!option->value || !strchr(option->value, '|'))
                continue;
            tn__buf_printf(out, "    --%s", option->name);
            if (option->letter)
                tn__buf_printf(out, "|-%c", option->letter);
            tn__buf_puts(out, ") COMPREPLY=($(compgen -W \"");
            put_choice(out, option->value);
            tn__buf_puts(out, "\" -- \"$word\")); return ;;\n");
        }
    }
}

/* The words of the command, without flags and their values, which bash cuts at each '=' and ':'. */
static void bash_command(struct tn__buf *out)
{
    tn__buf_puts(out, "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        case ${COMP_WORDS[i]} in\n"
                      "        ");
    put_value_flags(out);
    tn__buf_puts(out,
                 ")\n"
                 "            [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))\n"
                 "            ((i++))\n"
                 "            while [[ ${COMP_WORDS[i+1]} == [=:]* ]]; do ((i += 2)); done ;;\n"
                 "        -*) ;;\n"
                 "        *) command+=\"${command:+ }${COMP_WORDS[i]}\" ;;\n"
                 "        esac\n"
                 "    done\n");
}

static void write_bash(struct tn__buf *out)
{
    tn__buf_puts(out,
                 "# bash completion of tenon: source <(tenon completion bash)\n"
                 "_tenon() {\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "    local i command= words=\n"
                 "    [[ $word == = ]] && word=\n"
                 "    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}\n");
    bash_command(out);
    tn__buf_puts(out, "    case $before in\n");
    bash_choices(out);
    tn__buf_puts(out, "    esac\n"
                      "    if ((i > COMP_CWORD)); then\n"
                      "        : # the value of a flag\n"
                      "    elif [[ $word == -* ]]; then\n"
                      "        case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        tn__buf_printf(out, "        \"%s\"*) words=\"", commands[i]->name);
        put_options(out, commands[i]->options);
        tn__buf_puts(out, "\" ;;\n");
    }
    tn__buf_puts(out, "        esac\n"
                      "        words+=\"");
    put_globals(out);
    tn__buf_puts(out, "\"\n"
                      "    else\n"
                      "        case $command in\n"
                      "        \"\") words=\"");
    put_words(out, "");
    tn__buf_puts(out, "\" ;;\n");
    each_family(out, bash_family);
    for (size_t i = 0; i < argument_count; i++) {
        tn__buf_printf(out, "        %s) words=\"", arguments[i].command);
        arguments[i].put(out);
        tn__buf_puts(out, "\" ;;\n");
    }
    tn__buf_puts(out, "        esac\n"
                      "    fi\n"
                      "    if [[ $words ]]; then\n"
                      "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                      "    else\n"
                      "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                      "    fi\n"
                      "}\n"
                      "complete -F _tenon tenon\n");
}

/* --- zsh --------------------------------------------------------------------------------------- */

static void zsh_family(struct tn__buf *out, const char *family)
{
    tn__buf_printf(out, "    (%s|\"help %s\") words=(", family, family);
    put_words(out, family);
    tn__buf_puts(out, " ) ;;\n");
}

static void write_zsh(struct tn__buf *out)
{
    tn__buf_puts(out, "#compdef tenon\n"
                      "# zsh completion of tenon: source <(tenon completion zsh)\n"
                      "_tenon() {\n"
                      "    local command i\n"
                      "    local -a words_before words\n"
                      "    words_before=(${${(@)argv}[2,-1]})\n"
                      "    local current=$PREFIX\n"
                      "    for ((i = 2; i < CURRENT; i++)); do\n"
                      "        case ${_tenon_line[i]} in\n"
                      "        (");
    put_value_flags(out);
    tn__buf_puts(out, ") ((i++)) ;;\n"
                      "        (-*) ;;\n"
                      "        (*) command+=\"${command:+ }${_tenon_line[i]}\" ;;\n"
                      "        esac\n"
                      "    done\n"
                      "    if ((i > CURRENT)); then _files; return; fi\n"
                      "    if [[ $current == -* ]]; then\n"
                      "        case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        tn__buf_printf(out, "        (\"%s\"*) words=(", commands[i]->name);
        put_options(out, commands[i]->options);
        tn__buf_puts(out, " ) ;;\n");
    }
    tn__buf_puts(out, "        esac\n"
                      "        words+=(");
    put_globals(out);
    tn__buf_puts(out, " )\n"
                      "        compadd -- $words\n"
                      "        return\n"
                      "    fi\n"
                      "    case $command in\n"
                      "    (\"\") words=(");
    put_words(out, "");
    tn__buf_puts(out, " ) ;;\n");
    each_family(out, zsh_family);
    for (size_t i = 0; i < argument_count; i++) {
        tn__buf_printf(out, "    (%s) words=(", arguments[i].command);
        arguments[i].put(out);
        tn__buf_puts(out, " ) ;;\n");
    }
    tn__buf_puts(
        out, "    esac\n"
             "    if (( $#words )); then compadd -- $words; else _files; fi\n"
             "}\n"
             "_tenon_complete() { local -a _tenon_line; _tenon_line=(\"${words[@]}\"); _tenon; }\n"
             "(( $+functions[compdef] )) && compdef _tenon_complete tenon\n");
}

/* --- fish -------------------------------------------------------------------------------------- */

static void fish_quoted(struct tn__buf *out, const char *text)
{
    tn__buf_putc(out, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '\'' || *c == '\\')
            tn__buf_putc(out, '\\');
        tn__buf_putc(out, *c);
    }
    tn__buf_putc(out, '\'');
}

/* Behind the words of a command: all of them have been seen. */
static void fish_condition(struct tn__buf *out, tn_text words)
{
    tn__buf_puts(out, " -n '");
    for (bool is_first = true; words.size > 0; is_first = false) {
        size_t size = tn__text_find(words, ' ');
        tn__buf_printf(out, "%s__fish_seen_subcommand_from %.*s", is_first ? "" : "; and ",
                       (int)size, words.data);
        words = tn__text_sub(words, size + 1, words.size);
    }
    tn__buf_putc(out, '\'');
}

static void fish_option(struct tn__buf *out, const struct cmd_option *option, const char *command)
{
    tn__buf_puts(out, "complete -c tenon");
    if (command)
        fish_condition(out, tn_text_of(command));
    tn__buf_printf(out, " -l %s", option->name);
    if (option->letter)
        tn__buf_printf(out, " -s %c", option->letter);
    if (option->value && strchr(option->value, '|')) {
        tn__buf_puts(out, " -x -a '");
        put_choice(out, option->value);
        tn__buf_puts(out, "'");
    } else if (option->kind != OPTION_FLAG) {
        tn__buf_puts(out, " -r");
    }
    tn__buf_puts(out, " -d ");
    fish_quoted(out, option->help);
    tn__buf_putc(out, '\n');
}

static void write_fish(struct tn__buf *out)
{
    tn__buf_puts(out, "# fish completion of tenon: tenon completion fish | source\n");
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i]->name;
        size_t size = tn__text_find(tn_text_of(name), ' ');
        tn__buf_puts(out, "complete -c tenon -f");
        if (is_family(name, size)) {
            fish_condition(out, (tn_text){name, size});
            tn__buf_printf(out, " -a %s -d ", name + size + 1);
        } else {
            tn__buf_printf(out, " -n __fish_use_subcommand -a %s -d ", name);
        }
        fish_quoted(out, commands[i]->summary);
        tn__buf_putc(out, '\n');
        if (is_family(name, size))
            tn__buf_printf(out, "complete -c tenon -f -n __fish_use_subcommand -a %.*s\n",
                           (int)size, name);
        for (size_t k = 0; commands[i]->options && commands[i]->options[k].name; k++)
            fish_option(out, &commands[i]->options[k], name);
    }
    for (size_t i = 0; i < argument_count; i++) {
        tn__buf_puts(out, "complete -c tenon -f");
        fish_condition(out, tn_text_of(arguments[i].command));
        tn__buf_puts(out, " -a '");
        arguments[i].put(out);
        tn__buf_puts(out, "'\n");
    }
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        fish_option(out, &global_options[i].option, NULL);
}

static const struct {
    const char *shell;
    void (*write)(struct tn__buf *out);
} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

static int run_completion(struct cli *cli)
{
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(cli->args[0], shells[i].shell) == 0) {
            shells[i].write(&cli->out);
            return EXIT_DONE;
        }
    }
    return cli_refuse(cli, EXIT_USAGE, "no completion for '%s': bash, zsh or fish", cli->args[0]);
}

const struct command cmd_completion = {
    .name = "completion",
    .group = "help",
    .args = "bash|zsh|fish",
    .min_args = 1,
    .max_args = 1,
    .summary = "write the completion of a shell",
    .help = "  source <(tenon completion bash)\n"
            "  source <(tenon completion zsh)\n"
            "  tenon completion fish | source\n",
    .run = run_completion,
};
