// @ts-check
// "[2/5] compiling ... (how long that takes)": what happens now, and how far it is.

/** @param {number} ms */
export const seconds = (ms) => (ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

export class Steps {
  #done = 0;

  /** @param {number} total */
  constructor(total) {
    this.total = total;
  }

  /**
   * @template T
   * @param {string} title what happens
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.#done += 1;
    console.log(`[${this.#done}/${this.total}] ${title}`);
    return work();
  }
}
