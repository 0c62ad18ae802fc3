-- One certificate as bytes, of PEM or DER.

local core = require "dstack.core"

local BLOCK = "^%s*(%-+BEGIN CERTIFICATE%-+.-%-+END CERTIFICATE%-+\r?\n?)"

-- In: PEM, of which the first block counts, or DER, which may have PEM within. Returns DER, or nil,
-- message, code.
return function(given)
  if not given:find "^%s*%-%-%-%-%-BEGIN" then
    return given
  end
  return core.pem_to_der(given:match(BLOCK) or given, "CERTIFICATE")
end
