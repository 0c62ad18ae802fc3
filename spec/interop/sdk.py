# The SDK for Python behind lines: each line of the standard input is a case, see sdk.lua, and is answered by
# a line; "error" is what fails.
import asyncio
import json
import sys
import warnings

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
import dstack_sdk


def compose(normalize, document):
    return dstack_sdk.get_compose_hash(json.loads(document), normalize == "1")


def seal(public_key, *pairs):
    texts = [[bytes.fromhex(text).decode("utf-8") for text in pair.split("=")] for pair in pairs]
    envs = [dstack_sdk.EnvVar(key, value) for key, value in texts]
    if len(pairs) % 2 == 0:
        return dstack_sdk.encrypt_env_vars_sync(envs, public_key)
    return asyncio.run(dstack_sdk.encrypt_env_vars(envs, public_key))


# As a guest does, with what the SDK seals with.
def open_blob(secret, sealed):
    blob = bytes.fromhex(sealed)
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    shared = key.exchange(X25519PublicKey.from_public_bytes(blob[:32]))
    plain = AESGCM(shared).decrypt(blob[32:44], blob[44:], None)
    pairs = [[var[name].encode("utf-8").hex() for name in ("key", "value")] for var in json.loads(plain)["env"]]
    return " ".join([plain.hex()] + ["=".join(pair) for pair in pairs])


def verify(form, public_key, signature, app_id, timestamp, max_age):
    key, signature = bytes.fromhex(public_key), bytes.fromhex(signature)
    if form == "legacy":
        return dstack_sdk.verify_env_encrypt_public_key_legacy(key, signature, app_id) or "error"
    return (
        dstack_sdk.verify_env_encrypt_public_key(key, signature, app_id, int(timestamp), max_age_seconds=int(max_age))
        or "error"
    )


actions = {"compose": compose, "seal": seal, "open": open_blob, "verify": verify}
warnings.simplefilter("ignore", DeprecationWarning)
for line in sys.stdin.buffer.read().decode("utf-8").split("\n")[:-1]:
    words = line.split(" ", 2) if line.startswith("compose ") else line.split(" ")
    try:
        print(actions[words[0]](*words[1:]))
    except ImportError:
        raise
    except Exception:
        print("error")
