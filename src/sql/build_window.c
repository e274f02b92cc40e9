/* SPDX-License-Identifier: MIT */
#include "sql/build.h"

struct tn__ast_window *tn__make_window(struct tn__parser *p, size_t base,
                                       struct tn__ast_items *partition, struct tn__ast_items *order,
                                       struct tn__frame frame)
{
    struct tn__ast_window *window = tn__build_new(p, sizeof(*window));
    if (!window)
        return NULL;
    window->base = tn__build_name(p, base);
    if (partition)
        window->partition = *partition;
    if (order)
        window->order = *order;
    window->frame = (enum tn__ast_frame)frame.kind;
    window->start = (enum tn__ast_bound)frame.start.kind;
    window->end = (enum tn__ast_bound)frame.end.kind;
    window->start_offset = frame.start.offset;
    window->end_offset = frame.end.offset;
    window->exclude = (enum tn__ast_exclude)frame.exclude;
    if (window->frame == TN__FRAME_NONE)
        window->end = TN__BOUND_CURRENT_ROW;
    const uint32_t heights[] = {tn__items_height(partition), tn__items_height(order),
                                tn__expr_height(frame.start.offset),
                                tn__expr_height(frame.end.offset)};
    for (size_t i = 0; i < sizeof(heights) / sizeof(heights[0]); i++)
        if (heights[i] > window->height)
            window->height = heights[i];
    return window;
}

struct tn__ast_window *tn__window_place(struct tn__parser *p, struct tn__ast_window *window,
                                        size_t begin, size_t name)
{
    if (window) {
        window->name = tn__build_name(p, name);
        window->span = (struct tn__sql_span){begin, p->at};
    }
    return window;
}

struct tn__ast_window *tn__window_reference(struct tn__parser *p, size_t begin, size_t name)
{
    struct tn__ast_window *window = tn__build_new(p, sizeof(*window));
    if (window)
        window->is_reference = true;
    return tn__window_place(p, window, begin, name);
}

struct tn__windows tn__windows_add(struct tn__windows list, struct tn__ast_window *window)
{
    if (!window)
        return list;
    if (list.last)
        list.last->next = window;
    else
        list.first = window;
    list.last = window;
    return list;
}
