#include "http/trust.h"

#include "base/pin.h"

#include <stdlib.h>
#include <string.h>

static ds_status copy_text(char **out, const char *text, ds_error *err)
{
    if (text == NULL)
        return DS_OK;
    *out = strdup(text);
    return *out != NULL ? DS_OK : ds_fail_memory(err);
}

static ds_status check_pins(const char *pins, bool tls, ds_error *err)
{
    if (pins == NULL)
        return DS_OK;
    if (!tls)
        return ds_fail(err, DS_INVALID,
                       "a pinned certificate needs an https endpoint: on others nobody shows one");
    return ds_pin_check(ds_slice_of(pins, strlen(pins)), err);
}

ds_status ds_trust_init(ds_trust *trust, const char *ca_file, const char *pins, bool tls,
                        ds_error *err)
{
    *trust = (ds_trust){.ca_file = NULL};
    ds_status ret = check_pins(pins, tls, err);
    if (ret == DS_OK)
        ret = copy_text(&trust->ca_file, ca_file, err);
    if (ret == DS_OK)
        ret = copy_text(&trust->pins, pins, err);
    return ret;
}

void ds_trust_free(ds_trust *trust)
{
    free(trust->ca_file);
    free(trust->pins);
    *trust = (ds_trust){.ca_file = NULL};
}

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = api->easy_setopt(easy, (option), (value));                                      \
    } while (0)

/* With verification off, libcurl goes on where the server shows no certificate. TLS 1.2 has suites
 * for that, which a configuration of OpenSSL may allow; TLS 1.3 has none.
 * With a CA file of the caller's the system's directory of certificates must not count either. */
CURLcode ds_trust_apply(const ds_trust *trust, const ds_curl_api *api, CURL *easy)
{
    bool only_key = trust->by_evidence || (trust->pins != NULL && trust->ca_file == NULL);
    CURLcode code = CURLE_OK;
    SET(CURLOPT_SSL_VERIFYPEER, only_key ? 0L : 1L);
    SET(CURLOPT_SSL_VERIFYHOST, only_key ? 0L : 2L);
    SET(CURLOPT_SSLVERSION, (long)(only_key ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
    if (trust->pins != NULL)
        SET(CURLOPT_PINNEDPUBLICKEY, trust->pins);
    if (trust->ca_file != NULL || only_key) {
        SET(CURLOPT_CAINFO, trust->ca_file);
        SET(CURLOPT_CAPATH, (char *)NULL);
    }
    return code;
}
