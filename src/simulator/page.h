/* What the HTTP framework under an agent answers itself, without asking the agent. */
#ifndef DS_SIMULATOR_PAGE_H
#define DS_SIMULATOR_PAGE_H

#include "base/buf.h"

#define DS_PAGE_NOT_FOUND 404
#define DS_PAGE_INTERNAL  500

/* Adds the page of a status: HTML, or JSON with an object as its error when the request prefers
 * that. In: one of the above; accept, the header's value or empty.
 * Returns the content type. */
const char *ds_page_write(ds_buf *body, int status, ds_slice accept);

#endif
