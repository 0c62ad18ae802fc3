#include "rpc/failure.h"

/* The dispatcher's words for a method it does not have, on every agent so far; the status is 404
 * since 0.6 and was 400 before. */
#define UNKNOWN_METHOD DS_LITERAL("Service not found")

const ds_peer ds_peer_agent = {
    "agent",
    "a guest agent's endpoint, and the one of this service (dstack.sock, tappd.sock)",
};

ds_status ds_failure_words(const ds_peer *peer, const char *method, int http_status, ds_slice words,
                           ds_error *err)
{
    char text[DS_EXCERPT_BYTES];
    ds_excerpt(text, sizeof text, words.data, words.len);
    if (ds_slice_starts(words, UNKNOWN_METHOD))
        return ds_fail(err, DS_UNSUPPORTED, "the %s has no method %s (HTTP %d: %s)", peer->name,
                       method, http_status, text);
    if (words.len == 0)
        return ds_fail(err, DS_RPC, "the %s refused without saying why (HTTP %d)", peer->name,
                       http_status);
    return ds_fail(err, DS_RPC, "the %s refused: %s (HTTP %d)", peer->name, text, http_status);
}

/* A protobuf error is a message whose field 1 is text: tag 0x0a, its length as varint, the text. */
static bool protobuf_words(ds_slice body, ds_slice *words)
{
    const unsigned char *p = body.data;
    size_t len = 0, at = 1;
    if (body.len < 2 || p[0] != 0x0a)
        return false;
    for (unsigned shift = 0; at < body.len && shift < 28; shift += 7) {
        unsigned char byte = p[at++];
        len |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    if (len != body.len - at)
        return false;
    *words = ds_slice_of(p + at, len);
    return true;
}

/* The text between <title> and </title>, or the whole body where there is none. */
static ds_slice page_title(ds_slice body)
{
    const char *p = body.data;
    size_t begin = 0;
    for (size_t i = 0; i + 8 <= body.len; i++) {
        if (memcmp(p + i, "<title>", 7) == 0)
            begin = i + 7;
        else if (begin > 0 && memcmp(p + i, "</title>", 8) == 0)
            return ds_slice_of(p + begin, i - begin);
    }
    return body;
}

/* The framework's JSON page: {"error": {"code": 404, "reason": ..., "description": ...}}. */
static ds_slice framework_words(const ds_json *error)
{
    const ds_json *words = ds_json_member(error, "description");
    if (words == NULL || words->type != DS_JSON_STRING)
        words = ds_json_member(error, "reason");
    if (words == NULL || words->type != DS_JSON_STRING)
        return DS_LITERAL("");
    return words->text;
}

/* Whatever is not the agent speaking: the framework under it, a proxy, another server. */
static ds_status not_the_peer(const ds_peer *peer, const char *method, int http_status,
                              ds_slice words, ds_error *err)
{
    char text[200];
    ds_excerpt(text, sizeof text, words.data, words.len);
    const char *colon = words.len > 0 ? ": " : "";
    if (http_status == 404)
        return ds_fail(err, DS_UNSUPPORTED,
                       "nothing answers to %s there (HTTP 404%s%s); is this %s?", method, colon,
                       text, peer->endpoint);
    return ds_fail(err, DS_HTTP, "HTTP status %d%s%s", http_status, colon, text);
}

ds_status ds_failure_read(const ds_peer *peer, const char *method, int http_status, ds_slice body,
                          bool *agent_spoke, ds_error *err)
{
    ds_json_doc doc;
    ds_error ignored;
    ds_slice words;
    *agent_spoke = false;
    if (ds_json_parse(&doc, body.data, body.len, &ignored) != DS_OK) {
        if (!protobuf_words(body, &words))
            words = page_title(body);
        return not_the_peer(peer, method, http_status, words, err);
    }
    ds_status status;
    const ds_json *error =
        doc.root->type == DS_JSON_OBJECT ? ds_json_member(doc.root, "error") : NULL;
    *agent_spoke = error != NULL && error->type == DS_JSON_STRING && http_status >= 300;
    if (*agent_spoke)
        status = ds_failure_words(peer, method, http_status, error->text, err);
    else if (error != NULL && error->type == DS_JSON_OBJECT)
        status = not_the_peer(peer, method, http_status, framework_words(error), err);
    else
        status = not_the_peer(peer, method, http_status, DS_LITERAL(""), err);
    ds_json_free(&doc);
    return status;
}
