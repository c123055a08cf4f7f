import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultOperation } from './faults';
import { pageOfOrders } from './order-pages';
import {
  cancelQuerySchema,
  openOrdersQuerySchema,
  orderPathSchema,
  orderQuerySchema,
  replaceSchema,
  reportsQuerySchema,
  submitSchema,
  verbalSchema,
} from './request-schemas';
import type { RequestOutcome, SimulatedVenue } from './simulated-venue';
import { textWithReports } from './spoiled-reports';
import type { ReportPlace } from './spoiled-reports';

/** Finds the venue of a request's path; answers 404 itself by throwing. */
export type VenueOf = (request: FastifyRequest) => SimulatedVenue;

/** Called when the `restart` fault has done its work and the process is to end. */
export type RestartProcess = () => void;

// Statuses whose meaning the connector relies on: 422 booked nothing, 429 was not looked at, 503 tells nothing.
const REFUSED = 422;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;
const NOT_FOUND = 404;

/** Adds the routes that place, change and read orders. */
export function addOrderRoutes(app: FastifyInstance, venueOf: VenueOf, restart: RestartProcess): void {
  app.post('/v1/:venue/orders', async (request, reply) => {
    const venue = venueOf(request);
    return perform(venue, 'submit', reply, restart, () => {
      const { validUntilMs, possibleResend, ...entry } = submitSchema.parse(request.body);
      return venue.submit(entry, { validUntilMs, possibleResend });
    });
  });
  // For the operator of the venue: what a client said on the telephone, under the id that the client named.
  app.post('/v1/:venue/verbal-orders', async (request, reply) => {
    const venue = venueOf(request);
    return perform(venue, 'submit', reply, restart, () =>
      venue.submit(verbalSchema.parse(request.body), { verbal: true }),
    );
  });
  app.put('/v1/:venue/orders/:clientOrderId', async (request, reply) => {
    const venue = venueOf(request);
    return perform(venue, 'replace', reply, restart, () => {
      const origClientOrderId = orderPathSchema.parse(request.params).clientOrderId;
      const { validUntilMs, ...replace } = replaceSchema.parse(request.body);
      return venue.replace({ ...replace, origClientOrderId }, validUntilMs);
    });
  });
  app.delete('/v1/:venue/orders/:clientOrderId', async (request, reply) => {
    const venue = venueOf(request);
    return perform(venue, 'cancel', reply, restart, () => {
      const { clientOrderId } = orderPathSchema.parse(request.params);
      const { account, symbol } = cancelQuerySchema.parse(request.query);
      return venue.cancel({ venueAccount: account, symbol, clientOrderId });
    });
  });
  addQueryRoutes(app, venueOf);
}

function addQueryRoutes(app: FastifyInstance, venueOf: VenueOf): void {
  for (const [path, source] of [
    ['/v1/:venue/orders/:clientOrderId', 'live'],
    ['/v1/:venue/history/:clientOrderId', 'history'],
  ] as const) {
    app.get(path, async (request, reply) => {
      const venue = venueOf(request);
      const { clientOrderId } = orderPathSchema.parse(request.params);
      const { account } = orderQuerySchema.parse(request.query);
      if (await isBroken(venue, 'query', reply)) return reply;
      const reports = await venue.find(account, clientOrderId, source);
      if (await isBrokenAfter(venue, 'query', reply, true)) return reply;
      if (reports !== undefined) return sendReports(venue, 'find', reply, { reports });
      return reply.code(NOT_FOUND).send({ reason: 'UNKNOWN_ORDER', text: 'no order has this client order id' });
    });
  }
  app.get('/v1/:venue/status/:clientOrderId', async (request, reply) => {
    const venue = venueOf(request);
    const { clientOrderId } = orderPathSchema.parse(request.params);
    const { account } = orderQuerySchema.parse(request.query);
    if (await isBroken(venue, 'query', reply)) return reply;
    // An unknown order is an answer too: its status is REJECTED.
    return { order: await venue.status(account, clientOrderId) };
  });
  app.get('/v1/:venue/orders', async (request, reply) => {
    const venue = venueOf(request);
    const query = openOrdersQuerySchema.parse(request.query);
    if (await isBroken(venue, 'query', reply)) return reply;
    const page = pageOfOrders(await venue.allOrders(), query);
    if (page !== undefined) return page;
    return reply.code(NOT_FOUND).send({ reason: 'UNKNOWN_ORDER', text: 'no order has the venue order id `after`' });
  });
  for (const what of ['positions', 'balances'] as const) {
    app.get(`/v1/:venue/${what}`, async (request, reply) => {
      const venue = venueOf(request);
      const { account } = orderQuerySchema.parse(request.query);
      if (await isBroken(venue, 'query', reply)) return reply;
      const held = await venue.held(account);
      if (await isBrokenAfter(venue, 'query', reply, true)) return reply;
      return { [what]: held[what] };
    });
  }
  app.get('/v1/:venue/reports', async (request, reply) => {
    const venue = venueOf(request);
    const { account, after, limit } = reportsQuerySchema.parse(request.query);
    venue.advance();
    if (await isBroken(venue, 'query', reply)) return reply;
    const page = { reports: venue.reportsAfter(account, after, limit), lastSequence: venue.lastSequence(account) };
    return sendReports(venue, 'gap', reply, page);
  });
  app.get('/v1/:venue/quotes', (request) => {
    const venue = venueOf(request);
    venue.advance();
    return { quotes: venue.quotes() };
  });
  app.get('/v1/:venue/ledger/orders', async (request) => ({ orders: await venueOf(request).allOrders() }));
  app.get('/v1/:venue/ledger/reports', async (request) => ({ reports: await venueOf(request).allReports() }));
}

