// Calls a Rack application as a Ruby server does, in CRuby compiled to WebAssembly.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DefaultRubyVM } from "@ruby/wasm-wasi/dist/node";
import { cgiNames, serve } from "./serve.mjs";

const HOST = `
require "json"
require "stringio"
$stdout.sync = true

module Host
  def self.answer(packed)
    given = JSON.parse(packed.unpack1("m0"))
    env = given["env"].to_h.transform_values(&:b)
    env["rack.input"] = StringIO.new(given["body"].unpack1("m0"))
    Webhook.call(env).first
  end
end
`;

const ruby = fileURLToPath(import.meta.resolve("@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm"));
const { vm } = await DefaultRubyVM(await WebAssembly.compile(await readFile(ruby)), { env: process.env });
vm.eval(await readFile(new URL("webhook.rb", import.meta.url), "utf8"));
vm.eval(HOST);

serve(async ({ method, headers, body }) => {
  const env = [["REQUEST_METHOD", method], ["PATH_INFO", "/webhook"], ...cgiNames(headers)];
  const packed = Buffer.from(JSON.stringify({ env, body: body.toString("base64") })).toString("base64");
  return Number(vm.eval(`Host.answer("${packed}")`).toString());
});
