---@meta dstack.ethereum.abi

-- Solidity's ABI, typed data, units. How errors are listed: types/dstack.lua. docs/ethereum_abi.md says which Lua value
-- stands for which type, and what strict decoding is.
--
-- Failures of every function here may also be `memory`. What goes out as bytes is 0x and hex digits; encoded data,
-- topics, addresses and bytes of a known length are taken as such bytes too.

---@class dstack.ethereum
---@field abi dstack.ethereum.abi arguments, results, events and errors of contracts
---@field typed_data dstack.ethereum.typed_data hashes of EIP-712
---@field units dstack.ethereum.units amounts as people write them
local ethereum = {}

---A number of up to 256 bits: decimal text ("1500000000000000000"), 0x and hex digits, or a number that is exact: whole,
---and at most 2^53 where it is no integer of Lua's. Anything else is `invalid`.
---@alias dstack.amount string|integer

-- Units -------------------------------------------------------------------------------------------

---Amounts as people write them. Nothing is ever rounded.
---@class dstack.ethereum.units
local units = {}

---@alias dstack.ethereum.unit
---| "wei"    # 0 digits behind the point
---| "kwei"   # 3
---| "mwei"   # 6
---| "gwei"   # 9
---| "szabo"  # 12
---| "finney" # 15
---| "ether"  # 18

---An amount in its smallest unit: parse("1.5", "ether") is "1500000000000000000".
---Errors: invalid (no digits with at most one point between them; more behind it than the unit has; over 256 bits)
---Errors: invalid (a number that is not whole, negative or not exact; no such unit; decimals are not 0 to 77)
---Raises: an argument is missing or of another type
---@param text string|integer digits, with a point or not; no sign, no exponent
---@param unit dstack.ethereum.unit|integer or a number of decimals, such as a token's
---@return string? amount decimal text
---@return string? message
---@return dstack.code? code
function units.parse(text, unit) end

---The other way: format("1500000000000000000", "ether") is "1.5".
---Errors: invalid (no amount, or negative; no such unit; decimals are no integer of 0 to 77)
---Raises: an argument is missing or of another type
---@param amount dstack.amount
---@param unit dstack.ethereum.unit|integer
---@return string? text without zeros at its end
---@return string? message
---@return dstack.code? code
function units.format(amount, unit) end

-- Values ------------------------------------------------------------------------------------------

---Solidity's ABI, version 2. Types are text, "uint256 amount, (address to, bytes32 id)[]", with or without names.
---Signatures are as Solidity has them: `transfer(address,uint256)`, `function f(uint256 a) returns (bool)`,
---`event Transfer(address indexed from, ...)`, `error Low(uint256 available)`.
---@class dstack.ethereum.abi
---@field panics table<integer, string> what the codes of Panic(uint256) mean
local abi = {}

---@class dstack.ethereum.DecodeOptions
---@field lenient? boolean take what Solidity's own decoder takes: offsets to anywhere in the data, anything as padding and behind the end; default false

---A contract's signatures. Each table is a list of them, in the ABI's order, and has them by name and by canonical text
---("transfer(address,uint256)") too; a name that several have is false.
---@class dstack.ethereum.Contract
---@field functions table<string|integer, string|false>
---@field events table<string|integer, string|false>
---@field errors table<string|integer, string|false> as decode_error and call_function take them

---Reads the ABI that compilers write in JSON. Constructors, and functions without a name, are passed over.
---Errors: invalid (no JSON; no ABI: the message names the entry, as text[3].inputs[1])
---Raises: text is no string
---@param text string the list, or the compiler's file that has it as its member `abi`
---@return dstack.ethereum.Contract? contract, string? message, dstack.code? code
function abi.from_json(text) end

---Values as bytes, as Solidity's abi.encode has them.
---Errors: invalid (no such types; a value is missing, of another type, out of range: the message names it); too_large
---Raises: types are neither text nor a list of texts; values is no table
---@param types string|string[] separated by commas, or a list
---@param values table a list; or by name, where all types have names
---@return string? hex, string? message, dstack.code? code
function abi.encode(types, values) end

