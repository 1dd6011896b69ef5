// @ts-check
// Runs as a process of its own, on the modern Node: prints what wrangler.toml says of an environment, as wrangler reads it.
import { unstable_readConfig as readConfig } from "wrangler";

const [config = "", env = ""] = process.argv.slice(2);
const read = readConfig({ config, ...(env === "" ? {} : { env }) }, { hideWarnings: true });
const { name, vars, kv_namespaces, r2_buckets, queues } = read;
process.stdout.write(JSON.stringify({ name, vars, kv_namespaces, r2_buckets, queues }));
