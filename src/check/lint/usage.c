/* SPDX-License-Identifier: MIT */
#include "check/lint/usage.h"

#include "check/lint/lint.h"
#include "check/names.h"
#include "check/read/c_lexer.h"
#include "util/buf.h"
#include "util/map.h"
#include "util/str.h"

/*
 * Which queries the program calls, and which columns it reads: told by the names in its sources. A name
 * that stands for another thing hides what is not used, and is never the reason of a finding. Nothing is
 * expanded: where macros glue names together, a query's own name may be a part of a call; and what stands alone
 * as an argument of a macro may be a member.
 */
enum {
    TOTAL_MAX = 256 << 20, /* bytes of sources; of more nothing is said */
    CALLS_MAX = 64         /* parentheses in each other */
};

/* What is known of a query. */
struct usage {
    const struct tn__query *query;
    const char *function;
    bool is_called;
    const bool *is_named[2]; /* the query, its function without an end: a call if glued to others */
    bool is_whole;           /* its row is handled by its descriptor or as JSON, or copied */
    bool *const *reads;      /* per column; NULL: the row's struct is not its own */
};

struct usages {
    struct usage *items;
    size_t count;
    struct tn__map words;
    struct tn__map members;
    struct tn__map names; /* of queries, and their functions without an end */
    bool has_glue;        /* some source glues names together */
    bool has_unpacked;    /* some source unpacks structs: auto [a, b] = row */
    tn_arena *arena;
    int status; /* sticky */
};

/* The name behind . -> :: is a member of any struct; designated initialisers are seen as reads, too. */
static bool is_accessor(const struct tn__c_lexer *lexer)
{
    char c = tn__c_peek(lexer, 0);
    char next = tn__c_peek(lexer, 1);
    return c == '.' || (c == '-' && next == '>') || (c == ':' && next == ':');
}

static void see(const struct tn__map *map, tn_text word)
{
    bool *is_seen = tn__map_get(map, word);
    if (is_seen)
        *is_seen = true;
}

/* TN_QUERY(name: that is where a query is written, and no use of it. */
static void skip_query_name(struct tn__c_lexer *lexer)
{
    (void)tn__c_skip_blank(lexer);
    if (tn__c_peek(lexer, 0) != '(')
        return;
    lexer->at++;
    (void)tn__c_skip_blank(lexer);
    (void)tn__c_read_ident(lexer);
}

/* A source being read. */
struct scan {
    struct usages *usages;
    struct tn__c_lexer lexer;
    bool is_macro[CALLS_MAX]; /* of the parentheses around: a macro's */
    size_t depth;
    char last;     /* byte before the word at hand, blanks aside */
    bool is_owner; /* the word before is a macro's name, by all that is known */
};

/* Macros are written in capitals, and what is not is a function, whose arguments are no members. */
static bool is_macro_name(tn_text word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] >= 'a' && word.data[i] <= 'z')
            return tn__text_is(word, "offsetof");
    return true;
}

/* FIELD(row, title). */
static bool is_argument(struct scan *scan)
{
    bool is_first = scan->last == '(' || scan->last == ',';
    if (!is_first || scan->depth == 0 || scan->depth > CALLS_MAX ||
        !scan->is_macro[scan->depth - 1])
        return false;
    (void)tn__c_skip_blank(&scan->lexer);
    char next = tn__c_peek(&scan->lexer, 0);
    return next == ',' || next == ')';
}

/* auto [a, b] = row: which struct that is cannot be told, nor which members are meant. */
static bool is_unpacking(struct tn__c_lexer lexer)
{
    (void)tn__c_skip_blank(&lexer);
    while (tn__c_peek(&lexer, 0) == '&') {
        lexer.at++;
        (void)tn__c_skip_blank(&lexer);
    }
    return tn__c_peek(&lexer, 0) == '[';
}

static void see_word(struct scan *scan, bool is_member)
{
    struct usages *usages = scan->usages;
    tn_text word = tn__c_read_ident(&scan->lexer);
    see(&usages->words, word);
    see(&usages->names, word);
    if (tn__text_is(word, "TN_QUERY"))
        skip_query_name(&scan->lexer);
    else if (tn__c_is_raw(&scan->lexer, word))
        tn__c_skip_raw(&scan->lexer);
    else if (is_member || is_argument(scan))
        see(&usages->members, word);
    if (tn__text_is(word, "auto") && is_unpacking(scan->lexer))
        usages->has_unpacked = true;
    scan->is_owner = is_macro_name(word);
    scan->last = 'a';
}

