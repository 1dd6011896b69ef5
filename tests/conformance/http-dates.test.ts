// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date in any of its three forms, beside what JavaScript makes of the same moment.
import { expect, it } from "vitest";
import { newDice } from "../storm/dice.ts";
import { core, WHOLE } from "./support/core.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** No wish is granted beyond a day. */
const MOST = 86_400;
const NOW = Date.UTC(2026, 10, 21, 9, 30);

const two = (number: number) => String(number).padStart(2, "0");
const time = (at: Date) => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
const day = (at: Date) => DAYS[at.getUTCDay()] ?? "";
const month = (at: Date) => MONTHS[at.getUTCMonth()] ?? "";

const FORMS: { [name: string]: (at: Date) => string } = {
  "IMF-fixdate": (at) => at.toUTCString(),
  "RFC 850": (at) =>
    `${day(at)}, ${two(at.getUTCDate())}-${month(at)}-${two(at.getUTCFullYear() % 100)} ${time(at)} GMT`,
  asctime: (at) =>
    `${day(at).slice(0, 3)} ${month(at)} ${String(at.getUTCDate()).padStart(2, " ")} ${time(at)} ${at.getUTCFullYear()}`,
};

/** The seconds until a moment, as a wish: none where it is past. */
const wish = (at: number, now: number) => (at < now ? null : Math.min(Math.ceil((at - now) / 1000), MOST));

type Case = { header: string; now_millis: number };
const asked = (cases: Case[]) => core<number | null>("retry-after", cases);

it.each(Object.keys(FORMS))("dates as %s", (name) => {
  const dice = newDice(9110);
  const form = FORMS[name] ?? String;
  const moments: number[] = [];
  for (let count = 0; count < (WHOLE ? 100_000 : 5_000); count++) {
    // Two thirds of them about now, where the answer is a number; the rest in all of the years that two digits can tell.
    const near = NOW + Math.floor((dice() - 0.3) * 2 * MOST) * 1000;
    const far = Date.UTC(1970, 0, 1) + Math.floor(dice() * 99.9 * 365.25 * MOST) * 1000;
    moments.push(dice() < 0.66 ? near : far);
  }
  // The ends of days, months and years, leap days, and the century that has one.
  for (const year of [1970, 1999, 2000, 2024, 2026, 2028, 2069]) {
    for (const at of [
      Date.UTC(year, 0, 1),
      Date.UTC(year, 1, 28),
      Date.UTC(year, 2, 1) - 1000,
      Date.UTC(year + 1, 0, 1) - 1000,
    ])
      moments.push(at);
  }
  const cases = moments.map((at) => ({ header: form(new Date(at)), now_millis: NOW }));
  const answers = asked(cases);
  const wrong = cases.flatMap(({ header }, at) => {
    const moment = moments[at] ?? 0;
    // JavaScript takes asctime's for local time, and two digits from 50 on for years of the last century.
    const read = name === "IMF-fixdate" ? Date.parse(header) : moment;
    const isMeant = read === moment && answers[at] === wish(moment, NOW);
    return isMeant ? [] : [{ header, answer: answers[at], wish: wish(moment, NOW) }];
  });
  expect(wrong).toEqual([]);
  console.log({ cases: cases.length });
});

it("a moment between two seconds rounds up", () => {
  const header = new Date(NOW + 2000).toUTCString();
  expect(asked([0, 1, 999, 1000, 2000, 2001].map((late) => ({ header, now_millis: NOW + late })))).toEqual([
    2,
    2,
    2,
    1,
    0,
    null,
  ]);
});

it("seconds, and what is neither", () => {
  const table: [string, number | null][] = [
    ["0", 0],
    ["120", 120],
    [" 120 ", 120],
    ["000120", 120],
    ["86401", MOST],
    ["9".repeat(400), MOST],
    // Some servers send fractions.
    ["1.5", 2],
    ["-1", null],
    ["+1", null],
    ["1e3", null],
    ["0x10", null],
    ["1,2", null],
    ["1 2", null],
    ["1.2.3", null],
    ["", null],
    ["soon", null],
    ["NaN", null],
    ["Infinity", null],
    // The right one is `Sat, 21 Nov 2026 09:30:05 GMT`.
    ["Sat, 21 Nov 2026 09:30:05 GMT", 5],
    ["Saturday, 21-Nov-26 09:30:05 GMT", 5],
    ["Sat Nov 21 09:30:05 2026", 5],
    ["Fri, 21 Nov 2026 09:30:05 GMT", null],
    ["Sat, 21 Nov 2026 09:30:05", null],
    ["Sat, 21 Nov 2026 09:30:05 UTC", null],
    ["Sat, 21 Nov 2026 09:30:05 +0000", null],
    ["Sat, 21 Nov 2026 09:30:05 EST", null],
    ["Sat, 21 Nov 2026 9:30:05 GMT", null],
    ["Sat, 21 Nov 2026 09:30 GMT", null],
    ["Sat, 21 Nov 2026 24:00:00 GMT", null],
    ["Sat, 21 Nov 2026 09:60:05 GMT", null],
    ["Sat, 21 Nov 2026 09:30:61 GMT", null],
    ["Sat, 21 Nov 26 09:30:05 GMT", null],
    ["Sat,21 Nov 2026 09:30:05 GMT", null],
    ["21 Nov 2026 09:30:05 GMT", null],
    ["Mon, 30 Feb 2026 09:30:05 GMT", null],
    ["Sat, 31 Nov 2026 09:30:05 GMT", null],
    ["Sat, 00 Nov 2026 09:30:05 GMT", null],
    ["Sat, 21 Foo 2026 09:30:05 GMT", null],
    ["2026-11-21T09:30:05Z", null],
    ["Sat, 21 Nov 2026 09:30:05 GMT, Sat, 21 Nov 2026 09:30:05 GMT", null],
    ["Fri, 31 Dec 9999 23:59:59 GMT", MOST],
    ["Sun, 06 Nov 1994 08:49:37 GMT", null],
    ["Sunday, 06-Nov-94 08:49:37 GMT", null],
    ["Sun Nov  6 08:49:37 1994", null],
    // Known to differ from RFC 9110: no leap second, and two digits from 70 on are of the last century.
    ["Sat, 21 Nov 2026 09:30:60 GMT", null],
    ["Wednesday, 21-Nov-74 09:30:05 GMT", null],
  ];
  const answers = asked(table.map(([header]) => ({ header, now_millis: NOW })));
  expect(table.map(([header], at) => [header, answers[at]])).toEqual(table);
});
