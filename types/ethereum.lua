---@meta dstack.ethereum

-- Ethereum: accounts, messages, transactions. How errors are listed: types/dstack.lua; with examples: docs/ethereum.md.
--
-- Bytes go out as Ethereum's tools show them, 0x and hex digits; RLP alone is bytes to bytes. Amounts are decimal text,
-- 0x and hex digits, or numbers that are exact, and go out as decimal text. Failures of every function here may also be
-- `memory` or `internal` (a library failed). Raised is a missing argument or one of another type.

---@class dstack
---@field ethereum dstack.ethereum accounts, messages, transactions

---Ethereum: from a derived key to what a node takes. Signing never leaves C.
---@class dstack.ethereum
---@field Account dstack.ethereum.Account the class of accounts
---@field rlp dstack.ethereum.rlp Ethereum's encoding of strings and lists
local ethereum = {}

-- Accounts ----------------------------------------------------------------------------------------

---The account of a derived key, as the SDKs for Python, JavaScript and Go make it: the 32 bytes are the key. A TLS key
---is refused: other SDKs make the same wallet, whose key is known to all, of every one.
---Errors: invalid (a TLS key; a key asked for as ed25519; a key that is none); memory; internal
---Raises: key is no reply of get_key
---@param key GetKeyResponse|GetKeyResponseV1
---@return dstack.ethereum.Account? account, string? message, dstack.code? code
function ethereum.to_account(key) end

---The same account for a derived key. For a TLS key that of the SDKs for Python and JavaScript, whose key is the
---SHA-256 of the whole DER; it is another one at each call of get_tls_key, which is said once on stderr.
---Errors: invalid (a TLS key that is no PEM; a key asked for as ed25519; a key that is none); memory; internal
---Raises: key is no reply of get_key, get_tls_key, issue_cert or derive_key
---@param key GetKeyResponse|GetKeyResponseV1|GetTlsKeyResponse|IssueCertResponseV1|DeriveKeyResponse
---@return dstack.ethereum.Account? account, string? message, dstack.code? code
function ethereum.to_account_secure(key) end

---The account of a secret key. An object stays yours: the account uses it, and closing the account leaves it open.
---Errors: invalid (not 32 bytes or their hex; zero, or not below the order of the curve; it was closed); memory
---Errors: internal
---Raises: key is neither a string nor a secp256k1 key
---@param key string|dstack.Secp256k1Key 32 bytes, their hex with or without 0x, or an object of `dstack.crypto`
---@return dstack.ethereum.Account? account, string? message, dstack.code? code
function ethereum.account_from_key(key) end

---An account. The key is in an object that wipes it, and no member shows it; tostring shows the address. In Lua 5.4 it
---may be `<close>`.
---@class dstack.ethereum.Account
---@field address string with its checksum (EIP-55)
---@field public_key string 0x and hex of 65 bytes: 04, x, y
local Account = {}

---Signs a hash, the caller's choice: whoever gives you one may have made it of anything.
---Returns r, s and v, 65 bytes as 0x and hex; v is 27 or 28.
---Errors: invalid (not 32 bytes; the account was closed); memory; internal
---Raises: called without a colon; hash is no string
---@param hash string 32 bytes, or 0x and their hex
---@return string? signature, string? message, dstack.code? code
function Account:sign_hash(hash) end

---Signs a message as wallets do by personal_sign (EIP-191, version 0x45). Its bytes are signed as they are: text that
---looks like hex is text.
---Errors: invalid (the account was closed); memory; internal
---Raises: called without a colon; message is no string
---@param message string
---@return string? signature, string? message, dstack.code? code
function Account:sign_message(message) end

