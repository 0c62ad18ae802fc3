/* The part of libcurl that is used here, reached through a table of functions.
 *
 * One product links libcurl, another one loads it at its first network call because merely
 * linking it triples the start-up time; the sources that use it do not know which. The two
 * implementations of ds_curl_load are curl_linked.c and curl_dlopen.c. */
#ifndef DS_HTTP_CURL_API_H
#define DS_HTTP_CURL_API_H

/* LuaRocks does not look for headers where Debian has this one, so its rockspec cannot. */
#ifdef __has_include
#if !__has_include(<curl/curl.h>)
#error "no curl/curl.h: install libcurl4-openssl-dev (Debian), curl-dev (Alpine) or libcurl-devel"
#endif
#endif

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/status.h"

/*  returns         curl_...            arguments */
#define DS_CURL_LIST(X)                                                                            \
    X(CURLcode, global_init, (long))                                                               \
    X(const char *, easy_strerror, (CURLcode))                                                     \
    X(CURL *, easy_init, (void))                                                                   \
    X(void, easy_cleanup, (CURL *))                                                                \
    X(CURLcode, easy_setopt, (CURL *, CURLoption, ...))                                            \
    X(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...))                                             \
    X(CURLcode, easy_send, (CURL *, const void *, size_t, size_t *))                               \
    X(CURLcode, easy_recv, (CURL *, void *, size_t, size_t *))                                     \
    X(const char *, multi_strerror, (CURLMcode))                                                   \
    X(CURLM *, multi_init, (void))                                                                 \
    X(CURLMcode, multi_cleanup, (CURLM *))                                                         \
    X(CURLMcode, multi_setopt, (CURLM *, CURLMoption, ...))                                        \
    X(CURLMcode, multi_add_handle, (CURLM *, CURL *))                                              \
    X(CURLMcode, multi_remove_handle, (CURLM *, CURL *))                                           \
    X(CURLMcode, multi_perform, (CURLM *, int *))                                                  \
    X(CURLMcode, multi_socket_action, (CURLM *, curl_socket_t, int, int *))                        \
    X(CURLMcode, multi_poll, (CURLM *, struct curl_waitfd[], unsigned, int, int *))                \
    X(CURLMsg *, multi_info_read, (CURLM *, int *))

typedef struct ds_curl_api {
#define DS_CURL_MEMBER(type, name, arguments) type(*name) arguments;
    DS_CURL_LIST(DS_CURL_MEMBER)
#undef DS_CURL_MEMBER
} ds_curl_api;

/* Returns the table, valid for the life of the process, with libcurl initialised; from any thread.
 * The outcome of the first call, good or bad, is that of all later ones.
 * Returns NULL with DS_UNSUPPORTED (no libcurl, or one too old) or DS_INTERNAL. */
const ds_curl_api *ds_curl_load(ds_error *err) DS_MUST_CHECK;

#endif
