#include "simulator/identity.h"

#include "base/hex.h"
#include "base/wipe.h"
#include "simulator/certificate.h"
#include "simulator/load.h"
#include "simulator/registers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static ds_status check_directory(const char *dir, ds_error *err)
{
    struct stat about;
    char name[256];
    ds_excerpt(name, sizeof name, dir, strlen(dir));
    if (stat(dir, &about) != 0)
        return ds_fail(err, DS_INVALID, "folder: %s: %s", name, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return ds_fail(err, DS_INVALID, "folder: %s: not a directory", name);
    return DS_OK;
}

/* SHA-256 of what would be the disk's random seed and the app id. */
static ds_status instance_id(ds_load *load)
{
    ds_identity *identity = load->identity;
    unsigned char digest[DS_SHA256_BYTES];
    const ds_slice parts[] = {DS_LITERAL("dstack-lua simulator: instance"),
                              {identity->app_id, sizeof identity->app_id}};
    if (load->no_instance_id)
        return DS_OK;
    if (ds_hash(DS_SHA256, digest, parts, 2) != DS_OK)
        return ds_fail(load->err, DS_INTERNAL, "SHA-256 failed");
    return ds_load_copy(load, &identity->instance_id, ds_slice_of(digest, DS_INSTANCE_ID_BYTES));
}

/* Out: the text for an application that a KMS signed for; its id is the CA's public key. */
static ds_status kms_provider(ds_load *load)
{
    unsigned char public_key[DS_P256_PUBLICBYTES], spki[DS_P256_SPKIBYTES];
    char hex[2 * DS_P256_SPKIBYTES], text[2 * DS_P256_SPKIBYTES + 64];
    ds_status status = ds_p256_public_key(public_key, load->identity->ca_key);
    if (status == DS_OK)
        status = ds_p256_spki(spki, public_key);
    if (status != DS_OK)
        return ds_fail(load->err, status, "the CA key cannot be used");
    ds_hex_encode(hex, spki, sizeof spki);
    int n = snprintf(text, sizeof text, "{\"name\":\"kms\",\"id\":\"%.*s\"}", (int)sizeof hex, hex);
    return ds_load_copy(load, &load->identity->key_provider_info, ds_slice_of(text, (size_t)n));
}

static ds_status key_provider(ds_load *load)
{
    if (load->identity->issuer != DS_ISSUER_NONE || load->key_provider.len == 0)
        return kms_provider(load);
    load->identity->key_provider_info = load->key_provider;
    return DS_OK;
}

/* The platform's id is known only where a quote is verified, so agents show the hash of nothing. */
static ds_status machine(ds_load *load)
{
    ds_identity *identity = load->identity;
    const ds_platform_options standard = {.seed = NULL};
    if (ds_hash_one(DS_SHA256, identity->device_id, NULL, 0) != DS_OK)
        return ds_fail(load->err, DS_INTERNAL, "SHA-256 failed");
    ds_status status = ds_platform_make(&identity->platform, &standard, load->err);
    return status == DS_OK ? ds_registers_boot(identity, load->err) : status;
}

/* Flaws in what stands beside quotes. What is bent are copies: the originals may be constants. */
static bool bend_link(ds_identity *identity, const ds_flaws *flaws)
{
    unsigned char link[DS_LINK_BYTES];
    if (identity->kms_link.len != sizeof link)
        return true;
    memcpy(link, identity->kms_link.data, sizeof link);
    ds_flaws_bend(flaws, DS_AT_KMS_LINK, link, sizeof link);
    return ds_arena_copy(&identity->arena, &identity->kms_link, ds_slice_of(link, sizeof link));
}

static bool bend_config(ds_identity *identity, const ds_flaws *flaws)
{
    ds_buf config;
    ds_buf_init(&config, 2 * DS_FILE_MAXBYTES);
    ds_buf_slice(&config, identity->vm_config);
    bool done = ds_flaws_retell(flaws, DS_AT_CONFIG, &config) == DS_OK &&
                ds_arena_copy(&identity->arena, &identity->vm_config, ds_buf_content(&config));
    ds_buf_free(&config);
    return done;
}

ds_status ds_identity_vouch(ds_identity *identity, const ds_platform_options *options,
                            ds_error *err)
{
    ds_platform_free(&identity->platform);
    ds_status status = ds_platform_make(&identity->platform, options, err);
    if (status == DS_OK)
        status = ds_registers_bend(identity, &options->flaws, err);
    if (status == DS_OK &&
        (!bend_link(identity, &options->flaws) || !bend_config(identity, &options->flaws)))
        status = ds_fail_memory(err);
    return status;
}

ds_status ds_identity_become(ds_identity *identity, const ds_release *release, ds_error *err)
{
    ds_buf pem;
    ds_buf_init(&pem, DS_CERTIFICATE_MAXBYTES);
    identity->release = release;
    ds_status status = ds_certificate_demo(&pem, identity, (int64_t)time(NULL), err);
    if (status == DS_OK &&
        !ds_arena_copy(&identity->arena, &identity->app_cert, ds_buf_content(&pem)))
        status = ds_fail_memory(err);
    ds_buf_free(&pem);
    return status;
}

static ds_status no_release(ds_load *load)
{
    const ds_release *release;
    ds_status status = ds_release_find(&release, NULL, load->err);
    return status == DS_OK ? ds_identity_become(load->identity, release, load->err) : status;
}

/* Whoever names a directory expects something to be in it. */
static void note_no_files(ds_load *load)
{
    if (load->files == 0 && load->dir != NULL && strcmp(load->dir, ".") != 0)
        ds_load_note(load, "warning: %s has none of %s, %s, %s: the built-in identity serves",
                     load->dir, DS_FILE_COMPOSE, DS_FILE_APP_KEYS, DS_FILE_SYS_CONFIG);
}

static ds_status load_all(ds_load *load, ds_slice app_id)
{
    ds_status (*const steps[])(ds_load *) = {instance_id, key_provider, machine, no_release};
    if (ds_builtin_kms_open(&load->kms) != DS_OK)
        return ds_fail(load->err, DS_INTERNAL, "the built-in KMS failed");
    ds_status status = ds_load_compose(load);
    if (status == DS_OK)
        status = ds_load_keys(load, app_id);
    if (status == DS_OK)
        status = ds_load_sys_config(load);
    if (status == DS_OK)
        note_no_files(load);
    for (size_t i = 0; status == DS_OK && i < sizeof steps / sizeof *steps; i++)
        status = steps[i](load);
    return status;
}

ds_status ds_identity_load(ds_identity *identity, const char *dir, ds_slice app_id, ds_buf *notices,
                           ds_error *err)
{
    ds_load load = {.identity = identity, .dir = dir, .notices = notices, .err = err};
    *identity = (ds_identity){.event_count = 0};
    if (app_id.len != 0 && app_id.len != DS_APP_ID_BYTES)
        return ds_fail(err, DS_INVALID, "app id: %lu bytes instead of %d",
                       (unsigned long)app_id.len, DS_APP_ID_BYTES);
    ds_status status = dir == NULL ? DS_OK : check_directory(dir, err);
    if (status == DS_OK)
        status = load_all(&load, app_id);
    if (status == DS_OK && ds_buf_status(notices) != DS_OK)
        status = ds_fail_memory(err);
    if (status != DS_OK)
        ds_identity_free(identity);
    ds_wipe(&load.kms, sizeof load.kms);
    return status;
}

void ds_identity_free(ds_identity *identity)
{
    ds_arena_free(&identity->arena);
    ds_platform_free(&identity->platform);
    free(identity->events);
    ds_wipe(identity, sizeof *identity);
}

ds_status ds_identity_app_info(ds_app_info *info, ds_identity_sums *sums,
                               const ds_identity *identity)
{
    const ds_td_report *report = &identity->report;
    ds_status status = ds_mr_system(sums->system, report, identity->key_provider_info);
    if (status == DS_OK)
        status = ds_mr_aggregated(sums->aggregated, report, report->rt_mr[DS_RUNTIME_EVENT_IMR]);
    *info = (ds_app_info){
        .app_id = {identity->app_id, sizeof identity->app_id},
        .compose_hash = {identity->compose_hash, sizeof identity->compose_hash},
        .instance_id = identity->instance_id,
        .device_id = {identity->device_id, sizeof identity->device_id},
        .mr_system = {sums->system, sizeof sums->system},
        .mr_aggregated = {sums->aggregated, sizeof sums->aggregated},
        .os_image_hash = identity->os_image_hash,
        .key_provider_info = identity->key_provider_info,
        .has_init_scripts = true, /* the list, with none in it */
    };
    return status;
}
