/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <unistd.h>

int input_read_all(tn_text *out, struct cli *cli)
{
    struct tn__buf text;
    char block[65536];
    ssize_t size;
    tn__buf_init(&text, INPUT_MOST_BYTES);
    while ((size = read(STDIN_FILENO, block, sizeof block)) > 0)
        tn__buf_add(&text, block, (size_t)size);
    int rc = tn__buf_to_arena(&text, cli->arena, out);
    tn__buf_fini(&text);
    return rc == TN_OK && size == 0
               ? EXIT_DONE
               : cli_refuse(cli, EXIT_USAGE, "cannot read the SQL from standard input");
}
