// @ts-check
// Chance that comes out the same each time.

/** Numbers from 0 to 1, neither of them included. @param {number} seed */
export function dice(seed) {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return (state + 0.5) / 2 ** 32;
  };
}
