import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';

/** One request as it was sent, byte for byte. */
export interface SentRequest {
  /** What the caller was doing, such as `sender.send`. */
  readonly operation: string;
  readonly method: string;
  /** With the query; as on the vendor's own host. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Passes requests on to the vendor sandbox and keeps them. */
export interface Recorder {
  readonly url: string;
  readonly requests: readonly SentRequest[];
  /** Under which name the next requests are kept. */
  operation: string;
  close(): Promise<void>;
}

const NOT_PASSED_ON = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

/** @param target where the sandbox answers for the vendor. */
export async function startRecorder(target: string): Promise<Recorder> {
  const requests: SentRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const sent: SentRequest = {
      operation: recorder.operation,
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    requests.push(sent);
    const answer = await resend(target, sent);
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !NOT_PASSED_ON.has(name)) outgoing.setHeader(name, value);
    }
    outgoing.statusCode = answer.statusCode;
    outgoing.end(Buffer.from(await answer.body.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const recorder: Recorder = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    operation: '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return recorder;
}

/** Sends a kept request once more, somewhere else. */
export function resend(target: string, { method, path, headers, body }: SentRequest) {
  const passedOn = Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name)));
  return request(`${target}${path}`, {
    method: method as 'GET',
    headers: passedOn,
    body: body.length > 0 ? body : null,
  });
}
