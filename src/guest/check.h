/* What the members of a reply owe to each other and to the request, beyond types and lengths. */
#ifndef DS_GUEST_CHECK_H
#define DS_GUEST_CHECK_H

#include "rpc/message.h"

ds_reply_check ds_guest_check_v0;

#endif
