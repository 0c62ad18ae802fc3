/* The KMS's services as rows: which methods, which members, which bounds. Source: what upstream's
 * KMS at 0.6.0 answers in JSON, and what those from 0.5.4 on lack of it. */
#ifndef DS_DEPLOY_KMS_H
#define DS_DEPLOY_KMS_H

#include "rpc/row.h"

/* As callers ask for it, at /prpc/<Method>: a VMM, which passes GetAppEnvEncryptPubKey on, knows no
 * prefix "KMS.". Methods of a KMS that has no keys yet are called "Onboard.<Method>", those of its
 * administrator "Admin.<Method>". */
extern const ds_surface ds_kms;

/* The same as a KMS serves it, at /prpc/KMS.<Method> too. */
extern const ds_surface ds_kms_served;

/* Returns the surface of that name ("kms"), or NULL. */
const ds_surface *ds_deploy_surface(const char *name);

#endif