---Signs typed data as wallets do by eth_signTypedData_v4 (EIP-712). Takes domain, types, message and, where more than
---one type could be meant, the name of the message's; or the whole form {types=, primaryType=, domain=, message=}, or
---its JSON, as the only argument.
---Errors: invalid (types or values are wrong, the message says where; the account was closed); memory; internal
---Raises: called without a colon; an argument is missing or of another type
---@param domain table|string
---@param types? table<string, table>
---@param message? table
---@param primary_type? string
---@return string? signature, string? message, dstack.code? code
function Account:sign_typed_data(domain, types, message, primary_type) end

---Signs a transaction. Nonces are those of RFC 6979, so the same transaction always gives the same bytes.
---Errors: invalid (a value is wrong, the message says which; `from` is another account; the account was closed)
---Errors: too_large (more than 1 MiB); memory; internal
---Raises: called without a colon; an unknown field, a missing one, or one of another type
---@param tx dstack.ethereum.Transaction
---@return dstack.ethereum.SignedTransaction? signed, string? message, dstack.code? code
function Account:sign_transaction(tx) end

---Wipes the key, unless it is an object that you gave. Harmless when repeated.
---Errors: none
---Raises: called without a colon
function Account:close() end

-- Transactions ------------------------------------------------------------------------------------

---A transaction. Its type is that which its fields say, unless `type` does: with blob_versioned_hashes 3 (EIP-4844),
---with max_fee_per_gas 2 (EIP-1559), with access_list 1 (EIP-2930), else 0. A field that the type does not have is an
---error.
---@class dstack.ethereum.Transaction
---@field type? integer 0 to 3
---@field chain_id integer|string|false false: valid on every chain, as before EIP-155; only with type 0
---@field nonce integer|string
---@field gas_limit integer|string
---@field gas_price? integer|string wei; types 0 and 1
---@field max_fee_per_gas? integer|string wei; types 2 and 3
---@field max_priority_fee_per_gas? integer|string wei, a part of max_fee_per_gas; types 2 and 3
---@field to? string an address; only a contract's creation has none
---@field value? integer|string wei, default 0
---@field data? string 0x and hex, or bytes; default none. What is nothing but hex digits is refused
---@field access_list? dstack.ethereum.Access[] types 1 to 3
---@field max_fee_per_blob_gas? integer|string wei; type 3
---@field blob_versioned_hashes? string[] 32 bytes each, or 0x and their hex; type 3, whose sidecar is not made here
---@field from? string an address: that of the account, or it is refused

---@class dstack.ethereum.Access
---@field address string
---@field storage_keys? string[] 32 bytes each, or 0x and their hex

---@class dstack.ethereum.SignedTransaction
---@field raw? string 0x and hex: what eth_sendRawTransaction takes; absent where it was decoded
---@field hash string 0x and hex of 32 bytes: the transaction's
---@field r string 0x and hex of 32 bytes
---@field s string 0x and hex of 32 bytes, the low one of two
---@field v? integer|string type 0: 27 or 28, or with the chain id in it (EIP-155); text beyond 2^53
---@field y_parity? integer types 1 to 3: 0 or 1
---@field from? string where it was decoded: who signed

---What is to be signed, for signers elsewhere: 32 bytes as 0x and hex.
---Errors: invalid (a value is wrong, the message says which); too_large (more than 1 MiB); memory; internal
---Raises: an unknown field, a missing one, or one of another type
---@param tx dstack.ethereum.Transaction
---@return string? hash, string? message, dstack.code? code
function ethereum.signing_hash(tx) end

---A signed transaction as the table that sign_transaction takes, and its signature with who signed. Numbers of 64 bits
---are numbers up to 2^53 and decimal text beyond; all other amounts are decimal text. Only what can be valid is read:
---canonical RLP, a known type, a low s.
---Errors: invalid (anything else; the message says at which byte); verify (a high s, or no key fits)
---Errors: too_large (more than 1 MiB); memory; internal
---Raises: raw is no string
---@param raw string bytes, or 0x and their hex
---@return dstack.ethereum.Transaction? tx
---@return dstack.ethereum.SignedTransaction|string signed_or_message
---@return dstack.code? code
function ethereum.decode_transaction(raw) end

