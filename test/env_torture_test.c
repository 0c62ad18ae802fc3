/* Memory runs out at every single allocation of reading, sealing and opening an environment: the
 * work fails and says so, nothing leaks, the next try works. */
#include "deploy/env_file.h"
#include "deploy/env_seal.h"
#include "simulator_support.h"
#include "torture.h"

static unsigned char secret[32], recipient[32];

/* Twenty variables, so that the set has to grow. Out: *set, to be freed. */
static ds_status read_file(ds_env_set *set, ds_error *err)
{
    static char text[1024]; /* names lie in it */
    size_t n = 0;
    for (int i = 0; i < 20; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "N%d=\"a\\n%d\"\n", i, i);
    return ds_env_file_parse(set, ds_slice_of(text, n), 0, err);
}

/* Out: both in buffers to be freed. */
static ds_status seal_and_open(ds_buf *blob, ds_buf *plain, const ds_env_set *set, ds_error *err)
{
    ds_buf json;
    ds_buf_init(&json, 4096);
    ds_status status = ds_env_write(&json, set);
    status = status == DS_OK ? ds_env_seal(blob, ds_buf_content(&json), recipient, err)
                             : ds_fail_memory(err);
    if (status == DS_OK)
        status = ds_env_open(plain, ds_buf_content(blob), secret, err);
    ds_buf_free(&json);
    return status;
}

static ds_status admit(ds_slice json, ds_error *err)
{
    static const ds_slice allowed[] = {DS_LITERAL("N1"), DS_LITERAL("N19")};
    ds_env_set read = {.count = 0}, taken = {.count = 0};
    ds_status status = ds_env_read(&read, json, err);
    if (status == DS_OK)
        status = ds_env_admit(&taken, &read, allowed, 2, err);
    if (status == DS_OK && taken.count != 2)
        status = ds_fail(err, DS_INTERNAL, "%lu taken", (unsigned long)taken.count);
    ds_env_free(&read);
    ds_env_free(&taken);
    return status;
}

static ds_status whole_way(ds_error *err)
{
    ds_env_set set = {.count = 0};
    ds_buf blob, plain;
    ds_buf_init(&blob, DS_ENV_BLOB_MAX);
    ds_buf_init(&plain, DS_ENV_BLOB_MAX);
    ds_status status = read_file(&set, err);
    if (status == DS_OK)
        status = seal_and_open(&blob, &plain, &set, err);
    if (status == DS_OK)
        status = admit(ds_buf_content(&plain), err);
    ds_env_free(&set);
    ds_buf_free(&blob);
    ds_buf_free(&plain);
    return status;
}

static bool one_round(void *unused)
{
    (void)unused;
    return torture_try(whole_way, DS_MEMORY);
}

static agent kms;

static int ask_kms(void)
{
    ds_buf_free(&kms.reply.body);
    ds_simulator_answer(
        &kms.reply, &kms.identity,
        &(ds_simulator_request){.verb = DS_LITERAL("GET"),
                                .path = DS_LITERAL("/prpc/GetAppEnvEncryptPubKey"),
                                .serves = DS_SERVES_KMS,
                                .query =
                                    DS_LITERAL("app_id=0000000000000000000000000000000000000000")});
    return kms.reply.status;
}

static bool one_question(void *unused)
{
    (void)unused;
    int status = ask_kms();
    bool fair = torture_disarm() ? status == 200 || status == 400 || status == 500 : status == 200;
    fair = fair && ask_kms() == 200;
    ds_buf_free(&kms.reply.body);
    return fair;
}

int main(void)
{
    torture_begin();
    memset(secret, 3, sizeof secret);
    CHECK(ds_x25519_public_key(recipient, secret) == DS_OK);
    CHECK(one_round(NULL));
    CHECK(torture_rounds(one_round, NULL) > 20);
    agent_start(&kms, NULL, NULL);
    CHECK(one_question(NULL));
    CHECK(torture_rounds(one_question, NULL) > 5);
    agent_stop(&kms);
    return test_done();
}
