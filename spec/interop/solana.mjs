// Random cases of what is computed for Solana, and the answers of @solana/web3.js and @solana/spl-token: see
// solana.lua. Run it where both are installed.
import {
  AddressLookupTableAccount, ComputeBudgetProgram, Keypair, Message, PublicKey, SystemProgram, Transaction,
  TransactionMessage, VersionedMessage, VersionedTransaction,
} from '@solana/web3.js'
import * as spl from '@solana/spl-token'
import { chance, main, pick, randomBytes, randomInt, several } from './lines.mjs'

const PACKET = 1232
const key_of = (text) => new PublicKey(text)
const bytes_of = (hex) => Buffer.from(hex, 'hex')
const hex_of = (bytes) => Buffer.from(bytes).toString('hex')

// Cases -------------------------------------------------------------------------------------------

const octets = (n) => hex_of(randomBytes(n))
const some = (most) => octets(randomInt(most + 1))
const key = () => new PublicKey(randomBytes(32)).toBase58()
const public_key = (seed) => Keypair.fromSeed(bytes_of(seed)).publicKey.toBase58()

function make_message() {
  const seeds = several(1, 6, () => octets(32))
  const others = several(2, 12, key)
  const programs = several(1, 4, key)
  if (chance(3)) programs.push(pick(others))
  const account = () => chance(3)
    ? { pubkey: public_key(pick(seeds)), is_signer: chance(2), is_writable: chance(2) }
    : { pubkey: pick(others), is_signer: false, is_writable: chance(2) }
  return {
    version: chance(2) ? 'legacy' : 0, seeds, fee_payer: public_key(seeds[0]), recent_blockhash: key(),
    instructions: several(1, 5, () => ({ program_id: pick(programs), accounts: several(0, 12, account), data: some(70) })),
    tables: several(0, 3, () => ({ key: key(), addresses: several(0, 20, () => chance(3) ? pick(others) : key()) })),
  }
}

// Half by the older way to a legacy message, which orders accounts by the rules of a locale.
function make_reading() {
  for (;;) {
    const c = make_message()
    const plan = plan_of(c)
    const older = new Transaction({ feePayer: plan.payerKey, recentBlockhash: plan.recentBlockhash })
    const message = chance(2) ? message_of(c) : older.add(...plan.instructions).compileMessage()
    if (serialized(message)) return { bytes: hex_of(message.serialize()) }
  }
}

const u64 = () => pick([0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 1n, randomBytes(8).readBigUInt64LE()]).toString()
const u53 = () => String(pick([0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER, randomInt(2 ** 48 - 1)]))

const make_arguments = {
  key, u64, u53, u32: () => randomBytes(4).readUInt32LE(), u8: () => randomInt(256), text: () => some(16),
  maybe: () => chance(2) ? key() : null,
}

// The layouts of System take numbers that JavaScript has.
const instructions = {
  'system create_account': 'key key u53 u53 key', 'system assign': 'key key', 'system transfer': 'key key u53',
  'system allocate': 'key u53', 'system advance_nonce': 'key key', 'system withdraw_nonce': 'key key key u53',
  'system authorize_nonce': 'key key key', 'compute_budget request_heap_frame': 'u32',
  'system create_account_with_seed': 'key key key text u53 u53 key', 'system initialize_nonce': 'key key',
  'system transfer_with_seed': 'key key text key key u53',
  'compute_budget set_compute_unit_limit': 'u32', 'compute_budget set_compute_unit_price': 'u53',
}

const token_instructions = {
  'token initialize_mint': 'key u8 key maybe', 'token initialize_account': 'key key key',
  'token transfer': 'key key key u64', 'token approve': 'key key key u64', 'token revoke': 'key key',
  'token set_authority': 'key key u8 maybe', 'token mint_to': 'key key key u64', 'token burn': 'key key key u64',
  'token close_account': 'key key key', 'token freeze_account': 'key key key', 'token thaw_account': 'key key key',
  'token transfer_checked': 'key key key key u64 u8', 'token approve_checked': 'key key key key u64 u8',
  'token mint_to_checked': 'key key key u64 u8', 'token burn_checked': 'key key key u64 u8',
  'token sync_native': 'key', 'token initialize_account3': 'key key key',
  'token initialize_mint2': 'key u8 key maybe',
  'associated_token create': 'key key key', 'associated_token create_idempotent': 'key key key',
}

function make_instruction(from) {
  const chosen = pick(Object.keys(from))
  const [program, name] = chosen.split(' ')
  const given = from[chosen].split(' ').map((type) => make_arguments[type]())
  if (name === 'set_authority') given[2] = randomInt(4)
  return { program, name, arguments: given }
}

