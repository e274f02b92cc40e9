/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "diag/diag_codes.h"
#include "options.h"
#include "render/json.h"
#include "render/sarif.h"
#include "render/text.h"
#include "util/str.h"

const struct exit_meaning exit_meanings[] = {
    {EXIT_DONE, "done"},
    {EXIT_NEGATIVE, "a negative answer: pending migrations, stale files, findings"},
    {EXIT_USAGE, "wrong flag, setting or URL; a file that cannot be read or written"},
    {EXIT_CONNECT, "no connection: no database there, not a database, or read-only"},
    {EXIT_FAILED, "a statement failed and was rolled back"},
    {EXIT_PARTIAL, "failed with a part applied; the message says how to go on"},
    {EXIT_LOCKED, "the database stayed locked by another program"},
    {EXIT_REFUSED, "refused: a condition is not met, or an answer is missing"},
    {EXIT_BUG, "a fault in Tenon itself, or no memory: please report it"},
    {0, NULL},
};

/* What a status means for the program: while a database is being opened, and while it is used. */
struct status_row {
    int status;
    int connecting;
    int running;
    const char *code; /* of the diagnostic */
};

static const struct status_row status_rows[] = {
    {TN_EBUSY, EXIT_LOCKED, EXIT_LOCKED, "locked"},
    {TN_ESERIALIZE, EXIT_LOCKED, EXIT_LOCKED, "locked"},
    {TN_EDEADLOCK, EXIT_LOCKED, EXIT_LOCKED, "locked"},
    {TN_ETIMEOUT, EXIT_LOCKED, EXIT_LOCKED, "locked"},
    {TN_ECONNECT, EXIT_CONNECT, EXIT_CONNECT, "cannot-open"},
    {TN_ENOTADB, EXIT_CONNECT, EXIT_CONNECT, "not-a-database"},
    {TN_EREADONLY, EXIT_CONNECT, EXIT_CONNECT, "read-only"},
    {TN_ENOTFOUND, EXIT_CONNECT, EXIT_FAILED, "no-database"},
    {TN_EPERM, EXIT_CONNECT, EXIT_FAILED, "cannot-open"},
    {TN_EIO, EXIT_CONNECT, EXIT_FAILED, "cannot-open"},
    {TN_ECORRUPT, EXIT_CONNECT, EXIT_FAILED, "cannot-open"},
    {TN_EFULL, EXIT_CONNECT, EXIT_FAILED, "cannot-open"},
    {TN_EINTERRUPT, EXIT_FAILED, EXIT_FAILED, "interrupted"},
    {TN_EINVAL, EXIT_USAGE, EXIT_USAGE, "usage"},
    {TN_EUNSUPPORTED, EXIT_USAGE, EXIT_USAGE, "usage"},
    {TN_EPARTIAL, EXIT_PARTIAL, EXIT_PARTIAL, "partly-applied"},
    {TN_EREFUSED, EXIT_REFUSED, EXIT_REFUSED, "refused"},
    {TN_EMISUSE, EXIT_BUG, EXIT_BUG, "internal"},
    {TN_ENOMEM, EXIT_BUG, EXIT_BUG, "internal"},
};

static const struct tn__place no_place = {NULL, 0, 0, 0};

/* NULL: a status that stands for a failed statement. */
static const struct status_row *row_of(int status)
{
    for (size_t i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++) {
        if (status_rows[i].status == status)
            return &status_rows[i];
    }
    return NULL;
}

int cli_exit_of(int status)
{
    if (status >= 0)
        return EXIT_DONE;
    const struct status_row *row = row_of(status);
    return row != NULL ? row->running : EXIT_FAILED;
}

int report_exit_connecting(int status)
{
    const struct status_row *row = row_of(status);
    return row != NULL ? row->connecting : EXIT_CONNECT;
}

int report_status(struct cli *cli, int exit_code, int status, const char *message)
{
    const struct status_row *row = row_of(status);
    bool has_code = row != NULL && (exit_code != EXIT_FAILED || row->connecting == EXIT_FAILED);
    const char *code = has_code ? row->code : "engine-error";
    tn__diags_add(&cli->diags, code, no_place, "%s", message);
    return exit_code;
}

int cli_fail(struct cli *cli, int status, const tn_error *err)
{
    const char *message =
        err != NULL && err->message[0] != '\0' ? err->message : tn_status_text(status);
    return report_status(cli, cli_exit_of(status), status, message);
}

int cli_fail_file(struct cli *cli, const char *code, int status, const tn_error *err)
{
    if (status == TN_ENOMEM || status == TN_EREFUSED || status == TN_EMISUSE)
        return cli_fail(cli, status, err);
    if (status == TN_EINVAL || status == TN_ERANGE)
        return cli_refuse(cli, EXIT_USAGE, "%s", err->message);
    tn__diags_add(&cli->diags, code, no_place, "%s", err->message);
    return EXIT_USAGE;
}

int cli_refuse(struct cli *cli, int exit_code, const char *format, ...)
{
    static const struct {
        int exit_code;
        const char *code;
    } codes[] = {
        {EXIT_USAGE, "usage"},         {EXIT_CONNECT, "cannot-open"},
        {EXIT_FAILED, "engine-error"}, {EXIT_PARTIAL, "partly-applied"},
        {EXIT_LOCKED, "locked"},       {EXIT_REFUSED, "refused"},
    };
    const char *code = "internal";
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].exit_code == exit_code)
            code = codes[i].code;
    }
    va_list args;
    va_start(args, format);
    const char *message = tn__arena_vprintf(cli->arena, format, args);
    va_end(args);
    tn__diags_add(&cli->diags, code, no_place, "%s", message != NULL ? message : "out of memory");
    return exit_code;
}

