rockspec_format = "3.0"
package = "dstack"
version = "scm-1"

-- For `luarocks make` in a checkout; a release names where it is fetched from.
source = { url = "git+file://." }

description = {
  summary = "SDK for dstack, the open stack for confidential containers",
  detailed = "Derived keys, attestation quotes, TLS certificates and events from the dstack guest agent.",
  license = "Apache-2.0",
}

dependencies = { "lua >= 5.1, < 5.5" }

external_dependencies = {
  CRYPTO = { header = "openssl/evp.h", library = "crypto" },
  SECP256K1 = { header = "secp256k1_recovery.h", library = "secp256k1" },
  CURL = { library = "curl" },
}

-- A rockspec cannot look at files: `make lint` compares these lists with what is there.
local core = {
  "src/attest/app_info.c", "src/attest/event.c", "src/attest/eventlog.c",
  "src/attest/eventlog_replay.c", "src/attest/eventlog_write.c", "src/attest/measure.c",
  "src/attest/msgpack.c", "src/attest/quote.c", "src/attest/report_data.c", "src/attest/tdreport.c",
  "src/attest/versioned.c", "src/attest/versioned_msgpack.c", "src/attest/versioned_scale.c",
  "src/base/arena.c", "src/base/base58.c", "src/base/base64.c", "src/base/buf.c", "src/base/hex.c",
  "src/base/json.c", "src/base/json_order.c", "src/base/json_write.c", "src/base/library.c",
  "src/base/number.c", "src/base/pin.c", "src/base/status.c", "src/base/utf8.c",
  "src/crypto/aes_gcm.c", "src/crypto/ecdsa.c", "src/crypto/ecdsa_der.c", "src/crypto/ed25519.c",
  "src/crypto/hash.c", "src/crypto/hkdf.c", "src/crypto/keccak.c", "src/crypto/p256.c",
  "src/crypto/p256_forms.c", "src/crypto/pem.c", "src/crypto/pin.c", "src/crypto/pkcs8.c",
  "src/crypto/pkey.c", "src/crypto/random.c", "src/crypto/secp256k1.c", "src/crypto/x25519.c",
  "src/crypto/x509.c", "src/crypto/x509_extensions.c", "src/crypto/x509_issue.c",
  "src/deploy/compose_hash.c", "src/deploy/env.c", "src/deploy/env_file.c", "src/deploy/env_key.c",
  "src/deploy/env_seal.c", "src/deploy/flavour_go.c", "src/deploy/flavour_js.c",
  "src/deploy/flavour_python.c", "src/deploy/form.c", "src/deploy/kms.c", "src/deploy/shape.c",
  "src/guest/check.c", "src/guest/check_tappd.c", "src/guest/check_v1.c",
  "src/guest/check_worker.c", "src/guest/detect.c", "src/guest/dip1.c", "src/guest/endpoint.c",
  "src/guest/gate.c", "src/guest/guest.c", "src/guest/key.c", "src/guest/key_v1.c",
  "src/guest/tappd.c", "src/guest/v0.c", "src/guest/v1.c", "src/guest/worker.c", "src/rpc/call.c",
  "src/rpc/codec.c", "src/rpc/failure.c", "src/rpc/message.c", "src/rpc/row.c",
  "src/http1/chunks.c", "src/http1/clock.c", "src/http1/field.c", "src/http1/head.c",
  "src/http1/reader.c", "src/http1/request.c", "src/lua/box.c", "src/lua/compat.c",
  "src/lua/headers.c", "src/lua/l_agent.c", "src/lua/l_attest.c", "src/lua/l_call.c",
  "src/lua/l_compose.c", "src/lua/l_crypto.c", "src/lua/l_ecdsa.c", "src/lua/l_encoding.c",
  "src/lua/l_endpoint.c", "src/lua/l_env.c", "src/lua/l_hasher.c", "src/lua/l_http1.c",
  "src/lua/l_json.c", "src/lua/l_key.c", "src/lua/l_keyed.c", "src/lua/l_secp256k1.c",
  "src/lua/l_secret.c", "src/lua/m_core.c", "src/lua/named.c",
}

