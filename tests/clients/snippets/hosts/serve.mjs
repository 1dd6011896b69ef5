// HTTP for receivers that have no server of their own: what calls them with a request's parts, and answers their status.
import { createServer } from "node:http";

export function serve(answer) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, headers } = request;
    const status = await answer({ method, headers, body: Buffer.concat(chunks) }).catch((error) => {
      console.error(error);
      return 500;
    });
    response.writeHead(status).end();
  });
  server.listen(process.env.PORT, "127.0.0.1");
}

/** Headers as CGI, and so Rack and PHP, name them. */
export const cgiNames = (headers) =>
  Object.entries(headers).map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll("-", "_")}`, value]);