void cli_hint(struct cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = tn__arena_vprintf(cli->arena, format, args);
    va_end(args);
    if (text == NULL)
        return;
    if (cli->diags.count > 0)
        tn__diag_help(&cli->diags, &cli->diags.items[cli->diags.count - 1], "%s", text);
    else
        cli_say(cli, "%s", text);
}

/* All of it, or the errno of why not. */
static int write_all(int fd, tn_text text)
{
    while (text.size > 0) {
        ssize_t size = write(fd, text.data, text.size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return errno;
        text = tn__text_sub(text, (size_t)size, text.size);
    }
    return 0;
}

void cli_say(struct cli *cli, const char *format, ...)
{
    /* A reader of machine-readable findings on stderr finds nothing else there. */
    if (cli->verbosity < 0 || cli->parsed->globals[GLOBAL_DIAGNOSTICS].choice == DIAG_JSON)
        return;
    /* What has been found so far stands before what is said about it. */
    cli_flush_out(cli);
    struct tn__buf line;
    tn__buf_init(&line, 0);
    va_list args;
    va_start(args, format);
    tn__buf_vprintf(&line, format, args);
    va_end(args);
    tn__buf_putc(&line, '\n');
    write_all(STDERR_FILENO, tn__buf_view(&line));
    tn__buf_fini(&line);
}

void cli_flush_out(struct cli *cli)
{
    if (cli->out_errno == 0 && tn__buf_status(&cli->out) == TN_OK) {
        cli->out_errno = write_all(STDOUT_FILENO, tn__buf_view(&cli->out));
        tn__buf_reset(&cli->out);
    }
}

bool cli_is_read(const struct cli *cli)
{
    return cli->out_errno == 0;
}

/* Of stderr; 0: none. */
static unsigned terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void print_findings(struct cli *cli, const struct tn__diags *diags)
{
    struct tn__buf text;
    tn__buf_init(&text, 0);
    struct tn__text_options options = {.color = cli->color, .width = terminal_width()};
    if (cli->parsed->globals[GLOBAL_DIAGNOSTICS].choice == DIAG_JSON)
        tn__json_lines(&text, diags);
    else if (cli->parsed->globals[GLOBAL_DIAGNOSTICS].choice == DIAG_SARIF)
        tn__sarif(&text, diags, tn_version());
    else if (cli->parsed->globals[GLOBAL_DIAGNOSTICS].choice == DIAG_GITHUB)
        tn__github(&text, diags);
    else
        tn__text_diags(&text, diags, &options);
    if (tn__buf_status(&text) != TN_OK || diags->status != TN_OK)
        write_all(STDERR_FILENO, TN__TEXT("error: out of memory\n"));
    write_all(STDERR_FILENO, tn__buf_view(&text));
    tn__buf_fini(&text);
}

void report_round(struct cli *cli)
{
    cli_flush_out(cli);
    print_findings(cli, &cli->diags);
}

void report_now(struct cli *cli, const char *code, const char *file, const char *message)
{
    const struct tn__place place = {file, 0, 0, 0};
    struct tn__diags alone;
    if (cli->parsed->globals[GLOBAL_DIAGNOSTICS].choice == DIAG_SARIF) {
        tn__diags_add(&cli->diags, code, place, "%s", message); /* one document for all */
        return;
    }
    cli_flush_out(cli);
    tn__diags_init(&alone, cli->arena);
    tn__diags_add(&alone, code, place, "%s", message);
    print_findings(cli, &alone);
    tn__diags_fini(&alone);
}

int report_end(struct cli *cli, int exit_code)
{
    bool is_clean = exit_code == EXIT_DONE || exit_code == EXIT_NEGATIVE;
    bool has_text = tn__buf_view(&cli->out).size > 0;
    notices_end(cli);
    cli_flush_out(cli);
    /* A disk that was full, or gone, may tell only now. */
    if (cli->out_errno == 0 && has_text && close(STDOUT_FILENO) != 0)
        cli->out_errno = errno;
    /* Whoever closes a pipe has seen enough: no message, but no success either. */
    if (cli->out_errno != 0 && is_clean)
        exit_code = cli->out_errno == EPIPE ? EXIT_BROKEN_PIPE : EXIT_USAGE;
    if (cli->out_errno != 0 && cli->out_errno != EPIPE)
        tn__diags_add(&cli->diags, "unwritable", no_place, "cannot write to standard output: %s",
                      strerror(cli->out_errno));
    if (tn__buf_status(&cli->out) != TN_OK || cli->diags.status != TN_OK)
        exit_code = is_clean ? EXIT_BUG : exit_code;
    print_findings(cli, &cli->diags);
    return exit_code;
}

void cli_put_created(struct cli *cli, const char *const *paths, size_t count)
{
    struct tn__json json;
    if (!cli->json) {
        for (size_t i = 0; i < count; i++)
            tn__buf_printf(&cli->out, "%s\n", paths[i]);
        return;
    }
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key(&json, "created");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < count; i++)
        tn__json_string(&json, paths[i]);
    tn__json_array_end(&json);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}
