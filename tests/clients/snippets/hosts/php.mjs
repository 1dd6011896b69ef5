// Runs a PHP file for each request as a web server does, in PHP compiled to WebAssembly.
import { readFile } from "node:fs/promises";
import { getPHPLoaderModule } from "@php-wasm/node-8-4";
import { loadPHPRuntime, PHP } from "@php-wasm/universal";
import { serve } from "./serve.mjs";

const { WEBHOOK_SECRET, HELICONE_HMAC_KEY } = process.env;
const FILE = "/webhook.php";
const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule()));
php.writeFile(FILE, await readFile(new URL("webhook.php", import.meta.url)));

serve(async ({ method, headers, body }) => {
  const env = { WEBHOOK_SECRET, HELICONE_HMAC_KEY };
  const { httpStatusCode, errors } = await php.run({ scriptPath: FILE, method, headers, body, env });
  if (errors) console.log(errors);
  return httpStatusCode;
});
