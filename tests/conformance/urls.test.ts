// Where a destination goes: the guard's parser (the crate `url`) beside the runtime's `URL`, which sends the request. An address that
// one of them reads otherwise than the other would pass the guard.
import { afterAll, beforeAll, expect, it } from "vitest";
import { newDice } from "../storm/dice.ts";
import { core, fileOfCrate, WHOLE } from "./support/core.ts";
import { type Runtime, startRuntime } from "./support/runtime.ts";

type Checked = { Ok: string } | { Err: string };
type Ours = { parsed: string | null; production: Checked; development: Checked };
type Theirs = { href: string; request: string | null };

/** Differences that there may be, the first that fits, and why. None of them concerns which host a request goes to. */
const KNOWN: { [name: string]: (input: string, ours: string | null, theirs: string | null) => boolean } = {
  // Never let through: no destination begins so.
  "another scheme": (input) => !/^[\0-\x20]*h[\t\n\r]*t[\t\n\r]*t[\t\n\r]*p/i.test(input),
  // The URL standard has encoded it in paths since 2024. The crate leaves it, and the runtime sends it encoded.
  "^ in a path": (_, ours, theirs) => ours?.includes("^") === true && encoded(ours) === theirs,
  // The crate keeps one before `..`, as the standard has it for file: alone. The runtime gets the path with it.
  "a drive letter in a path": (_, ours, theirs) =>
    ours !== null && theirs !== null && /\/[a-z][:|]/i.test(ours) && host(ours) === host(theirs),
  // The crate holds labels in punycode, too, to what they decode to.
  "punycode that decodes to nothing": (_, ours, theirs) => ours === null && /xn--/.test(theirs ?? ""),
  // The two have tables of Unicode of different years; what is in one of them alone, the other refuses.
  "a character that only one of them knows": (input, ours, theirs) =>
    (ours === null) !== (theirs === null) && /[^ -~]|%[89a-f]/i.test(input),
};

