// Microseconds of the processor that a call of @phala/dcap-qvl takes, in JavaScript; for replay, of @phala/dstack-sdk.
//   usage: peer.mjs verify|kept|report|parse|replay CALLS, from the repository's top: see compare.lua
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import qvl from '@phala/dcap-qvl'
import { DstackClient } from '@phala/dstack-sdk'

const known = JSON.parse(readFileSync('spec/vectors/dcap.json'))
const text = known.cases[0].collateral
const quote = Buffer.from(known.cases[0].quote, 'hex')
const collateral = JSON.parse(text)
const verifier = qvl.QuoteVerifier.newWithRootCa(Buffer.from(known.root, 'hex'))
const { extractCerts, getIntelExtension, getFmspc, getCpuSvn, getPceSvn } = qvl.utils

function parse() {
  const parsed = qvl.Quote.parse(quote)
  const extension = getIntelExtension(extractCerts(parsed.rawCertChain())[0])
  return [parsed, getFmspc(extension), getCpuSvn(extension), getPceSvn(extension)]
}

// Only a client's replies replay, so an agent has to say something.
async function reply() {
  const event_log = readFileSync('spec/vectors/eventlog-simulator.json', 'utf8')
  const agent = createServer((_, response) => response.end(JSON.stringify({ quote: '', event_log })))
  await new Promise((listening) => agent.listen(0, '127.0.0.1', listening))
  const got = await new DstackClient(`http://127.0.0.1:${agent.address().port}`).getQuote('')
  agent.close()
  return got
}

const [, , what, count] = process.argv
const replay = what === 'replay' ? (await reply()).replayRtmrs : undefined
const work = {
  verify: () => verifier.verify(quote, JSON.parse(text), known.now),
  kept: () => verifier.verify(quote, collateral, known.now),
  report: () => qvl.Quote.parse(quote),
  parse,
  replay,
}[what]
const calls = Number(count)
for (let i = 0; i < calls / 4 + 1; i++) work()
const start = process.cpuUsage()
for (let i = 0; i < calls; i++) work()
const { user, system } = process.cpuUsage(start)
console.log((user + system) / calls)
