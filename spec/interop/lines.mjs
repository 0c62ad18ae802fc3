// A peer's program: cases of its making, and its answers; and random things, the same for the same seed. See
// lines.lua.
import { createInterface } from 'node:readline'

// The generator of Lehmer, with Park's and Miller's constants.
let state = 1

function seed(text) {
  state = 1
  for (const letter of text) state = (state * 31 + letter.charCodeAt(0)) % 2147483646 + 1
}

function next() {
  state = state * 16807 % 2147483647
  return state - 1
}

// From least to below, or from 0.
export function randomInt(least, below) {
  if (below === undefined) [least, below] = [0, least]
  const high = next()
  return least + (high * 2097152 + next() % 2097152) % (below - least)
}

export function randomBytes(n) {
  return Buffer.from(Array.from({ length: n }, () => randomInt(256)))
}

export const pick = (list) => list[randomInt(list.length)]
export const chance = (n) => randomInt(n) === 0
export const several = (least, most, make) =>
  Array.from({ length: least + randomInt(most - least + 1) }, (_, i) => make(i))

// make: kind -> function() -> case; answer: kind -> function(case) -> line, or a promise of it.
export async function main(make, answer) {
  const [action, kind, count, text] = process.argv.slice(2)
  if (action === 'make') {
    seed(kind + text)
    for (let i = 0; i < Number(count); i++) console.log(JSON.stringify({ ...make[kind](), kind }))
    return
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const c = JSON.parse(line)
    console.log(await answer[c.kind](c))
  }
}
