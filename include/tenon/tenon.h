/* SPDX-License-Identifier: MIT */
#ifndef TENON_TENON_H
#define TENON_TENON_H

/**
 * @file tenon/tenon.h
 * Everything of libtenon.
 */
#include <tenon/alloc.h>
#include <tenon/arena.h>
#include <tenon/base.h>
#include <tenon/conn.h>
#include <tenon/copy.h>
#include <tenon/db.h>
#include <tenon/error.h>
#include <tenon/gen.h>
#include <tenon/id.h>
#include <tenon/json.h>
#include <tenon/log.h>
#include <tenon/maintain.h>
#include <tenon/migrate.h>
#include <tenon/notify.h>
#include <tenon/pipeline.h>
#include <tenon/replica.h>
#include <tenon/stats.h>
#include <tenon/stmt.h>
#include <tenon/struct.h>
#include <tenon/testing.h>
#include <tenon/time.h>
#include <tenon/trace.h>
#include <tenon/tx.h>
#include <tenon/value.h>
#include <tenon/version.h>

#endif
