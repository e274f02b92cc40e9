/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_LOG_H
#define TN_CORE_LOG_H

#include <tenon/log.h>

struct tn__pool;
struct tn__observers;

/* Say something, if anybody wants to hear it. No lock may be held. */
void tn__log(struct tn__pool *pool, enum tn_log_level level, enum tn_log_target target,
             const char *format, ...) TN_PRINTF(4, 5);
void tn__log_to(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target,
                const char *format, ...) TN_PRINTF(4, 5);
/* Whether that would be heard: before costly words are made. */
bool tn__logs(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target);

#endif
