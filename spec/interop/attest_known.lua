-- Where peers judge quotes otherwise than we do, and why: see attest.lua. A row: what our answer says, what theirs
-- says (patterns), and the reason. All other differences count as such.

local damaged = { "^refused %S+_chain .*certificate %d", "^[^r]", "each certificate in a list is read, not only those "
  .. "that lead to the root" }
local performance = { "^refused attributes .*byte 7", "^[^r]", "performance monitoring is refused, as by 0.5" }
local bit_39 = { "^UpToDate", "Reserved bits in TD attributes", "bit 39 of the TD attributes is ignored, as by 0.5" }

-- The one whose rules we follow, then what it has become.
local older = { damaged }
local newer = {
  damaged, performance, bit_39,
  { "^[^r]", "Unrecognized TCB status", "a QE or TDX module may have any of the statuses, as with 0.5" },
  { "^[^r]", "No TDX module identity", "TCB info without identities has but one TDX module, as with 0.5" },
  { "OutOfDate ", "OutOfDateConfigurationNeeded ", "of two statuses the worse one counts, as with 0.5" },
  { "^[^r].*qe %S*ConfigurationNeeded", "^[^r]", "a QE's status counts that is not about its age, as with 0.5" },
}

-- It leaves out much.
local javascript = {
  damaged, performance, bit_39,
  { "^refused .*revocation list", "^[^r]", "it looks into revocation lists without verifying them" },
  { "^refused .*'[%w_]*_crl' is not hex", "^[^r]", "it reads hex until it ends" },
  { "^refused .*is not a CA", "^[^r]", "it lets anybody issue certificates" },
  { "^refused quote .*vendor id", "^[^r]", "it takes the QE of any vendor" },
  { "^refused tdx_module ", "^[^r]", "it does not look at TDX modules" },
  { "^refused tcb_status ", "^[^r]", "it does not look at TDX modules" },
  { "^refused tcb_level .*components", "^[^r]", "it skips levels that lack components" },
  { "^refused collateral .*'pck_crl_issuer_chain' is missing", "^[^r]", "it needs less of the collateral" },
  { "^UpToDate", "intermediate signature invalid", "it wants the root in the list to be whole, which nobody needs" },
  { "^UpToDate", "^refused error:", "it wants the root in the list to be whole, which nobody needs" },
  { "^UpToDate", "chain is too short in quote", "it wants two certificates, where the root may issue the first" },
  { "^[^r]", "^[^r]", "it does not look at TDX modules", lower = true },
}

return { ["dcap-qvl-0.5"] = older, ["dcap-qvl"] = newer, ["dcap-qvl-js"] = javascript }
