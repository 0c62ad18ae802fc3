/* How a certificate carries the attestation it is bound to. */
#ifndef DS_SIMULATOR_CERTIFICATE_FORM_H
#define DS_SIMULATOR_CERTIFICATE_FORM_H

typedef enum ds_ratls_form {
    DS_RATLS_NONE,
    DS_RATLS_QUOTE_AND_LOG, /* extensions .1 and .2, until 0.5.8 */
    DS_RATLS_SCALE,         /* extension .8 */
    DS_RATLS_MSGPACK        /* likewise, in v1's form */
} ds_ratls_form;

#endif
