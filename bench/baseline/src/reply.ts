// The envelope every API answer wears, and reading a body no further than its cap.

export function data(value: unknown, status = 200): Response {
  return Response.json({ data: value, error: null }, { status });
}

export function error(status: number, message: string, headers?: Record<string, string>): Response {
  return Response.json({ data: null, error: message }, { status, headers });
}

/** The body's bytes, or undefined when there are more than `cap`. */
export async function readCapped(
  body: ReadableStream<Uint8Array> | null,
  cap: number,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > cap) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : concat(chunks, length);
}

export function concat(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
