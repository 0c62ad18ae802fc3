/* What the members of a reply owe to each other and to the request, beyond types and lengths; and
 * of a request to each other. Each belongs to the rows that name it. */
#ifndef DS_GUEST_CHECK_H
#define DS_GUEST_CHECK_H

#include "rpc/message.h"

/* GetKey, and Tappd's name for it, whose members have other names. */
ds_reply_check ds_check_get_key;
ds_reply_check ds_check_derive_k256_key;

/* GetTlsKey and DeriveKey: the certificate is for the key. */
ds_reply_check ds_check_tls_key;

ds_reply_check ds_check_get_quote;
ds_reply_check ds_check_sign;

/* v1's GetKey: the algorithm is one of its two names; the public key belongs to the key. */
ds_request_check ds_check_get_key_v1_request;
ds_reply_check ds_check_get_key_v1;

/* A certificate's not_before is earlier than its not_after, where both are given. */
ds_request_check ds_check_validity_request;

/* GetAttestationForAppKey: the report data name a key of the algorithm asked for. */
ds_reply_check ds_check_app_key_attestation;

/* TdxQuote: an algorithm that exists, and for "raw" exactly the bytes that a quote holds. */
ds_request_check ds_check_tdx_quote_request;

#endif
