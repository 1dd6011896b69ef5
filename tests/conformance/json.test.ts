// JSON: what the core takes and makes of it, beside `JSON.parse` and `JSON.stringify` in the Workers runtime, which receivers use.
import { afterAll, beforeAll, expect, it } from "vitest";
import { newDice } from "../storm/dice.ts";
import { core, WHOLE } from "./support/core.ts";
import { type Runtime, startRuntime } from "./support/runtime.ts";

type Ours = { canonical: { Ok: string } | { Err: string }; bounded: string | null; tree: string | null };
type Theirs = { written: string; carried: string };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(() => runtime?.stop());

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const depth = (text: string) => {
  let open = 0;
  let deepest = 0;
  for (const character of text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "")) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, ++open);
    if (character === "]" || character === "}") open--;
  }
  return deepest;
};
/** Whether a number in the text is beyond the largest double. */
const beyond = (text: string) =>
  (text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "").match(/-?\d[\d.eE+-]*/g) ?? []).some(
    (number) => !Number.isFinite(Number(number)),
  );

/** How often each known difference occurs; fails at any other. */
async function differences(texts: string[]) {
  const ours = core<Ours>("json", texts);
  const theirs = await runtime.ask<Theirs>("json", texts);
  const count = {
    cases: texts.length,
    taken: 0,
    "too deep": 0,
    "beyond the largest double": 0,
    "lone surrogates": 0,
  };
  const unknown: unknown[] = [];
  for (const [at, text] of texts.entries()) {
    const one = ours[at];
    const other = theirs[at] ?? null;
    if (!one) throw new Error("too few answers");
    const written = "Ok" in one.canonical ? one.canonical.Ok : null;
    if (written !== null && other !== null) {
      count.taken += 1;
      // UTF-8 cannot carry them, so U+FFFD stands for each.
      if (other.written !== other.carried) count["lone surrogates"] += 1;
      if (written === other.carried && one.bounded === written && (one.tree ?? written) === written) continue;
    } else if (written === null && other === null && one.bounded === null && one.tree === null) {
      continue;
    } else if (written === null && other !== null && depth(text) > 127) {
      count["too deep"] += 1;
      continue;
    } else if (written === null && other !== null && beyond(text)) {
      // JavaScript reads infinity and writes `null`: a value that nobody sent.
      count["beyond the largest double"] += 1;
      continue;
    }
    unknown.push({ text: text.slice(0, 200), ours: one, theirs: other });
  }
  expect(unknown).toEqual([]);
  return count;
}

const LONE = [
  "\\ud800",
  "\\udfff",
  "\\ud83d",
  "\\ud83d\\ud83d\\ude00",
  "\\ude00\\ud83d",
  "\\ud83dx",
  "\\ud83d\\n",
  "\\\\ud800",
  "\\uD83D\\uDE00",
];
const NUMBERS = [
  "0",
  "-0",
  "-0.0",
  "0e0",
  "0E+0",
  "-0e-0",
  "00",
  "01",
  "-01",
  "1.",
  ".1",
  "+1",
  "-",
  "--1",
  "1e",
  "1e+",
  "1.e1",
  "0x10",
  "1_000",
  "1e1.5",
  "Infinity",
  "-Infinity",
  "NaN",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "-9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "18446744073709551615",
  "18446744073709551616",
  "123456789012345678901234567890",
  "1e20",
  "1e21",
  "100000000000000000000",
  "1000000000000000000000",
  "999999999999999999999",
  "1e-6",
  "1e-7",
  "0.000001",
  "0.0000001",
  "1.7976931348623157e308",
  "1.7976931348623158e308",
  "1.7976931348623159e308",
  "1e308",
  "1e309",
  "-1e309",
  "1e400",
  "1e99999999999999999999",
  "0e99999999999999999999",
  "1e-99999999999999999999",
  "-1e-400",
  "5e-324",
  "2e-324",
  "3e-324",
  "2.2250738585072014e-308",
  "2.2250738585072011e-308",
  "4.9406564584124654e-324",
  "2.4703282292062327e-324",
  "2.4703282292062328e-324",
  `1${"0".repeat(308)}`,
  `1${"0".repeat(309)}`,
  `0.${"0".repeat(400)}1`,
  `${"9".repeat(400)}e-400`,
  `0.${"1".repeat(500)}`,
  "1.0",
  "1E3",
  "1e+3",
  "2.50",
  "1.00000000000000011102230246251565",
  "9007199254740992.5",
  "1e23",
  "8.41e21",
  "1 ",
  "1\n",
  "1,",
  "1 2",
];
const KEYS = [
  "a",
  "b",
  "",
  "0",
  "1",
  "10",
  "2",
  "01",
  "-1",
  "1.5",
  "4294967294",
  "4294967295",
  "4294967296",
  "__proto__",
  "constructor",
  "toString",
  "\\u0061",
  "\\u0030",
  "é",
  "\\ud800",
  "\\ufffd",
  "😀",
];

