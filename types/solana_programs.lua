---@meta dstack.solana.programs

-- Instructions of Solana's programs. How errors are listed: types/dstack.lua; what Keys, amounts and transactions are:
-- types/solana.lua.

---Instructions of the System program. As all tables of instructions its functions take arguments in order, or one
---table of them by name: `system.transfer{from=, to=, lamports=}`.
---@class dstack.solana.system
local system = {}

---Makes an account that a program owns. Both sign.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param from dstack.solana.Key who pays
---@param new_account dstack.solana.Key
---@param lamports string|integer
---@param space string|integer bytes
---@param owner dstack.solana.Key the program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.create_account(from, new_account, lamports, space, owner) end

---Gives an account to a program.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param owner dstack.solana.Key the program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.assign(account, owner) end

---Moves SOL.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param from dstack.solana.Key
---@param to dstack.solana.Key
---@param lamports string|integer
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.transfer(from, to, lamports) end

---Makes an account at an address that `create_with_seed` derived; `base` signs in its place.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param from dstack.solana.Key who pays
---@param new_account dstack.solana.Key the derived address
---@param base dstack.solana.Key
---@param seed string
---@param lamports string|integer
---@param space string|integer bytes
---@param owner dstack.solana.Key the program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.create_account_with_seed(from, new_account, base, seed, lamports, space, owner) end

---Uses up a nonce; the first instruction of a transaction that has it in the place of a block hash.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param nonce_account dstack.solana.Key
---@param authority dstack.solana.Key
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.advance_nonce(nonce_account, authority) end

---Moves SOL out of a nonce account.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param nonce_account dstack.solana.Key
---@param authority dstack.solana.Key
---@param to dstack.solana.Key
---@param lamports string|integer
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.withdraw_nonce(nonce_account, authority, to, lamports) end

---Makes a nonce account of a new account of 80 bytes.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param nonce_account dstack.solana.Key
---@param authority dstack.solana.Key who may use it
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.initialize_nonce(nonce_account, authority) end

---Lets another use a nonce account.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param nonce_account dstack.solana.Key
---@param authority dstack.solana.Key
---@param new_authority dstack.solana.Key
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.authorize_nonce(nonce_account, authority, new_authority) end

---Gives an account room.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param space string|integer bytes
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.allocate(account, space) end

---Moves SOL from an address that `create_with_seed` derived; `base` signs in its place.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param from dstack.solana.Key the derived address
---@param base dstack.solana.Key
---@param seed string
---@param owner dstack.solana.Key
---@param to dstack.solana.Key
---@param lamports string|integer
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function system.transfer_with_seed(from, base, seed, owner, to, lamports) end

---Instructions of the Compute Budget program: what a transaction may use, and what is paid for it.
---@class dstack.solana.compute_budget
local compute_budget = {}