const make = {
  address: () => ({ seed: octets(32) }),
  signature: () => ({ seed: octets(32), message: some(300) }),
  message: make_message,
  transaction: make_message,
  reading: make_reading,
  program_address: () => ({ seeds: several(0, 8, () => some(32)), program: key() }),
  seed_address: () => ({ base: key(), seed: some(16), owner: key() }),
  associated_token: () => ({
    owner: key(), mint: key(), program: pick([spl.TOKEN_PROGRAM_ID, spl.TOKEN_2022_PROGRAM_ID]).toBase58(),
  }),
  curve: () => ({ key: chance(2) ? public_key(octets(32)) : key() }),
  small_instruction: () => make_instruction(instructions),
  token_instruction: () => make_instruction(token_instructions),
}

// Answers -----------------------------------------------------------------------------------------

function plan_of(c) {
  return {
    payerKey: key_of(c.fee_payer), recentBlockhash: c.recent_blockhash,
    instructions: c.instructions.map((step) => ({
      programId: key_of(step.program_id), data: bytes_of(step.data),
      keys: step.accounts.map((a) => ({ pubkey: key_of(a.pubkey), isSigner: a.is_signer, isWritable: a.is_writable })),
    })),
  }
}

function message_of(c) {
  const plan = plan_of(c)
  if (c.version === 'legacy') return new TransactionMessage(plan).compileToLegacyMessage()
  return new TransactionMessage(plan).compileToV0Message(c.tables.map((table) => new AddressLookupTableAccount({
    key: key_of(table.key),
    state: { deactivationSlot: 2n ** 64n - 1n, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0,
      addresses: table.addresses.map(key_of) },
  })))
}

// It refuses what does not fit a packet with errors of several kinds.
function serialized(message) {
  try {
    const bytes = message.serialize()
    return 1 + 64 * message.header.numRequiredSignatures + bytes.length <= PACKET ? bytes : null
  } catch (error) {
    if (error instanceof RangeError || /too large|overruns/i.test(error.message)) return null
    throw error
  }
}

function answer_transaction(c) {
  const message = message_of(c)
  if (!serialized(message)) return 'too_large'
  const names = message.staticAccountKeys.slice(0, message.header.numRequiredSignatures).map(String)
  const signers = c.seeds.map((seed) => Keypair.fromSeed(bytes_of(seed)))
  const transaction = new VersionedTransaction(message)
  transaction.sign(signers.filter((one) => names.includes(one.publicKey.toBase58())))
  const bytes = transaction.serialize()
  if (hex_of(VersionedTransaction.deserialize(bytes).serialize()) !== hex_of(bytes)) throw new Error('round trip')
  if (c.version === 'legacy' && !Transaction.from(bytes).verifySignatures()) throw new Error('signatures')
  return hex_of(bytes)
}

function answer_program_address(c) {
  const seeds = c.seeds.map(bytes_of)
  const [address, bump] = PublicKey.findProgramAddressSync(seeds, key_of(c.program))
  let plain = 'refused'
  try {
    plain = PublicKey.createProgramAddressSync(seeds, key_of(c.program)).toBase58()
  } catch (error) {
    if (!/off the curve|on.?curve|Invalid seeds/.test(error.message)) throw error
  }
  return `${address.toBase58()} ${bump} ${plain}`
}

const S = SystemProgram, C = ComputeBudgetProgram

const build = {
  create_account: (a) => S.createAccount(
    { fromPubkey: a[0], newAccountPubkey: a[1], lamports: a[2], space: a[3], programId: a[4] }),
  assign: (a) => S.assign({ accountPubkey: a[0], programId: a[1] }),
  transfer: (a) => S.transfer({ fromPubkey: a[0], toPubkey: a[1], lamports: a[2] }),
  allocate: (a) => S.allocate({ accountPubkey: a[0], space: a[1] }),
  create_account_with_seed: (a) => S.createAccountWithSeed({
    fromPubkey: a[0], newAccountPubkey: a[1], basePubkey: a[2], seed: a[3], lamports: a[4], space: a[5], programId: a[6] }),
  advance_nonce: (a) => S.nonceAdvance({ noncePubkey: a[0], authorizedPubkey: a[1] }),
  withdraw_nonce: (a) => S.nonceWithdraw({ noncePubkey: a[0], authorizedPubkey: a[1], toPubkey: a[2], lamports: a[3] }),
  authorize_nonce: (a) => S.nonceAuthorize({ noncePubkey: a[0], authorizedPubkey: a[1], newAuthorizedPubkey: a[2] }),
  initialize_nonce: (a) => S.nonceInitialize({ noncePubkey: a[0], authorizedPubkey: a[1] }),
  transfer_with_seed: (a) => S.transfer({
    fromPubkey: a[0], basePubkey: a[1], seed: a[2], programId: a[3], toPubkey: a[4], lamports: a[5] }),
  request_heap_frame: (a) => C.requestHeapFrame({ bytes: a[0] }),
  set_compute_unit_limit: (a) => C.setComputeUnitLimit({ units: a[0] }),
  set_compute_unit_price: (a) => C.setComputeUnitPrice({ microLamports: a[0] }),
}

