// Random typed data, and what viem makes of it: see typed_data.lua.
import { domainSeparator, hashTypedData, recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { chance, main, pick, randomInt, several } from './lines.mjs'
import { atom, octets, of_atom, take } from './values.mjs'

const suffix = () => several(0, pick([0, 0, 1, 2]), () => pick(['[]', '[1]', '[2]'])).join('')

// Every struct is used by the one before it.
function structs() {
  const pool = ['Order', 'Item', 'Person', 'a', 'Zed', 'Asset_1', 'B$']
  const names = several(1, 5, () => pool.splice(randomInt(pool.length), 1)[0])
  const types = {}
  names.forEach((name, i) => {
    const later = names.slice(i + 1)
    types[name] = several(1, 5, (k) =>
      ({ name: `m${k}`, type: (later.length > 0 && chance(2) ? pick(later) : atom()) + suffix() }))
    if (later.length > 0) types[name].push({ name: 'next', type: later[0] + pick(['', '', '[]', '[2]']) })
    if (chance(5)) types[name].push({ name: 'again', type: `${name}[]` })
  })
  return [names[0], types]
}

// A value of a type: what atom makes of each of the parts, and of what the value has there, if there is one.
function walk(types, kind, atom, value, depth = 0) {
  const array = kind.match(/^(.*)\[(\d*)\]$/)
  if (array) {
    const size = array[2] ? Number(array[2]) : depth < 4 ? randomInt(4) : 0
    return (value ?? Array(size).fill()).map((item) => walk(types, array[1], atom, item, depth + 1))
  }
  if (!types[kind]) return atom(kind, value)
  return Object.fromEntries(types[kind].map(({ name, type }) => [name, walk(types, type, atom, value?.[name], depth + 1)]))
}

const fields = [
  { name: 'name', type: 'string' }, { name: 'version', type: 'string' }, { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' }, { name: 'salt', type: 'bytes32' },
]

function make_case() {
  const [primary, types] = structs()
  const chosen = fields.filter(() => chance(2))
  types.EIP712Domain = chosen.length > 0 ? chosen : fields.slice(0, 1)
  return {
    key: octets(32), types, primary, bare: chance(2),
    domain: walk(types, 'EIP712Domain', of_atom), message: walk(types, primary, of_atom),
  }
}

async function answer_case(c) {
  const taken = (kind, value) => take({ type: kind }, value)
  const form = {
    types: c.types, primaryType: c.primary, domain: walk(c.types, 'EIP712Domain', taken, c.domain),
    message: walk(c.types, c.primary, taken, c.message),
  }
  const signature = await privateKeyToAccount(c.key).signTypedData(form)
  const separator = domainSeparator({ domain: form.domain, types: c.types })
  return [separator, hashTypedData(form), signature, await recoverTypedDataAddress({ ...form, signature })].join(' ')
}

await main({ typed_data: make_case }, { typed_data: answer_case })
