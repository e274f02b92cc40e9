/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_PQ_H
#define TN_DRIVER_POSTGRES_PQ_H

#include <libpq-fe.h>

#include <tenon/error.h>

/*
 * libpq, opened when the first PostgreSQL database is: a program that uses SQLite alone neither needs
 * it nor waits for it (with its own libraries it costs 4 ms at the start of a program). Version 14 is
 * the first with pipelines.
 */
/* clang-format off */
#define TN__PQ_FUNCTIONS(X) \
 X(backendPID) X(cancel) X(clear) X(cmdStatus) X(cmdTuples) X(connectPoll) \
 X(connectStartParams) X(consumeInput) X(enterPipelineMode) X(errorMessage) \
 X(exitPipelineMode) X(finish) X(flush) X(fmod) X(fname) X(freeCancel) X(freemem) \
 X(ftable) X(ftablecol) X(ftype) X(getCancel) X(getCopyData) X(getResult) X(getisnull) X(getlength) \
 X(getvalue) X(gssEncInUse) X(host) X(hostaddr) X(isBusy) X(isthreadsafe) \
 X(nfields) X(notifies) X(nparams) X(ntuples) X(parameterStatus) \
 X(paramtype) X(pipelineSync) X(port) X(putCopyData) X(putCopyEnd) \
 X(resultErrorField) X(resultErrorMessage) X(resultStatus) X(sendDescribePrepared) \
 X(sendFlushRequest) X(sendPrepare) X(sendQuery) X(sendQueryParams) \
 X(sendQueryPrepared) X(serverVersion) X(setErrorVerbosity) X(setNoticeReceiver) \
 X(setSingleRowMode) X(setnonblocking) X(socket) X(sslInUse) X(status) \
 X(transactionStatus)
/* clang-format on */

struct tn__pq_functions {
#define TN__PQ_MEMBER(name) __typeof__(PQ##name) *name;
    TN__PQ_FUNCTIONS(TN__PQ_MEMBER)
#undef TN__PQ_MEMBER
};

/* Filled by tn__pq_load(). */
extern __attribute__((visibility("hidden"))) struct tn__pq_functions tn__pq_table;
#define tn__pq (&tn__pq_table)

/* Open libpq, once in a process. TN_OK; TN_EUNSUPPORTED: it is not there, or too old. */
TN_NODISCARD int tn__pq_load(tn_error *err);

#endif
