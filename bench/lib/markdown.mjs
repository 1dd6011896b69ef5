// Tables as the documents have them.

/** @param {string[]} heads @param {(string | number)[][]} rows */
export function markdown(heads, rows) {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [`| ${heads.join(" | ")} |`, `|${heads.map(() => "---|").join("")}`, ...lines].join("\n");
}
