#include "simulator/mhd_api.h"

#include "base/library.h"

#include <sys/socket.h>

#define DS_MHD_SYMBOL(name) "MHD_" #name,
static const char *const symbols[] = {DS_MHD_LIST(DS_MHD_SYMBOL) NULL};

static const ds_library library = {"libmicrohttpd.so.12", "the simulator", "libmicrohttpd12",
                                   symbols};

ds_status ds_mhd_open(ds_mhd *mhd, ds_error *err)
{
    return ds_library_load(&library, mhd, err);
}

/* It came with libmicrohttpd, which hands out its sessions; this is the one function that is used
 * on them, so its header is not needed. */
ds_status ds_mhd_open_tls(ds_mhd *mhd, ds_error *err)
{
    static const char *const names[] = {"gnutls_record_send", NULL};
    static const ds_library gnutls = {"libgnutls.so.30", "the simulator's TLS", "libgnutls30",
                                      names};
    if (mhd->is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return ds_fail(err, DS_UNSUPPORTED, "tls: this libmicrohttpd was built without it");
    return ds_library_load(&gnutls, &mhd->record_send, err);
}

int ds_mhd_socket(const ds_mhd *mhd, struct MHD_Connection *connection)
{
    return mhd->get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

size_t ds_mhd_send(const ds_mhd *mhd, struct MHD_Connection *connection, const void *data,
                   size_t size)
{
    const union MHD_ConnectionInfo *tls =
        mhd->get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    ssize_t n = tls != NULL && tls->tls_session != NULL
                    ? mhd->record_send(tls->tls_session, data, size)
                    : send(ds_mhd_socket(mhd, connection), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return n > 0 ? (size_t)n : 0;
}
