#include "crypto/x509_path.h"

#include "base/time.h"

#include <stdio.h>

#define NAME_BYTES 80

/* A pool of certificates that all name each other allows very many ways to try, also in circles. */
#define SIGNATURES_MAX 100

typedef struct search {
    const ds_x509_trust *trust;
    const ds_x509_chain *chain;
    const ds_x509_cert *path[DS_X509_PATH_MAX + 1]; /* the first certificate and what is above it */
    size_t length;
    unsigned signatures;
    bool told; /* *err has what stood in the way first */
    ds_error *err;
} search;

static const char *name_of(char text[NAME_BYTES], ds_slice name)
{
    ds_slice common = ds_x509_common_name(name);
    return common.len == 0 ? "without a name"
                           : ds_excerpt(text, NAME_BYTES, common.data, common.len);
}

static ds_status say(search *s, ds_status status, const ds_x509_cert *cert, const char *what)
{
    char name[NAME_BYTES];
    s->told = true;
    return ds_fail(s->err, status, "certificate '%s' %s", name_of(name, cert->subject), what);
}

/* Says what is wrong with a certificate, unless something has been said before: of several ways the
 * first one tried tells most. */
static ds_status refuse(search *s, ds_status status, const ds_x509_cert *cert, const char *what)
{
    bool broken = status == DS_MEMORY || status == DS_INTERNAL;
    return s->told && !broken ? status : say(s, status, cert, what);
}

static ds_status refuse_at(search *s, const ds_x509_cert *cert, const char *what, int64_t when)
{
    char text[DS_TIME_BYTES], says[96];
    snprintf(says, sizeof says, "%s %s", what, ds_time_text(text, when));
    return refuse(s, when < s->trust->now ? DS_EXPIRED : DS_VERIFY, cert, says);
}

static ds_x509_crl *find_list(const ds_x509_trust *trust, ds_slice issuer)
{
    for (size_t i = 0; i < trust->crl_count; i++)
        if (ds_slice_equal(trust->crls[i].issuer, issuer))
            return &trust->crls[i];
    return NULL;
}

/* A list is checked once with a key, and then believed wherever that key comes again. */
static ds_status check_list(search *s, ds_x509_crl *crl, const ds_x509_cert *cert,
                            const ds_x509_cert *issuer)
{
    if (issuer->has_key_usage && (issuer->key_usage & DS_X509_CRL_SIGN) == 0)
        return refuse(s, DS_VERIFY, issuer, "may not sign revocation lists");
    if (!ds_slice_equal(crl->verified_by, issuer->key)) {
        ds_status status = ds_signed_by(s->trust->keys, issuer->key, crl->tbs, crl->signature);
        if (status != DS_OK)
            return refuse(s, status, cert, "has an issuer that did not sign the revocation list");
        crl->verified_by = issuer->key;
    }
    return DS_OK;
}

static ds_status check_revocation(search *s, const ds_x509_cert *cert, const ds_x509_cert *issuer)
{
    ds_x509_crl *crl = find_list(s->trust, cert->issuer);
    if (crl == NULL)
        return refuse(s, DS_VERIFY, cert, "has an issuer of whom there is no revocation list");
    ds_status status = check_list(s, crl, cert, issuer);
    if (status != DS_OK)
        return status;
    if (s->trust->now >= crl->next_update)
        return refuse_at(s, cert, "is asked after in a revocation list that expired at",
                         crl->next_update - 1);
    if (ds_x509_crl_lists(crl, cert->serial))
        return refuse(s, DS_VERIFY, cert, "is revoked");
    return DS_OK;
}

static ds_status check_link(search *s, const ds_x509_cert *cert, const ds_x509_cert *issuer)
{
    ds_status status = DS_VERIFY;
    if (s->signatures++ >= SIGNATURES_MAX)
        return say(s, DS_VERIFY, cert, "has too many possible issuers");
    if (cert->is_p256_signed)
        status = ds_signed_by(s->trust->keys, issuer->key, cert->tbs, cert->signature);
    if (status != DS_OK)
        return refuse(s, status, cert, "is not signed by its issuer");
    return check_revocation(s, cert, issuer);
}

