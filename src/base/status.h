/* What can become of a call: one status word, one sentence.
 *
 * Functions return ds_status, DS_OK being 0. Those that can fail for more than one reason take a
 * `ds_error *err` as their last argument and write the reason there; err is never NULL. The words
 * below are public: they are the third value of a failed Lua call and never change their meaning.
 */
#ifndef DS_BASE_STATUS_H
#define DS_BASE_STATUS_H

#include <stddef.h>

/*  name         word           meaning */
#define DS_STATUS_LIST(X)                                                                          \
    X(OK, "ok", "no failure")                                                                      \
    X(INVALID, "invalid", "an argument has a value the call cannot take; nothing was sent")        \
    X(CONNECT, "connect", "no connection to the endpoint could be made")                           \
    X(TIMEOUT, "timeout", "the time given for the call ran out")                                   \
    X(CANCELLED, "cancelled",                                                                      \
      "the task that the call was made in, or awaited, has been cancelled")                        \
    X(CLOSED, "closed", "the connection ended before the reply was complete, or we closed it")     \
    X(HTTP, "http",                                                                                \
      "the reply breaks HTTP, or has a status other than 200 and no words of the agent")           \
    X(RPC, "rpc", "the agent refused the call; the message holds its own words")                   \
    X(UNSUPPORTED, "unsupported", "this agent does not have the surface, method or option")        \
    X(REPLY, "reply", "the agent answered 200 but the body breaks the contract")                   \
    X(TOO_LARGE, "too_large", "a size limit was exceeded")                                         \
    X(VERIFY, "verify", "a signature, digest or measurement does not check out")                   \
    X(EXPIRED, "expired",                                                                          \
      "collateral or a certificate was good once, but is not at the given time")                   \
    X(POLICY, "policy", "what was verified is not what the policy allows")                         \
    X(NO_KMS, "no_kms", "the signature chain has no link from a KMS")                              \
    X(MEMORY, "memory", "memory could not be allocated")                                           \
    X(INTERNAL, "internal", "a library below us failed in a way that should not happen")

typedef enum ds_status {
#define DS_STATUS_ENUM(name, word, meaning) DS_##name,
    DS_STATUS_LIST(DS_STATUS_ENUM)
#undef DS_STATUS_ENUM
        DS_STATUS_COUNT
} ds_status;

#define DS_MUST_CHECK          __attribute__((warn_unused_result))
#define DS_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

/* Room for one message, with the agent's own words cut to DS_EXCERPT_BYTES. */
#define DS_ERROR_BYTES   1536
#define DS_EXCERPT_BYTES 512

typedef struct ds_error {
    ds_status status;
    char text[DS_ERROR_BYTES];
} ds_error;

/* Returns the public word of a status, such as "timeout". */
const char *ds_status_word(ds_status status);

/* Returns the one-sentence meaning of a status. */
const char *ds_status_meaning(ds_status status);

/* Writes status and message into *err and returns status. A message too long is cut. */
ds_status ds_fail(ds_error *err, ds_status status, const char *format, ...) DS_PRINTF(3, 4);

/* ds_fail for an allocation that failed. */
ds_status ds_fail_memory(ds_error *err);

/* Makes untrusted bytes fit for a message or a log line: printable ASCII and well-formed UTF-8
 * stay, all else (control characters, escape sequences, marks that turn or hide text, broken UTF-8)
 * becomes '.'; at most
 * out_size - 1 bytes, with "..." at the end when something was cut.
 * Out: out, NUL-terminated. Returns out. */
const char *ds_excerpt(char *out, size_t out_size, const void *in, size_t in_len);

#endif