const encoded = (url: string) => {
  const [path = "", ...rest] = url.split(/(?=[?#])/);
  return path.replaceAll("^", "%5E") + rest.join("");
};
/** Of a URL as a parser wrote it. */
const host = (url: string) => /^https?:\/\/([^/?#]*)/.exec(url)?.[1]?.replace(/\.(?=:|$)/, "");

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(() => runtime?.stop());

/** How often each known difference occurs. Fails at one that is not known, and where an accepted URL is sent elsewhere. */
async function differences(inputs: string[]) {
  const ours = core<Ours>("destination", inputs);
  const theirs = await runtime.ask<Theirs>("url", inputs);
  const found: Record<string, number> = {};
  const unknown: unknown[] = [];
  const accepted: { input: string; url: string; theirs: string | null }[] = [];
  for (const [at, input] of inputs.entries()) {
    const one = ours[at];
    const other = theirs[at]?.href ?? null;
    if (!one) throw new Error("too few answers");
    for (const checked of [one.production, one.development]) {
      if ("Ok" in checked) accepted.push({ input, url: checked.Ok, theirs: other });
    }
    if (one.parsed === other) continue;
    const name = Object.keys(KNOWN).find((known) => KNOWN[known]?.(input, one.parsed, other));
    if (name) found[name] = (found[name] ?? 0) + 1;
    else unknown.push({ input, ours: one.parsed, theirs: other });
  }
  expect(unknown).toEqual([]);
  expect(accepted.length).toBeGreaterThan(0);

  // What is stored is the canonical form; it is what the runtime is given.
  const sent = await runtime.ask<Theirs>(
    "url",
    accepted.map(({ url }) => url),
  );
  let unsendable = 0;
  const elsewhere = accepted.filter(({ url, theirs: other }, at) => {
    const given = sent[at];
    // A character that the runtime does not know: no request can be made.
    if (!given || given.request === null) {
      unsendable += 1;
      return false;
    }
    const same =
      given.href === encoded(url) ||
      given.href === url ||
      KNOWN["a drive letter in a path"]?.("", url, given.href);
    return !same || given.request !== given.href || (other !== null && host(other) !== host(given.href));
  });
  expect(elsewhere).toEqual([]);
  return { ...found, cases: inputs.length, accepted: accepted.length, unsendable };
}

/** A text in the places of a destination where a tenant may put it. */
const places = (text: string) => [
  text,
  `https://${text}`,
  `https://${text}/`,
  `https://a.${text}.example/x`,
  `https://hooks.example.com:${text}/`,
  `https://hooks.example.com/${text}`,
  `https://hooks.example.com/in?${text}`,
];

it("the web platform's test data, as it is and in the places of a destination", async () => {
  // The runtime's parser is its own test; the crate is published with this file.
  const data: unknown[] = JSON.parse(fileOfCrate("url", "tests/urltestdata.json"));
  const cases = data.filter((one) => typeof one === "object") as { input: string; href?: string }[];
  const texts = cases.flatMap(({ input, href }) => [input, ...(href ? [href] : [])]);
  const inputs = [...new Set(texts.filter((text) => text.isWellFormed()).flatMap(places))];
  console.log(await differences(inputs));
});

/** Parts that parsers disagree on, or once did. */
const PARTS = {
  scheme: ["HTTPS:", "http:", "https", "hTtPs:", "ht\ttps:", " https:", "file:", "ws:", "//", ""],
  slashes: ["/", "", "///", "\\\\", "/\\", "//\t", "//@"],
  user: ["user@", "a:b@", ":@", "@", "x@y@", "%40@", "a%2f@", "[::1]@", "1.1.1.1@"],
  host: [
    "hooks.example.com",
    "Hooks.Example.COM.",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "0x7f000001",
    "1.2.3.4.",
    "256.1.1.1",
    "1.2.3.08",
    "0x.0x.0",
    "4294967296",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[0:0::0:1]",
    "[::1%25eth0]",
    "[::1",
    "[::127.0.0.1.]",
    "[1:2:3:4:5:6:7::]",
    "①②⑦.⓪.⓪.①",
    "１２７。0。0。1",
    "ⓛocalhost",
    "lo\u00adcalhost",
    "localhost",
    "%6c%6f%63alhost",
    "127%2e0.0.1",
    "exa%00mple.com",
    "bücher.example",
    "xn--bcher-kva.example",
    "xn--",
    "faß.example",
    "ＧＯ.example",
    "a..example",
    ".example.com",
    "a_b.example.com",
    "-a-.example",
    "a\u200db.example",
    "\u2100.example",
    "x\u0338y.example",
    "a b.example",
    "a<b.example",
    "a|b.example",
    "a^b.example",
    "%zz.example",
    "é%cc%81.example",
    "0xg.example.com",
    "1e100.net",
    "127.0.0.1.nip.io",
    "hooks.example.0x7f",
    "\u06f1\u06f2.example",
    "א.example",
    "aא.example",
    "𝟏𝟐𝟕.0.0.1",
    "\ufeffhooks.example.com",
  ],
  port: [
    "",
    "",
    "",
    "",
    ":443",
    ":00443",
    ":",
    ":80",
    ":65536",
    ":-1",
    ":4 43",
    ":0x1bb",
    ":４４３",
    ":443@127.0.0.1",
    ":99999999999999999999",
  ],
  path: [
    "",
    "/",
    "/a/../b",
    "/%2e%2E/x",
    "/..//",
    "\\..\\x",
    "/a\tb",
    "/é",
    "/^",
    "/{}`|",
    "/c:/..",
    "/%zz",
    "/;x=1",
    "/@127.0.0.1",
    "/\u0000",
    "/\ufffe",
  ],
  rest: [
    "?",
    "?a=b'\"<>",
    "?u=http://127.0.0.1/",
    "?^`{}",
    "?é%zz",
    "#",
    "#@127.0.0.1",
    "?#",
    "\n",
    " ",
    "?\\",
  ],
};
/** Put in, where an input is damaged. */
const DIRT = [
  "\t",
  "\n",
  "\\",
  "/",
  "@",
  ":",
  "[",
  "]",
  "%",
  ".",
  "#",
  "?",
  "\u00ad",
  "\u200b",
  "。",
  "％",
  "：",
  "／",
  "＠",
  "\u0000",
  "0",
  "x",
  "\ud83d\ude00",
  "\u{e0001}",
];

it("URLs of hostile parts, some of them damaged", async () => {
  const dice = newDice(20_261_122);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T;
  // Most parts as they ought to be, so that some inputs are taken.
  const mostly = (usual: string, list: readonly string[]) => (dice() < 0.75 ? usual : pick(list));
  const inputs = Array.from({ length: WHOLE ? 200_000 : 12_000 }, () => {
    const { scheme, slashes, user, host, port, path, rest } = PARTS;
    let url =
      mostly("https:", scheme) + mostly("//", slashes) + mostly("", user) + pick(host) + mostly("", port);
    url += mostly("/in", path) + mostly("", rest);
    for (let damage = Math.floor(dice() * 3); damage > 1; damage--) {
      const at = Math.floor(dice() * (url.length + 1));
      url = url.slice(0, at) + pick(DIRT) + url.slice(at + (dice() < 0.5 ? 1 : 0));
    }
    return url.toWellFormed();
  });
  console.log(await differences(inputs));
});

it("every character in a host name", async () => {
  const step = WHOLE ? 1 : 101;
  const inputs: string[] = [];
  // Beyond there is nothing but private use.
  for (let code = 0; code < 0xf0000; code += step) {
    const character = String.fromCodePoint(code);
    if (character.isWellFormed())
      inputs.push(`https://a${character}b.example/`, `https://${character}.example/`);
  }
  console.log(await differences(inputs));
});
