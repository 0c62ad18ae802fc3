/* A guest agent for development: the same answers as a real one, from keys that protect nothing.
 *
 * It never looks at the host it runs on, and writes nothing but its sockets, the certificate of its
 * CA (with TLS), and that of its platform's root (for who is given collateral), both of which it
 * removes, and the file with the collateral. */
#ifndef DS_SIMULATOR_SIMULATOR_H
#define DS_SIMULATOR_SIMULATOR_H

#include "simulator/fault.h"
#include "simulator/platform.h"
#include "simulator/release.h"

#include <stdbool.h>

/* Where it listens, and with which permissions, when nobody says otherwise. */
#define DS_SIMULATOR_LISTEN                                                                        \
    {                                                                                              \
        "agent=./dstack.sock", "tappd=./tappd.sock"                                                \
    }
#define DS_SIMULATOR_SOCKET_MODE 0660

typedef struct ds_simulator_options {
    const char *dir; /* with appkeys.json, app-compose.json, sys-config.json; NULL: built in */
    const char *const *listen;    /* each "KIND=ADDRESS", see address.h */
    size_t listen_count;          /* 0: DS_SIMULATOR_LISTEN */
    const char *app_id;           /* 40 hex digits in place of the compose file's, or NULL */
    const ds_release *release;    /* as which it answers, or NULL: all that the simulator has */
    const char *encrypted_env;    /* a file to open as at boot, or NULL */
    ds_faults faults;             /* what it does wrong */
    ds_platform_options platform; /* who vouches for it, and what is wrong with that */
    const char *collateral;       /* a file to write what its quotes are verified with, or NULL */
    const char *root;             /* likewise for the root's certificate; NULL: a temporary one */
    unsigned socket_mode;         /* of socket files, whatever the umask is */
    bool tls;                     /* at every port */
    bool quiet;                   /* say nothing but the export lines */
    int watch_fd;                 /* a pipe: its closing ends the simulator; -1: none */
    void (*say)(void *context, const char *line); /* a line of output without its end, or NULL */
    void *context;
} ds_simulator_options;

/* Loads the identity, opens its encrypted environment, binds the sockets, says what a shell needs
 * to know (the lines may be given to eval: all talk is behind "# "), and serves until SIGINT,
 * SIGTERM or watch_fd. Lines are said when all listeners are up; the last ones name the endpoints,
 * the agent's after the others. Then removes its files; may be called again. Returns DS_OK when
 * told to stop; DS_INVALID when options, files or addresses are no good; DS_UNSUPPORTED without
 * libmicrohttpd, or TLS in it; DS_MEMORY; DS_INTERNAL. */
ds_status ds_simulator_run(const ds_simulator_options *options, ds_error *err) DS_MUST_CHECK;

#endif
