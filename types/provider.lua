---@meta dstack.provider

-- Nodes and their JSON-RPC: any server, Ethereum's, Solana's. How errors are listed: types/dstack.lua; the whole way:
-- docs/json_rpc.md.

---@class dstack
local dstack = {}

---@class dstack.ethereum
local ethereum = {}

---@class dstack.solana
local solana = {}

---What a call that goes to a node can return; a fourth value, where there is one, is dstack.RpcDetails.
---@alias dstack.rpc_errors
---| "invalid"     # an argument has a value that the call cannot take; nothing was sent
---| "connect"     # nobody listens, unknown host, certificate refused; no request was sent
---| "timeout"     # options timeout and connect_timeout; the node may have done what was asked
---| "closed"      # the connection ended early, or the client was closed
---| "http"        # a status other than 200, and no JSON-RPC error with it
---| "rpc"         # the node refused, in its own words
---| "unsupported" # the node has no such method, or there is no libcurl
---| "reply"       # no JSON-RPC 2.0, another request's answer, or a member that is missing or wrong
---| "too_large"   # a request over 10 MiB, a reply over max_response_bytes, its head over 64 KiB or 128 lines
---| "memory"      # memory could not be allocated
---| "internal"    # a library below us failed in a way that should not happen

---@class dstack.RpcDetails
---@field code? integer JSON-RPC's
---@field message? string the server's words, as they came but for secrets of the URL and of headers
---@field data? any what the server said besides
---@field status? integer HTTP's, where it is not 200
---@field retry_after? integer seconds that the server asks to wait
---@field reason? dstack.RpcReason what the words mean, where that is known
---@field revert_data? string Ethereum: what a contract reverted with, 0x and hex
---@field revert? table Ethereum: the same decoded: name, signature, args, message (see abi.decode_error)
---@field receipt? dstack.ethereum.Receipt Ethereum: of a transaction that failed
---@field hash? string Ethereum: of the transaction that was to be sent
---@field signature? string Solana: the first one of the transaction that was to be sent
---@field maybe_sent? true that transaction may be on its way all the same
---@field logs? string[] Solana: what programs said in the preflight
---@field err? any Solana: the transaction's error
---@field expired? true Solana: the blockhash is too old, the transaction cannot come any more
---@field block_height? integer|string Solana: at which it was found to be expired

---@alias dstack.RpcReason
---| "already_known"      # Ethereum: this transaction waits there already
---| "nonce_too_low"      # Ethereum: a transaction with this nonce was mined before
---| "nonce_too_high"     # Ethereum: those with the nonces before it are missing
---| "underpriced"        # Ethereum: another one with this nonce waits, or the node's least fee is higher
---| "insufficient_funds" # Ethereum: it would cost more than there is
---| "not_ready"          # the node is behind, or still reading its database

-- Any server --------------------------------------------------------------------------------------

---The options of all clients, and headers. Path and query of the URL, and headers' values, are taken for secrets: no
---message and no log line shows them. `endpoint` is a URL, with path and query if need be but without user and password,
---or a socket's path; there is no default.
---@class dstack.JsonRpcOptions: DstackClientOptions
---@field headers? table<string, string> sent with every request, such as authorization

---Makes a client of a JSON-RPC 2.0 server. Does no I/O.
---Errors: invalid (there is no endpoint, or none that can be; a header or a number cannot be)
---Raises: an option does not exist or has another type
---@param endpoint_or_options string|dstack.JsonRpcOptions
---@return JsonRpc? client, string? message, dstack.code? code
function dstack.json_rpc(endpoint_or_options) end

---@class JsonRpc
local JsonRpc = {}

---@class dstack.RequestOptions
---@field timeout? number seconds, instead of the client's
---@field repeatable? boolean the method has no effect: it may go over a kept connection, and again should that be dead

---Asks one method. Its result as it came: numbers exact (integers beyond 2^53 as decimal text), null as dstack.null.
---Errors: dstack.rpc_errors
---Raises: called without a colon; method is no string, params no table; an option does not exist or has another type
---@param method string
---@param params? table a list, or members by name
---@param options? dstack.RequestOptions
---@return any result, string? message, dstack.code? code, dstack.RpcDetails? details
function JsonRpc:request(method, params, options) end

---@class dstack.Answer
---@field result? any
---@field message? string of a failure, or why the result is false
---@field code? dstack.code of a failure
---@field details? dstack.RpcDetails of a failure

---Asks several methods at once. Answers are in the order of the calls, whatever the server's.
---Errors: dstack.rpc_errors
---Raises: called without a colon; calls is no list of {method, params}; an option does not exist or has another type
---@param calls table[] a list of {method, params}
---@param options? dstack.RequestOptions
---@return dstack.Answer[]? answers, string? message, dstack.code? code, dstack.RpcDetails? details
function JsonRpc:batch(calls, options) end

