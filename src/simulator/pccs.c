#include "simulator/pccs.h"

#include "base/hex.h"
#include "crypto/pem.h"
#include "simulator/pcs.h"
#include "simulator/query.h"

#include <stdio.h>
#include <strings.h>

#define API "/certification/v4/"

#define VALUE_BYTES 64

#define STATUS_BAD_PARAMETERS 400
#define STATUS_NO_DATA        404
#define STATUS_FAILED         500

/* One request on its way. */
typedef struct answer {
    ds_simulator_reply *reply;
    const ds_platform *platform;
    const ds_pcs *pcs; /* for the TEE that is asked about */
    ds_slice query;
} answer;

/* In: TDX's or SGX's, where a path names it; an answer fills body and headers. */
typedef void answerer(const answer *a);

/* Parameters ---------------------------------------------------------------------------------- */

/* Out: the value of a parameter, cut to VALUE_BYTES - 1; empty without it. */
static void parameter(char value[VALUE_BYTES], ds_slice query, const char *name)
{
    const char *at = query.data, *end = at + query.len;
    size_t len = strlen(name);
    *value = '\0';
    while (at != NULL && at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        size_t n = (size_t)((stop == NULL ? end : stop) - at);
        if (n > len && memcmp(at, name, len) == 0 && at[len] == '=') {
            ds_slice text = {at + len + 1, n - len - 1};
            text.len = text.len < VALUE_BYTES ? text.len : VALUE_BYTES - 1;
            value[ds_percent_decode((unsigned char *)value, text, false)] = '\0';
            return;
        }
        at += n + 1;
    }
}

/* Whether a parameter is these bytes, in hex of either case. */
static bool is_hex_of(const char *value, const void *bytes, size_t n)
{
    char hex[VALUE_BYTES] = "";
    ds_hex_encode(hex, bytes, n);
    return strcasecmp(hex, value) == 0;
}

/* Replies ------------------------------------------------------------------------------------- */

/* In the words of Intel's PCCS. */
static void refuse(const answer *a, int status)
{
    ds_buf_clear(&a->reply->body);
    ds_buf_clear(&a->reply->headers);
    a->reply->status = status;
    a->reply->content_type = "text/plain";
    ds_buf_text(&a->reply->body, status == STATUS_BAD_PARAMETERS ? "Invalid request parameters."
                                 : status == STATUS_NO_DATA ? "No cache data for this platform."
                                                            : "Internal server error occurred.");
}

static void put_header(const answer *a, const char *name, const char *value)
{
    ds_buf_add(&a->reply->headers, name, strlen(name) + 1);
    ds_buf_add(&a->reply->headers, value, strlen(value) + 1);
}

/* A header with certificates: PEM, each character percent-encoded that is not unreserved in URLs
 * (RFC 3986, 2.3). */
static void put_chain(const answer *a, const char *name, ds_slice chain)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    ds_buf *headers = &a->reply->headers;
    const char *p = chain.data;
    ds_buf_add(headers, name, strlen(name) + 1);
    for (size_t i = 0; i < chain.len; i++)
        if (p[i] != '\0' && strchr(plain, p[i]) != NULL)
            ds_buf_byte(headers, (unsigned char)p[i]);
        else
            ds_buf_printf(headers, "%%%02X", (unsigned char)p[i]);
    ds_buf_byte(headers, '\0');
}

static void put_signed(const answer *a, const char *name, ds_slice text,
                       const unsigned char *signature)
{
    ds_buf *body = &a->reply->body;
    a->reply->content_type = "application/json";
    ds_buf_printf(body, "{\"%s\":", name);
    ds_buf_slice(body, text);
    ds_buf_text(body, ",\"signature\":\"");
    ds_buf_hex(body, signature, DS_P256_SIGNATUREBYTES);
    ds_buf_text(body, "\"}");
}

/* What is served ------------------------------------------------------------------------------ */

static void answer_tcb(const answer *a)
{
    char fmspc[VALUE_BYTES];
    parameter(fmspc, a->query, "fmspc");
    if (strlen(fmspc) != 2 * DS_FMSPC_BYTES) {
        refuse(a, STATUS_BAD_PARAMETERS);
    } else if (!is_hex_of(fmspc, a->platform->pki.platform.fmspc, DS_FMSPC_BYTES)) {
        refuse(a, STATUS_NO_DATA);
    } else {
        put_signed(a, "tcbInfo", a->pcs->tcb_info, a->pcs->tcb_info_signature);
        put_chain(a, "TCB-Info-Issuer-Chain", a->pcs->tcb_info_chain);
    }
}

static void answer_identity(const answer *a)
{
    put_signed(a, "enclaveIdentity", a->pcs->qe_identity, a->pcs->qe_identity_signature);
    put_chain(a, "SGX-Enclave-Identity-Issuer-Chain", a->pcs->qe_identity_chain);
}

/* Of either PCK CA. DER, as most ask for it; PEM, Intel's other form; or hex, which a PCCS gives to
 * who names none.
 */
