/* Arguments in a URL's query string, as agents take them with GET. */
#ifndef DS_SIMULATOR_QUERY_H
#define DS_SIMULATOR_QUERY_H

#include "base/buf.h"
#include "rpc/row.h"

/* More pairs than any method has arguments for, by far. */
#define DS_QUERY_PAIRS_MAX 1024

/* Rewrites a query string (application/x-www-form-urlencoded) as the JSON object a POST would have
 * carried, so that one codec judges both: text and bytes become strings; true, false and integers
 * themselves where the field is of that type; name[0]=a&name[1]=b lists, in the order of their
 * numbers, and name[]=a those in the order they come. Keys that are no field are left out.
 * Out: JSON is added. Fails with DS_INVALID (a field twice, not UTF-8, too many pairs) or
 * DS_MEMORY. */
ds_status ds_query_to_json(ds_buf *json, const ds_field *fields, ds_slice query,
                           ds_error *err) DS_MUST_CHECK;

/* Returns true when the query asks for JSON: its first `json` is empty, "1" or "true". */
bool ds_query_wants_json(ds_slice query);

/* Decodes %xx, and + as a blank where plus is set; what is no escape stays as it is.
 * In: room for text.len bytes. Returns how many were written. */
size_t ds_percent_decode(unsigned char *out, ds_slice text, bool plus);

#endif
