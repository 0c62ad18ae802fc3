-- dstack: the SDK's front door. Its parts are loaded when they are first asked for; nothing happens
-- at require: no I/O, no environment, no libcurl.

local M = {}

M._VERSION = "0.1.0"

-- name -> the module that has it
local homes = {
  DstackClient = "dstack.v0",
  TappdClient = "dstack.tappd",
  GetKeyResponse = "dstack.response",
  GetTlsKeyResponse = "dstack.response",
  GetQuoteResponse = "dstack.response",
  AttestResponse = "dstack.response",
  InfoResponse = "dstack.response",
  TcbInfo = "dstack.response",
  EventLog = "dstack.response",
  SignResponse = "dstack.response",
  VerifyResponse = "dstack.response",
  VersionResponse = "dstack.response",
  GpuInfoResponse = "dstack.response",
  DeriveKeyResponse = "dstack.response",
  TdxQuoteResponse = "dstack.response",
  silence_deprecations = "dstack.deprecation",
  null = "dstack.core",
  codes = "dstack.core",
}

-- modules that are members themselves
local parts = { crypto = "dstack.crypto" }

return setmetatable(M, {
  __names = { homes, parts }, -- for who lists what there is
  __index = function(_, name)
    local value
    if parts[name] then
      value = require(parts[name])
    elseif homes[name] then
      value = require(homes[name])[name]
    end
    rawset(M, name, value)
    return value
  end,
})
