// @ts-check
// Licence expressions (SPDX): whether what is allowed satisfies one.

/**
 * @param {string} expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`; an older `MIT/Apache-2.0` means OR
 * @param {(licence: string) => boolean} isAllowed
 * @returns {boolean} false where it can't be read
 */
export function satisfies(expression, isAllowed) {
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const next = (/** @type {string} */ word) => {
    if (tokens[at]?.toUpperCase() !== word) return false;
    at += 1;
    return true;
  };
  /** @returns {boolean} */
  const licence = () => {
    if (next("(")) {
      const inner = any();
      return next(")") && inner;
    }
    const name = tokens[at] ?? "";
    at += 1;
    if (!next("WITH")) return isAllowed(name);
    const exception = tokens[at] ?? "";
    at += 1;
    return isAllowed(`${name} WITH ${exception}`);
  };
  // Each part is read to its end, whatever those before it came to.
  /** @returns {boolean} */
  const all = () => {
    let holds = licence();
    while (next("AND")) holds = licence() && holds;
    return holds;
  };
  /** @returns {boolean} */
  const any = () => {
    let holds = all();
    while (next("OR")) holds = all() || holds;
    return holds;
  };
  const holds = any();
  return holds && at === tokens.length;
}
