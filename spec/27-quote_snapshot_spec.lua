-- Every field of two real quotes, as another implementation has read it, where its files are: in
-- DSTACK_ATTESTATION, else in ../shared/vectors/attestation.
local core = require "dstack.core"

local directory = os.getenv "DSTACK_ATTESTATION" or "../shared/vectors/attestation"

local function load(name)
  local file = io.open(("%s/dcap-qvl/%s"):format(directory, name), "rb")
  if not file then
    return nil
  end
  local text = file:read "*a"
  file:close()
  return text
end

-- Takes `name: [` and its numbers as bytes in hex, `name: number` as such, and the last text.
local function fields(snapshot)
  local found = {}
  for name, list in snapshot:gmatch "([%w_]+): %[([%d%s,]*)%]" do
    found[name] = list:gsub("[%s,]*(%d+)[%s,]*", function(number)
      return ("%02x"):format(tonumber(number))
    end)
  end
  for name, number in snapshot:gmatch "([%w_]+): (%d+),\n" do
    found[name] = tonumber(number)
  end
  for text in snapshot:gmatch 'body: "(%-%-%-.-)",\n' do
    found.body = text:gsub("\\n", "\n"):gsub("\\0", "\0")
  end
  return found
end

local order = { "cpu_svn", "misc_select", "reserved1", "attributes", "mr_enclave", "reserved2", "mr_signer",
  "reserved3", "isv_prod_id", "isv_svn", "reserved4", "report_data" }

local function whole(report)
  local parts = {}
  for i, name in ipairs(order) do
    parts[i] = report[name]
  end
  return table.concat(parts)
end

-- Fields that have a number there and bytes here are zero in these quotes.
local function same(field, number_or_hex)
  return field == number_or_hex or (number_or_hex == 0 and field:match "^0*$" ~= nil)
end

describe("core.parse_quote", function()
  for name, kind in pairs { sgx_quote = "sgx", tdx_quote = "td10" } do
    local bytes, snapshot = load(name), load("verify_quote__could_parse_" .. name .. ".snap")
    local check = bytes and snapshot and it or pending
    check("reads " .. name .. " as others do (data elsewhere)", function()
      local want, quote = fields(snapshot), assert(core.parse_quote(bytes))
      assert.equal(kind, quote.body)
      local compared = 0
      for field, value in pairs(quote.header) do
        assert.equal(want[field], value, field)
        compared = compared + 1
      end
      for field, value in pairs(quote.report) do
        assert.is_true(same(value, want[field]), field)
        compared = compared + 1
      end
      assert.equal(want.ecdsa_signature, quote.signature)
      assert.equal(want.ecdsa_attestation_key, quote.attestation_key)
      assert.equal(want.qe_report, whole(quote.qe_report))
      assert.equal(want.qe_report_signature, quote.qe_report_signature)
      assert.equal(want.data, quote.qe_auth_data)
      assert.equal(want.cert_type, quote.certification.type)
      assert.equal(want.body, quote.certification.data)
      assert.equal(7 + (kind == "sgx" and 12 or 15), compared)
    end)
  end
end)
