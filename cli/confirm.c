/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "confirm.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

/* The answer that a destructive command needs: from the flags, or at a terminal. */

static const char *database_name(struct cli *cli)
{
    struct tn__url url;
    if (!cli_url(cli) || tn__url_parse(&url, cli_url(cli), cli->arena, NULL) != TN_OK)
        return NULL; /* the command itself will say so */
    if (url.engine == TN__URL_POSTGRES)
        return url.database;
    return url.path ? tn__path_base(url.path) : ":memory:";
}

static bool ask(struct cli *cli, const char *what, const char *name)
{
    char line[512];
    fprintf(stderr, "This will %s '%s'. Type its name to go on: ", what, name);
    fflush(stderr);
    if (!fgets(line, sizeof line, stdin))
        return false;
    (void)cli;
    return tn__text_is(tn__text_trim(tn_text_of(line)), name);
}

int cli_confirm(struct cli *cli, const char *what)
{
    const char *typed = cli_text(cli, "confirm");
    const char *name = database_name(cli);
    if (!name || cli_flag(cli, "yes"))
        return EXIT_DONE;
    if (typed && strcmp(typed, name) == 0)
        return EXIT_DONE;
    if (typed)
        return cli_refuse(cli, EXIT_REFUSED, "--confirm says '%s', and the database is '%s'", typed,
                          name);
    if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO)) {
        if (ask(cli, what, name))
            return EXIT_DONE;
        return cli_refuse(cli, EXIT_REFUSED, "not confirmed: nothing has been changed");
    }
    cli_refuse(cli, EXIT_REFUSED, "this would %s '%s': it has to be confirmed", what, name);
    cli_hint(cli, "pass --yes, or --confirm %s", name);
    return EXIT_REFUSED;
}
