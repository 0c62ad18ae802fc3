// Random types of the ABI, and random values of them: see values.lua. And values as viem takes them.
import { getAddress } from 'viem'
import { chance, pick, randomBytes, randomInt, several } from './lines.mjs'

export const octets = (n) => `0x${randomBytes(n).toString('hex')}`

function number(bits, signed) {
  const top = 1n << BigInt(bits)
  const any = BigInt(octets(bits / 8))
  const n = pick([0n, 1n, top - 1n, top / 2n, top / 2n - 1n, any, any, BigInt(randomInt(256))])
  return String(signed && n >= top / 2n ? n - top : n)
}

const letters = ['a', 'b', ' ', 'X', '\u00e9', '\u4e16', '\u{1f600}', '\n', '"', '\\', '0']
const text = () => several(0, pick([0, 1, 5, 31, 32, 33, 70]), () => pick(letters)).join('')

export function atom() {
  const kind = pick(['uint', 'int', 'bool', 'address', 'fixed', 'bytes', 'string'])
  if (kind === 'uint' || kind === 'int') return `${kind}${8 * randomInt(1, 33)}`
  return kind === 'fixed' ? `bytes${randomInt(1, 33)}` : kind
}

export function of_atom(kind) {
  const [, name, size] = kind.match(/^([a-z]+)(\d*)$/)
  if (name === 'uint' || name === 'int') return number(Number(size), name === 'int')
  if (name === 'bool') return chance(2)
  if (name === 'address') return getAddress(octets(20))
  if (name === 'string') return text()
  return octets(size ? Number(size) : pick([0, 1, 31, 32, 33, 100]))
}

// A type, and what makes a value of it.
function any(depth) {
  if (depth === 0 || chance(2)) {
    const kind = atom()
    return [kind, () => of_atom(kind)]
  }
  if (chance(2)) {
    const [inner, make] = any(depth - 1)
    const size = pick([null, 1, 2, 3])
    return [`${inner}[${size ?? ''}]`, () => size === null ? several(0, 4, make) : several(size, size, make)]
  }
  const members = several(1, 4, () => any(depth - 1))
  return [`(${members.map(([kind]) => kind).join(',')})`, () => members.map(([, make]) => make())]
}

// A list of types, and one of values.
export function made(least, most, depth) {
  const members = several(least, most, () => any(depth))
  return [members.map(([kind]) => kind), members.map(([, make]) => make())]
}

// The parts of "a,(b,c)[2],d".
function split(text) {
  const parts = []
  let depth = 0, part = ''
  for (const letter of text) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
    if (letter === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else {
      part += letter
    }
  }
  return part ? [...parts, part] : parts
}

// A type as the ABI in JSON has it.
export function parameter(text) {
  const tuple = text.match(/^\((.*)\)((?:\[\d*\])*)$/)
  return tuple ? { type: `tuple${tuple[2]}`, components: split(tuple[1]).map(parameter) } : { type: text }
}

// A case's value as viem takes it.
export function take(param, value) {
  const array = param.type.match(/^(.*)\[\d*\]$/)
  if (array) return value.map((item) => take({ ...param, type: array[1] }, item))
  if (param.type === 'tuple') return param.components.map((part, i) => take(part, value[i]))
  return /^u?int/.test(param.type) ? BigInt(value) : value
}