/* An operator or another mark; whether a member's name is behind it. */
static bool see_mark(struct scan *scan)
{
    char c = tn__c_peek(&scan->lexer, 0);
    bool is_member = is_accessor(&scan->lexer);
    if (c == '(' && scan->depth++ < CALLS_MAX)
        scan->is_macro[scan->depth - 1] = scan->last == 'a' && scan->is_owner;
    else if (c == ')' && scan->depth > 0)
        scan->depth--;
    else if (c == '#' && tn__c_peek(&scan->lexer, 1) == '#')
        scan->usages->has_glue = true;
    scan->last = c;
    scan->lexer.at += is_member && c != '.' ? 2 : 1;
    return is_member;
}

/* Note the names that a source uses. */
static void see_source(struct usages *usages, tn_text source)
{
    struct scan scan = {.usages = usages, .lexer = {source.data, source.size, 0}};
    struct tn__c_lexer *lexer = &scan.lexer;
    bool is_member = false;
    while ((void)tn__c_skip_blank(lexer), lexer->at < lexer->size) {
        char c = tn__c_peek(lexer, 0);
        bool is_word = tn__is_ident_start(c);
        bool is_quoted = c == '"' || c == '\'';
        if (is_word)
            see_word(&scan, is_member);
        else if (is_quoted)
            tn__c_skip_quoted(lexer);
        else if (tn__is_ident(c))
            tn__c_skip_number(lexer);
        else {
            is_member = see_mark(&scan);
            continue;
        }
        if (!is_word)
            scan.last = '0';
        is_member = false;
    }
}

static void expect(struct usages *usages, struct tn__map *map, const char *name, bool *is_seen)
{
    if (!name || tn__map_put(map, tn_text_of(name), is_seen) != TN_OK)
        usages->status = TN_ENOMEM;
}

