// @ts-check
// The tests of all runners, counted together.

/** Silent when no runner told a number. */
export class Total {
  #passed = 0;
  #failed = 0;
  #any = false;

  /** @param {import("./tests.mjs").Count | void} count */
  add(count) {
    if (!count) return;
    this.#any = true;
    this.#passed += count.passed;
    this.#failed += count.failed;
  }

  print() {
    if (this.#any) console.log(`\n${this.#passed} passed, ${this.#failed} failed`);
  }
}
