// The answers of @phala/dcap-qvl, in JavaScript, to cases of quotes with their collateral: see attest.lua.
import qvl from '@phala/dcap-qvl'

import { main } from './lines.mjs'

const INTEL = ''

function verify(c) {
  const verifier = c.root === INTEL ? new qvl.QuoteVerifier() : qvl.QuoteVerifier.newWithRootCa(Buffer.from(c.root, 'hex'))
  return verifier.verify(Buffer.from(c.quote, 'hex'), JSON.parse(c.collateral), c.now)
}

// The PPID that it tells is always empty.
function judge(c) {
  try {
    const report = verify(c)
    return [report.status, ...report.advisory_ids].join(' ')
  } catch (refusal) {
    return `refused ${refusal.message.replaceAll(/\s+/g, ' ')}`
  }
}

const answer = (c) => `${c.name}: ${judge(c)}`

await main({}, { flawed: answer, merged: answer, changed: answer, shared: answer })
