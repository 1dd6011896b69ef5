// Calls that wait for others, from their beginning to the end of the answer, in JavaScript: each call across the border to
// WebAssembly, and each promise that is awaited there, costs about what it takes to sign a body.

/** For so many milliseconds calls may begin that share a deadline: so much later than it was told to may one of them end. */
const SHARED_MS = 50;

/**
 * Deadlines of calls that begin about together: one timer and one signal for all of them, since those cost as much as signing a body does.
 * They belong to the event that they were made in, as its timers do.
 */
export class Deadlines {
  /** @type {Map<number, Window>} those that calls may still join, by their length */
  #open = new Map();

  /** @param {number} deadline in milliseconds */
  begin(deadline) {
    const found = this.#open.get(deadline);
    if (found?.isOpen()) return found;
    const window = new Window(deadline);
    this.#open.set(deadline, window);
    return window;
  }
}

/** Calls that end together where they do not end by themselves. */
class Window {
  #controller = new AbortController();
  #until = Date.now() + SHARED_MS;
  /** @type {Set<(outcome: null) => void>} */
  #waiting = new Set();
  #isOver = false;
  /** @type {ReturnType<typeof setTimeout>} */
  #timer;

  /** @param {number} deadline */
  constructor(deadline) {
    this.#timer = setTimeout(() => this.#end(), deadline + SHARED_MS);
  }

  get signal() {
    return this.#controller.signal;
  }

  isOpen() {
    return !this.#isOver && Date.now() < this.#until;
  }

  /** What some work comes to; `null` where the deadline is first. @param {Promise<unknown>} work */
  hold(work) {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      work.then(
        (outcome) => this.#leave(resolve, () => resolve(outcome)),
        (why) => this.#leave(resolve, () => reject(why)),
      );
    });
  }

  /** @param {(outcome: null) => void} who @param {() => void} settle */
  #leave(who, settle) {
    this.#waiting.delete(who);
    // No timer is left behind by the last one.
    if (this.#waiting.size === 0) this.#close();
    settle();
  }

  #close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #end() {
    this.#isOver = true;
    for (const resolve of this.#waiting) resolve(null);
    this.#controller.abort();
  }
}

/**
 * Sends a request and reads the reply: `[status, body, is cut]`, and behind them the values of the headers that are wanted; `null` where
 * the deadline was first. Rejects as `fetch` does.
 *
 * @param {Deadlines} deadlines
 * @param {string} url
 * @param {string} method
 * @param {string} headers a JSON object
 * @param {Uint8Array | undefined} body
 * @param {string} wanted names of headers, with commas between
 * @param {number} deadline over the whole, in milliseconds
 * @param {number} cap how much of the reply is read, in bytes; of 0 nothing is
 */
export function exchange(deadlines, url, method, headers, body, wanted, deadline, cap) {
  const window = deadlines.begin(deadline);
  /** @type {RequestInit} The body lies in WebAssembly's memory, which may move while it is being sent. */
  const init = {
    method,
    headers: JSON.parse(headers),
    body: body?.slice(),
    redirect: "manual",
    signal: window.signal,
  };
  return window.hold(talk(url, init, wanted, cap));
}

/** @param {string} url @param {RequestInit} init @param {string} wanted @param {number} cap */
async function talk(url, init, wanted, cap) {
  const response = await fetch(url, init);
  const { headers } = response;
  const length = headers.get("content-length");
  const values = wanted.split(",").map((name) => headers.get(name));
  if (cap === 0) {
    response.body?.cancel().catch(() => {});
    return [response.status, new Uint8Array(), false, ...values];
  }
  // Most replies are a few bytes and say so. What is compressed says less than it is.
  const isShort = length !== null && Number(length) <= cap && !headers.has("content-encoding");
  const [reply, isCut] = isShort
    ? [new Uint8Array(await response.arrayBuffer()), false]
    : await upTo(response.body, cap);
  return [response.status, reply, isCut, ...values];
}

/**
 * A body until it ends or the cap is reached, and whether it went on.
 * @param {ReadableStream<Uint8Array> | null} body @param {number} cap @returns {Promise<[Uint8Array, boolean]>}
 */
async function upTo(body, cap) {
  const parts = [];
  let left = cap;
  let isCut = false;
  if (body) {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      isCut = value.byteLength > left;
      parts.push(isCut ? value.subarray(0, left) : value);
      if (isCut) {
        // Whoever sends does not have to agree.
        reader.cancel().catch(() => {});
        break;
      }
      left -= value.byteLength;
    }
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return [whole, isCut];
}

/**
 * Sends an object a text: `[status, text]` of its answer. Rejects where there is none in time: an object whose instance is lost in the
 * middle of a call may never give one.
 *
 * @param {{ fetch: typeof fetch }} stub
 * @param {string} body
 * @param {number} deadline in milliseconds
 */
export function ask(stub, body, deadline) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), deadline);
    answerOf(stub, body)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

/** @param {{ fetch: typeof fetch }} stub @param {string} body */
async function answerOf(stub, body) {
  const answer = await stub.fetch("https://object/", { method: "POST", body });
  return [answer.status, await answer.text()];
}

/**
 * SHA-256 of each head with the tail behind it, one after the other.
 * @param {Uint8Array[]} heads
 * @param {Uint8Array} tail lies in WebAssembly's memory, and is read before anything is awaited
 */
export async function digests(heads, tail) {
  // One copy of the tail, and before it each head in its turn: a digest takes what it is given before the call returns.
  const longest = Math.max(0, ...heads.map((head) => head.byteLength));
  const text = new Uint8Array(longest + tail.byteLength);
  text.set(tail, longest);
  const made = heads.map((head) => {
    const from = longest - head.byteLength;
    text.set(head, from);
    return crypto.subtle.digest("SHA-256", text.subarray(from));
  });
  const all = new Uint8Array(32 * made.length);
  for (const [at, digest] of (await Promise.all(made)).entries()) all.set(new Uint8Array(digest), 32 * at);
  return all;
}
