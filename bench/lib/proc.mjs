// What the kernel knows about a process: time used, memory held, and whose child it is.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** The fields of /proc/<pid>/stat after the command's name, which may hold spaces. @param {number} pid */
function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** User and system time of all its threads, in milliseconds. @param {number} pid */
export function cpuMs(pid) {
  const fields = stat(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** The most memory it ever held, in MiB. @param {number} pid */
export function peakRssMiB(pid) {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmHWM:\s+(\d+) kB$/m);
  return Number(line?.[1]) / 1024;
}

/** The memory it holds now, in MiB. @param {number} pid */
export function rssMiB(pid) {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB$/m);
  return Number(line?.[1]) / 1024;
}

/** The one child of `parent` that runs the program `name`. @param {number} parent @param {string} name */
export function childNamed(parent, name) {
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (Number(stat(pid)[1]) !== parent) continue;
      if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name) return pid;
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no child process is called ${name}`);
}
