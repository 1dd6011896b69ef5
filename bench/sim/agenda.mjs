// @ts-check
// What is going to happen, in its order: a binary heap.

/** @typedef {{ at: number, happen: () => void }} Entry */

export class Agenda {
  now = 0;
  /** @type {Entry[]} */
  #heap = [];

  /** @param {number} at ms @param {() => void} happen */
  add(at, happen) {
    const heap = this.#heap;
    const entry = { at, happen };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = /** @type {Entry} */ (heap[above]);
      if (parent.at <= at) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  /** Lets everything happen up to a moment. @param {number} end ms */
  run(end) {
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.#drop();
      this.now = next.at;
      next.happen();
    }
  }

  #drop() {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      if (child === undefined) break;
      const other = heap[below + 1];
      if (other !== undefined && other.at < child.at) {
        below++;
        child = other;
      }
      if (child.at >= last.at) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}
