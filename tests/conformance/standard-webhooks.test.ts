// Standard Webhooks: what the core signs verifies with the libraries that receivers use, and the other way round. They know v1
// alone, so v1a (Ed25519) stands beside the platform's own. The vectors that are published are in tests/vectors/standard_*.json.
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { newDice } from "../storm/dice.ts";
import { core, WHOLE } from "./support/core.ts";

const dice = newDice(1_763_700_000);
const whole = (most: number) => Math.floor(dice() * most);
const pick = <T>(list: readonly T[]): T => list[whole(list.length)] as T;
const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => whole(256)));
const now = 1_763_700_000;
// The libraries read the clock.
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now: now * 1000 }));
afterAll(() => void vi.useRealTimers());

/** A key for v1 with its two libraries. */
type Symmetric = {
  secret: string;
  sign: (id: string, at: Date, body: string) => string;
  verifiers: (Standard | Svix)[];
};
/** A key for v1a. */
type Asymmetric = { secret: string; public: string; private: KeyObject };

function symmetric(): Symmetric {
  const secret = `whsec_${bytes(24 + whole(41)).toString("base64")}`;
  const [standard, svix] = [new Standard(secret), new Svix(secret)];
  return {
    secret,
    sign: (id, at, body) => pick([standard, svix]).sign(id, at, body),
    verifiers: [standard, svix],
  };
}

function asymmetric(): Asymmetric {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  return {
    secret: `whsk_${Buffer.concat([seed, point]).toString("base64")}`,
    public: `whpk_${point.toString("base64")}`,
    private: privateKey,
  };
}

const PIECES = [
  "",
  "{}",
  "é",
  "😀",
  "\u0000",
  "\u2028",
  "\ufeff",
  "\r\n",
  "ひ",
  '{"a":1.5}',
  ".",
  ".1763700000.",
  "x".repeat(3000),
];
const body = () => Array.from({ length: whole(5) }, () => pick(PIECES)).join("");
const ALPHABET = "ABCXYZabcxyz0189_-";
const id = () => Array.from({ length: 1 + whole(64) }, () => pick([...ALPHABET])).join("");
const message = (one: string, at: number, text: string) => Buffer.from(`${one}.${at}.${text}`);
const hex = (text: string) => Buffer.from(text).toString("hex");

type Delivery = {
  id: string;
  seconds: number;
  body: string;
  current: Symmetric;
  old: Symmetric;
  pair: Asymmetric;
  oldPair: Asymmetric;
};
/** Unoptimized, as tests are compiled, a signature on the curve takes 30 ms. */
const V1A_EACH = 25;
const pairs = Array.from({ length: 20 }, asymmetric);
const deliveries = Array.from(
  { length: WHOLE ? 10_000 : 1_500 },
  (): Delivery => ({
    id: id(),
    seconds: now - 200 + whole(400),
    body: body(),
    current: symmetric(),
    old: symmetric(),
    pair: pairs[whole(10)] as Asymmetric,
    oldPair: pairs[10 + whole(10)] as Asymmetric,
  }),
);