---Asks for more memory.
---Errors: invalid (no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param bytes string|integer a multiple of 1024, up to 262144
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function compute_budget.request_heap_frame(bytes) end

---The most units that the transaction may use.
---Errors: invalid (no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param units string|integer up to 1400000
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function compute_budget.set_compute_unit_limit(units) end

---What is paid for a unit, beside the fee for signatures.
---Errors: invalid (no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param micro_lamports string|integer millionths of a lamport
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function compute_budget.set_compute_unit_price(micro_lamports) end

---The most bytes of accounts that the transaction may load.
---Errors: invalid (no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param bytes string|integer
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function compute_budget.set_loaded_accounts_data_size_limit(bytes) end

---Instructions of the Token program, and with `program_id = solana.program_ids.token_2022` of Token-2022. Where an
---owner or authority is an account of several signers, `signers` names those of them who sign. Amounts are in the
---token's smallest unit: `units.parse("1.5", decimals)`.
---@class dstack.solana.token
---@field native_mint string the mint of wrapped SOL
local token = {}

---Makes a mint of a new account of 82 bytes.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param mint dstack.solana.Key
---@param decimals integer
---@param mint_authority dstack.solana.Key
---@param freeze_authority? dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.initialize_mint(mint, decimals, mint_authority, freeze_authority, signers, program_id) end

---Makes a token account of a new account of 165 bytes.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param owner dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.initialize_account(account, mint, owner, signers, program_id) end

---Moves tokens. `transfer_checked` is safer: it names the mint.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param source dstack.solana.Key
---@param destination dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.transfer(source, destination, owner, amount, signers, program_id) end

---Lets another move up to an amount.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param source dstack.solana.Key
---@param delegate dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.approve(source, delegate, owner, amount, signers, program_id) end

---Takes that back.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param source dstack.solana.Key
---@param owner dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.revoke(source, owner, signers, program_id) end

---Gives an authority to another, or to nobody for good.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key or a mint
---@param authority dstack.solana.Key
---@param authority_type integer 0 minting, 1 freezing, 2 the owner, 3 closing
---@param new_authority? dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.set_authority(account, authority, authority_type, new_authority, signers, program_id) end

---Makes tokens.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param mint dstack.solana.Key
---@param destination dstack.solana.Key
---@param authority dstack.solana.Key
---@param amount string|integer
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.mint_to(mint, destination, authority, amount, signers, program_id) end

---Destroys tokens.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.burn(account, mint, owner, amount, signers, program_id) end

---Ends an account without tokens; its SOL go to the destination.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param destination dstack.solana.Key
---@param owner dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.close_account(account, destination, owner, signers, program_id) end

---Stops an account.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param authority dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.freeze_account(account, mint, authority, signers, program_id) end

---Lets it go on.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param authority dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.thaw_account(account, mint, authority, signers, program_id) end

---Moves tokens, where mint and decimals are these.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param source dstack.solana.Key
---@param mint dstack.solana.Key
---@param destination dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param decimals integer of the mint, which are checked
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.transfer_checked(source, mint, destination, owner, amount, decimals, signers, program_id) end

---Lets another move up to an amount, where mint and decimals are these.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param source dstack.solana.Key
---@param mint dstack.solana.Key
---@param delegate dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param decimals integer of the mint, which are checked
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.approve_checked(source, mint, delegate, owner, amount, decimals, signers, program_id) end

---Makes tokens, where the decimals are these.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param mint dstack.solana.Key
---@param destination dstack.solana.Key
---@param authority dstack.solana.Key
---@param amount string|integer
---@param decimals integer of the mint, which are checked
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.mint_to_checked(mint, destination, authority, amount, decimals, signers, program_id) end

---Destroys tokens, where the decimals are these.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param owner dstack.solana.Key
---@param amount string|integer
---@param decimals integer of the mint, which are checked
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.burn_checked(account, mint, owner, amount, decimals, signers, program_id) end

---Counts the SOL that an account of wrapped SOL was sent.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.sync_native(account, signers, program_id) end

---As initialize_account, without naming the rent account.
---Errors: invalid (no public key); memory
---Raises: an argument is missing, of another type, or unknown
---@param account dstack.solana.Key
---@param mint dstack.solana.Key
---@param owner dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.initialize_account3(account, mint, owner, signers, program_id) end

---As initialize_mint, without naming the rent account.
---Errors: invalid (no public key; no exact amount); memory
---Raises: an argument is missing, of another type, or unknown
---@param mint dstack.solana.Key
---@param decimals integer
---@param mint_authority dstack.solana.Key
---@param freeze_authority? dstack.solana.Key
---@param signers? dstack.solana.Key[]
---@param program_id? dstack.solana.Key default: the Token program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function token.initialize_mint2(mint, decimals, mint_authority, freeze_authority, signers, program_id) end

---The accounts of owners for mints that everybody can find.
---@class dstack.solana.associated_token
local associated_token = {}

---The address of an owner's account for a mint. An owner that nobody has a key for, being off the curve, is refused unless
---that is allowed: it may be the address of a token account, and tokens sent to an account that it owns are lost.
---Errors: invalid (no public key; an owner off the curve); memory; internal (OpenSSL failed)
---Raises: an argument is missing or of another type
---@param owner dstack.solana.Key
---@param mint dstack.solana.Key
---@param token_program_id? dstack.solana.Key the program that the mint is of; default: the Token program
---@param allow_owner_off_curve? boolean the owner is a program's address, which signs by its program
---@return string? address, integer|string bump_or_message, dstack.code? code
function associated_token.address(owner, mint, token_program_id, allow_owner_off_curve) end

---Makes the account; fails on the chain where there is one.
---Errors: invalid (no public key; an owner off the curve, see address); memory
---Raises: an argument is missing, of another type, or unknown
---@param payer dstack.solana.Key who pays, and signs
---@param owner dstack.solana.Key
---@param mint dstack.solana.Key
---@param token_program_id? dstack.solana.Key the program that the mint is of; default: the Token program
---@param allow_owner_off_curve? boolean the owner is a program's address, which signs by its program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function associated_token.create(payer, owner, mint, token_program_id, allow_owner_off_curve) end

---Makes the account unless there is one.
---Errors: invalid (no public key; an owner off the curve, see address); memory
---Raises: an argument is missing, of another type, or unknown
---@param payer dstack.solana.Key who pays, and signs
---@param owner dstack.solana.Key
---@param mint dstack.solana.Key
---@param token_program_id? dstack.solana.Key the program that the mint is of; default: the Token program
---@param allow_owner_off_curve? boolean the owner is a program's address, which signs by its program
---@return dstack.solana.Instruction? instruction, string? message, dstack.code? code
function associated_token.create_idempotent(payer, owner, mint, token_program_id, allow_owner_off_curve) end
