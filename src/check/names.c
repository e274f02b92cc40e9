/* SPDX-License-Identifier: MIT */
#include "check/names.h"

#include "util/str.h"

/* Keywords of C11 and C++17, alternative tokens, and macros that headers of C may define. */
static const char *const taken[] = {
    "EOF",
    "FALSE",
    "NAN",
    "NDEBUG",
    "NULL",
    "TRUE",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "assert",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "class",
    "compl",
    "complex",
    "const",
    "const_cast",
    "constexpr",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "imaginary",
    "inline",
    "int",
    "linux",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "noreturn",
    "not",
    "not_eq",
    "nullptr",
    "offsetof",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unix",
    "unsigned",
    "using",
    "va_arg",
    "va_copy",
    "va_end",
    "va_start",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "reinterpret_cast",
    "char8_t",
    "co_await",
    "co_return",
    "co_yield",
    "concept",
    "consteval",
    "constinit",
    "requires",
    /* of the headers that generated code includes */
    "int8_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "uint8_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "intptr_t",
    "uintptr_t",
    "ptrdiff_t",
    "size_t",
    "INT64_MAX",
    "INT64_MIN",
    "SIZE_MAX",
};

/* Beginnings that are the compiler's, Tenon's or SQLite's. */
static const char *const taken_beginnings[] = {"__", "tn_", "TN_", "sqlite3_", "SQLITE_"};

bool tn__c_is_ident(tn_text name)
{
    if (name.size == 0 || !tn__is_ident_start(name.data[0]))
        return false;
    for (size_t i = 1; i < name.size; i++)
        if (!tn__is_ident(name.data[i]))
            return false;
    return true;
}

bool tn__c_is_taken(tn_text name)
{
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (name.size > 0 && name.data[0] == taken[i][0] && tn__text_is(name, taken[i]))
            return true;
    for (size_t i = 0; i < sizeof(taken_beginnings) / sizeof(taken_beginnings[0]); i++)
        if (tn__text_starts(name, taken_beginnings[i]))
            return true;
    return name.size > 1 && name.data[0] == '_' && name.data[1] >= 'A' && name.data[1] <= 'Z';
}

const char *tn__c_member(tn_text name, tn_arena *arena)
{
    static const char hex[] = "0123456789abcdef";
    char *member = tn_arena_alloc(arena, 3 * name.size + 3);
    if (!member)
        return NULL;
    size_t size = 0;
    if (name.size == 0 || (tn__is_ident(name.data[0]) && !tn__is_ident_start(name.data[0])))
        member[size++] = '_';
    for (size_t i = 0; i < name.size; i++) {
        unsigned char byte = (unsigned char)name.data[i];
        if (tn__is_ident(name.data[i])) {
            member[size++] = name.data[i];
            continue;
        }
        /* Two underscores side by side are reserved in C++. */
        member[size] = size > 0 && member[size - 1] != '_' ? '_' : 'x';
        member[size + 1] = hex[byte >> 4];
        member[size + 2] = hex[byte & 15];
        size += 3;
    }
    if (tn__c_is_taken(name))
        member[size++] = '_';
    member[size] = '\0';
    return member;
}

const char *tn__c_prefixed(const char *prefix, const char *name, tn_arena *arena)
{
    const char *member = tn__c_member(tn_text_of(name), arena);
    if (!member || prefix[0] == '\0')
        return member;
    if (member[0] == '_' && name[0] != '_')
        member++; /* behind a prefix a digit may come first */
    size_t size = strlen(member);
    if (tn__c_is_taken(tn_text_of(name)))
        size--; /* behind a prefix it is no keyword */
    return tn__arena_printf(arena, "%s_%.*s", prefix, (int)size, member);
}

const char *const tn__c_many_ends[] = {"_begin", "_next", "_end", "_all", NULL};