---Who signed a transaction.
---Errors: invalid (as decode_transaction); verify (a high s, or no key fits); too_large (more than 1 MiB); memory
---Errors: internal
---Raises: raw is no string
---@param raw string bytes, or 0x and their hex
---@return string? address, string? message, dstack.code? code
function ethereum.recover_transaction(raw) end

-- Who signed --------------------------------------------------------------------------------------

---Who signed a hash. Nearly every signature leads to some address: nothing is proven until it is compared with one you
---know, in the same spelling (`to_checksum_address`).
---Errors: invalid (a length; v is neither 27, 28, nor 0, 1; r or s is out of range); verify (a high s, or no key fits)
---Errors: memory; internal
---Raises: an argument is missing or no string
---@param hash string 32 bytes, or 0x and their hex
---@param signature string 65 bytes, or 0x and their hex
---@return string? address, string? message, dstack.code? code
function ethereum.recover_hash(hash, signature) end

---Who signed a message (EIP-191): see recover_hash.
---Errors: invalid (as recover_hash); verify (a high s, or no key fits); memory; internal
---Raises: an argument is missing or no string
---@param message string
---@param signature string 65 bytes, or 0x and their hex
---@return string? address, string? message, dstack.code? code
function ethereum.recover_message(message, signature) end

---Who signed typed data (EIP-712): see recover_hash. Takes domain, types, message, signature, primary_type; or the
---whole form, or its JSON, and the signature.
---Errors: invalid (types or values are wrong; as recover_hash); verify (a high s, or no key fits); memory; internal
---Raises: an argument is missing or of another type
---@param domain table|string
---@param types table<string, table>|string
---@param message? table
---@param signature? string 65 bytes, or 0x and their hex
---@param primary_type? string
---@return string? address, string? message, dstack.code? code
function ethereum.recover_typed_data(domain, types, message, signature, primary_type) end

---@class dstack.ethereum.Signature
---@field r string 0x and hex of 32 bytes
---@field s string 0x and hex of 32 bytes
---@field v integer 27 or 28
---@field y_parity integer 0 or 1

---The numbers of a signature, as contracts want them (permit and the like).
---Errors: invalid (a length; v is neither 27, 28, nor 0, 1; r or s is out of range); verify (a high s)
---Raises: signature is no string
---@param signature string 65 bytes, or 0x and their hex
---@return dstack.ethereum.Signature? parts, string? message, dstack.code? code
function ethereum.split_signature(signature) end

-- Addresses ---------------------------------------------------------------------------------------

---Whether text is an address: 0x and 40 hex digits, whose letters are in one case or as the checksum has them (EIP-55).
---Errors: none
---Raises: text is no string
---@param text string
---@return boolean is_address
function ethereum.is_address(text) end

---An address with its checksum.
---Errors: invalid (it is none, or has the checksum of another)
---Raises: address is no string
---@param address string text, or 20 bytes that are no text themselves
---@return string? address, string? message, dstack.code? code
function ethereum.to_checksum_address(address) end

-- RLP ---------------------------------------------------------------------------------------------

---RLP (Yellow Paper, appendix B): a string is a string of bytes, a table a list.
---@class dstack.ethereum.rlp
local rlp = {}

---Values as RLP. Whole numbers are written as the shortest string of bytes, zero as the empty one. Returns bytes.
---Errors: invalid (a number that is negative or not exact; lists in more than 64 others); too_large (more than 1 MiB)
---Errors: memory
---Raises: a value that is no string, number or list
---@param value string|number|table
---@return string? bytes, string? message, dstack.code? code
function rlp.encode(value) end

---Bytes as values: strings and lists. Takes only what `encode` writes, and nothing behind it.
---Errors: invalid (anything else; the message says at which byte); too_large (more than 1 MiB); memory
---Raises: bytes is no string
---@param bytes string
---@return string|table|nil value, string? message, dstack.code? code
function rlp.decode(bytes) end
