/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_H
#define TN_TEST_PG_H

#include "server/server.h"

/*
 * PostgreSQL for a test program. A server is started when it is first asked for, and stopped at the
 * end of the program. TENON_TEST_PG_URL (of its database "postgres") and TENON_TEST_PG_BINDIR name
 * one that is there already: `make test` starts one for all programs. So a test makes a database of
 * its own, and leaves what is the server's alone: roles, settings.
 *
 * What fails ends the program with a message. One thread at a time.
 */

/* URL of the database "postgres". Static. */
const char *pg_url(void);

/* URL of a new, empty database; up to 64 a program live at a time: the text of the 65th takes
 * the place of the first one's. The databases go with the server. */
const char *pg_new_database(void);

/* What psql prints for that SQL: '|' between columns, a line per row, no line feed at the end. In a
 * static buffer that the next one takes. */
const char *pg_query(const char *url, const char *sql);
/* The same for SQL that may fail: false if it does, *out is the error then. */
bool pg_try(const char **out, const char *url, const char *sql);

/* End a session of the server of pg_url() from outside, and wait until it is gone. */
void pg_end_session(int64_t pid);

/* A server of this program alone, which it may crash, restart and fill with roles. */
struct tn__server *pg_server(void);
/* URL of its database "postgres". Static. */
const char *pg_server_url(void);

#endif
