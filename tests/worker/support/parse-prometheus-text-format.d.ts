// What the package lacks: the shape of what it makes of a text.
declare module "parse-prometheus-text-format" {
  type Metric = {
    value?: string;
    labels?: Record<string, string>;
    buckets?: Record<string, string>;
    sum?: string;
    count?: string;
  };
  type Family = { name: string; help: string; type: string; metrics: Metric[] };
  export default function parse(text: string): Family[];
}