static void answer_pck_crl(const answer *a)
{
    char ca[VALUE_BYTES], encoding[VALUE_BYTES];
    parameter(ca, a->query, "ca");
    parameter(encoding, a->query, "encoding");
    bool other = strcmp(ca, "processor") == 0;
    if (!other && strcmp(ca, "platform") != 0) {
        refuse(a, STATUS_BAD_PARAMETERS);
        return;
    }
    ds_slice crl = other ? a->pcs->other_crl : a->pcs->pck_crl;
    a->reply->content_type = "application/pkix-crl";
    if (strcmp(encoding, "der") == 0) {
        ds_buf_slice(&a->reply->body, crl);
    } else if (strcmp(encoding, "pem") == 0) {
        a->reply->content_type = "application/x-pem-file";
        if (ds_pem_encode(&a->reply->body, "X509 CRL", crl) != DS_OK)
            refuse(a, STATUS_FAILED);
    } else {
        ds_buf_hex(&a->reply->body, crl.data, crl.len);
    }
    put_chain(a, "SGX-PCK-CRL-Issuer-Chain", other ? a->pcs->other_ca_chain : a->pcs->pck_ca_chain);
}

/* A PCCS has it in hex. */
static void answer_root_crl(const answer *a)
{
    a->reply->content_type = "application/pkix-crl";
    ds_buf_hex(&a->reply->body, a->pcs->root_crl.data, a->pcs->root_crl.len);
}

/* For the platform that a quote names whose certification data are no certificates. */
static bool is_this_platform(const answer *a)
{
    char cpu_svn[VALUE_BYTES], pce_id[VALUE_BYTES];
    const ds_pck *platform = &a->platform->pki.platform;
    parameter(cpu_svn, a->query, "cpusvn");
    parameter(pce_id, a->query, "pceid");
    return is_hex_of(cpu_svn, platform->cpu_svn, DS_TCB_SVN_BYTES) &&
           is_hex_of(pce_id, platform->pce_id, DS_PCE_ID_BYTES);
}

static void put_platform(const answer *a)
{
    const ds_pck *p = &a->platform->pki.platform;
    char tcb[2 * DS_TCB_SVN_BYTES + 5] = "", fmspc[2 * DS_FMSPC_BYTES + 1] = "";
    ds_hex_encode(tcb, p->cpu_svn, DS_TCB_SVN_BYTES);
    snprintf(tcb + 2 * DS_TCB_SVN_BYTES, 5, "%02x%02x", p->pce_svn[1], p->pce_svn[0]);
    ds_hex_encode(fmspc, p->fmspc, DS_FMSPC_BYTES);
    put_header(a, "SGX-TCBm", tcb);
    put_header(a, "SGX-FMSPC", fmspc);
    put_header(a, "SGX-PCK-Certificate-CA-Type", "platform");
}

static void answer_pck_certificate(const answer *a)
{
    char qe_id[VALUE_BYTES], pce_svn[VALUE_BYTES];
    parameter(qe_id, a->query, "qeid");
    parameter(pce_svn, a->query, "pcesvn");
    if (*qe_id == '\0' || *pce_svn == '\0') {
        refuse(a, STATUS_BAD_PARAMETERS);
    } else if (!is_this_platform(a)) {
        refuse(a, STATUS_NO_DATA);
    } else {
        a->reply->content_type = "application/x-pem-file";
        ds_buf_slice(&a->reply->body, a->platform->pki.pck.certificate);
        put_chain(a, "SGX-PCK-Certificate-Issuer-Chain", a->pcs->pck_ca_chain);
        put_platform(a);
    }
}

/* Paths --------------------------------------------------------------------------------------- */

static const ds_field no_fields[] = {{.name = NULL}};

static const ds_row rows[] = {
    {.name = "pckcert", .request = no_fields, .reply = no_fields},
    {.name = "pckcrl", .request = no_fields, .reply = no_fields},
    {.name = "rootcacrl", .request = no_fields, .reply = no_fields},
    {.name = "tcb", .request = no_fields, .reply = no_fields},
    {.name = "identity", .request = no_fields, .reply = no_fields},
    {.name = NULL},
};

const ds_surface ds_pccs_served = {.name = "pccs", .prefix = "/sgx" API, .rows = rows};

static bool is_path(ds_slice path, const char *tee, const char *rest)
{
    char whole[64];
    int n = snprintf(whole, sizeof whole, "/%s" API "%s", tee, rest);
    return ds_slice_equal(path, ds_slice_of(whole, (size_t)n));
}

static void respond(answer a, uint32_t tee, answerer *fill)
{
    ds_pcs pcs;
    ds_error err;
    a.pcs = &pcs;
    if (ds_pcs_make(&pcs, a.platform, tee, &err) != DS_OK) {
        refuse(&a, STATUS_FAILED);
        return;
    }
    fill(&a);
    ds_pcs_free(&pcs);
}

bool ds_pccs_answer(ds_simulator_reply *reply, const ds_platform *platform,
                    const ds_simulator_request *request)
{
    static const struct {
        const char *rest; /* behind the API's prefix */
        bool tdx;         /* is there for TDX too */
        answerer *fill;
    } paths[] = {{"pckcert", false, answer_pck_certificate},
                 {"pckcrl", false, answer_pck_crl},
                 {"rootcacrl", false, answer_root_crl},
                 {"tcb", true, answer_tcb},
                 {"qe/identity", true, answer_identity}};
    const answer a = {.reply = reply, .platform = platform, .query = request->query};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bool tdx = paths[i].tdx && is_path(request->path, "tdx", paths[i].rest);
        if (!tdx && !is_path(request->path, "sgx", paths[i].rest))
            continue;
        reply->row = &rows[i];
        respond(a, tdx ? DS_TEE_TDX : DS_TEE_SGX, paths[i].fill);
        return true;
    }
    return false;
}