/** Texts of which each is about one thing. */
function edges() {
  const texts = [
    ...NUMBERS,
    ...NUMBERS.map((number) => `[${number}]`),
    ...NUMBERS.map((number) => `{"a":${number}}`),
  ];
  // White space: JSON has four of them, and neither the byte order mark nor any of Unicode's.
  for (const space of [
    " ",
    "\t",
    "\n",
    "\r",
    "\f",
    "\v",
    "\0",
    "\u00a0",
    "\u0085",
    "\u2028",
    "\u2029",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u001f",
    "\u007f",
  ]) {
    texts.push(`${space}{}`, `{}${space}`, `[1,${space}2]`, `{"a"${space}:1}`, `"${space}"`, space);
  }
  // Every character that is not printed as it is, raw and escaped; and every escape of one letter.
  for (let code = 0; code <= 0x9f; code++) {
    const escaped = `\\u${code.toString(16).padStart(4, "0")}`;
    texts.push(
      JSON.stringify(String.fromCharCode(code)),
      `"${String.fromCharCode(code)}"`,
      `"${escaped}"`,
      `"${escaped.toUpperCase()}"`,
      `"\\${String.fromCharCode(code)}"`,
      `{"${escaped}":"${escaped}"}`,
    );
  }
  for (const escaped of [
    "\\u",
    "\\u1",
    "\\u12",
    "\\u123",
    "\\u+123",
    "\\u 123",
    "\\uD",
    "\\uG000",
    "\\u00e",
    "\\x41",
    "\\",
    "\\u{41}",
    "\\'",
    "\\/",
    "\\ufeff",
    "\\uFFFF",
    "\\u2028",
  ])
    texts.push(`"${escaped}"`, `["${escaped}`);
  for (const lone of LONE)
    texts.push(`"${lone}"`, `{"${lone}":1}`, `{"${lone}":1,"\\ufffd":2}`, `["${lone}",{"a":"${lone}"}]`);
  for (const first of KEYS)
    for (const second of KEYS) texts.push(`{"${first}":1,"x":[],"${second}":{"${second}":2,"${first}":3}}`);
  for (const levels of [1, 126, 127, 128, 129, 200, 1000]) {
    texts.push(
      nested(levels),
      `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`,
      nested(levels).slice(0, -1),
      `${nested(levels)}]`,
    );
  }
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    "1",
    "true",
    "null",
    "'a'",
    "tru",
    "True",
    "undefined",
    "//",
    "/**/",
    "#",
  ];
  for (const a of pieces) for (const b of pieces) for (const c of pieces) texts.push(a + b + c);
  texts.push(
    "",
    `[${"1,".repeat(50_000)}1]`,
    `{${Array.from({ length: 5_000 }, (_, at) => `"${(at * 7919) % 6007}":${at}`)}}`,
  );
  return texts;
}

it("what is at the edge of the grammar", async () => {
  console.log(await differences(edges()));
});

