#include "http/rescue.h"

#include "base/wipe.h"
#include "http1/reader.h"

#include <sys/socket.h>

#define READ_BYTES 4096

void ds_rescue(ds_head *head, ds_chunks *chunks, ds_buf *body, int fd)
{
    ds_reader r;
    char data[READ_BYTES];
    ds_error err;
    ds_status ret = DS_OK;
    ssize_t n;
    ds_reader_init(&r, head, chunks, body);
    while (ret == DS_OK && (n = recv(fd, data, sizeof data, MSG_DONTWAIT)) > 0)
        ret = ds_reader_feed(&r, data, (size_t)n, &err);
    if (ret != DS_OK || !head->complete) {
        bool bodyless = head->bodyless;
        ds_head_reset(head);
        head->bodyless = bodyless;
        ds_chunks_reset(chunks);
        ds_buf_clear(body);
    } else if (head->framing == DS_BODY_CLOSE) {
        ds_buf_clear(body); /* cannot be told from a part of it */
    }
    ds_reader_free(&r);
    ds_wipe(data, sizeof data);
}
