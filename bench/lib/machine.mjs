// What the figures were measured on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

export function machine() {
  const workerd = JSON.parse(readFileSync(new URL(import.meta.resolve("workerd/package.json")), "utf8"));
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
    node: process.version,
    workerd: String(workerd.version),
    rust: rust(),
  };
}

function rust() {
  try {
    const text = execFileSync("rustc", ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      cwd: new URL("../..", import.meta.url),
    });
    return text.split(" ")[1] ?? "unknown";
  } catch {
    return "absent";
  }
}
