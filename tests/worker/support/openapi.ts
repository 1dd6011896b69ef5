// The operations of the API's description, for tests that ask each of them.
import type { Stack } from "./stack.ts";

type Parameter = { name: string; in: string; required?: boolean; example?: unknown };
type Content = Record<string, { examples?: Record<string, { value: unknown }> }>;
type Described = {
  description?: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Content };
};
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { parameters: Record<string, Parameter> };
};

export type Operation = {
  method: string;
  path: string;
  /** What is said of it: also which key it needs. */
  about: string;
  /** The names of what its query may hold. */
  query: string[];
  /** The types of body that it takes. */
  types: string[];
  /** Bodies that it takes. */
  bodies: { type: string; text: string }[];
  /** The example of a parameter. */
  example: (name: string) => string;
};

/** All that a stack's description describes, in its order. */
export async function operationsOf(stack: Stack): Promise<Operation[]> {
  const document = (await (await fetch(`${stack.base}/openapi.json`)).json()) as Document;
  const resolve = (one: Parameter | { $ref: string }) =>
    "$ref" in one ? (document.components.parameters[one.$ref.split("/").at(-1) ?? ""] as Parameter) : one;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const parameters = (described.parameters ?? []).map(resolve);
      const content = Object.entries(described.requestBody?.content ?? {});
      return {
        method: method.toUpperCase(),
        path,
        about: described.description ?? "",
        query: parameters.filter((one) => one.in === "query").map(({ name }) => name),
        types: content.map(([type]) => type),
        bodies: content.flatMap(([type, { examples = {} }]) =>
          Object.values(examples).map(({ value }) => ({
            type,
            text: typeof value === "string" ? value : JSON.stringify(value),
          })),
        ),
        example: (name: string) => String(parameters.find((one) => one.name === name)?.example ?? name),
      };
    }),
  );
}
