/* SPDX-License-Identifier: MIT */
#include "driver/postgres/copy.h"
#include "driver/postgres/generated.h"
#include "driver/postgres/listen.h"
#include "driver/postgres/parse.h"
#include "driver/postgres/pipe.h"

const struct tn__driver_wire tn__pg_wire = {
    .pipe_open = tn__pg_pipe_open,
    .pipe_ask = tn__pg_pipe_ask,
    .pipe_asked = tn__pg_pipe_asked,
    .pipe_send = tn__pg_pipe_send,
    .pipe_fail = tn__pg_pipe_fail,
    .pipe_sync = tn__pg_pipe_sync,
    .pipe_next = tn__pg_pipe_next,
    .pipe_value = tn__pg_pipe_value,
    .pipe_column_name = tn__pg_pipe_column_name,
    .pipe_socket = tn__pg_pipe_socket,
    .pipe_wants = tn__pg_pipe_wants,
    .pipe_left_ns = tn__pg_pipe_left_ns,
    .pipe_is_full = tn__pg_pipe_is_full,
    .pipe_pump = tn__pg_pipe_pump,
    .pipe_stop = tn__pg_pipe_stop,
    .pipe_close = tn__pg_pipe_close,
    .copy_in_open = tn__pg_copy_in_open,
    .copy_in_row = tn__pg_copy_in_row,
    .copy_in_end = tn__pg_copy_in_end,
    .copy_out_open = tn__pg_copy_out_open,
    .copy_out_next = tn__pg_copy_out_next,
    .copy_out_count = tn__pg_copy_out_count,
    .copy_out_name = tn__pg_copy_out_name,
    .copy_out_end = tn__pg_copy_out_end,
    .gen_prepare = tn__pg_gen_prepare,
    .gen_run = tn__pg_gen_run,
    .gen_stream = tn__pg_gen_stream,
    .gen_step = tn__pg_gen_step,
    .gen_encode = tn__pg_gen_encode,
    .gen_scratch = tn__pg_gen_scratch,
    .gen_param_type = tn__pg_gen_param_type,
    .gen_send = tn__pg_pipe_send_bound,
    .gen_answer = tn__pg_pipe_rows,
    .gen_copy = tn__pg_gen_copy,
    .gen_copy_row = tn__pg_copy_in_bound,
    .listen = tn__pg_listen,
    .notified = tn__pg_notified,
    .socket = tn__pg_socket,
    .parse = tn__pg_parse,
    .attempt = tn__pg_attempt,
};
