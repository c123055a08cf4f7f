import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ZodError, z } from 'zod';
import { FAULT_NAMES } from './faults';
import { addOperatorRoutes } from './operator-routes';
import { addOrderRoutes } from './order-routes';
import type { RestartProcess, VenueOf } from './order-routes';
import { streamQuotes, streamReports } from './report-stream';
import { faultSchema, streamQuerySchema } from './request-schemas';
import type { SimulatedVenue } from './simulated-venue';

/** What the server needs to run. */
export interface ServerOptions {
  readonly venues: ReadonlyMap<string, SimulatedVenue>;
  readonly heartbeatMs: number;
  /** Ends the process so that its supervisor starts it again. */
  readonly restart: RestartProcess;
}

/** Builds the HTTP and WebSocket server of the venues; the caller listens. */
export function createVenueServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  const streams = new Map<string, Set<WebSocket>>();
  const venueOf: VenueOf = (request) => {
    const { venue } = z.object({ venue: z.string() }).parse(request.params);
    const found = options.venues.get(venue);
    if (found === undefined) throw new UnknownVenue(venue);
    return found;
  };
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof UnknownVenue) return reply.code(404).send({ reason: 'UNKNOWN_VENUE', text: error.message });
    if (error instanceof ZodError) return reply.code(400).send({ reason: 'INVALID_REQUEST', text: textOf(error) });
    const { statusCode, message } = error as Partial<Error & { statusCode: number }>;
    const status = statusCode ?? 500;
    return reply.code(status).send({ reason: status < 500 ? 'INVALID_REQUEST' : 'INTERNAL', text: message ?? '' });
  });
  app.get('/healthz', () => ({ venues: [...options.venues.keys()] }));
  addOrderRoutes(app, venueOf, options.restart);
  addFaultRoutes(app, venueOf, streams);
  addOperatorRoutes(app, venueOf);
  const sockets = new WebSocketServer({ noServer: true });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    acceptStream(options, sockets, streams, request, socket, head);
  });
  app.addHook('onClose', () => {
    for (const client of sockets.clients) client.terminate();
  });
  return app;
}

class UnknownVenue extends Error {
  constructor(venue: string) {
    super(`no venue ${venue.slice(0, 64)} here`);
  }
}

function addFaultRoutes(
  app: FastifyInstance,
  venueOf: VenueOf,
  streams: ReadonlyMap<string, ReadonlySet<WebSocket>>,
): void {
  app.get('/v1/:venue/faults', (request) => ({ faults: venueOf(request).faults.list(), allowed: FAULT_NAMES }));
  app.post('/v1/:venue/faults', (request) => {
    const venue = venueOf(request);
    const { fault, ...settings } = faultSchema.parse(request.body);
    // Alone, this one strikes once: it is an event, not a state.
    if (fault !== 'disconnectStream' || settings.durationMs !== undefined) venue.faults.set(fault, settings);
    if (fault === 'disconnectStream') for (const socket of streams.get(venue.config.id) ?? []) socket.terminate();
    return { faults: venue.faults.list() };
  });
  app.delete('/v1/:venue/faults', (request) => {
    const venue = venueOf(request);
    const { fault } = z.strictObject({ fault: z.enum(FAULT_NAMES).optional() }).parse(request.query);
    venue.faults.clear(fault);
    return { faults: venue.faults.list() };
  });
}

function acceptStream(
  options: ServerOptions,
  sockets: WebSocketServer,
  streams: Map<string, Set<WebSocket>>,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const url = new URL(request.url ?? '/', 'http://venue');
  const [, , venueId, , kind] = url.pathname.split('/');
  const venue = options.venues.get(venueId ?? '');
  const query = streamQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  const isStream =
    url.pathname === `/v1/${venueId ?? ''}/stream/${kind ?? ''}` && (kind === 'reports' || kind === 'quotes');
  if (venue === undefined || !isStream || (kind === 'reports' && !query.success)) {
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    return;
  }
  if (venue.faults.peek('disconnectStream') !== undefined) {
    socket.destroy();
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const open = streams.get(venue.config.id) ?? new Set<WebSocket>();
    streams.set(venue.config.id, open.add(client));
    client.on('close', () => open.delete(client));
    if (kind === 'quotes') streamQuotes(client, venue, options.heartbeatMs);
    else if (query.success) streamReports(client, venue, query.data.account, query.data.after, options.heartbeatMs);
  });
}

function textOf(error: ZodError): string {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || 'request'}: ${issue.message}`).join('; ');
}
