// @ts-check
// A CPU profile of a Worker, by the inspector's protocol.

/** @typedef {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number }, hitCount: number, children?: number[] }} Node */
/** @typedef {{ nodes: Node[], samples: number[], timeDeltas: number[] }} Profile */

/** Between two samples, in microseconds. */
const INTERVAL = 250;

/** Opens an inspector: a function that calls its methods, and one that closes it. @param {string} url */
export async function inspect(url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error("the inspector does not answer")), {
      once: true,
    });
  });
  /** @type {Map<number, (result: any) => void>} */
  const asked = new Map();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    asked.get(id)?.(result);
    asked.delete(id);
  });
  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  const ask = (method, params = {}) =>
    new Promise((resolve) => {
      asked.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { ask, close: () => socket.close() };
}

/** Profiles the isolate behind an inspector while some work goes on. @param {string} url @param {() => Promise<unknown>} work */
export async function profile(url, work) {
  const { ask, close } = await inspect(url);
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: INTERVAL });
  await ask("Profiler.start");
  await work();
  const { profile } = await ask("Profiler.stop");
  close();
  return /** @type {Profile} */ (profile);
}
