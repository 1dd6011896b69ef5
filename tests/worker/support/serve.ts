// The built Worker for a tool that tries the API: by the rules of production, and nothing leaves this machine.
// docs/API.md says how it is used.
import { newSecrets, startStack } from "./stack.ts";

const port = Number(process.env["PORT"] ?? 8790);
const stack = await startStack({
  port,
  offline: true,
  secrets: {
    ...newSecrets(["whsec_c2VjcmV0IG9mIG5vYm9keSwgZm9yIHRyeWluZw=="]),
    ROOT_KEY: "root-key-for-trying",
  },
  vars: {
    ALLOW_INSECURE_DESTINATIONS: "",
    MAX_SUBSCRIPTIONS: "500",
    LOG_LEVEL: "error",
    HANDLERS: "log,review",
    HELICONE_API_KEY: "sk-nobody",
  },
});
console.log(`${stack.base} with the root key ${stack.rootKey}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const line of stack.logs()) console.log(line);
    stack.stop().finally(() => process.exit(0));
  });
}
