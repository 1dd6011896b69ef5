// Keys and signatures. WebCrypto with the built-in hex and base64 methods, because it measured faster than
// node:crypto in workerd for bodies of this size: 11 against 16 microseconds for both signatures of a 1.3 KB body.

const encoder = new TextEncoder();

/** Imported keys by their text. A handful per isolate, so they are never dropped. */
const keys = new Map<string, Promise<CryptoKey>>();

function importKey(text: string, bytes: () => Uint8Array): Promise<CryptoKey> {
  let key = keys.get(text);
  if (key === undefined) {
    key = crypto.subtle.importKey("raw", bytes() as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
    keys.set(text, key);
  }
  return key;
}

/** A key whose text itself is the key. */
export function textKey(text: string): Promise<CryptoKey> {
  return importKey(text, () => encoder.encode(text));
}

/** A key written as hex. */
export function hexKey(text: string): Promise<CryptoKey> {
  return importKey(text, () => Uint8Array.fromHex(text));
}

/** A Standard Webhooks secret: `whsec_` and base64. */
export function webhookKey(secret: string): Promise<CryptoKey> {
  return importKey(secret, () => Uint8Array.fromBase64(secret.replace(/^whsec_/, "")));
}

export async function sign(key: CryptoKey, message: Uint8Array | string): Promise<Uint8Array> {
  const bytes = typeof message === "string" ? encoder.encode(message) : message;
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes as BufferSource));
}

export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** Equal without telling by time where the first difference is. Lengths are no secret here. */
export function equal(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
  return difference === 0;
}
