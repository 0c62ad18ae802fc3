// Microseconds of the processor that a call of @phala/dcap-qvl takes, in JavaScript. For ready the collateral is made
// of its JSON once, before.
//   usage: peer.mjs verify|ready|parse CALLS, from the repository's top
import { readFileSync } from 'node:fs'
import qvl from '@phala/dcap-qvl'

const known = JSON.parse(readFileSync('spec/vectors/dcap.json'))
const quote = Buffer.from(known.cases[0].quote, 'hex')
const collateral = JSON.parse(known.cases[0].collateral)
const verifier = qvl.QuoteVerifier.newWithRootCa(Buffer.from(known.root, 'hex'))

const work = {
  verify: () => verifier.verify(quote, JSON.parse(known.cases[0].collateral), known.now),
  ready: () => verifier.verify(quote, collateral, known.now),
  parse: () => qvl.Quote.parse(quote),
}[process.argv[2]]
const calls = Number(process.argv[3])
for (let i = 0; i < calls / 4 + 1; i++) work()
const start = process.cpuUsage()
for (let i = 0; i < calls; i++) work()
const { user, system } = process.cpuUsage(start)
console.log((user + system) / calls)
