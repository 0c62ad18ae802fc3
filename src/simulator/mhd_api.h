/* libmicrohttpd, loaded when a simulator starts: linking it would double the time that every other
 * script takes to start. */
#ifndef DS_SIMULATOR_MHD_API_H
#define DS_SIMULATOR_MHD_API_H

#include "base/status.h"

#include <microhttpd.h>

#define DS_MHD_LIST(X)                                                                             \
    X(start_daemon)                                                                                \
    X(stop_daemon)                                                                                 \
    X(run)                                                                                         \
    X(get_timeout)                                                                                 \
    X(get_daemon_info)                                                                             \
    X(get_connection_info)                                                                         \
    X(lookup_connection_value)                                                                     \
    X(create_response_from_buffer)                                                                 \
    X(add_response_header)                                                                         \
    X(queue_response)                                                                              \
    X(suspend_connection)                                                                          \
    X(resume_connection)                                                                           \
    X(destroy_response)                                                                            \
    X(is_feature_supported)

/* Each member of the list is the function of that name behind MHD_. */
typedef struct ds_mhd {
#define DS_MHD_MEMBER(name) __typeof__(&MHD_##name) name;
    DS_MHD_LIST(DS_MHD_MEMBER)
#undef DS_MHD_MEMBER
    ssize_t (*record_send)(void *session, const void *data, size_t size); /* gnutls_record_send */
} ds_mhd;

/* Loads the library. It stays loaded for the life of the process: the TLS library that comes along
 * with it is not made for being unloaded.
 * Fails with DS_UNSUPPORTED, naming the package to install. */
ds_status ds_mhd_open(ds_mhd *mhd, ds_error *err) DS_MUST_CHECK;

/* Adds what TLS needs to an open one. Fails with DS_UNSUPPORTED. */
ds_status ds_mhd_open_tls(ds_mhd *mhd, ds_error *err) DS_MUST_CHECK;

/* Sends bytes past libmicrohttpd, within TLS where the connection is of that kind, without waiting.
 * Returns how many went out; 0 when none could. */
size_t ds_mhd_send(const ds_mhd *mhd, struct MHD_Connection *connection, const void *data,
                   size_t size);

/* Returns the socket of a connection. */
int ds_mhd_socket(const ds_mhd *mhd, struct MHD_Connection *connection);

#endif
