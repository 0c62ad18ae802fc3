/* Many exchanges and channels at once: waits for all of them, and says which one is over.
 *
 * A transport that was added is started by its owner and stepped once, so that its request goes out
 * without delay; from then on the poller carries it on. A channel likewise, which is over when it
 * is connected, and then each time that what ds_channel_await waits for has come. What a wait costs
 * does not grow with the number of them, only with what happens on them.
 *
 * Belongs to one thread, which is that of what was added. After a fork the child's poller has
 * nothing of the parent's: what was running there ends with DS_CLOSED here. */
#ifndef DS_HTTP_POLLER_H
#define DS_HTTP_POLLER_H

#include "http/channel.h"
#include "http/exchange.h"

#define DS_POLLER_NONE ((size_t)-1)

typedef struct ds_poller ds_poller;

/* Out: *out, to be freed by ds_poller_free; NULL on failure.
 * Fails with DS_MEMORY, DS_INTERNAL (no descriptor left). */
ds_status ds_poller_new(ds_poller **out, ds_error *err) DS_MUST_CHECK;

/* Ends what runs; transports and channels stay, and are without a poller. NULL is allowed. */
void ds_poller_free(ds_poller *poller);

/* Adds a transport, for as long as it lives: it leaves by being freed, or with the poller,
 * whichever comes first. An exchange that runs on it is ended. Out: *slot, a small number which
 * stands for the transport until it is freed. Fails with DS_MEMORY. */
ds_status ds_poller_add(ds_poller *poller, size_t *slot, ds_http *http,
                        ds_error *err) DS_MUST_CHECK;

/* The same for a channel, before its first step or when it is connected. */
ds_status ds_poller_add_channel(ds_poller *poller, size_t *slot, ds_channel *channel,
                                ds_error *err) DS_MUST_CHECK;

/* Waits until one is over, at most that many seconds, or until a signal comes. None keeps another
 * from its turn, also where one after the other is over at once.
 * Returns the slot, or DS_POLLER_NONE.
 * Out: *outcome and err, what ds_http_step or ds_channel_step had to say of that one; with
 * DS_POLLER_NONE DS_OK, unless the poller itself failed. */
size_t ds_poller_wait(ds_poller *poller, double seconds, ds_status *outcome, ds_error *err);

#endif
