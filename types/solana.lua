---@meta dstack.solana

-- Solana: from a derived key to a signed transaction. How errors are listed: types/dstack.lua; the whole way:
-- docs/solana.md.

---@class dstack
---@field solana dstack.solana Solana: keypairs, addresses, instructions, transactions
local dstack = {}

---Base58 of 32 bytes, or a keypair, whose public key is meant.
---@alias dstack.solana.Key string|dstack.solana.Keypair

---Solana without the network. Public keys, block hashes and signatures that scripts see are base58 text but where
---"bytes" is said. Amounts are whole numbers of the smallest unit (lamports; what a mint's decimals say): decimal
---text, or numbers where those are exact.
---@class dstack.solana
---@field units dstack.solana.units amounts as people write them
---@field system dstack.solana.system instructions of the System program
---@field compute_budget dstack.solana.compute_budget instructions of the Compute Budget program
---@field token dstack.solana.token instructions of the Token programs
---@field associated_token dstack.solana.associated_token the accounts of owners for mints
---@field program_ids table<string, string> ids of the programs that are known, by name
local solana = {}

-- Keypairs ----------------------------------------------------------------------------------------

---The Ed25519 keypair of a derived key: its 32 bytes are the seed, as in other SDKs.
---A TLS key is refused: what other SDKs make of one here is the same account for everybody.
---Errors: invalid (a TLS key; the reply's key was changed to something else); memory; internal (OpenSSL failed)
---Raises: key is no reply of get_key
---@param key GetKeyResponse|GetKeyResponseV1
---@return dstack.solana.Keypair? keypair, string? message, dstack.code? code
function solana.to_keypair(key) end

---The same for a derived key. Of a TLS key the seed is SHA-256 of its whole DER, as in the SDKs for Python and
---JavaScript; a notice says that every call of get_tls_key gives another key, so the account is lost with it.
---Errors: invalid (the reply's key was changed to something else); memory; internal (OpenSSL failed)
---Raises: key is no reply of get_key, get_tls_key, issue_cert or derive_key
---@param key GetKeyResponse|GetKeyResponseV1|GetTlsKeyResponse|IssueCertResponseV1|DeriveKeyResponse
---@return dstack.solana.Keypair? keypair, string? message, dstack.code? code
function solana.to_keypair_secure(key) end

---The keypair of a seed. A key object stays yours to close, and the keypair needs it open.
---A new one: `keypair_from_seed(dstack.crypto.ed25519.generate())`.
---Errors: invalid (not 32 bytes; the key was closed); memory; internal (OpenSSL failed)
---Raises: seed is neither a string nor an ed25519 key
---@param seed string|dstack.Ed25519Key 32 bytes, or an object
---@return dstack.solana.Keypair? keypair, string? message, dstack.code? code
function solana.keypair_from_seed(seed) end

---The keypair of a key file's content, 64 numbers: the seed and the public key, which have to belong together.
---Errors: invalid (not a JSON array or list of 64 numbers of 0 to 255; another seed's public key)
---Errors: too_large (over 4096 bytes); memory; internal (OpenSSL failed)
---Raises: json is neither a string nor a table
---@param json string|integer[] the text, or its numbers
---@return dstack.solana.Keypair? keypair, string? message, dstack.code? code
function solana.keypair_from_json(json) end

---The keypair in a file of the Solana tools, such as `~/.config/solana/id.json`. The bytes never become a Lua string.
---Errors: invalid (it cannot be read, and as keypair_from_json); too_large (over 4096 bytes); memory; internal
---Raises: path is no string
---@param path string
---@return dstack.solana.Keypair? keypair, string? message, dstack.code? code
function solana.keypair_from_file(path) end

---A keypair. The secret half is in an object that wipes it when closed or collected; tostring shows the public one.
---@class dstack.solana.Keypair
---@field public_key string
---@field public_key_bytes string 32 bytes
local Keypair = {}

---Signs bytes (RFC 8032).
---Errors: invalid (it was closed); memory; internal (OpenSSL failed)
---Raises: message is no string; called without a colon
---@param message string bytes
---@return string? signature 64 bytes, string? message, dstack.code? code
function Keypair:sign(message) end

---Whether a signature is by this keypair, as `solana.verify` checks it.
---Errors: invalid (the signature is not 64 bytes); verify (it is not by this key over this message); internal
---Raises: signature or message is no string; called without a colon
---@param signature string 64 bytes
---@param message string bytes
---@return true? verified, string? message, dstack.code? code
function Keypair:verify(signature, message) end

---The content of a key file: a JSON array of 64 numbers. It holds the secret, as a Lua string, which nobody can wipe.
---Errors: invalid (it was closed); memory
---Raises: called without a colon
---@return string? json, string? message, dstack.code? code
function Keypair:to_json() end

---Writes a key file that only its owner may read (mode 0600). A file that exists is left alone.
---Errors: invalid (it exists, or cannot be written; the keypair was closed); memory
---Raises: path is no string; called without a colon
---@param path string
---@return true? written, string? message, dstack.code? code
function Keypair:to_file(path) end

---Wipes the secret half, unless it is in a key object of yours. Harmless when repeated; also runs at the end of a
---`<close>` scope.
---Errors: none
---Raises: called without a colon
function Keypair:close() end

---Whether a signature is by a key over a message, as validators check it: neither the key nor the signature's first
---half is of low order.
---Errors: invalid (public_key is none; the signature is not 64 bytes); verify (it is not by this key over this message)
---Errors: memory; internal (OpenSSL failed)
---Raises: an argument is missing or of another type
---@param public_key dstack.solana.Key
---@param signature string 64 bytes
---@param message string bytes
---@return true? verified, string? message, dstack.code? code
function solana.verify(public_key, signature, message) end

-- Addresses ---------------------------------------------------------------------------------------

---The bytes of a public key.
---Errors: invalid (no base58 of 32 bytes); memory
---Raises: text is neither a string nor a keypair
---@param text dstack.solana.Key
---@return string? bytes 32 of them, string? message, dstack.code? code
function solana.decode_public_key(text) end

---The text of a public key.
---Errors: invalid (not 32 bytes); memory
---Raises: bytes is no string
---@param bytes string 32 bytes
---@return string? text base58, string? message, dstack.code? code
function solana.encode_public_key(bytes) end

---Whether an address is a point of the curve, and so may have a key. A program-derived address is none.
---Errors: invalid (no base58 of 32 bytes); memory
---Raises: public_key is neither a string nor a keypair
---@param public_key dstack.solana.Key
---@return boolean? on_curve, string? message, dstack.code? code
function solana.is_on_curve(public_key) end

---A program's address for these seeds.
---Errors: invalid (over 16 seeds, or one over 32 bytes; they give a point of the curve; program_id is no public key)
---Errors: memory; internal (OpenSSL failed)
---Raises: seeds is no list of strings; program_id is missing or of another type
---@param seeds string[] bytes; a public key's are `decode_public_key(key)`
---@param program_id dstack.solana.Key
---@return string? address, string? message, dstack.code? code
function solana.create_program_address(seeds, program_id) end

---A program's address for these seeds and one more of one byte, the bump: the greatest that gives an address.
---Errors: invalid (over 15 seeds, or one over 32 bytes; program_id is no public key)
---Errors: memory; internal (OpenSSL failed)
---Raises: seeds is no list of strings; program_id is missing or of another type
---@param seeds string[] bytes; a public key's are `decode_public_key(key)`
---@param program_id dstack.solana.Key
---@return string? address, integer|string bump_or_message, dstack.code? code
function solana.find_program_address(seeds, program_id) end

---The address that system.create_account_with_seed makes an account at.
---Errors: invalid (the seed is over 32 bytes; base or owner is no public key; owner is no program)
---Errors: memory; internal (OpenSSL failed)
---Raises: an argument is missing or of another type
---@param base dstack.solana.Key
---@param seed string
---@param owner dstack.solana.Key the program that will own the account
---@return string? address, string? message, dstack.code? code
function solana.create_with_seed(base, seed, owner) end

-- Amounts -----------------------------------------------------------------------------------------

---@alias dstack.solana.Unit "sol"|"lamports"|integer of decimals, 0 to 255

---Amounts as people write them.
---@class dstack.solana.units
local units = {}

---An amount in the smallest unit: `parse("1.5")` is "1500000000".
---Errors: invalid (no decimal number, or one with more decimals than the unit; above 2^64 - 1)
---Errors: invalid (a number that is not exact; there is no such unit); memory
---Raises: text is neither text nor a number; unit is of another type
---@param text string|integer
---@param unit? dstack.solana.Unit default "sol"
---@return string? amount digits, string? message, dstack.code? code
function units.parse(text, unit) end

---An amount of the smallest unit as people write it, shortest: `format("1500000000")` is "1.5".
---Errors: invalid (no whole number of 0 to 2^64 - 1; a number that is not exact; there is no such unit); memory
---Raises: amount is neither text nor a number; unit is of another type
---@param amount string|integer
---@param unit? dstack.solana.Unit default "sol"
---@return string? text, string? message, dstack.code? code
function units.format(amount, unit) end

-- Instructions ------------------------------------------------------------------------------------

---@class dstack.solana.Account
---@field pubkey dstack.solana.Key
---@field is_signer? boolean
---@field is_writable? boolean

---@class dstack.solana.Instruction
---@field program_id dstack.solana.Key
---@field accounts dstack.solana.Account[]
---@field data string bytes

---A text in the transaction's log, which the signers named stand for.
---Errors: invalid (text is not UTF-8; a signer is no public key); memory
---Raises: text is no string; signers is no list
---@param text string
---@param signers? dstack.solana.Key[]
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function solana.memo(text, signers) end

-- Transactions ------------------------------------------------------------------------------------

---@class dstack.solana.LookupTable
---@field key dstack.solana.Key
---@field addresses dstack.solana.Key[] at most 256, in the order of the table

---@class dstack.solana.TransactionArguments
---@field instructions dstack.solana.Instruction[]
---@field fee_payer dstack.solana.Key
---@field recent_blockhash string base58, or the nonce of a nonce account
---@field version? 0|"legacy" default 0
---@field address_lookup_tables? dstack.solana.LookupTable[] for version 0
---@field order? "sorted"|"appearance" order of accounts of one kind, default "sorted"; see docs/solana.md

---Compiles instructions to a transaction that nobody signed yet.
---Errors: invalid (no public key; no instruction; fee_payer is a program that is called; no such version or order)
---Errors: invalid (tables for a legacy transaction, or one of more than 256 addresses); memory
---Errors: too_large (over 1232 bytes with its signatures: the message says by how many; over 256 accounts)
---Raises: an argument is missing, of another type or unknown
---@param given dstack.solana.TransactionArguments
---@return dstack.solana.Transaction? transaction, string? message, dstack.code? code
function solana.transaction(given) end

---Reads a transaction, strictly. Signatures are not checked: see verify_signatures.
---Errors: invalid (no transaction: the message says what is wrong); too_large (over 1232 bytes); memory
---Raises: bytes is no string
---@param bytes string
---@return dstack.solana.Transaction? transaction, string? message, dstack.code? code
function solana.deserialize(bytes) end

---The same of base64, as nodes and wallets hand transactions on.
---Errors: invalid (no base64, no transaction); too_large (over 1232 bytes); memory
---Raises: text is no string
---@param text string
---@return dstack.solana.Transaction? transaction, string? message, dstack.code? code
function solana.deserialize_base64(text) end

---Reads a message, which becomes a transaction that nobody signed yet.
---Errors: invalid (no message: the message says what is wrong); too_large (over 1232 bytes); memory
---Raises: bytes is no string
---@param bytes string
---@return dstack.solana.Transaction? transaction, string? message, dstack.code? code
function solana.deserialize_message(bytes) end

---The addresses in the data of an address lookup table's account.
---Errors: invalid (other data); memory
---Raises: data is no string
---@param data string bytes
---@return string[]? addresses, string? message, dstack.code? code
function solana.decode_lookup_table(data) end

---A message, which does not change, and signatures.
---@class dstack.solana.Transaction
local Transaction = {}

---Signs with these keypairs, after which no signature may be missing. Nothing is signed on failure.
---Errors: invalid (a keypair is no signer's, is given twice, or was closed; a signature is still missing)
---Errors: memory; internal (OpenSSL failed)
---Raises: an argument is no keypair; called without a colon
---@param ... dstack.solana.Keypair
---@return dstack.solana.Transaction? itself, string? message, dstack.code? code
function Transaction:sign(...) end

---Signs with these keypairs; others may follow. Nothing is signed on failure.
---Errors: invalid (a keypair is no signer's, is given twice, or was closed); memory; internal (OpenSSL failed)
---Raises: an argument is no keypair; called without a colon
---@param ... dstack.solana.Keypair
---@return dstack.solana.Transaction? itself, string? message, dstack.code? code
function Transaction:partial_sign(...) end

---Takes a signature that was made elsewhere, if it is right.
---Errors: invalid (public_key is no signer's; not 64 bytes); verify (it is not by this key over this message)
---Errors: memory; internal (OpenSSL failed)
---Raises: an argument is missing or of another type; called without a colon
---@param public_key dstack.solana.Key
---@param signature string 64 bytes
---@return dstack.solana.Transaction? itself, string? message, dstack.code? code
function Transaction:add_signature(public_key, signature) end

---Whose signatures are missing.
---Errors: none
---Raises: called without a colon
---@return string[] public_keys
function Transaction:missing_signers() end

---@class dstack.solana.Signature
---@field public_key string
---@field signature? string base58; absent while it is missing

---The signers with their signatures, in the order of the message: who pays the fee first.
---Errors: none
---Raises: called without a colon
---@return dstack.solana.Signature[] signatures
function Transaction:signatures() end

---The first signature, by which the network knows the transaction.
---Errors: invalid (it is missing)
---Raises: called without a colon
---@return string? signature base58, string? message, dstack.code? code
function Transaction:signature() end

---Checks all signatures, as `solana.verify` does.
---Errors: verify (one is missing or wrong: the message says whose); memory; internal (OpenSSL failed)
---Raises: called without a colon
---@return true? verified, string? message, dstack.code? code
function Transaction:verify_signatures() end

---The bytes that are signed.
---Errors: none
---Raises: called without a colon
---@return string bytes
function Transaction:message_bytes() end

---@class dstack.solana.MessageAccount
---@field pubkey? string absent where the account is out of a lookup table
---@field lookup_table? string the table's key
---@field index? integer in the table, from 0
---@field is_signer boolean
---@field is_writable boolean

---@class dstack.solana.MessageInstruction
---@field program_id string
---@field accounts dstack.solana.MessageAccount[]
---@field data string bytes

---@class dstack.solana.Message
---@field version 0|"legacy"
---@field fee_payer string
---@field recent_blockhash string
---@field accounts dstack.solana.MessageAccount[] all there are, in order
---@field instructions dstack.solana.MessageInstruction[]

---What the message says: look at it before you sign what others made.
---Errors: none
---Raises: called without a colon
---@return dstack.solana.Message message
function Transaction:message() end

---@class dstack.solana.SerializeOptions
---@field allow_missing? boolean with zeros in the place of missing signatures, for the next signer

---The transaction's bytes.
---Errors: invalid (a signature is missing: the message says whose); memory
---Raises: an option does not exist or has another type; called without a colon
---@param options? dstack.solana.SerializeOptions
---@return string? bytes, string? message, dstack.code? code
function Transaction:serialize(options) end

---The same as base64, which `sendTransaction` takes with `encoding = "base64"`.
---Errors: invalid (a signature is missing: the message says whose); memory
---Raises: an option does not exist or has another type; called without a colon
---@param options? dstack.solana.SerializeOptions
---@return string? text, string? message, dstack.code? code
function Transaction:to_base64(options) end


return dstack
