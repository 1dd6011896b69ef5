// @ts-check
// Cargo prints one line per crate. Here they become one moving line on a terminal, and a sign of life now and then
// elsewhere (a CI log). Everything else cargo says, warnings and errors above all, passes through.
import { stripVTControlCharacters } from "node:util";

const CRATE = /^\s*(Compiling|Checking|Downloaded|Downloading|Adding|Locking|Updating)\s+(.*)$/;
const CHATTER =
  /^\s*(Finished|Installing|Installed|Ignored|Blocking|Building|Replacing|Replaced|warning: be sure to add)\b|^\[INFO\]|^ {2}\S+\.js +[\d.]+kb$|Done in \d+ms$/;
/** What cargo has to say about the dependencies of others. */
const NOT_OURS =
  /^warning: package `.*` in Cargo.lock is yanked|code that will be rejected by a future version|^note: to see what the problems were/;
const SIGN_OF_LIFE_MS = 15_000;

/** @param {string} what what is being compiled, for the signs of life */
export function cargoProgress(what) {
  const tty = Boolean(process.stdout.isTTY);
  const start = Date.now();
  let shown = false;
  let compiled = 0;
  let lastSign = Date.now();
  let silent = true;

  const clear = () => {
    if (shown) process.stdout.write("\r\x1b[2K");
    shown = false;
  };
  const sign = (/** @type {string} */ text) => {
    if (tty) {
      clear();
      process.stdout.write(text.slice(0, Math.max(20, (process.stdout.columns || 80) - 1)));
      shown = true;
    } else if (Date.now() - lastSign >= SIGN_OF_LIFE_MS) {
      lastSign = Date.now();
      console.log(text);
    }
  };
  const beat = setInterval(() => {
    if (!tty) sign(`      ${what}: ${compiled} crates so far, ${Math.round((Date.now() - start) / 1000)} s`);
  }, 1_000);

  return {
    /** @param {string} line */
    onLine(line) {
      const plain = stripVTControlCharacters(line);
      const crate = CRATE.exec(plain);
      if (crate) {
        if (crate[1] === "Compiling") compiled += 1;
        if (tty)
          sign(
            `      ${what}: ${crate[1] === "Compiling" ? `crate ${compiled}, ` : ""}${crate[1]} ${crate[2]}`,
          );
      } else if (!CHATTER.test(plain) && !NOT_OURS.test(plain)) {
        // An empty line separates messages; between crates it says nothing.
        if (plain.trim() === "" && silent) return;
        silent = plain.trim() === "";
        clear();
        console.error(line);
      }
    },
    done() {
      clearInterval(beat);
      clear();
    },
  };
}
