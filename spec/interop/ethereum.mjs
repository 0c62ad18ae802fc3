// Random addresses, messages and transactions, and what viem makes of them: see ethereum.lua.
import {
  getAddress, isAddress, keccak256, parseTransaction, recoverMessageAddress, recoverTransactionAddress,
  serializeTransaction,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { chance, main, pick, randomBytes, randomInt, several } from './lines.mjs'

const octets = (n) => `0x${randomBytes(n).toString('hex')}`

// Cases -------------------------------------------------------------------------------------------

const address = () => getAddress(octets(20))

function number(bits) {
  const n = BigInt(octets(32)) >> BigInt(256 - randomInt(1, bits + 1))
  return String(pick([n, n, n, 0n, 1n, 127n, 128n, 255n, 256n, (1n << BigInt(bits)) - 1n]))
}

function make_address() {
  const text = address()
  const at = randomInt(2, 42)
  const swapped = text[at] === text[at].toLowerCase() ? text[at].toUpperCase() : text[at].toLowerCase()
  return { key: octets(32), text: pick([text, text.toLowerCase(), text.slice(0, at) + swapped + text.slice(at + 1)]) }
}

// A creation has data, see ethereum.lua.
function transaction(kind) {
  const tx = {
    type: kind, chain_id: pick(['1', '10', '137', '31337', '4294967297', '9007199254740991']), nonce: number(53),
    gas_limit: number(64), value: number(256), data: octets(pick([0, 1, 4, 36, 68, 300])),
  }
  if (kind === 3 || tx.data === '0x' || !chance(5)) tx.to = address()
  if (kind < 2) {
    tx.gas_price = number(256)
  } else {
    tx.max_priority_fee_per_gas = number(200)
    tx.max_fee_per_gas = String(BigInt(tx.max_priority_fee_per_gas) + BigInt(number(255)))
  }
  if (kind > 0) {
    tx.access_list = several(0, 3, () => ({ address: address(), storage_keys: several(0, 4, () => octets(32)) }))
  }
  if (kind === 3) {
    tx.max_fee_per_blob_gas = number(256)
    tx.blob_versioned_hashes = several(1, 6, () => `0x01${octets(31).slice(2)}`)
  }
  return { key: octets(32), tx }
}

const names = ['legacy', 'access_list', 'dynamic_fee', 'blob']
const make = {
  address: make_address,
  message: () => ({ key: octets(32), message: octets(randomInt(200)) }),
  ...Object.fromEntries(names.map((name, kind) => [name, () => transaction(kind)])),
}

// Answers -----------------------------------------------------------------------------------------

function answer_address(c) {
  const account = privateKeyToAccount(c.key)
  return [account.address, account.publicKey, isAddress(c.text), getAddress(c.text.toLowerCase())].join(' ')
}

async function answer_message(c) {
  const message = { raw: c.message }
  const signature = await privateKeyToAccount(c.key).signMessage({ message })
  return `${signature} ${await recoverMessageAddress({ message, signature })}`
}

const types = ['legacy', 'eip2930', 'eip1559', 'eip4844']
const big = (text) => text === undefined ? undefined : BigInt(text)

function their_fields(tx) {
  const fields = {
    type: types[tx.type], chainId: Number(tx.chain_id), nonce: Number(tx.nonce), gas: big(tx.gas_limit), to: tx.to,
    value: big(tx.value), data: tx.data, gasPrice: big(tx.gas_price), maxFeePerGas: big(tx.max_fee_per_gas),
    maxPriorityFeePerGas: big(tx.max_priority_fee_per_gas), maxFeePerBlobGas: big(tx.max_fee_per_blob_gas),
    blobVersionedHashes: tx.blob_versioned_hashes,
    accessList: tx.access_list?.map((entry) => ({ address: entry.address, storageKeys: entry.storage_keys })),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

async function answer_transaction(c) {
  const raw = await privateKeyToAccount(c.key).signTransaction(their_fields(c.tx))
  const { r, s, v, yParity, ...read } = parseTransaction(raw)
  const again = serializeTransaction(read, { r, s, v, yParity })
  const from = await recoverTransactionAddress({ serializedTransaction: raw })
  return [raw, keccak256(raw), from, again === raw ? 'the same again' : again].join(' ')
}

await main(make, {
  address: answer_address, message: answer_message,
  ...Object.fromEntries(names.map((name) => [name, answer_transaction])),
})