---Closes the connection; later calls fail with `closed`.
---Errors: none
function JsonRpc:close() end

-- Ethereum ----------------------------------------------------------------------------------------

---Makes a client of an Ethereum node. Does no I/O.
---Errors: invalid (as dstack.json_rpc)
---Raises: an option does not exist or has another type
---@param endpoint_or_options string|dstack.JsonRpcOptions
---@return dstack.ethereum.Provider? provider, string? message, dstack.code? code
function ethereum.provider(endpoint_or_options) end

---Arguments are positional or one table of named ones. Blocks, nonces, gas and chain ids are numbers, refused with
---`reply` beyond 2^53; what is paid is decimal text, in wei. Hashes, addresses and bytes come as 0x and hex. As
---arguments, amounts may be numbers up to 2^53, decimal or 0x-hex text; bytes may be given as they are, an account does
---for its address; a block is its number or "latest", "pending", "earliest", "safe", "finalized".
---What is not there is `false` and why, so that `assert` fails, and a failure is told apart by `nil`.
---@class dstack.ethereum.Provider
local Provider = {}

---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return integer? id, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:chain_id() end

---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return integer? number, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:block_number() end

---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return string? wei, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:gas_price() end

---What the node would offer on top of the base fee.
---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return string? wei, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:max_priority_fee_per_gas() end

---Of the last 20 blocks, with the median of each one's rewards.
---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return table? history oldest_block, base_fee_per_gas (of those blocks and of the next), gas_used_ratio, reward
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:fee_history() end

---What a transaction of type 2 (EIP-1559) should offer. The priority fee is the median, over those of the last 20 blocks
---that were not empty, of what their median transaction paid, or max_priority_fee_per_gas where nobody paid anything;
---the whole fee is that and twice the next block's base fee, which is enough for five full blocks behind it.
---Errors: dstack.rpc_errors; unsupported (a chain without base fees)
---Raises: called without a colon
---@return table? fees base_fee_per_gas, max_priority_fee_per_gas, max_fee_per_gas: wei, decimal text
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:fee_suggestion() end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@param block? integer|string default "latest"
---@return string? wei, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:balance(address, block) end

---How many transactions an account has sent, which is the next one's nonce; with "pending", those that wait too.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@param block? integer|string default "latest"
---@return integer? nonce, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:nonce(address, block) end

---A contract's code, 0x and hex; "0x" where there is none.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@param block? integer|string default "latest"
---@return string? code, string? message, dstack.code? word, dstack.RpcDetails? details
function Provider:code(address, block) end

---Calls a contract without a transaction. Named arguments besides: from, value, gas_limit, gas_price, max_fee_per_gas,
---max_priority_fee_per_gas, access_list.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param to? string
---@param data? string
---@param block? integer|string default "latest"
---@return string? data 0x and hex
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details revert, where the contract reverted
function Provider:call(to, data, block) end

---Calls a contract's function by its signature. Named arguments besides: block, from, value, gas_limit, and errors, a
---list of signatures of the contract's own errors.
---Errors: dstack.rpc_errors; invalid (signature or arguments are not what the ABI has)
---Errors: reply (what came back is not what the signature says)
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param to string
---@param signature string such as "balanceOf(address) returns (uint256)"
---@param args? table a list
---@return table? values a list of what it returned
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details revert, where the contract reverted
function Provider:call_function(to, signature, args) end

---How much gas a transaction would need; arguments as `call`.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param to? string
---@param data? string
---@param block? integer|string
---@return integer? gas, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:estimate_gas(to, data, block) end

---Sends a signed transaction, once. The node's hash must be that of its bytes.
---Errors: dstack.rpc_errors
---Raises: called without a colon; raw is missing or no string
---@param raw string bytes, or 0x and hex
---@return string? hash, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:send_raw_transaction(raw) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; hash is missing or no string
---@param hash string
---@return table|false|nil transaction nonce, from, to, value, gas, input, type and so on; block_number when it is mined
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:transaction(hash) end

---@class dstack.ethereum.Receipt
---@field transaction_hash string
---@field transaction_index integer
---@field block_hash string
---@field block_number integer
---@field status? integer 1: it did what it should; 0: it failed and was paid for all the same
---@field from string
---@field to? string
---@field contract_address? string of a contract that was created
---@field gas_used integer
---@field cumulative_gas_used integer
---@field effective_gas_price? string wei
---@field logs table[] as of `logs`
---@field logs_bloom string
---@field type? integer
---@field extra table members this SDK does not know, as they came