const build_token = {
  initialize_mint: (a) => spl.createInitializeMintInstruction(a[0], a[1], a[2], a[3]),
  initialize_account: (a) => spl.createInitializeAccountInstruction(a[0], a[1], a[2]),
  transfer: (a) => spl.createTransferInstruction(a[0], a[1], a[2], a[3]),
  approve: (a) => spl.createApproveInstruction(a[0], a[1], a[2], a[3]),
  revoke: (a) => spl.createRevokeInstruction(a[0], a[1]),
  set_authority: (a) => spl.createSetAuthorityInstruction(a[0], a[1], a[2], a[3]),
  mint_to: (a) => spl.createMintToInstruction(a[0], a[1], a[2], a[3]),
  burn: (a) => spl.createBurnInstruction(a[0], a[1], a[2], a[3]),
  close_account: (a) => spl.createCloseAccountInstruction(a[0], a[1], a[2]),
  freeze_account: (a) => spl.createFreezeAccountInstruction(a[0], a[1], a[2]),
  thaw_account: (a) => spl.createThawAccountInstruction(a[0], a[1], a[2]),
  transfer_checked: (a) => spl.createTransferCheckedInstruction(a[0], a[1], a[2], a[3], a[4], a[5]),
  approve_checked: (a) => spl.createApproveCheckedInstruction(a[0], a[1], a[2], a[3], a[4], a[5]),
  mint_to_checked: (a) => spl.createMintToCheckedInstruction(a[0], a[1], a[2], a[3], a[4]),
  burn_checked: (a) => spl.createBurnCheckedInstruction(a[0], a[1], a[2], a[3], a[4]),
  sync_native: (a) => spl.createSyncNativeInstruction(a[0]),
  initialize_account3: (a) => spl.createInitializeAccount3Instruction(a[0], a[1], a[2]),
  initialize_mint2: (a) => spl.createInitializeMint2Instruction(a[0], a[1], a[2], a[3]),
}

function associated(name, payer, owner, mint) {
  const account = spl.getAssociatedTokenAddressSync(mint, owner, true)
  return name === 'create' ? spl.createAssociatedTokenAccountInstruction(payer, account, owner, mint)
    : spl.createAssociatedTokenAccountIdempotentInstruction(payer, account, owner, mint)
}

// Sizes in bytes are numbers there, amounts may be BigInts.
function convert(c, types) {
  const given = { key: key_of, u64: BigInt, u53: Number, u32: Number, u8: Number, text: String,
    maybe: (value) => value === null ? null : key_of(value) }
  return types.split(' ').map((type, i) => given[type](c.arguments[i]))
}

function text_of(made) {
  const accounts = made.keys.map((k) => `${k.pubkey.toBase58()}:${k.isSigner ? 's' : ''}${k.isWritable ? 'w' : ''}`)
  return [made.programId.toBase58(), ...accounts, hex_of(made.data)].join(' ')
}

function answer_instruction(c) {
  return text_of(build[c.name](convert(c, instructions[`${c.program} ${c.name}`])))
}

function answer_token(c) {
  const given = convert(c, token_instructions[`${c.program} ${c.name}`])
  return text_of(c.program === 'token' ? build_token[c.name](given) : associated(c.name, ...given))
}

// All that a message says, in words.
function answer_reading(c) {
  const message = VersionedMessage.deserialize(bytes_of(c.bytes))
  const names = message.staticAccountKeys.map(String)
  for (const kind of ['writableIndexes', 'readonlyIndexes'])
    for (const lookup of message.addressTableLookups)
      names.push(...Array.from(lookup[kind], (index) => `${lookup.accountKey.toBase58()}/${index}`))
  const name = (i) =>
    `${names[i]}:${message.isAccountSigner(i) ? 's' : ''}${message.isAccountWritable(i) ? 'w' : ''}`
  const steps = message.compiledInstructions.map((step) =>
    [names[step.programIdIndex], ...Array.from(step.accountKeyIndexes, name), hex_of(step.data)].join(' '))
  return [message.version, names[0], message.recentBlockhash, ...names.map((_, i) => name(i)), ...steps].join(' ')
}

const answer = {
  address: (c) => public_key(c.seed),
  signature: (c) => {
    const pair = Keypair.fromSeed(bytes_of(c.seed))
    const unsigned = { serialize: () => bytes_of(c.message), header: { numRequiredSignatures: 1 },
      staticAccountKeys: [pair.publicKey] }
    const transaction = new VersionedTransaction(unsigned)
    transaction.sign([pair])
    return hex_of(transaction.signatures[0])
  },
  message: (c) => {
    const bytes = serialized(message_of(c))
    return bytes ? hex_of(bytes) : 'too_large'
  },
  transaction: answer_transaction,
  program_address: answer_program_address,
  seed_address: async (c) => (await PublicKey.createWithSeed(key_of(c.base), c.seed, key_of(c.owner))).toBase58(),
  associated_token: (c) => spl.getAssociatedTokenAddressSync(key_of(c.mint), key_of(c.owner), true, key_of(c.program)).toBase58(),
  curve: (c) => String(PublicKey.isOnCurve(key_of(c.key).toBytes())),
  small_instruction: answer_instruction,
  reading: answer_reading,
  token_instruction: answer_token,
}

await main(make, answer)
