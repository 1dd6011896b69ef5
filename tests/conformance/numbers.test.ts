// Numbers: the core's printing and reading of doubles beside JavaScript's `String(x)` and `Number(text)`.
import { expect, it } from "vitest";
import { newDice } from "../storm/dice.ts";
import { core, WHOLE } from "./support/core.ts";

const COUNT = WHOLE ? 1_000_000 : 60_000;
/** How many are asked about at once. */
const CHUNK = 100_000;

const view = new DataView(new ArrayBuffer(8));
const bitsOf = (number: number) => {
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
};
const ofBits = (bits: bigint) => {
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
};

/** Where formats change, and the doubles beside these places. */
function boundaries() {
  const places = [
    0,
    Number.MIN_VALUE,
    2 ** -1022,
    Number.MAX_VALUE,
    2 ** 53,
    2 ** 63,
    2 ** 64,
    1e21,
    1e-6,
    1e-7,
    0.1,
    5e-324,
  ];
  for (let power = -324; power <= 308; power++) places.push(Number(`1e${power}`));
  for (let power = -1074; power <= 1023; power++) places.push(2 ** power);
  for (let integer = 1; integer < 2 ** 60; integer = integer * 3 + 1) places.push(integer, integer / 100);
  const numbers: number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const place of places) {
    const bits = BigInt(`0x${bitsOf(place)}`);
    for (const beside of [-2n, -1n, 0n, 1n, 2n]) {
      const number = ofBits(bits + beside);
      numbers.push(number, -number);
    }
  }
  return numbers;
}

function* chunks<T>(list: T[]) {
  for (let at = 0; at < list.length; at += CHUNK) yield list.slice(at, at + CHUNK);
}

const dice = newDice(754);
const bits32 = () => BigInt(Math.floor(dice() * 2 ** 32));
/** Every bit drawn: of all magnitudes alike. */
const anyDouble = () => ofBits((bits32() << 32n) | bits32());

it("doubles print as in JavaScript", () => {
  const random = Array.from({ length: COUNT }, anyDouble);
  // Those that occur: with a few decimals, and whole.
  const usual = Array.from(
    { length: COUNT / 4 },
    () => Math.round(dice() * 1e9) / 10 ** Math.floor(dice() * 12),
  );
  const numbers = [...boundaries(), ...random, ...usual];
  for (const chunk of chunks(numbers)) {
    const printed = core<string>("number", chunk.map(bitsOf));
    const wrong = chunk.filter(
      (number, at) => printed[at] !== (Number.isFinite(number) ? String(number) : "null"),
    );
    expect(wrong).toEqual([]);
  }
  console.log({ cases: numbers.length });
});

it("texts of numbers are read as in JavaScript, to the last bit", () => {
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(dice() * 10)).join("");
  const texts = boundaries().filter(Number.isFinite).map(String);
  for (let at = 0; at < COUNT / 2; at++) {
    const number = anyDouble();
    if (Number.isFinite(number)) {
      // More digits than a double has: what has to be rounded, half the way between two doubles among it.
      texts.push(
        number.toPrecision(21),
        number.toExponential(40),
        (BigInt(Math.trunc(dice() * 2 ** 53)) * 2n + 1n).toString(),
      );
    }
    const exponent = Math.floor(dice() * 640) - 330;
    texts.push(`${1 + Math.floor(dice() * 9)}.${digits(1 + Math.floor(dice() * 30))}e${exponent}`);
  }
  for (const chunk of chunks(texts)) {
    const read = core<string | null>(
      "reading",
      chunk.map((text) => text),
    );
    const wrong = chunk.filter((text, at) => {
      const number = Number(text);
      // Beyond the largest double there is none to read: JavaScript's infinity is no JSON.
      return read[at] !== (Number.isFinite(number) ? bitsOf(number) : null);
    });
    expect(wrong).toEqual([]);
  }
  console.log({ cases: texts.length });
});
