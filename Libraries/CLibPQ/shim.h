#pragma once
#include <libpq-fe.h>

// Swift does not import these as they are spelled: they are character constants behind macros.
static const int CLIBPQ_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int CLIBPQ_SQLSTATE = PG_DIAG_SQLSTATE;
static const int CLIBPQ_MESSAGE = PG_DIAG_MESSAGE_PRIMARY;
static const int CLIBPQ_SCHEMA = PG_DIAG_SCHEMA_NAME;
static const int CLIBPQ_TABLE = PG_DIAG_TABLE_NAME;
static const int CLIBPQ_COLUMN = PG_DIAG_COLUMN_NAME;
static const int CLIBPQ_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME;

// Ends a unit. Before version 17 libpq sends it at once; from then on it is sent with what follows, by PQflush.
static inline int clibpq_sync(PGconn *connection) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    return PQsendPipelineSync(connection);
#else
    return PQpipelineSync(connection);
#endif
}

static inline void clibpq_drop_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

// libpq prints notices to the standard error stream unless it is given a receiver.
static inline void clibpq_drop_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, clibpq_drop_notice, 0);
}
