// The audits have to be able to fail: on a planted secret, on a licence nobody allowed, on an answer that says so.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { crateVerdict, npmVerdict } from "../../scripts/lib/audit/advisories.mjs";
import { judgeCrates, judgePackages, rulesOf } from "../../scripts/lib/audit/dependencies.mjs";
import { scan, secretRules } from "../../scripts/lib/audit/secrets.mjs";
import { satisfies } from "../../scripts/lib/audit/spdx.mjs";
import { at } from "../../scripts/lib/paths.mjs";

/** Characters that look drawn by lot, and are the same ones each time. */
function drawn(alphabet: string, length: number): string {
  let state = 12345;
  return Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return alphabet[Math.floor(state / 65536) % alphabet.length];
  }).join("");
}

const HEX = "0123456789abcdef";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = `${LETTERS.toLowerCase()}${LETTERS}0189`;

function planted(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heliograph-audit-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

describe("secrets", () => {
  const rules = { patterns: secretRules().patterns, allow: [] };

  // Put together here, so that this file holds none of them.
  test.each([
    ["private key", `-----BEGIN ${"PRIVATE KEY"}-----\n${drawn(BASE64, 64)}\n`],
    ["AWS key", `key = AKIA${drawn(LETTERS, 16)}`],
    ["GitHub token", `ghp_${drawn(BASE64, 36)}`],
    ["Slack token", `xoxb-${drawn(HEX, 24)}`],
    ["provider's key", `sk-proj-${drawn(BASE64, 48)}`],
    ["Google key", `AIza${drawn(BASE64, 35)}`],
    ["Stripe key", `sk_live_${drawn(BASE64, 24)}`],
    ["npm token", `npm_${drawn(BASE64, 36)}`],
    ["JWT", `eyJ${drawn(BASE64, 20)}.eyJ${drawn(BASE64, 20)}.${drawn(BASE64, 43)}`],
    ["webhook secret", `whsec_${drawn(BASE64, 43)}=`],
    ["webhook secret key", `whsk_${drawn(BASE64, 86)}==`],
    ["API key of ours", `hg_acme_${drawn(HEX, 60)}`],
    ["password in a URL", `https://user:${drawn(BASE64, 12)}@example.com/`],
    ["secret under its name", `SEALING_KEY=${drawn(HEX, 64)}`],
    ["secret under its name", `"apiToken": "${drawn(BASE64, 40)}"`],
  ])("%s is found where it was planted", (kind, text) => {
    const folder = planted({ "a.txt": `first line\n${text}\n`, "b.txt": "nothing" });
    const wrong = scan(folder, ["a.txt", "b.txt"], rules);
    expect(wrong.some((one) => one.startsWith(`a.txt:2: looks like a secret (${kind})`))).toBe(true);
    expect(wrong.join()).not.toContain(text.slice(0, 40));
    const excused = { ...rules, allow: [{ file: "a.txt", kind, why: "an example" }] };
    expect(scan(folder, ["a.txt", "b.txt"], excused).some((one) => one.includes(`(${kind})`))).toBe(false);
  });

  test("what only looks a little like one is left alone", () => {
    const folder = planted({
      "a.txt": [
        `secret: ${"a".repeat(64)}`,
        "const secret = someFunctionWithAVeryLongName(of, many, arguments)",
        "https://user:password@example.com, sk-learn",
        `sha256-${drawn(BASE64, 43)}=`,
        "whsec_…",
      ].join("\n"),
      "b.bin": `\0SEALING_KEY=${drawn(HEX, 64)}`,
    });
    expect(scan(folder, ["a.txt", "b.bin"], rules)).toEqual([]);
  });

  test("an excuse holds for its file and kind alone, and not for longer than it is needed", () => {
    const folder = planted({
      "a.txt": `npm_${drawn(BASE64, 36)}`,
      "b.txt": `npm_${drawn(BASE64, 36)}`,
      "c.txt": "",
    });
    const allow = ["a.txt", "c.txt"].map((file) => ({ file, kind: "npm token", why: "an example" }));
    expect(scan(folder, ["a.txt", "b.txt", "c.txt"], { ...rules, allow })).toEqual([
      expect.stringContaining("b.txt:1: looks like a secret"),
      expect.stringContaining("there is no npm token in c.txt any more"),
    ]);
  });
});

describe("dependencies", () => {
  const rules = rulesOf(fs.readFileSync(at("deny.toml"), "utf8"));
  const crate = {
    name: "a",
    version: "1.0.0",
    license: "MIT",
    source: "registry+https://github.com/rust-lang/crates.io-index",
  };

  test.each([
    ["MIT", true],
    ["GPL-3.0-only", false],
    ["GPL-3.0-only OR MIT", true],
    ["GPL-3.0-only AND MIT", false],
    ["(GPL-3.0-only OR MIT) AND ISC", true],
    ["MIT AND (GPL-3.0-only OR ISC) AND Zlib", true],
    ["MIT/Apache-2.0", true],
    ["Apache-2.0 WITH LLVM-exception", true],
    ["GPL-2.0-only WITH Classpath-exception-2.0", false],
    ["", false],
    ["(MIT", false],
    ["MIT ISC", false],
  ])("the licence %s is allowed: %s", (license, isAllowed) => {
    expect(satisfies(license, (one) => rules.licences.has(one))).toBe(isAllowed);
    expect(judgeCrates([{ ...crate, license }], rules).length === 0).toBe(isAllowed);
  });

  test("crates from elsewhere, and those that are banned, are refused", () => {
    const own = { ...crate, source: null };
    const foreign = { ...crate, name: "b", source: "git+https://example.com/b" };
    const banned = { ...crate, name: "openssl-sys" };
    expect(judgeCrates([crate, own], rules)).toEqual([]);
    expect(judgeCrates([own, foreign, banned], rules)).toEqual([
      expect.stringContaining("crate b 1.0.0: comes from git"),
      "crate openssl-sys 1.0.0: deny.toml bans it",
    ]);
  });

  test("npm packages too, but for the exceptions that are named", () => {
    const packages = {
      "": { license: "none" },
      "node_modules/a": { license: "MIT", resolved: "https://registry.npmjs.org/a/-/a-1.0.0.tgz" },
      "node_modules/@x/b-c": { license: "LGPL-3.0-or-later" },
      "node_modules/a/node_modules/d": {
        license: "MIT",
        version: "2.0.0",
        resolved: "https://example.com/d.tgz",
      },
      "node_modules/e": { version: "1.0.0" },
    };
    const exceptions = [{ licence: "LGPL-3.0-or-later", packages: ["@x/b-*"], why: "a test" }];
    expect(judgePackages(packages, rules, exceptions)).toEqual([
      "package d 2.0.0: comes from example.com, not from the npm registry",
      "package e 1.0.0: its licence is not said, which is not allowed",
    ]);
    expect(judgePackages(packages, rules, [])).toHaveLength(3);
  });
});

describe("advisories", () => {
  test("what could not be asked is said to be unchecked, and fails nothing", () => {
    const refused = npmVerdict(JSON.stringify({ message: "405 Method Not Allowed" }));
    expect(refused).toEqual({ wrong: false, said: "npm advisories NOT CHECKED: 405 Method Not Allowed" });
    expect(npmVerdict("").said).toContain("NOT CHECKED");
    expect(crateVerdict({ status: null, errors: "", isInstalled: false }).said).toContain("NOT CHECKED");
    const unreachable = {
      status: 1,
      errors: "[ERROR] failed to fetch advisory database https://…",
      isInstalled: true,
    };
    expect(crateVerdict(unreachable)).toEqual({
      wrong: false,
      said: "crates' advisories NOT CHECKED: the database is unreachable.",
    });
  });

  test("what was found fails", () => {
    const none = { metadata: { vulnerabilities: { total: 0 } }, vulnerabilities: {} };
    expect(npmVerdict(JSON.stringify(none))).toEqual({
      wrong: false,
      said: "npm advisories: none concerns what is used.",
    });
    const one = { metadata: { vulnerabilities: { total: 1 } }, vulnerabilities: { a: { severity: "high" } } };
    expect(npmVerdict(JSON.stringify(one)).wrong).toBe(true);
    expect(npmVerdict(JSON.stringify(one)).said).toContain("a (high)");
    expect(crateVerdict({ status: 1, errors: "error[vulnerability]: …", isInstalled: true }).wrong).toBe(
      true,
    );
    expect(crateVerdict({ status: 0, errors: "", isInstalled: true }).wrong).toBe(false);
  });
});