const takes = (verifier: Standard | Svix, headers: Record<string, string>, text: string) => {
  try {
    verifier.verify(text, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
};
const headersOf = (one: Delivery, signature: string) => ({
  "webhook-id": one.id,
  "webhook-timestamp": String(one.seconds),
  "webhook-signature": signature,
});

it("what the core signs, the libraries verify, with rotated keys as well", () => {
  const signed = core<{ standard: string; helicone: string }>(
    "sign",
    deliveries.map((one, at) => ({
      secrets: [
        one.current.secret,
        one.old.secret,
        ...(at % V1A_EACH === 0 ? [one.pair.secret, one.oldPair.secret] : []),
      ],
      hmac_key: one.old.secret,
      id: one.id,
      seconds: one.seconds,
      body_hex: hex(one.body),
    })),
  );
  const stranger = symmetric();
  for (const [at, one] of deliveries.entries()) {
    const { standard, helicone } = signed[at] ?? { standard: "", helicone: "" };
    const headers = headersOf(one, standard);
    for (const verifier of [...one.current.verifiers, ...one.old.verifiers]) {
      expect(takes(verifier, headers, one.body), one.id).toBe(true);
      expect(takes(verifier, headers, `${one.body} `), `${one.id}, changed`).toBe(false);
    }
    expect(stranger.verifiers.some((verifier) => takes(verifier, headers, one.body))).toBe(false);
    expect(helicone).toBe(createHmac("sha256", one.old.secret).update(one.body).digest("hex"));
    const entries = standard.split(" ").filter((entry) => entry.startsWith("v1a,"));
    if (at % V1A_EACH !== 0) {
      expect(standard.split(" ")).toHaveLength(2);
      continue;
    }
    expect(entries).toHaveLength(2);
    for (const [which, pair] of [one.pair, one.oldPair].entries()) {
      const signature = Buffer.from(entries[which]?.slice(4) ?? "", "base64");
      const key = createPublicKey(pair.private);
      expect(verify(null, message(one.id, one.seconds, one.body), key, signature), one.id).toBe(true);
      expect(verify(null, message(one.id, one.seconds + 1, one.body), key, signature), one.id).toBe(false);
    }
  }
  console.log({ deliveries: deliveries.length });
});

it("what the libraries sign, the core verifies, and nothing that was changed", () => {
  const cases = deliveries.flatMap((one, which) => {
    const at = new Date(one.seconds * 1000);
    const v1 = one.current.sign(one.id, at, one.body);
    const retired = one.old.sign(one.id, at, one.body);
    const v1a = `v1a,${sign(null, message(one.id, one.seconds, one.body), one.pair.private).toString("base64")}`;
    const wrong = `v1,${bytes(32).toString("base64")}`;
    const wrongA = `v1a,${bytes(64).toString("base64")}`;
    const asked = (
      signature: string,
      secrets: string[],
      more: { id?: string; body?: string; late?: number } = {},
    ) => ({
      headers: { ...headersOf(one, signature), ...(more.id ? { "webhook-id": more.id } : {}) },
      secrets,
      now_seconds: one.seconds + (more.late ?? whole(300)),
      body_hex: hex(more.body ?? one.body),
    });
    const { current, old, pair, oldPair } = one;
    const symmetrical = [
      { input: asked(v1, [current.secret]), outcome: "accepted" },
      { input: asked(`${v1} ${retired}`, [old.secret]), outcome: "accepted" },
      { input: asked(retired, [current.secret, old.secret]), outcome: "accepted" },
      { input: asked(`${wrong} v2,AAAA ${v1}`, [current.secret]), outcome: "accepted" },
      { input: asked(v1, [old.secret]), outcome: "mismatch" },
      { input: asked(v1, [current.secret], { body: `${one.body}\n` }), outcome: "mismatch" },
      { input: asked(v1, [current.secret], { id: one.id === "x" ? "y" : "x" }), outcome: "mismatch" },
      { input: asked(v1, [current.secret], { late: 301 }), outcome: "too_old" },
    ];
    if (which % V1A_EACH !== 0) return symmetrical;
    const both = [current.secret, pair.public];
    return [
      ...symmetrical,
      { input: asked(v1a, [pair.public]), outcome: "accepted" },
      { input: asked(`${wrongA} ${v1} ${v1a}`, [oldPair.public, pair.public]), outcome: "accepted" },
      { input: asked(v1a, [oldPair.public, current.secret]), outcome: "mismatch" },
      { input: asked(`${wrong} ${wrongA}`, both), outcome: "mismatch" },
      { input: asked(`${v1} ${v1a}`, both, { body: `${one.body}\n` }), outcome: "mismatch" },
      { input: asked(`${v1} ${v1a}`, both, { id: one.id === "x" ? "y" : "x" }), outcome: "mismatch" },
      { input: asked(v1a, [pair.public], { late: -301 }), outcome: "too_new" },
    ];
  });
  const outcomes = core<string | null>(
    "verify",
    cases.map(({ input }) => input),
  );
  const wrong = cases
    .filter(({ outcome }, at) => outcomes[at] !== outcome)
    .map(({ input, outcome }) => ({ input, outcome }));
  expect(wrong).toEqual([]);
  console.log({ cases: cases.length });
});
