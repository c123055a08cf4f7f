import type { WebSocket } from 'ws';
import type { ExecutionReport } from '../../domain/execution-report';
import type { SimulatedVenue } from './simulated-venue';
import { textWithReports } from './spoiled-reports';

/** Reports in one message at most. */
const BATCH_MAX = 200;
/** No more is handed to a socket whose reader is behind by this many bytes. */
const BUFFERED_MAX_BYTES = 1_000_000;
/** How long a lone report waits for a neighbour to be swapped with. */
const REORDER_WAIT_MS = 100;

/** Sends an account's reports after a sequence, then each new one, with heartbeats; ends with the socket. */
export function streamReports(
  socket: WebSocket,
  venue: SimulatedVenue,
  venueAccount: string,
  afterSequence: number,
  heartbeatMs: number,
): void {
  let sent = afterSequence;
  let held: NodeJS.Timeout | undefined;

  const send = (reports: readonly ExecutionReport[]): void => {
    if (reports.length > 0 && socket.readyState === socket.OPEN)
      socket.send(textWithReports(venue.faults, 'stream', { type: 'reports', reports }));
  };
  const flush = (): void => {
    held = undefined;
    while (socket.readyState === socket.OPEN && socket.bufferedAmount < BUFFERED_MAX_BYTES) {
      const reports = venue.reportsAfter(venueAccount, sent, BATCH_MAX);
      const newest = reports.at(-1);
      if (newest === undefined) return;
      sent = newest.sequence;
      const reordered = reports.length > 1 && venue.faults.take('reorderReports') !== undefined;
      if (reordered) for (const report of [...reports].reverse()) send([report]);
      else send(reports);
      if (venue.faults.take('duplicateReports') !== undefined) send(reports);
    }
  };
  const pump = (): void => {
    if (held !== undefined || venue.lastSequence(venueAccount) <= sent) return;
    const reorderMs = venue.faults.peek('reorderReports') === undefined ? 0 : REORDER_WAIT_MS;
    const delayMs = Math.max(reorderMs, venue.faults.take('delayReports')?.ms ?? 0);
    if (delayMs === 0) flush();
    else held = setTimeout(flush, delayMs);
  };
  const beat = setInterval(() => {
    // What a fault holds back is not told yet; a reader that is ahead of all that there is hears of it.
    const lastSequence = Math.min(sent, venue.lastSequence(venueAccount));
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: 'heartbeat', lastSequence }));
    // A reader that was behind has caught up by now.
    pump();
  }, heartbeatMs);
  const stop = venue.onReports((account) => {
    if (account === venueAccount) pump();
  });
  socket.on('close', () => {
    stop();
    clearInterval(beat);
    clearTimeout(held);
  });
  socket.on('error', () => {
    socket.terminate();
  });
  pump();
}

/** Sends all quotes, then each change, and all quotes again with every heartbeat. */
export function streamQuotes(socket: WebSocket, venue: SimulatedVenue, heartbeatMs: number): void {
  const send = (quotes: unknown): void => {
    // A slow reader misses quotes instead of holding back the rest: only the newest matters.
    if (socket.readyState !== socket.OPEN || socket.bufferedAmount > BUFFERED_MAX_BYTES) return;
    socket.send(JSON.stringify({ type: 'quotes', quotes }));
  };
  const stop = venue.onQuote((quote) => {
    send([quote]);
  });
  const beat = setInterval(() => {
    send(venue.quotes());
  }, heartbeatMs);
  socket.on('close', () => {
    stop();
    clearInterval(beat);
  });
  socket.on('error', () => {
    socket.terminate();
  });
  send(venue.quotes());
}
