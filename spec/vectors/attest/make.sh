#!/bin/sh
# Makes the files beside it anew: evidence of the simulated machine, and what it is verified with.
#   usage: sh spec/vectors/attest/make.sh (from the repository's root, built)
set -e
lua=build/dstack-lua
dir=$(mktemp -d)
out=spec/vectors/attest
$lua simulator --listen agent="$dir/agent.sock" --listen pccs="$dir/pccs.sock" --now 1800000000 \
    --collateral $out/collateral.json --quiet >"$dir/out" &
child=$!
trap 'kill $child; rm -rf "$dir"' EXIT
sleep 1
cp "$(sed -n 's/^export DSTACK_SIMULATOR_ROOT=//p' "$dir/out")" $out/root.pem
export DSTACK_SIMULATOR_ENDPOINT="$dir/agent.sock"
$lua quote --text nonce --json >$out/quote.json
$lua attest --text nonce -o $out/attestation.hex --quiet >/dev/null
$lua -e 'io.write(assert(require("dstack").DstackClient():info()).tcb_info.app_compose)' >$out/app-compose.json
$lua -e 'io.write(assert(require("dstack").DstackClient():get_tls_key{subject = "test", usage_ra_tls = true})
    .certificate_chain[1])' >$out/certificate.pem