/** Runs a request between the faults that strike before and after it. */
async function perform(
  venue: SimulatedVenue,
  operation: FaultOperation,
  reply: FastifyReply,
  restart: RestartProcess,
  run: () => RequestOutcome,
): Promise<unknown> {
  if (await isBroken(venue, operation, reply)) return reply;
  const refusal = operation === 'submit' ? venue.faults.take('refuseOrders') : undefined;
  if (refusal !== undefined) {
    const reason = refusal.reason ?? 'REFUSED_BY_FAULT';
    return reply.code(REFUSED).send({ reason, text: 'the fault refuseOrders is on', reports: [] });
  }
  const outcome = run();
  try {
    return await answer(venue, operation, reply, restart, outcome);
  } finally {
    outcome.answered?.();
  }
}

async function answer(
  venue: SimulatedVenue,
  operation: FaultOperation,
  reply: FastifyReply,
  restart: RestartProcess,
  { kind, reason, text, reports, order, durable }: RequestOutcome,
): Promise<unknown> {
  await durable;
  if (venue.config.latencyMs > 0) await delay(venue.config.latencyMs);
  if (venue.faults.take('restart', operation) !== undefined) {
    reply.hijack();
    restart();
    return reply;
  }
  if (await isBrokenAfter(venue, operation, reply, kind === 'acknowledged')) return reply;
  if (kind === 'acknowledged') return sendReports(venue, 'answer', reply, { reports, order });
  return sendReports(venue, 'answer', reply.code(REFUSED), { reason, text, reports, order });
}

function sendReports(
  venue: SimulatedVenue,
  place: ReportPlace,
  reply: FastifyReply,
  body: Parameters<typeof textWithReports>[2],
): FastifyReply {
  return reply.type('application/json').send(textWithReports(venue.faults, place, body));
}

/** Faults that strike before the venue looks at the request. */
async function isBroken(venue: SimulatedVenue, operation: FaultOperation, reply: FastifyReply): Promise<boolean> {
  const limited = venue.faults.take('tooManyRequests', operation);
  if (limited !== undefined) {
    const retryAfterMs = limited.retryAfterMs ?? 1000;
    await reply
      .code(TOO_MANY_REQUESTS)
      .header('retry-after', Math.ceil(retryAfterMs / 1000))
      .send({ reason: 'TOO_MANY_REQUESTS', text: 'slow down', retryAfterMs });
    return true;
  }
  if (venue.faults.take('error503BeforeBooking', operation) === undefined) return false;
  await reply.code(UNAVAILABLE).send({ reason: 'UNAVAILABLE', text: 'try again' });
  return true;
}

/** Faults that strike after the booking, when only the answer can still get lost. */
async function isBrokenAfter(
  venue: SimulatedVenue,
  operation: FaultOperation,
  reply: FastifyReply,
  accepted: boolean,
): Promise<boolean> {
  if (accepted && venue.faults.take('dropReplyAfterAccept', operation) !== undefined) {
    reply.hijack();
    reply.raw.socket?.destroy();
    return true;
  }
  if (venue.faults.take('error503AfterBooking', operation) !== undefined) {
    await reply.code(UNAVAILABLE).send({ reason: 'UNAVAILABLE', text: 'try again' });
    return true;
  }
  if (venue.faults.take('garbageAnswer', operation) !== undefined) {
    await reply.type('application/json').send('{"reports":[{"execType":');
    return true;
  }
  const slow = venue.faults.take('delayReply', operation);
  if (slow !== undefined) await delay(slow.ms ?? 1000);
  return false;
}
