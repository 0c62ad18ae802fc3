/* A quote's fields as Lua tables; what l_quote.c gives to l_verify.c. */
#ifndef DS_LUA_QUOTE_H
#define DS_LUA_QUOTE_H

#include "attest/pck.h"
#include "attest/quote.h"
#include "lua/binding.h"

/* Pushes a table that shows a parsed quote, or a part of it. */
typedef void ds_quote_pusher(lua_State *L, const ds_quote *quote);

/* Pushes all of it:
 *   header {version, attestation_key_type, tee_type, qe_svn, pce_svn, qe_vendor_id, user_data},
 *   body "sgx", "td10" or "td15"; body_size in version 5; report {every field},
 *   signature, attestation_key, certification_data_type (of the outer, not in version 3),
 *   qe_report {every field}, qe_report_signature, qe_auth_data,
 *   certification {type, data (raw), and where it is the platform's id: platform {ppid, cpu_svn,
 *   pce_svn, pce_id}; where certificates: certificates {{subject, issuer, serial, not_before,
 *   not_after, is_ca}, ...}, pck as below, and problem, a text, where these cannot be read} */
ds_quote_pusher ds_push_quote;

/* Returns what pushes one table of these alone: "header", "report", "qe_report" or "certification";
 * NULL for another name. */
ds_quote_pusher *ds_quote_part(ds_slice name);

/* Pushes what a PCK certificate says: ppid, cpu_svn, pce_svn (a number), pce_id, fmspc, sgx_type (a
 * number), tcb_components; where they are there platform_instance_id, and the booleans
 * dynamic_platform, cached_keys, smt_enabled. */
void ds_push_pck(lua_State *L, const ds_pck *pck);

/* Registers types. */
void ds_open_quote(lua_State *L);

#endif
