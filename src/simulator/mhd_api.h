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
    X(destroy_response)

/* Each member is the function of that name behind MHD_. */
typedef struct ds_mhd {
#define DS_MHD_MEMBER(name) __typeof__(&MHD_##name) name;
    DS_MHD_LIST(DS_MHD_MEMBER)
#undef DS_MHD_MEMBER
} ds_mhd;

/* Loads the library. It stays loaded for the life of the process: the TLS library that comes along
 * with it is not made for being unloaded.
 * Fails with DS_UNSUPPORTED, naming the package to install. */
ds_status ds_mhd_open(ds_mhd *mhd, ds_error *err) DS_MUST_CHECK;

#endif
