import { WebSocket } from 'ws';
import { readStreamMessage } from './mapper';
import type { StreamMessage } from './mapper';

/** A message longer than this is not one of the venue. */
const MESSAGE_MAX_BYTES = 16_000_000;

/**
 * Reads a WebSocket of the venue until `signal` aborts (resolves) or the connection breaks or falls silent (rejects).
 *
 * Messages are handled one at a time; while one is handled the socket is paused, so that a slow handler slows the venue.
 */
export function readStream(
  url: string,
  onMessage: (message: StreamMessage) => Promise<void> | void,
  options: { readonly signal: AbortSignal; readonly silenceMs: number; readonly connectMs: number },
): Promise<void> {
  const { signal, silenceMs, connectMs } = options;
  return new Promise((done, failed) => {
    if (signal.aborted) {
      done();
      return;
    }
    const socket = new WebSocket(url, { handshakeTimeout: connectMs, maxPayload: MESSAGE_MAX_BYTES });
    let ended = false;
    let watchdog: NodeJS.Timeout | undefined;
    let work = Promise.resolve();
    let waiting = 0;
    const end = (error?: Error): void => {
      if (ended) return;
      ended = true;
      clearTimeout(watchdog);
      signal.removeEventListener('abort', abort);
      socket.terminate();
      // The handler in progress is let finish: the caller may then trust what it has stored.
      void work.then(() => {
        if (error === undefined) done();
        else failed(error);
      });
    };
    const abort = (): void => {
      end();
    };
    const listen = (): void => {
      clearTimeout(watchdog);
      // A half-open connection looks like silence; the venue's heartbeats make silence a fault.
      watchdog = setTimeout(end, silenceMs, new Error(`stream silent for ${String(silenceMs)} ms: ${url}`));
    };
    const handle = async (message: StreamMessage): Promise<void> => {
      try {
        if (!ended) await onMessage(message);
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
      waiting -= 1;
      if (waiting === 0 && !ended) {
        socket.resume();
        listen();
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('open', listen);
    socket.on('message', (data: Buffer) => {
      if (ended) return;
      const message = readStreamMessage(data.toString('utf8'));
      clearTimeout(watchdog);
      socket.pause();
      waiting += 1;
      work = work.then(() => handle(message));
    });
    socket.on('close', (code) => {
      end(new Error(`stream closed (${String(code)}): ${url}`));
    });
    socket.on('error', (error) => {
      end(new Error(`stream failed: ${error.message}: ${url}`, { cause: error }));
    });
  });
}
