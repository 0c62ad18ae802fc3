#include "simulator/page.h"

#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static ds_slice trim(ds_slice text)
{
    const char *p = text.data;
    while (text.len > 0 && is_blank(*p))
        p++, text.len--;
    while (text.len > 0 && is_blank(p[text.len - 1]))
        text.len--;
    return ds_slice_of(p, text.len);
}

/* Returns the trimmed text up to a separator, and takes both off *rest. */
static ds_slice cut(ds_slice *rest, char separator)
{
    const char *begin = rest->data;
    size_t len = 0;
    while (len < rest->len && begin[len] != separator)
        len++;
    size_t taken = len < rest->len ? len + 1 : len;
    *rest = ds_slice_of(begin + taken, rest->len - taken);
    return trim(ds_slice_of(begin, len));
}

/* Returns the weight of "q=0.25" in thousandths, or -1 when the parameter is another one.
 * RFC 9110, 12.4.2. */
static int weight(ds_slice parameter)
{
    const char *p = parameter.data;
    int value = 0, scale = 1000;
    if (parameter.len < 3 || (p[0] != 'q' && p[0] != 'Q') || p[1] != '=')
        return -1;
    for (size_t i = 2; i < parameter.len && scale > 0; i++) {
        if (p[i] == '.')
            continue;
        if (p[i] < '0' || p[i] > '9')
            return 0;
        value += (p[i] - '0') * scale;
        scale /= 10;
    }
    return value;
}

/* The media type of the greatest weight, the first one of several. */
static bool prefers_json(ds_slice accept)
{
    bool json = false;
    int best = 0;
    while (accept.len > 0) {
        ds_slice range = cut(&accept, ',');
        ds_slice type = cut(&range, ';');
        int w = 1000;
        while (range.len > 0) {
            int given = weight(cut(&range, ';'));
            w = given >= 0 ? given : w;
        }
        if (w <= best)
            continue;
        best = w;
        json = type.len == strlen("application/json") &&
               strncasecmp(type.data, "application/json", type.len) == 0;
    }
    return json;
}

const char *ds_page_write(ds_buf *body, int status, ds_slice accept)
{
    bool missing = status == DS_PAGE_NOT_FOUND;
    const char *reason = missing ? "Not Found" : "Internal Server Error";
    const char *description = missing ? "The requested resource could not be found."
                                      : "The server encountered an internal error while processing "
                                        "this request.";
    if (prefers_json(accept)) {
        ds_buf_printf(body,
                      "{\n  \"error\": {\n    \"code\": %d,\n    \"reason\": \"%s\",\n"
                      "    \"description\": \"%s\"\n  }\n}",
                      status, reason, description);
        return "application/json";
    }
    ds_buf_printf(body,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n"
                  "  <title>%d %s</title>\n</head>\n<body>\n  <h1>%d: %s</h1>\n  <p>%s</p>\n"
                  "</body>\n</html>\n",
                  status, reason, status, reason, description);
    return "text/html; charset=utf-8";
}