local http = {
  "src/base/arena.c", "src/base/base58.c", "src/base/base64.c", "src/base/buf.c", "src/base/hex.c",
  "src/base/json.c", "src/base/json_order.c", "src/base/json_write.c", "src/base/library.c",
  "src/base/number.c", "src/base/pin.c", "src/base/status.c", "src/base/utf8.c",
  "src/http/curl_linked.c", "src/http/endpoint.c", "src/http/exchange.c", "src/http/failure.c",
  "src/http/fork.c", "src/http/pipe_guard.c", "src/http/rescue.c", "src/http/sockets.c",
  "src/http/transfer.c", "src/http/trust.c", "src/http/wire.c", "src/http1/chunks.c",
  "src/http1/clock.c", "src/http1/field.c", "src/http1/head.c", "src/http1/reader.c",
  "src/http1/request.c", "src/lua/box.c", "src/lua/compat.c", "src/lua/headers.c",
  "src/lua/m_http.c",
}

local defines = { "_GNU_SOURCE", 'DS_VERSION="scm"' }

build = {
  type = "builtin",
  modules = {
    ["dstack.core"] = {
      sources = core,
      defines = defines,
      incdirs = { "src", "$(CRYPTO_INCDIR)", "$(SECP256K1_INCDIR)" },
      libdirs = { "$(CRYPTO_LIBDIR)", "$(SECP256K1_LIBDIR)" },
      libraries = { "crypto", "secp256k1" },
    },
    ["dstack.http"] = {
      sources = http,
      defines = defines,
      incdirs = { "src", "$(CURL_INCDIR)", "$(CRYPTO_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)", "$(CRYPTO_LIBDIR)" },
      libraries = { "curl", "crypto" },
    },
    ["dstack.app_compose"] = "lua/dstack/app_compose.lua",
    ["dstack.chain"] = "lua/dstack/chain.lua",
    ["dstack.client"] = "lua/dstack/client.lua",
    ["dstack.compose.check"] = "lua/dstack/compose/check.lua",
    ["dstack.compose.checker"] = "lua/dstack/compose/checker.lua",
    ["dstack.compose.diff"] = "lua/dstack/compose/diff.lua",
    ["dstack.compose.document"] = "lua/dstack/compose/document.lua",
    ["dstack.compose.fields"] = "lua/dstack/compose/fields.lua",
    ["dstack.compose"] = "lua/dstack/compose/init.lua",
    ["dstack.compose.kinds"] = "lua/dstack/compose/kinds.lua",
    ["dstack.compose.new"] = "lua/dstack/compose/new.lua",
    ["dstack.compose.requirement"] = "lua/dstack/compose/requirement.lua",
    ["dstack.compose.rules"] = "lua/dstack/compose/rules.lua",
    ["dstack.compose.variables"] = "lua/dstack/compose/variables.lua",
    ["dstack.crypto"] = "lua/dstack/crypto.lua",
    ["dstack.deprecation"] = "lua/dstack/deprecation.lua",
    ["dstack.detect"] = "lua/dstack/detect.lua",
    ["dstack.env"] = "lua/dstack/env.lua",
    ["dstack.env_file"] = "lua/dstack/env_file.lua",
    ["dstack.exchange"] = "lua/dstack/exchange.lua",
    ["dstack.hex"] = "lua/dstack/hex.lua",
    ["dstack"] = "lua/dstack/init.lua",
    ["dstack.json"] = "lua/dstack/json.lua",
    ["dstack.kms"] = "lua/dstack/kms.lua",
    ["dstack.loop.nginx"] = "lua/dstack/loop/nginx.lua",
    ["dstack.octets"] = "lua/dstack/octets.lua",
    ["dstack.options"] = "lua/dstack/options.lua",
    ["dstack.pin"] = "lua/dstack/pin.lua",
    ["dstack.response"] = "lua/dstack/response.lua",
    ["dstack.response_v1"] = "lua/dstack/response_v1.lua",
    ["dstack.tappd"] = "lua/dstack/tappd.lua",
    ["dstack.transport.cosocket"] = "lua/dstack/transport/cosocket.lua",
    ["dstack.transport.curl"] = "lua/dstack/transport/curl.lua",
    ["dstack.transport"] = "lua/dstack/transport/init.lua",
    ["dstack.transport.stream"] = "lua/dstack/transport/stream.lua",
    ["dstack.v0"] = "lua/dstack/v0.lua",
    ["dstack.v1"] = "lua/dstack/v1.lua",
    ["dstack.worker"] = "lua/dstack/worker.lua",
    ["resty.dstack.keys"] = "lua/resty/dstack/keys.lua",
    ["resty.dstack.options"] = "lua/resty/dstack/options.lua",
    ["resty.dstack.store"] = "lua/resty/dstack/store.lua",
    ["resty.dstack.tls"] = "lua/resty/dstack/tls.lua",
  },
}
