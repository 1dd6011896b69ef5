// @ts-check
// Is the Worker answering?

const POLL_MS = 100;
/** After this long without an answer of 200, people want to know what it says instead. */
const REMARK_MS = 15_000;

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} false when the signal came first
 */
export async function waitUntilHealthy(url, signal) {
  const start = Date.now();
  let remarked = false;
  while (!signal.aborted) {
    const answer = await probe(url, signal);
    if (answer === "200") return true;
    if (!remarked && Date.now() - start > REMARK_MS && !signal.aborted) {
      remarked = true;
      console.error(`${url} is not well yet, still waiting: ${answer}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function probe(url, signal) {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    const body = await response.text();
    return response.status === 200 ? "200" : `status ${response.status}, ${body.slice(0, 300)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
