// Small arithmetic on measured numbers.

/** @param {number[]} values @param {number} share from 0 to 1 */
export function quantile(values, share) {
  // Of numbers alone, which takes a fraction of the time.
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The median, and the least and the most beside it. @param {number[]} values @param {number} digits */
export function spread(values, digits) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}..${most.toFixed(digits)})`;
}

/** Milliseconds on the clock that all processes of this machine share. */
export function clock() {
  return Number(process.hrtime.bigint()) / 1e6;
}