/* What takes the row as a whole, app_task_list_row_to_json, or the items that are most of it. */
static void expect_whole(struct usages *usages, struct usage *usage)
{
    static const char *const ends[] = {"_row_struct",  "_row_to_json",  "_row_copy",
                                       "_item_struct", "_item_to_json", "_item_copy"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        expect(usages, &usages->words,
               tn__arena_printf(usages->arena, "%s%s", usage->function, ends[i]), &usage->is_whole);
}

/* What has one name shares what is known: whose a member is cannot be told. NULL: no memory. */
static bool *expect_shared(struct usages *usages, struct tn__map *map, const char *name)
{
    bool *is_seen = tn__map_get(map, tn_text_of(name));
    if (is_seen)
        return is_seen;
    is_seen = tn_arena_array(usages->arena, 1, sizeof(*is_seen));
    if (!is_seen)
        usages->status = TN_ENOMEM;
    else
        expect(usages, map, name, is_seen);
    return is_seen;
}

/* What generated code itself reads: the keys of groups, and what tells whether an item is there. */
static bool is_key(const struct tn__query *query, size_t column)
{
    const struct tn__grouping *group = query->group;
    for (size_t i = 0; group && i < group->key_count; i++)
        if (group->keys[i] == column)
            return true;
    return group && group->only && query->columns[column].embed == group->only;
}

/* An embed is selected whole, and counts as one. */
static void expect_columns(struct usages *usages, struct usage *usage)
{
    static bool is_needed = true;
    const struct tn__query *query = usage->query;
    bool **reads = tn_arena_array(usages->arena, query->column_count, sizeof(*reads));
    for (size_t i = 0; reads && i < query->column_count; i++) {
        const struct tn__embed *embed = query->columns[i].embed;
        reads[i] = is_key(query, i)
                       ? &is_needed
                       : expect_shared(usages, &usages->members,
                                       embed ? embed->member : query->columns[i].member);
    }
    if (!reads)
        usages->status = TN_ENOMEM;
    usage->reads = reads;
    expect_whole(usages, usage);
}

static void expect_query(struct usages *usages, struct usage *usage, const struct tn__query *query,
                         const char *prefix)
{
    static const char *const alone[] = {"", NULL};
    usage->query = query;
    usage->function = tn__c_prefixed(prefix, query->name, usages->arena);
    if (!usage->function) {
        usages->status = TN_ENOMEM;
        return;
    }
    const char *const *ends = query->mode == TN__MODE_MANY ? tn__c_many_ends : alone;
    for (; *ends; ends++)
        expect(usages, &usages->words,
               tn__arena_printf(usages->arena, "%s%s", usage->function, *ends), &usage->is_called);
    usage->is_named[0] = expect_shared(usages, &usages->names, query->name);
    usage->is_named[1] = expect_shared(usages, &usages->names, usage->function);
    /* A query has to select something: one column may be there for the row's sake. */
    if (query->column_count > 1 && !query->row_table && !query->returns)
        expect_columns(usages, usage);
}

/* Read the sources, one at a time. Whether there are some, and not too many. */
static bool see_sources(struct usages *usages, const struct tn__program_files *files)
{
    size_t total = 0;
    size_t count = 0;
    for (size_t i = 0; i < files->count && total <= TOTAL_MAX && usages->status == TN_OK; i++) {
        tn_arena arena = TN_ARENA_INIT;
        tn_text text;
        int rc = tn__usage_read(&text, files->paths[i], &arena);
        if (rc == TN_OK) {
            see_source(usages, text);
            total += text.size;
            count++;
        } else if (rc != TN_NONE) {
            usages->status = rc;
        }
        tn_arena_fini(&arena);
    }
    return count > 0 && total <= TOTAL_MAX && !files->is_cut;
}

/* Columns that one star gives have one place, and are said together. */
static void report_columns(const struct usage *usage, struct tn__diags *diags, size_t first)
{
    const struct tn__query *query = usage->query;
    struct tn__place place = query->columns[first].place;
    struct tn__buf names;
    size_t count = 0;
    tn__buf_init(&names, 0);
    for (size_t i = 0; i < query->column_count; i++) {
        struct tn__place other = query->columns[i].place;
        bool is_here = other.line == place.line && other.column == place.column;
        if (!is_here || *usage->reads[i])
            continue;
        if (i < first)
            break; /* said with that one */
        tn__buf_printf(&names, "%s'%s'", count++ ? ", " : "", query->columns[i].name);
    }
    if (count) {
        struct tn__diag *diag =
            tn__lint_add(diags, query, "unused-column", place,
                         "column%s %s of '%s' %s read nowhere", count > 1 ? "s" : "",
                         names.data ? names.data : "", query->name, count > 1 ? "are" : "is");
        if (diag)
            tn__diag_help(diags, diag, "select what is needed");
    }
    if (names.status != TN_OK)
        diags->status = TN_ENOMEM;
    tn__buf_fini(&names);
}

static bool is_called(const struct usages *usages, const struct usage *usage)
{
    return usage->is_called || (usages->has_glue && (*usage->is_named[0] || *usage->is_named[1]));
}

static void report(const struct usages *usages, const struct usage *usage, struct tn__diags *diags)
{
    const struct tn__query *query = usage->query;
    if (!is_called(usages, usage)) {
        struct tn__diag *diag = tn__lint_add(diags, query, "unused-query", query->place,
                                             "query '%s' is called nowhere", query->name);
        if (diag)
            tn__diag_help(diags, diag, "no source names '%s%s'", usage->function,
                          query->mode == TN__MODE_MANY ? tn__c_many_ends[0] : "");
        return;
    }
    bool is_told = usage->reads && !usage->is_whole && !usages->has_unpacked;
    for (size_t i = 0; is_told && i < query->column_count; i++)
        if (!*usage->reads[i])
            report_columns(usage, diags, i);
}

int tn__lint_usage(bool *was_judged, const struct tn__checked *checked,
                   const struct tn__program *program, tn_arena *arena, struct tn__diags *diags,
                   tn_error *err)
{
    struct usages usages = {.arena = arena};
    *was_judged = false;
    tn__map_init(&usages.words);
    tn__map_init(&usages.members);
    tn__map_init(&usages.names);
    usages.items = tn_arena_array(arena, checked->query_count, sizeof(*usages.items));
    usages.status = usages.items ? TN_OK : TN_ENOMEM;
    for (size_t i = 0; i < checked->query_count && usages.status == TN_OK; i++)
        if (!checked->queries[i].is_broken)
            expect_query(&usages, &usages.items[usages.count++], &checked->queries[i],
                         program->prefix);
    if (usages.status == TN_OK)
        *was_judged = see_sources(&usages, &checked->program);
    for (size_t i = 0; usages.status == TN_OK && *was_judged && i < usages.count; i++)
        report(&usages, &usages.items[i], diags);
    tn__map_fini(&usages.words);
    tn__map_fini(&usages.members);
    tn__map_fini(&usages.names);
    return usages.status == TN_OK ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory");
}