---A transaction's receipt, or false as long as it is not mined.
---Errors: dstack.rpc_errors
---Raises: called without a colon; hash is missing or no string
---@param hash string
---@return dstack.ethereum.Receipt|false|nil receipt
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:receipt(hash) end

---Waits for a transaction's receipt; one for a transaction that failed is a failure, with the receipt in the details.
---What may pass (no connection, a proxy's 503, a node that asks for patience) is tried again until the time is over.
---Errors: dstack.rpc_errors; timeout (not mined, or not often enough confirmed, in that time; it may still come)
---Errors: rpc (the transaction failed)
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param hash string
---@param timeout? number seconds, default 120
---@param confirmations? integer default 1, which is the block it is in
---@param interval? number seconds between looks, default 1
---@return dstack.ethereum.Receipt? receipt, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:wait_for_receipt(hash, timeout, confirmations, interval) end

---A block by its number or tag.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param block? integer|string default "latest"
---@param full? boolean with whole transactions instead of their hashes
---@return table|false|nil block number, hash, parent_hash, timestamp, gas_limit, gas_used, base_fee_per_gas, transactions ...
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:block(block, full) end

---A block by its hash.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param hash string
---@param full? boolean with whole transactions instead of their hashes
---@return table|false|nil block, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:block_by_hash(hash, full) end

---What contracts logged. A topic is a hash, a list of those any of which will do, or dstack.null for any.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param address? string|string[]
---@param topics? table
---@param from_block? integer|string
---@param to_block? integer|string
---@param block_hash? string instead of from_block and to_block
---@return table[]? logs address, topics, data, block_number, transaction_hash, log_index ...
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Provider:logs(address, topics, from_block, to_block, block_hash) end

---Several of these methods in one request: {"balance", address}, {"receipt", hash}, {"request", method, params}.
---Errors: dstack.rpc_errors
---Raises: called without a colon; a call is no list with a method's name; an argument as the method's
---@param calls table[] lists of a method's name and its arguments
---@return dstack.Answer[]? answers, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:batch(calls) end

---Any method of the node, as JsonRpc:request.
---Errors: dstack.rpc_errors
---Raises: as JsonRpc:request
---@param method string
---@param params? table
---@param options? dstack.RequestOptions
---@return any result, string? message, dstack.code? code, dstack.RpcDetails? details
function Provider:request(method, params, options) end

---Closes the connection; later calls fail with `closed`.
---Errors: none
---Raises: called without a colon
function Provider:close() end

---@class dstack.ethereum.Account
local Account = {}

---The account on a chain: what a transaction lacks is asked of this node. Does no I/O.
---Errors: none
---Raises: called without a colon; no provider
---@param provider dstack.ethereum.Provider
---@return dstack.ethereum.ConnectedAccount
function Account:connect(provider) end

---An account on a chain: made by `account:connect(provider)`.
---@class dstack.ethereum.ConnectedAccount
---@field address string
---@field account dstack.ethereum.Account
---@field provider dstack.ethereum.Provider
local ConnectedAccount = {}

---Fills in what a transaction lacks (chain id, nonce, gas limit, fees: in one batch where the node takes batches), signs it
---and sends it, once. The type is 2 (EIP-1559) unless gas_price, type or access_list say otherwise.
---Errors: dstack.rpc_errors; invalid (a field is wrong, or chain_id is not the node's; nothing was signed)
---Errors: unsupported (a chain without base fees: give gas_price; a transaction with blobs); reply (another hash)
---Raises: called without a colon; no table; a field does not exist or has another type
---@param transaction table to (an account will do), value, data, and any other field of sign_transaction
---@return dstack.ethereum.SentTransaction? sent
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details hash, when it was signed: where it may have been sent, look for its receipt
function ConnectedAccount:send_transaction(transaction) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; the block has another type
---@param block? integer|string default "latest"
---@return string? wei, string? message, dstack.code? code, dstack.RpcDetails? details
function ConnectedAccount:balance(block) end

---The nonce of the next transaction, with those that wait.
---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return integer? nonce, string? message, dstack.code? code, dstack.RpcDetails? details
function ConnectedAccount:nonce() end

---@class dstack.ethereum.SentTransaction
---@field hash string
---@field transaction table what was signed, with all that was filled in
---@field provider dstack.ethereum.Provider
local SentTransaction = {}

---Waits for the receipt, as provider:wait_for_receipt.
---Errors: dstack.rpc_errors; timeout (it may still come); rpc (the transaction failed)
---Raises: called without a colon; options is no table; an option does not exist or has another type
---@param options? table timeout, confirmations, interval
---@return dstack.ethereum.Receipt? receipt, string? message, dstack.code? code, dstack.RpcDetails? details
function SentTransaction:wait(options) end

-- Solana ------------------------------------------------------------------------------------------

---@class dstack.solana.RpcOptions: dstack.JsonRpcOptions
---@field commitment? "processed"|"confirmed"|"finalized" of every call that names none, default "confirmed"

---Makes a client of a Solana node. Does no I/O.
---Errors: invalid (as dstack.json_rpc; no such commitment)
---Raises: an option does not exist or has another type
---@param endpoint_or_options string|dstack.solana.RpcOptions
---@return dstack.solana.Rpc? client, string? message, dstack.code? code
function solana.rpc(endpoint_or_options) end

---Arguments are positional or one table of named ones; commitment and min_context_slot are always named. Addresses,
---hashes and signatures are base58 (a keypair does for its address), an account's data is bytes. Whole numbers are exact:
---those beyond 2^53 are decimal text, here and there. What is not there is `false` and why, so that `assert` fails.
---@class dstack.solana.Rpc
local Rpc = {}

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param options? table commitment, min_context_slot
---@return integer|string|nil slot, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:slot(options) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param options? table commitment, min_context_slot
---@return integer|string|nil height, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:block_height(options) end

---Which chain it is.
---Errors: dstack.rpc_errors
---Raises: called without a colon
---@return string? hash, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:genesis_hash() end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument has another type or does not exist
---@param options? table commitment, min_context_slot
---@return table? latest blockhash, last_valid_block_height
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:latest_blockhash(options) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@return integer|string|nil lamports, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:balance(address) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@return table|false|nil account data (bytes), owner, lamports, executable, rent_epoch, space
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:account_info(address) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param size integer|string bytes of data
---@return integer|string|nil lamports, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:minimum_balance_for_rent_exemption(size) end

---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string of an account of tokens, not of its owner
---@return table? balance amount (decimal text), decimals, ui_amount_string
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:token_account_balance(address) end

---An owner's accounts of tokens: those of a mint, or those of a program.
---Errors: dstack.rpc_errors; invalid (not one of mint and program_id)
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param owner string
---@param mint? string
---@param program_id? string
---@return table[]? accounts address, mint, owner, state, program_id, amount (decimal text), decimals, ui_amount_string, lamports
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:token_accounts_by_owner(owner, mint, program_id) end

---What a transaction would do. Named arguments besides: sig_verify, replace_recent_blockhash, commitment,
---min_context_slot.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param transaction string|table bytes, or what serializes itself
---@return table? simulation err (nil when it would succeed), logs, units_consumed, return_data
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:simulate_transaction(transaction) end

---Sends a signed transaction, once. Named arguments besides: skip_preflight, preflight_commitment (the client's unless
---named), max_retries, min_context_slot. The signature that comes back must be the transaction's first.
---Errors: dstack.rpc_errors; invalid (the first signature is missing); rpc (the preflight failed: details have logs and err)
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param transaction string|table bytes, or what serializes itself
---@return string? signature, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:send_transaction(transaction) end

---What became of transactions. Named argument besides: search_transaction_history.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param signatures string[]
---@return table? statuses as many: slot, confirmations, err, confirmation_status; or false for one that is not known
---@return string? message
---@return dstack.code? code
---@return dstack.RpcDetails? details
function Rpc:signature_statuses(signatures) end

---Waits until a transaction has a commitment. With last_valid_block_height, as latest_blockhash gave it, it ends as soon
---as the transaction cannot come any more (details.expired). What may pass is tried again until the time is over.
---Errors: dstack.rpc_errors; timeout (it may still come); rpc (it failed, or its blockhash has expired)
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param signature string
---@param commitment? "processed"|"confirmed"|"finalized" default: the client's
---@param timeout? number seconds, default 60
---@param last_valid_block_height? integer|string
---@param interval? number seconds between looks, default 0.5
---@return table? status, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:confirm(signature, commitment, timeout, last_valid_block_height, interval) end

---Where there is money for nothing: local validators and test networks.
---Errors: dstack.rpc_errors
---Raises: called without a colon; an argument is missing, has another type or does not exist
---@param address string
---@param lamports integer|string
---@return string? signature, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:request_airdrop(address, lamports) end

---Several of these methods in one request, as Provider:batch.
---Errors: dstack.rpc_errors
---Raises: called without a colon; a call is no list with a method's name; an argument as the method's
---@param calls table[] lists of a method's name and its arguments
---@return dstack.Answer[]? answers, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:batch(calls) end

---Any method of the node, as JsonRpc:request.
---Errors: dstack.rpc_errors
---Raises: as JsonRpc:request
---@param method string
---@param params? table
---@param options? dstack.RequestOptions
---@return any result, string? message, dstack.code? code, dstack.RpcDetails? details
function Rpc:request(method, params, options) end

---Closes the connection; later calls fail with `closed`.
---Errors: none
---Raises: called without a colon
function Rpc:close() end

return dstack
