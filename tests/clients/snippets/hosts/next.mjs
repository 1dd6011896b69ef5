// Calls a route handler as Next.js does, with a web Request.
import { POST } from "./app/webhook/route.ts";
import { serve } from "./serve.mjs";

serve(async ({ method, headers, body }) => {
  const response = await POST(new Request("http://127.0.0.1/webhook", { method, headers, body }));
  return response.status;
});
