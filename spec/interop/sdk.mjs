// The SDK for JavaScript behind lines: each line of the standard input is a case, see sdk.lua, and is answered
// by a line; "error" is what fails.
import { readFileSync } from "node:fs";
import { x25519 } from "@noble/curves/ed25519";
import { encryptEnvVars } from "@phala/dstack-sdk/encrypt-env-vars";
import { getComposeHash } from "@phala/dstack-sdk/get-compose-hash";
import {
  verifyEnvEncryptPublicKey,
  verifyEnvEncryptPublicKeyLegacy,
} from "@phala/dstack-sdk/verify-env-encrypt-public-key";

const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (data) => Buffer.from(data).toString("hex");
const text = (data) => Buffer.from(data).toString("utf8");

function compose(line) {
  return getComposeHash(JSON.parse(line.slice(2)), line[0] === "1");
}

function seal(line) {
  const [publicKey, ...pairs] = line.split(" ");
  const envs = pairs.map((pair) => pair.split("=").map((part) => text(bytes(part))));
  return encryptEnvVars(envs.map(([key, value]) => ({ key, value })), publicKey);
}

// As a guest does, with what the SDK seals with.
async function open(line) {
  const [secret, sealed] = line.split(" ").map(bytes);
  const shared = x25519.getSharedSecret(secret, sealed.slice(0, 32));
  const key = await crypto.subtle.importKey("raw", shared, "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv: sealed.slice(32, 44) };
  const plain = await crypto.subtle.decrypt(algorithm, key, sealed.slice(44));
  const pairs = JSON.parse(text(plain)).env.map(({ key, value }) => `${hex(key)}=${hex(value)}`);
  return [hex(plain), ...pairs].join(" ");
}

function verify(line) {
  const [form, publicKey, signature, appId, timestamp, maxAge] = line.split(" ");
  const signer =
    form === "legacy"
      ? verifyEnvEncryptPublicKeyLegacy(bytes(publicKey), bytes(signature), appId)
      : verifyEnvEncryptPublicKey(bytes(publicKey), bytes(signature), appId, BigInt(timestamp), {
          maxAgeSeconds: Number(maxAge),
        });
  return signer ?? "error";
}

const actions = { compose, seal, open, verify };
console.error = () => {}; // the SDK's word for each signature that it refuses
for (const line of readFileSync(0, "utf8").split("\n").slice(0, -1)) {
  const space = line.indexOf(" ");
  try {
    console.log(await actions[line.slice(0, space)](line.slice(space + 1)));
  } catch {
    console.log("error");
  }
}
