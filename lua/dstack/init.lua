-- dstack: the SDK's front door. Its parts are loaded when they are first asked for; nothing happens
-- at require: no I/O, no environment, no libcurl.

local M = {}

M._VERSION = "0.1.0"

-- name -> the module that has it
local homes = {
  DstackClient = "dstack.v0",
  DstackClientV0 = "dstack.v0",
  DstackClientV1 = "dstack.v1",
  WorkerClient = "dstack.worker",
  detect = "dstack.detect",
  verify_key_chain = "dstack.chain",
  TappdClient = "dstack.tappd",
  AsyncDstackClient = "dstack.async",
  AsyncDstackClientV0 = "dstack.async",
  AsyncDstackClientV1 = "dstack.async",
  AsyncTappdClient = "dstack.async",
  run = "dstack.loop",
  spawn = "dstack.loop",
  gather = "dstack.loop",
  sleep = "dstack.loop",
  timeout = "dstack.loop",
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
  IssueCertResponseV1 = "dstack.response_v1",
  GetKeyResponseV1 = "dstack.response_v1",
  AttestResponseV1 = "dstack.response_v1",
  AttestGpuResponseV1 = "dstack.response_v1",
  GpuEvidenceBundleV1 = "dstack.response_v1",
  InfoResponseV1 = "dstack.response_v1",
  VersionResponseV1 = "dstack.response_v1",
  HealthResponse = "dstack.response_v1",
  GetAttestationForAppKeyResponse = "dstack.response_v1",
  EnvVar = "dstack.env",
  encrypt_env_vars = "dstack.env",
  decrypt_env_vars = "dstack.env",
  verify_env_encrypt_public_key = "dstack.env",
  json_rpc = "dstack.json_rpc",
  JsonRpc = "dstack.json_rpc",
  kms = "dstack.kms",
  Kms = "dstack.kms",
  KmsMetaResponse = "dstack.response",
  KmsEnvKeyResponse = "dstack.response",
  silence_deprecations = "dstack.deprecation",
  AppCompose = "dstack.app_compose",
  get_compose_hash = "dstack.compose",
  empty_array = "dstack.json",
  null = "dstack.core",
  codes = "dstack.core",
}

-- modules that are members themselves
local parts = {
  compose = "dstack.compose", crypto = "dstack.crypto", env_file = "dstack.env_file",
  solana = "dstack.solana", attest = "dstack.attest", collateral = "dstack.collateral",
  ethereum = "dstack.ethereum", ratls = "dstack.ratls",
}

return require "dstack.lazy"(M, homes, parts)