---Values as Solidity's abi.encodePacked has them: nothing says where one ends, so different values may give the same
---bytes. Elements of arrays are padded.
---Errors: invalid (as encode); unsupported (tuples; arrays of anything but single words); too_large
---Raises: types are neither text nor a list of texts; values is no table
---@param types string|string[]
---@param values table
---@return string? hex, string? message, dstack.code? code
function abi.encode_packed(types, values) end

---The Keccak-256 of what encode_packed gives.
---Errors: invalid (as encode); unsupported (as encode_packed); too_large
---Raises: types are neither text nor a list of texts; values is no table
---@param types string|string[]
---@param values table
---@return string? hash hex
---@return string? message
---@return dstack.code? code
function abi.hash_packed(types, values) end

---Bytes as values: a list that has those with a name by their name too.
---Errors: invalid (no such types; the data is not what an encoder writes: the message names value and byte)
---Errors: too_large (over 16 MiB; lenient: data that points to its own parts again and again)
---Raises: types are neither text nor a list of texts; data is no string; an option does not exist or has another type
---@param types string|string[]
---@param data string hex, or bytes
---@param options? dstack.ethereum.DecodeOptions
---@return table? values, string? message, dstack.code? code
function abi.decode(types, data, options) end

-- Calls -------------------------------------------------------------------------------------------

