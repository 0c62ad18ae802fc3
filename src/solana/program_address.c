#include "solana/program_address.h"

#include "crypto/edwards.h"
#include "crypto/hash.h"

static const char marker[] = "ProgramDerivedAddress";

#define MARKER_BYTES (sizeof marker - 1)

/* Words for what a primitive returned. */
static ds_status judge(ds_status status, const char *invalid, ds_error *err)
{
    if (status == DS_OK)
        return DS_OK;
    return ds_fail(err, status, "%s", status == DS_INVALID ? invalid : ds_status_meaning(status));
}

static ds_status check_seeds(const ds_slice *seeds, size_t count, size_t most, ds_error *err)
{
    if (count > most)
        return ds_fail(err, DS_INVALID, "seeds: %lu, at most %lu can be", (unsigned long)count,
                       (unsigned long)most);
    for (size_t i = 0; i < count; i++)
        if (seeds[i].len > DS_SOLANA_MAXSEEDBYTES)
            return ds_fail(err, DS_INVALID, "seeds: number %lu has %lu bytes, at most %d can be",
                           (unsigned long)i + 1, (unsigned long)seeds[i].len,
                           DS_SOLANA_MAXSEEDBYTES);
    return DS_OK;
}

/* Out: the hash. Returns DS_OK; DS_INVALID when it is a point; a failure. */
static ds_status derive(unsigned char out[32], const ds_slice *seeds, size_t count,
                        const unsigned char program[32])
{
    ds_slice parts[DS_SOLANA_MAXSEEDS + 2];
    for (size_t i = 0; i < count; i++)
        parts[i] = seeds[i];
    parts[count] = ds_slice_of(program, DS_SOLANA_KEYBYTES);
    parts[count + 1] = ds_slice_of(marker, MARKER_BYTES);
    ds_status status = ds_hash(DS_SHA256, out, parts, count + 2);
    if (status != DS_OK)
        return status;
    status = ds_edwards_point_check(out);
    if (status == DS_INVALID)
        return DS_OK;
    memset(out, 0, DS_SOLANA_KEYBYTES);
    return status == DS_OK ? DS_INVALID : status;
}

ds_status ds_solana_create_program_address(unsigned char out[32], const ds_slice *seeds,
                                           size_t count, const unsigned char program[32],
                                           ds_error *err)
{
    memset(out, 0, DS_SOLANA_KEYBYTES);
    ds_status status = check_seeds(seeds, count, DS_SOLANA_MAXSEEDS, err);
    if (status != DS_OK)
        return status;
    return judge(derive(out, seeds, count, program),
                 "seeds: they give a point of the curve, which somebody may have a key for; use "
                 "find_program_address",
                 err);
}

ds_status ds_solana_find_program_address(unsigned char out[32], unsigned char *bump,
                                         const ds_slice *seeds, size_t count,
                                         const unsigned char program[32], ds_error *err)
{
    ds_slice with_bump[DS_SOLANA_MAXSEEDS];
    memset(out, 0, DS_SOLANA_KEYBYTES);
    ds_status status = check_seeds(seeds, count, DS_SOLANA_MAXSEEDS - 1, err);
    if (status != DS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        with_bump[i] = seeds[i];
    with_bump[count] = ds_slice_of(bump, 1);
    status = DS_INVALID;
    for (int i = 255; status == DS_INVALID && i >= 0; i--) {
        *bump = (unsigned char)i;
        status = derive(out, with_bump, count + 1, program);
    }
    return judge(status, "seeds: every bump gives a point of the curve", err);
}

ds_status ds_solana_address_with_seed(unsigned char out[32], const unsigned char base[32],
                                      ds_slice seed, const unsigned char owner[32], ds_error *err)
{
    const ds_slice parts[] = {ds_slice_of(base, DS_SOLANA_KEYBYTES), seed,
                              ds_slice_of(owner, DS_SOLANA_KEYBYTES)};
    memset(out, 0, DS_SOLANA_KEYBYTES);
    if (seed.len > DS_SOLANA_MAXSEEDBYTES)
        return ds_fail(err, DS_INVALID, "seed: %lu bytes, at most %d can be",
                       (unsigned long)seed.len, DS_SOLANA_MAXSEEDBYTES);
    if (memcmp(owner + DS_SOLANA_KEYBYTES - MARKER_BYTES, marker, MARKER_BYTES) == 0)
        return ds_fail(err, DS_INVALID, "owner: no program: it ends with the marker %s", marker);
    return judge(ds_hash(DS_SHA256, out, parts, 3), NULL, err);
}
