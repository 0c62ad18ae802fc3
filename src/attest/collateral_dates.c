#include "attest/collateral_dates.h"

#include "attest/members.h"
#include "crypto/x509_read.h"

#include <stdint.h>

static const ds_member rows[] = {
    {"issueDate", DS_MEMBER_DATE, 0, offsetof(ds_collateral_dates, issued), false},
    {"nextUpdate", DS_MEMBER_DATE, 0, offsetof(ds_collateral_dates, next_update), false},
};

static void narrow(ds_collateral_dates *dates, int64_t next_update)
{
    if (next_update < dates->next_update)
        dates->next_update = next_update;
}

static ds_status read_statement(ds_collateral_dates *dates, ds_slice text, const char *what,
                                ds_error *err)
{
    ds_json_doc doc;
    ds_collateral_dates read;
    ds_error json;
    ds_status status = ds_json_parse(&doc, text.data, text.len, &json);
    if (status != DS_OK)
        return ds_fail(err, status, "%s: %.1024s", what, json.text);
    status = ds_members_read(&read, doc.root, rows, sizeof rows / sizeof rows[0], what, err);
    if (status == DS_OK) {
        narrow(dates, read.next_update);
        if (read.issued > dates->issued)
            dates->issued = read.issued;
    }
    ds_json_free(&doc);
    return status;
}

static ds_status read_crl(ds_collateral_dates *dates, ds_slice der, const char *what, ds_error *err)
{
    ds_x509_crl crl;
    ds_status status = ds_x509_read_crl(&crl, der);
    if (status != DS_OK)
        return ds_fail(err, status, "%s: it cannot be read", what);
    narrow(dates, crl.next_update);
    return DS_OK;
}

ds_status ds_collateral_dates_read(ds_collateral_dates *dates, ds_slice json, ds_error *err)
{
    ds_collateral c;
    *dates = (ds_collateral_dates){INT64_MIN, INT64_MAX};
    ds_status status = ds_collateral_parse(&c, json, err);
    if (status == DS_OK)
        status = read_statement(dates, c.tcb_info, "tcb_info", err);
    if (status == DS_OK)
        status = read_statement(dates, c.qe_identity, "qe_identity", err);
    if (status == DS_OK)
        status = read_crl(dates, c.root_ca_crl, "root_ca_crl", err);
    if (status == DS_OK)
        status = read_crl(dates, c.pck_crl, "pck_crl", err);
    ds_collateral_free(&c);
    return status;
}
