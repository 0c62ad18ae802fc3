/* The simulated machine's OS image: made up, and published as real ones are, so that verifiers can
 * tell from the machine's configuration what its registers have to be. */
#ifndef DS_SIMULATOR_IMAGE_H
#define DS_SIMULATOR_IMAGE_H

#include "attest/tdx_lite.h"

/* The built-in configuration of the machine, JSON: the image's hash, and the measurement that it
 * leads to (variant "lite"). */
ds_slice ds_image_config(void);

/* Out: what a boot of the image measures; zeroed on failure. In: acpi, digests of the firmware's
 * three ACPI tables, DS_MR_BYTES each. Fails with DS_MEMORY, DS_INTERNAL. */
ds_status ds_image_boot(ds_tdx_lite_boot *boot, const ds_slice acpi[DS_TDX_LITE_ACPI],
                        ds_error *err) DS_MUST_CHECK;

#endif
