import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** One request to the venue. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** No byte is written after this wall time. */
  readonly sendByMs?: number;
}

/** What came of it: an answer, a proof that nothing was written, or neither. */
export type HttpResult =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly retryAfter: string | undefined }
  | { readonly kind: 'notSent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

/** An answer longer than this is not one of the venue. */
const BODY_MAX_BYTES = 8_000_000;
/** Requests at the same time; more wait for a free connection, and their `sendBy` runs on. */
const SOCKETS_MAX = 64;

/** HTTP with keep-alive that knows whether a byte was written. */
export class VenueHttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

  constructor(
    private readonly baseUrl: string,
    /** Longest wait for a connection and, counted anew, for an answer. */
    private readonly timeoutMs: number,
  ) {}

  call(call: HttpCall): Promise<HttpResult> {
    return new Promise((done) => {
      const body = call.body === undefined ? '' : JSON.stringify(call.body);
      const headers =
        body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const outgoing = request(new URL(call.path, this.baseUrl), { method: call.method, agent: this.agent, headers });
      let written = false;
      let settled = false;
      const finish = (result: HttpResult): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        done(result);
      };
      const giveUp = (reason: string): void => {
        finish({ kind: written ? 'lost' : 'notSent', reason });
        outgoing.destroy();
      };
      let timer = setTimeout(giveUp, this.timeoutMs, 'no connection in time');
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        giveUp(error.code ?? error.message);
      });
      outgoing.on('response', (incoming) => {
        readAnswer(incoming, finish);
      });
      whenConnected(outgoing, () => {
        if (settled) return;
        // Checked as late as can be: nothing is handed to the socket before this line.
        if (call.sendByMs !== undefined && Date.now() > call.sendByMs) {
          giveUp('SEND_BY_PASSED');
          return;
        }
        written = true;
        clearTimeout(timer);
        timer = setTimeout(giveUp, this.timeoutMs, 'no answer in time');
        outgoing.end(body);
      });
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Headers leave with the first write, so a request that never ends never writes. */
function whenConnected(outgoing: ClientRequest, go: () => void): void {
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', go);
    else go();
  });
}

function readAnswer(incoming: IncomingMessage, finish: (result: HttpResult) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) incoming.destroy(new Error('answer too long'));
    else chunks.push(chunk);
  });
  incoming.on('error', (error) => {
    finish({ kind: 'lost', reason: `answer broke off: ${error.message}` });
  });
  incoming.on('end', () => {
    if (!incoming.complete) {
      finish({ kind: 'lost', reason: 'answer broke off' });
      return;
    }
    const body = Buffer.concat(chunks).toString('utf8');
    finish({ kind: 'answer', status: incoming.statusCode ?? 0, body, retryAfter: incoming.headers['retry-after'] });
  });
}