---The four bytes that name a function, or an error: "0xa9059cbb".
---Errors: invalid (no signature, or an event's)
---Raises: signature is no string
---@param signature string
---@return string? hex, string? message, dstack.code? code
function abi.selector(signature) end

---A call's data: selector and arguments.
---Errors: invalid (no signature of a function; an argument is missing, of another type, out of range); too_large
---Raises: signature is no string; args is no table
---@param signature string
---@param args? table a list; or by name, where all parameters have names; default none
---@return string? hex, string? message, dstack.code? code
function abi.encode_call(signature, args) end

---A call's arguments.
---Errors: invalid (no signature of a function; another selector; as decode); too_large
---Raises: an argument is no string; an option does not exist or has another type
---@param signature string
---@param data string hex, or bytes
---@param options? dstack.ethereum.DecodeOptions
---@return table? args, string? message, dstack.code? code
function abi.decode_call(signature, data, options) end

---What a function returned, by the `returns (...)` of its signature.
---Errors: invalid (no signature of a function, or without returns; as decode); too_large
---Raises: an argument is no string; an option does not exist or has another type
---@param signature string
---@param data string hex, or bytes
---@param options? dstack.ethereum.DecodeOptions
---@return table? values, string? message, dstack.code? code
function abi.decode_result(signature, data, options) end

-- Events ------------------------------------------------------------------------------------------

---The first topic of an event's logs.
---Errors: invalid (no signature of an event, or an anonymous one's)
---Raises: signature is no string
---@param signature string
---@return string? topic hex
---@return string? message
---@return dstack.code? code
function abi.event(signature) end

---Values any of which will do: `encode_topics(signature, { to = assert(abi.any_of { a, b }) })`.
---Errors: invalid (an empty list, for which a node would find every log)
---Raises: values is no table
---@param values any[] a list
---@return table? any, string? message, dstack.code? code
function abi.any_of(values) end

---Topics to look for logs with, as eth_getLogs wants them: the event's, then one for each indexed parameter; a list where
---abi.any_of has several, dstack.null where there is no value for it.
---Errors: invalid (no signature of an event; a value is wrong, or of a parameter that is not indexed)
---Raises: signature is no string; values is no table
---@param signature string
---@param values? table of indexed parameters, by name or by the parameter's place; default none
---@return (string|string[]|lightuserdata)[]? topics hex, lists of that, or dstack.null
---@return string? message
---@return dstack.code? code
function abi.encode_topics(signature, values) end

---The values of a log. An indexed parameter that is no single word is in it as its hash only.
---Errors: invalid (no signature of an event; another event's log; as decode); too_large
---Raises: an argument is missing or of another type; an option does not exist or has another type
---@param signature string
---@param topics string[] hex, or bytes
---@param data string hex, or bytes
---@param options? dstack.ethereum.DecodeOptions
---@return table? values, string? message, dstack.code? code
function abi.decode_log(signature, topics, data, options) end

-- Errors ------------------------------------------------------------------------------------------

---@class dstack.ethereum.ContractError
---@field name string "Error", "Panic" or that of the contract's own error
---@field signature string canonical, such as "Error(string)"
---@field args table as decode returns them
---@field message string of Error its text, as the contract gives it; of Panic what its code means; of others the signature

---Why a call reverted.
---Errors: invalid (data is empty, or begins with the selector of none of the signatures; as decode); too_large
---Raises: data is no string; signatures is no table of strings; an option does not exist or has another type
---@param data string hex, or bytes
---@param signatures? string[] the contract's own errors; Error(string) and Panic(uint256) are always known
---@param options? dstack.ethereum.DecodeOptions
---@return dstack.ethereum.ContractError? reason, string? message, dstack.code? code
function abi.decode_error(data, signatures, options) end

-- Typed data --------------------------------------------------------------------------------------

---Typed structured data (EIP-712), as wallets sign it by eth_signTypedData_v4. All functions return hex text.
---@class dstack.ethereum.typed_data
local typed_data = {}

---@class dstack.ethereum.TypedMember
---@field name string
---@field type string

---The domain a message is for. At least one member; other members only where types.EIP712Domain has them.
---@class dstack.ethereum.Domain
---@field name? string
---@field version? string
---@field chainId? dstack.amount
---@field verifyingContract? string address
---@field salt? string 32 bytes or their hex

---eth_signTypedData_v4's own form.
---@class dstack.ethereum.TypedData
---@field types table<string, dstack.ethereum.TypedMember[]>
---@field primaryType? string
---@field domain dstack.ethereum.Domain
---@field message table

---The hash that is signed. The whole form, or its JSON, may be the only argument.
---Errors: invalid (a type that is unknown, cyclic or misspelt; several structs could be the message's; no JSON)
---Errors: invalid (a member is missing, too much or wrong: the message names it, as message.to[1].wallet); too_large
---Raises: an argument is missing or of another type
---@param domain dstack.ethereum.Domain|dstack.ethereum.TypedData|string
---@param types? table<string, dstack.ethereum.TypedMember[]> with EIP712Domain or without
---@param message? table
---@param primary_type? string the message's struct; default: the only one that no other struct uses
---@return string? hash, string? message, dstack.code? code
function typed_data.hash(domain, types, message, primary_type) end

---The hash of a domain.
---Errors: invalid (a member is unknown or wrong)
---Raises: an argument is of another type
---@param domain dstack.ethereum.Domain
---@param types? table<string, dstack.ethereum.TypedMember[]> where EIP712Domain is among them, it counts
---@return string? hash, string? message, dstack.code? code
function typed_data.domain_separator(domain, types) end

---The hash of a struct: hashStruct of the standard.
---Errors: invalid (as hash; there is no struct of that name); too_large
---Raises: an argument is missing or of another type
---@param types table<string, dstack.ethereum.TypedMember[]>
---@param name string the struct's
---@param value table
---@return string? hash, string? message, dstack.code? code
function typed_data.struct_hash(types, name, value) end

---What the standard calls encodeType: "Mail(Person from,Person to,string contents)Person(string name,address wallet)".
---Errors: invalid (as hash; there is no struct of that name); too_large
---Raises: an argument is missing or of another type
---@param types table<string, dstack.ethereum.TypedMember[]>
---@param name string the struct's
---@return string? text, string? message, dstack.code? code
function typed_data.encode_type(types, name) end
