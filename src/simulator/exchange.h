/* One request and its reply on a connection: what libmicrohttpd calls. The closure of all of them
 * is the ds_server, but for the one that answers: its is the ds_door. */
#ifndef DS_SIMULATOR_EXCHANGE_H
#define DS_SIMULATOR_EXCHANGE_H

#include "simulator/server.h"

/* A connection begins or ends: makes or frees its buffers, which its requests share in turn. */
void ds_exchange_connection(void *server, struct MHD_Connection *connection, void **session,
                            enum MHD_ConnectionNotificationCode what);

/* The request line is there. Returns the session, which the next ones get. */
void *ds_exchange_target(void *server, const char *target, struct MHD_Connection *connection);

/* Called with the head, with parts of the body, and when all is there: then it answers. */
enum MHD_Result ds_exchange_handle(void *door, struct MHD_Connection *connection, const char *url,
                                   const char *verb, const char *version, const char *upload,
                                   size_t *upload_size, void **session);

/* The reply is sent, or will never be: wipes it. */
void ds_exchange_completed(void *server, struct MHD_Connection *connection, void **session,
                           enum MHD_RequestTerminationCode why);

#endif