const dice = newDice(8259);
const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T;
const many = (most: number, make: () => string) => Array.from({ length: Math.floor(dice() * most) }, make);
const space = () => (dice() < 0.9 ? "" : pick([" ", "\n", "\t ", "\r\n"]));
const STRINGS = [
  "",
  "a",
  "é",
  "😀",
  "\\n",
  '\\"',
  "\\\\",
  "\\/",
  "\\u0000",
  "\\u001f",
  "\\u007f",
  "\\u2028",
  "\u2029",
  "</script>",
  "\\u00E9",
  ...LONE,
];
const string = () => `"${many(4, () => pick(STRINGS)).join("")}"`;
const number = () => {
  const drawn = Math.floor(dice() * 2 ** 53) * (dice() < 0.5 ? -1 : 1);
  const shapes = [
    () => pick(NUMBERS.slice(0, 6)),
    () => String(drawn),
    () => `${drawn}e${Math.floor(dice() * 600 - 320)}`,
    () => `${drawn}.${Math.floor(dice() * 1e9)}`,
    () => (drawn * dice()).toPrecision(17),
  ];
  return pick(shapes)();
};

/** A text in JSON's grammar. */
function text(levels = 4): string {
  const kind = levels > 0 ? dice() : dice() * 0.5;
  if (kind < 0.1) return pick(["true", "false", "null"]);
  if (kind < 0.3) return number();
  if (kind < 0.5) return string();
  const inner = () => space() + text(levels - 1) + space();
  if (kind < 0.7) return `[${many(5, inner).join(",") || space()}]`;
  const key = () => (dice() < 0.7 ? `"${pick(KEYS)}"` : string());
  return `{${many(6, () => `${space()}${key()}${space()}:${inner()}`).join(",") || space()}}`;
}

/** The same with a few characters taken out, put in or swapped. */
function damaged(whole: string) {
  let one = whole;
  for (let times = 1 + Math.floor(dice() * 2); times > 0; times--) {
    const at = Math.floor(dice() * (one.length + 1));
    const dirt = dice() < 0.4 ? "" : pick([..."{}[],:\"\\ \n\t\0eE+-.0129tfnu/'", "\ufeff", "é"]);
    one = one.slice(0, at) + dirt + one.slice(at + (dice() < 0.5 ? 1 : 0));
  }
  return one.toWellFormed();
}

it("random texts, whole and damaged", async () => {
  const whole = Array.from({ length: WHOLE ? 200_000 : 10_000 }, () => text());
  console.log(await differences(whole));
  const count = await differences(whole.map(damaged));
  // Damage that leaves most texts whole would show nothing.
  expect(count.taken).toBeLessThan(count.cases * 0.7);
  console.log(count);
});

it("every emitted body survives a round trip through JavaScript, byte for byte", () => {
  const event = () => {
    const fields = {
      request: text(),
      response: text(),
      properties: `{"${pick(["env", "0", "é", "__proto__"])}":${JSON.stringify(pick(["x", "\u2028", "😀", "</x>"]))}}`,
      cost: String(Math.abs(dice() * 10 ** Math.floor(dice() * 20 - 12))),
      latency_ms: String(Math.floor(dice() * 1e6)),
      model: JSON.stringify(pick(["gpt-4o", 'a"b', "\u0001", "é😀"])),
      user_id: JSON.stringify(pick(["u-1", "ü\\", "\u007f"])),
      usage: `{"prompt_tokens":${Math.floor(dice() * 1e9)},"completion_tokens":1}`,
    };
    const kept = Object.entries(fields).filter(([name]) => name === "request" || dice() < 0.7);
    return `{"request_id":"r-${Math.floor(dice() * 1e9)}",${kept.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
  };
  const events = Array.from({ length: WHOLE ? 50_000 : 2_500 }, event);
  const bodies = core<string[]>("bodies", events).flat();
  // Events with numbers beyond the largest double are refused.
  expect(bodies.length).toBeGreaterThan(events.length * 4);
  expect(bodies.filter((body) => JSON.stringify(JSON.parse(body)) !== body)).toEqual([]);
  console.log({ events: events.length, bodies: bodies.length });
});
