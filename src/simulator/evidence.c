#include "simulator/evidence.h"

#include "simulator/files.h"
#include "simulator/pcs.h"

static ds_status write_collateral(const char *path, const ds_platform *platform, ds_error *err)
{
    ds_pcs pcs;
    ds_buf json;
    ds_buf_init(&json, DS_PCS_MAXBYTES);
    ds_status status = ds_pcs_make(&pcs, platform, platform->form->tee, err);
    if (status == DS_OK)
        status = ds_pcs_write(&json, &pcs, false, err);
    if (status == DS_OK)
        status = ds_files_replace(path, ds_buf_content(&json), err);
    ds_buf_free(&json);
    ds_pcs_free(&pcs);
    return status;
}

ds_status ds_evidence_write(ds_evidence *evidence, const ds_platform *platform, const char *root,
                            const char *collateral, ds_error *err)
{
    ds_slice anchor = platform->pki.anchor;
    ds_status status = root == NULL ? ds_files_temporary(&evidence->root_file, "root", anchor, err)
                                    : ds_files_replace(root, anchor, err);
    return status == DS_OK && collateral != NULL ? write_collateral(collateral, platform, err)
                                                 : status;
}

void ds_evidence_free(ds_evidence *evidence)
{
    ds_files_remove(evidence->root_file);
    *evidence = (ds_evidence){.root_file = NULL};
}
