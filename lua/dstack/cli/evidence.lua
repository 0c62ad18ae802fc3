-- What is verified, inspected or replayed, out of a file: a quote in binary or hex, an agent's
-- reply, an attestation, a certificate; a firmware's event log, CCEL, where that is wanted. Its
-- beginning tells which; no two of them begin alike. Or out of a TLS handshake: the peer's
-- certificate.

local agent = require "dstack.cli.agent"
local core = require "dstack.core"
local input = require "dstack.cli.input"
local peer = require "dstack.cli.peer"

local M = {}

-- Where a firmware's log has its mark, behind the head of its first record; its table of ACPI's,
-- which is told from it later, begins with its name.
local CCEL_MARK, CCEL_MARK_FROM = "Spec ID Event", 33

local function is_ccel(bytes)
  return bytes:find(CCEL_MARK, CCEL_MARK_FROM, true) == CCEL_MARK_FROM or bytes:find "^CCEL" ~= nil
end

-- What an evidence is, as attest.verify calls it; or "ccel".
local function kind_of(bytes)
  local first = bytes:byte(1)
  if not first then
    return nil
  elseif is_ccel(bytes) then
    return "ccel"
  elseif bytes:find "^[\3-\5]%z" then
    return "quote"
  elseif first == 0 or first >= 0x80 and first <= 0x8f or first == 0xde or first == 0xdf then
    return "attestation"
  elseif first == 0x30 then
    return "certificate"
  end
end

-- JSON: a reply of GetQuote, Attest or AttestV1, also as our own commands print it.
local function from_json(text)
  local reply, message = core.json_decode(text)
  if type(reply) ~= "table" then
    return nil, message or "not a JSON object", "invalid"
  elseif type(reply.quote) ~= "string" and type(reply.attestation) ~= "string" then
    return nil, "a JSON object with neither a quote nor an attestation", "invalid"
  end
  return { quote_response = reply }
end

-- Bytes from hex text, blanks and line ends around it allowed; nil when it is something else.
local function unhexed(text)
  local digits = text:gsub("^%s*0[xX]", ""):match "^%s*(%x+)%s*$"
  return digits and #digits % 2 == 0 and core.unhex(digits) or nil
end

-- What may be in hex in a file, as bytes.
function M.bytes(text)
  return unhexed(text) or text
end

local function take(text)
  if text:find "^%s*{" then
    return from_json(text)
  elseif text:find "^%s*%-%-%-%-%-BEGIN CERTIFICATE" then
    return { certificate = text }
  end
  local bytes = M.bytes(text)
  local kind = kind_of(bytes)
  if not kind then
    return nil, "neither a quote, nor an attestation, a certificate or an agent's reply", "invalid"
  end
  return { [kind] = bytes }
end

-- A failure of evidence that is there, as commands return it. What cannot be read is the evidence's
-- fault and no service's, which the exit code would say.
function M.failure(message, code)
  local unreadable = code == "unsupported" or code == "too_large"
  return nil, message, unreadable and "invalid" or code
end

local NO_EVIDENCE = "a firmware's event log (CCEL), which proves nothing without a quote; "
  .. "events replay shows where it leads"

-- What a text of that file is: a table with the one of attest.verify's options, or nil, message,
-- code. In: logs, whether a firmware's log will do too: {ccel = bytes}.
function M.take(text, path, logs)
  local found, message, code = take(text)
  if found and found.ccel and not logs then
    found, message, code = nil, NO_EVIDENCE, "invalid"
  end
  if not found then
    return nil, ("%s: %s"):format(input.name(path), message), code
  end
  return found
end

-- Reads a file, or the standard input for "-". Takes and returns what M.take does.
function M.read(path, logs)
  local text, message, code = input.read_evidence(path)
  if not text then
    return nil, message, code
  end
  return M.take(text, path, logs)
end

-- Finds what a command's FILE|HOST:PORT names. Returns a table as M.take does, and the word if that
-- is a peer, who has the key of the certificate; or nil, message, code.
function M.find(word, values, logs)
  local timeout, message, code = agent.timeout(values)
  if timeout == nil then
    return nil, message, code
  elseif not peer.is_named(word) then
    return M.read(word, logs)
  end
  local certificate
  certificate, message, code = peer.certificate(word, timeout or agent.DEFAULT_TIMEOUT)
  if not certificate then
    return nil, message, code
  end
  return { certificate = certificate }, word
end

-- What a peer has shown besides its certificate.
M.HANDSHAKE = "the peer has the certificate's key, with which it signed the TLS handshake"

return M
