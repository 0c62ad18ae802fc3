-- Signing for a chain, from a table or a text to what is sent, beside the bare signature of a hash;
-- for Solana, of as many bytes. See ratio.lua.
-- usage: dstack-lua sign.lua BARE

local dstack = require "dstack"

local account = dstack.ethereum.account_from_key(("k"):rep(32))
local transfer = {
  chain_id = 1, nonce = 7, gas_limit = 21000, max_fee_per_gas = "30000000000",
  max_priority_fee_per_gas = "1000000000", to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  value = "1500000000000000000",
}
local call = {
  chain_id = 1, nonce = 7, gas_limit = 60000, gas_price = "30000000000", to = transfer.to,
  data = "0xa9059cbb" .. ("00"):rep(12) .. transfer.to:sub(3):lower() .. ("0"):rep(62) .. "2a",
}

local solana = dstack.solana
local keypair = solana.keypair_from_seed(("k"):rep(32))

local somebody = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM"

local function solana_transfer()
  return solana.transaction {
    fee_payer = keypair, recent_blockhash = "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N",
    instructions = { solana.system.transfer(keypair, somebody, 1) },
  }
end

local built = solana_transfer()
local bytes = built:message_bytes()
assert(#bytes == 152, "bare_crypto.c signs another number of bytes")

require "ratio"("sign", arg[1], {
  { "ethereum sign_message", "secp256k1.sign_recoverable", 500,
    function() return account:sign_message "Sign in to example.org" end },
  { "ethereum sign_transaction", "secp256k1.sign_recoverable", 500,
    function() return account:sign_transaction(transfer) end },
  { "ethereum, a legacy call", "secp256k1.sign_recoverable", 500,
    function() return account:sign_transaction(call) end },
  { "solana keypair:sign", "ed25519.sign_message", 1000,
    function() return keypair:sign(bytes) end },
  { "solana transaction:sign", "ed25519.sign_message", 1000,
    function() return built:sign(keypair) end },
  { "solana, built and signed", "ed25519.sign_message", 500,
    function() return solana_transfer():sign(keypair):to_base64() end },
})
