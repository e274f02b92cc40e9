/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands.h"
#include "diag/diag.h"
#include "embedded.h"
#include "render/json.h"
#include "util/str.h"

static const char *page_of(const char *code)
{
    size_t size = strlen(code);
    for (size_t i = 0; i < code_pages_count; i++) {
        const char *path = code_pages[i].path;
        if (strncmp(path, code, size) == 0 && strcmp(path + size, ".md") == 0)
            return code_pages[i].text;
    }
    return "";
}

/* Without the lines that are for the tests, which name an example's files. */
static void put_page(struct tn__buf *out, const char *page)
{
    while (*page) {
        size_t size = strcspn(page, "\n");
        size += page[size] == '\n';
        if (strncmp(page, "<!--", 4) != 0)
            tn__buf_add(out, page, size);
        page += size;
    }
}

static int refuse_unknown(struct cli *cli)
{
    const char *names[256];
    size_t count = 0;
    for (size_t i = 0; i < tn__diag_code_count && count < 256; i++)
        names[count++] = tn__diag_codes[i].code;
    const char *near = tn__nearest(tn_text_of(cli->args[0]), names, count);
    cli_refuse(cli, EXIT_USAGE, "there is no code '%s'", cli->args[0]);
    if (near)
        cli_hint(cli, "did you mean 'tenon explain-code %s'?", near);
    else
        cli_hint(cli, "all of them: tenon help codes");
    return EXIT_USAGE;
}

static int run_explain_code(struct cli *cli)
{
    const struct tn__diag_code *code = tn__diag_code_find(cli->args[0]);
    if (!code)
        return refuse_unknown(cli);
    if (!cli->json) {
        put_page(&cli->out, page_of(code->code));
        return EXIT_DONE;
    }
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "code", code->code);
    tn__json_key_string(&json, "severity", tn__severity_name(code->severity));
    tn__json_key_bool(&json, "lint", code->is_lint);
    tn__json_key_string(&json, "meaning", code->meaning);
    tn__json_key_string(&json, "page", page_of(code->code));
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
    return EXIT_DONE;
}

const struct command cmd_explain_code = {
    .name = "explain-code",
    .group = "help",
    .args = "CODE",
    .min_args = 1,
    .max_args = 1,
    .summary = "what the code of an error or a warning means, and what to do",
    .help = "The word in brackets behind a message, as in: error: … [unknown-column].\n"
            "\n"
            "  tenon explain-code unknown-column\n"
            "  tenon help codes\n",
    .run = run_explain_code,
};
