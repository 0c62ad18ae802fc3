/* Source: upstream's releases, as far as their sources tell: which methods and members there are,
 * what they refuse and how. */
#include "simulator/release.h"

#include "deploy/kms.h"
#include "guest/guest.h"

#define NUMBER(minor, patch) (100 * (minor) + (patch))

#define VERSION(text) .version = text, .app_version = "v" text " (" DS_RELEASE_REV ")"

/* Agents before 0.6 had one status for all that went wrong. */
#define STATUS_BEFORE_0_6 .unknown_status = 400, .too_large_status = 400
#define STATUS_SINCE_0_6  .unknown_status = 404, .too_large_status = 413

#define RULES_0_6                                                                                  \
    STATUS_SINCE_0_6, .alias_k256 = true, .prehashed_app_key = true, .ordered_validity = true,     \
                      .log = DS_EVENTLOG_STRIPPED, .ratls = DS_RATLS_SCALE

static const ds_release releases[] = {
    {.name = NULL, .number = NUMBER(6, 0), VERSION("0.6.0"), RULES_0_6},
    {.name = "0.5.5",
     .number = NUMBER(5, 5),
     VERSION("0.5.5"),
     STATUS_BEFORE_0_6,
     .log = DS_EVENTLOG_FULL,
     .ratls = DS_RATLS_QUOTE_AND_LOG},
    {.name = "0.5.6",
     .number = NUMBER(5, 6),
     VERSION("0.5.6"),
     STATUS_BEFORE_0_6,
     .prehashed_keys = true,
     .log = DS_EVENTLOG_BARE,
     .ratls = DS_RATLS_QUOTE_AND_LOG},
    {.name = "0.5.11",
     .number = NUMBER(5, 11),
     VERSION("0.5.11"),
     STATUS_BEFORE_0_6,
     .alias_k256 = true,
     .log = DS_EVENTLOG_BARE,
     .ratls = DS_RATLS_SCALE},
    {.name = "0.6",
     .number = NUMBER(6, 0),
     VERSION("0.6.0"),
     RULES_0_6,
     .emit_event = "EmitEvent was removed in dstack 0.6.0; runtime RTMR3 events are system-owned "
                   "and cannot be extended by apps"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What came later than 0.5.0: a surface, a second path to it, a method of one, or a member of a
 * method's request or reply. GetAttestationForAppKey is about the key that Sign signs with. */
static const struct {
    const ds_surface *surface;
    const char *prefix, *method, *member;
    unsigned since;
} arrivals[] = {
    {&ds_guest_v1, NULL, NULL, NULL, NUMBER(6, 0)},
    {&ds_guest_worker_v1, NULL, NULL, NULL, NUMBER(6, 0)},
    {&ds_guest_v0, "/v0/", NULL, NULL, NUMBER(6, 0)},
    {&ds_guest_worker_v0, "/prpc/v0/Worker.", NULL, NULL, NUMBER(6, 0)},

    {&ds_guest_v0, NULL, "Version", NULL, NUMBER(5, 7)},
    {&ds_guest_tappd, NULL, "Version", NULL, NUMBER(5, 7)},
    {&ds_guest_v0, NULL, "Attest", NULL, NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "Sign", NULL, NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "Verify", NULL, NUMBER(5, 6)},
    {&ds_guest_worker_v0, NULL, "GetAttestationForAppKey", NULL, NUMBER(5, 6)},

    {&ds_guest_v0, NULL, "GetKey", "algorithm", NUMBER(5, 6)},
    {&ds_guest_tappd, NULL, "DeriveK256Key", "algorithm", NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "GetTlsKey", "not_before", NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "GetTlsKey", "not_after", NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "GetTlsKey", "with_app_info", NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "Info", "cloud_vendor", NUMBER(5, 6)},
    {&ds_guest_v0, NULL, "Info", "cloud_product", NUMBER(5, 6)},
    {&ds_guest_tappd, NULL, "Info", "cloud_vendor", NUMBER(5, 6)},
    {&ds_guest_tappd, NULL, "Info", "cloud_product", NUMBER(5, 6)},
    {&ds_guest_worker_v0, NULL, "Info", "cloud_vendor", NUMBER(5, 6)},
    {&ds_guest_worker_v0, NULL, "Info", "cloud_product", NUMBER(5, 6)},
    {&ds_kms_served, NULL, "GetAppEnvEncryptPubKey", "timestamp", NUMBER(5, 6)},
    {&ds_kms_served, NULL, "GetAppEnvEncryptPubKey", "signature_v1", NUMBER(5, 6)},
};

ds_status ds_release_find(const ds_release **release, const char *name, ds_error *err)
{
    char shown[64], known[128] = "";
    for (size_t i = 0; i < COUNT(releases); i++) {
        const char *own = releases[i].name;
        *release = &releases[i];
        if (own == NULL ? name == NULL : name != NULL && strcmp(own, name) == 0)
            return DS_OK;
        if (own != NULL)
            strcat(strcat(known, known[0] == '\0' ? "" : ", "), own);
    }
    return ds_fail(err, DS_INVALID, "os version: %s: unknown; there are: %s",
                   ds_excerpt(shown, sizeof shown, name, strlen(name)), known);
}

const char *ds_release_name(size_t index)
{
    size_t named = index + 1; /* the first one has no name */
    return named < COUNT(releases) ? releases[named].name : NULL;
}

static bool same(const char *a, const char *b)
{
    return a == NULL ? b == NULL : b != NULL && strcmp(a, b) == 0;
}

/* Returns false when it came after this release. */
static bool has(const ds_release *release, const ds_surface *surface, const char *prefix,
                const char *method, const char *member)
{
    for (size_t i = 0; i < COUNT(arrivals); i++)
        if (arrivals[i].surface == surface && same(arrivals[i].prefix, prefix) &&
            same(arrivals[i].method, method) && same(arrivals[i].member, member))
            return release->number >= arrivals[i].since;
    return true;
}

bool ds_release_has_surface(const ds_release *release, const ds_surface *surface,
                            const char *prefix)
{
    return has(release, surface, prefix, NULL, NULL);
}

bool ds_release_has_method(const ds_release *release, const ds_surface *surface, const char *method)
{
    return has(release, surface, NULL, method, NULL);
}

void ds_release_forget(const ds_release *release, const ds_surface *surface, const char *method,
                       ds_message *message)
{
    for (size_t i = 0; message->fields[i].name != NULL; i++)
        if (!has(release, surface, NULL, method, message->fields[i].name))
            message->values[i] = (ds_value){.present = false};
}

bool ds_release_algorithm(const ds_release *release, ds_key_algorithm *algorithm, ds_slice name,
                          bool prehashed)
{
    if (prehashed && ds_slice_equal(name, DS_LITERAL("secp256k1_prehashed")))
        name = DS_LITERAL("secp256k1");
    if (!release->alias_k256 && ds_slice_equal(name, DS_LITERAL("k256")))
        return false;
    return ds_key_algorithm_by_name(algorithm, name);
}
