/* Who gives an application its keys, by its app-compose.json. */
#ifndef DS_DEPLOY_PROVIDER_H
#define DS_DEPLOY_PROVIDER_H

#include "base/json.h"

/* In the order in which guests look: key_provider, kms_enabled, local_key_provider_enabled.
 * In: compose, an object. Returns "kms", "local" or "none", or what key_provider says, which lives
 * as long as the document. */
ds_slice ds_compose_provider(const ds_json *compose);

#endif