/* What holds for every certificate below the anchor. */
static ds_status check_cert(search *s, const ds_x509_cert *cert)
{
    if (s->trust->now < cert->not_before)
        return refuse_at(s, cert, "is not valid before", cert->not_before);
    if (s->trust->now > cert->not_after)
        return refuse_at(s, cert, "expired at", cert->not_after);
    if (cert->has_unknown_critical)
        return refuse(s, DS_VERIFY, cert, "has a critical extension that is not understood");
    if (cert->has_extended_usage && !cert->server_auth)
        return refuse(s, DS_VERIFY, cert, "is not for this use");
    return DS_OK;
}

/* In: how many certificates between the first and this one lie below it. */
static ds_status check_issuer(search *s, const ds_x509_cert *cert, size_t below)
{
    ds_status status = check_cert(s, cert);
    if (status != DS_OK)
        return status;
    if (!cert->is_ca)
        return refuse(s, DS_VERIFY, cert, "is not a CA and has issued another");
    if (cert->has_path_length && cert->path_length < below)
        return refuse(s, DS_VERIFY, cert, "has more CAs below it than it allows");
    if (cert->has_key_usage && (cert->key_usage & DS_X509_KEY_CERT_SIGN) == 0)
        return refuse(s, DS_VERIFY, cert, "may not sign certificates");
    return DS_OK;
}

/* Goes on from the last certificate of the path, to the anchor or to whoever may have issued it. */
static ds_status climb(search *s)
{
    const ds_x509_cert *cert = s->path[s->length - 1], *anchor = &s->trust->anchor;
    ds_status status = DS_VERIFY;
    if (ds_slice_equal(cert->issuer, anchor->subject))
        status = check_link(s, cert, anchor);
    size_t pool = s->length > DS_X509_PATH_MAX ? 0 : s->chain->count;
    for (size_t i = 1; status != DS_OK && i < pool; i++) {
        const ds_x509_cert *issuer = &s->chain->certs[i];
        if (!ds_slice_equal(cert->issuer, issuer->subject) ||
            (status = check_issuer(s, issuer, s->length - 1)) != DS_OK ||
            (status = check_link(s, cert, issuer)) != DS_OK)
            continue;
        s->path[s->length++] = issuer;
        if ((status = climb(s)) != DS_OK)
            s->length--;
    }
    return status == DS_OK ? DS_OK : refuse(s, DS_VERIFY, cert, "has an unknown issuer");
}

void ds_validity_narrow(ds_validity *validity, int64_t from, int64_t until)
{
    if (from > validity->from)
        validity->from = from;
    if (until < validity->until)
        validity->until = until;
}

/* Two certificates of one issuer narrow by the same list, which does no harm. */
static void narrow(const ds_x509_trust *trust, ds_validity *validity, const ds_x509_cert *cert)
{
    ds_validity_narrow(validity, cert->not_before, cert->not_after);
    ds_validity_narrow(validity, INT64_MIN, find_list(trust, cert->issuer)->next_update - 1);
}

ds_status ds_x509_path(const ds_x509_trust *trust, const ds_x509_chain *chain,
                       ds_validity *validity, ds_error *err)
{
    const ds_x509_cert *leaf = &chain->certs[0];
    search s = {.trust = trust, .chain = chain, .path = {leaf}, .length = 1, .err = err};
    ds_status status = check_cert(&s, leaf);
    if (status == DS_OK && leaf->is_ca)
        status = refuse(&s, DS_VERIFY, leaf, "is a CA, where one that is none has to stand");
    if (status == DS_OK)
        status = climb(&s);
    for (size_t i = 0; status == DS_OK && i < s.length; i++)
        narrow(trust, validity, s.path[i]);
    return status == DS_OK ? DS_OK : err->status;
}

ds_status ds_x509_anchor_check(const ds_x509_trust *trust, ds_validity *validity, ds_error *err)
{
    search s = {.trust = trust, .err = err};
    if (find_list(trust, trust->anchor.issuer) == NULL)
        return say(&s, DS_VERIFY, &trust->anchor,
                   "is the root to trust, and there is no revocation list of its own: this is of"
                   " another root, which has to be named where it is to be trusted");
    ds_status status = check_revocation(&s, &trust->anchor, &trust->anchor);
    if (status == DS_OK)
        ds_validity_narrow(validity, INT64_MIN,
                           find_list(trust, trust->anchor.issuer)->next_update - 1);
    return status;
}
