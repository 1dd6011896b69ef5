// wrangler.toml as wrangler reads it.
import { unstable_readConfig as readConfig } from "wrangler";
import { at } from "./checkout.ts";

/** What wrangler reads, as far as it is looked at here: its own type for it is lost in its declarations. */
export type Config = {
  name: string;
  vars: Record<string, string>;
  kv_namespaces: { binding: string; id: string; preview_id: string }[];
  r2_buckets: { binding: string; bucket_name: string }[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
  ratelimits: { name: string; namespace_id: string; simple: { limit: number; period: number } }[];
  queues: {
    producers: { binding: string; queue: string }[];
    consumers: { queue: string; dead_letter_queue?: string }[];
  };
  assets: { binding: string };
  triggers: { crons: string[] };
  migrations: { tag: string; new_sqlite_classes: string[] }[];
};

export const read = (env?: string): Config =>
  readConfig({ config: at("wrangler.toml"), ...(env ? { env } : {}) }, { hideWarnings: true });

/** What a Worker sees of its bindings, without the names of what is behind them. */
export function bindings(config: Config): Record<string, string> {
  const limit = ({ simple }: Config["ratelimits"][number]) => `limit ${simple.limit}/${simple.period}`;
  return Object.fromEntries([
    ...config.kv_namespaces.map(({ binding }) => [binding, "kv"]),
    ...config.r2_buckets.map(({ binding }) => [binding, "r2"]),
    ...config.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]),
    ...config.ratelimits.map((rate) => [rate.name, limit(rate)]),
    ...config.queues.producers.map(({ binding, queue }) => [binding, `queue ${kind(queue)}`]),
    [config.assets.binding, "assets"],
  ]);
}

/** What the Worker knows a queue by. */
export const kind = (queue = "") => /-((express|slow|inbox)(-dead)?)$/.exec(queue)?.[1] ?? queue;
