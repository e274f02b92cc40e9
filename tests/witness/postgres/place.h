/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_PLACE_H
#define WITNESS_PG_PLACE_H

#include "base.h"
#include "driver/driver.h"
#include "schema/catalog.h"

/* A database of a private server, with what the analyser is told of it. */
struct place {
    tn_db *db;                      /* for the catalog */
    struct tn__driver_conn *parser; /* tells what it makes of a statement */
    struct tn__driver_conn *runner;
    char *tree;            /* of the last statement that was parsed; NULL: none came */
    struct strings script; /* all that has made its schema and its rows */
    struct tn__catalog catalog;
    tn_arena arena; /* of the catalog */
    const char *url;
    tn_arena urls;
    tn_error err; /* of the last statement */
};

void place_open(struct place *place);
void place_close(struct place *place);
/* Whether the server has fallen, for a bug of its own; it stands up by itself. And connect anew. */
bool place_is_lost(const struct place *place);
void place_mend(struct place *place);
/* Nothing is in it any more. */
void place_clear(struct place *place);
/* Read the schema that it has by now. */
void place_read(struct place *place);
/* Have another role run what is run, or the superuser again. */
void place_play(struct place *place, bool is_reader);
/* Run it; false: the server refuses, and place->err says why. */
bool place_run(struct place *place, const char *sql);
/* The same, and remember it in the script. */
bool place_add(struct place *place, const char *sql);
/* place->tree and *out; false: the server does not take it. */
bool place_parse(struct place *place, struct tn__driver_parsed *out, const char *sql,
                 tn_arena *arena);

#endif
