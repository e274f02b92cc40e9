/* SPDX-License-Identifier: MIT */
#include "sql/emit.h"
#include "util/str.h"

struct state {
    struct tn__sql_param *items;
    size_t count;
    uint32_t highest;
};

/* ?, ?7, and $7 as PostgreSQL writes it. */
static bool is_positional(tn_text text)
{
    size_t i = 1;
    while (i < text.size && text.data[i] >= '0' && text.data[i] <= '9')
        i++;
    return text.data[0] == '?' || (text.data[0] == '$' && i > 1 && i == text.size);
}

/* What stands in front of the brackets of a list. */
static tn_text scalar_text(const struct tn__sql *sql, size_t token)
{
    tn_text text = tn__sql_text(sql, token);
    return sql->tokens[token].is_list ? tn__text_sub(text, 0, text.size - 2) : text;
}

/* The number of a parameter with this text; 0: not a valid one. */
static uint32_t number_of(struct state *state, const struct tn__sql *sql, tn_text text)
{
    if (text.size == 1)
        return ++state->highest;
    if (!is_positional(text)) {
        for (size_t i = 0; i < state->count; i++)
            if (tn_text_equal(scalar_text(sql, state->items[i].token), text))
                return state->items[i].number;
        return ++state->highest;
    }
    int64_t number;
    if (tn__text_to_int(&number, tn__text_sub(text, 1, text.size - 1)) != TN_OK || number < 1 ||
        number > TN__SQL_PARAMS_MAX)
        return 0;
    if ((uint32_t)number > state->highest)
        state->highest = (uint32_t)number;
    return (uint32_t)number;
}

static size_t find_number(const struct state *state, uint32_t number)
{
    size_t i = 0;
    while (i < state->count && state->items[i].number != number)
        i++;
    return i;
}

static bool has_name(const struct state *state, tn_text name)
{
    for (size_t i = 0; i < state->count; i++)
        if (name.size > 0 && tn_text_equal(state->items[i].name, name))
            return true;
    return false;
}

int tn__sql_params(struct tn__sql_params *out, const struct tn__sql *sql, tn_arena *arena)
{
    struct state state = {0};
    uint32_t *of_token = tn_arena_array(arena, sql->count + 1, sizeof(*of_token));
    state.items = tn_arena_array(arena, sql->count + 1, sizeof(*state.items));
    if (!of_token || !state.items)
        return TN_ENOMEM;
    for (size_t i = 0; i < sql->count; i++) {
        if (sql->tokens[i].kind != TN__TOK_PARAM)
            continue;
        tn_text text = scalar_text(sql, i);
        bool is_list = sql->tokens[i].is_list;
        uint32_t number = number_of(&state, sql, text);
        if (number == 0)
            return TN_ERANGE;
        size_t index = find_number(&state, number);
        if (index == state.count) {
            if (state.count == TN__SQL_PARAMS_MAX)
                return TN_ERANGE;
            tn_text name =
                is_positional(text) ? TN__TEXT("") : tn__text_sub(text, 1, text.size - 1);
            bool is_clash = has_name(&state, name);
            state.items[state.count++] =
                (struct tn__sql_param){name, number, i, is_clash, is_list, false};
        }
        state.items[index].is_mixed |= state.items[index].is_list != is_list;
        of_token[i] = (uint32_t)index + 1;
    }
    *out = (struct tn__sql_params){state.items, state.count, of_token};
    return TN_OK;
}
