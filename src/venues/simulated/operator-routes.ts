import type { FastifyInstance, FastifyReply } from 'fastify';
import type { VenueOf } from './order-routes';
import { symbolPathSchema, tradeChangeSchema, tradePathSchema } from './request-schemas';
import type { RequestOutcome } from './simulated-venue';
import { marketStepSchema } from './venue-config';

const NOT_FOUND = 404;
const REFUSED = 422;

/** Adds what the venue's operator does: moves a market by hand, halts it, takes trades back and corrects them. */
export function addOperatorRoutes(app: FastifyInstance, venueOf: VenueOf): void {
  // Meant for instruments whose source is "manual".
  app.post('/v1/:venue/market/:symbol', async (request, reply) => {
    const { symbol } = symbolPathSchema.parse(request.params);
    const done = venueOf(request).postStep(symbol, marketStepSchema.parse(request.body));
    if (done === undefined) return unknownSymbol(reply, symbol);
    await done;
    return { done: true };
  });
  for (const [path, halted] of [
    ['/v1/:venue/market/:symbol/halt', true],
    ['/v1/:venue/market/:symbol/resume', false],
  ] as const) {
    app.post(path, async (request, reply) => {
      const { symbol } = symbolPathSchema.parse(request.params);
      const done = venueOf(request).setHalted(symbol, halted);
      if (done === undefined) return unknownSymbol(reply, symbol);
      await done;
      return { halted };
    });
  }
  app.post('/v1/:venue/trades/:execId/bust', async (request, reply) => {
    const { execId } = tradePathSchema.parse(request.params);
    return answer(reply, venueOf(request).changeTrade(execId));
  });
  app.post('/v1/:venue/trades/:execId/correct', async (request, reply) => {
    const { execId } = tradePathSchema.parse(request.params);
    return answer(reply, venueOf(request).changeTrade(execId, tradeChangeSchema.parse(request.body)));
  });
}

async function answer(reply: FastifyReply, outcome: RequestOutcome): Promise<FastifyReply> {
  await outcome.durable;
  const { kind, reason, text, reports, order } = outcome;
  if (kind === 'acknowledged') return reply.send({ reports, order });
  return reply.code(reason === 'UNKNOWN_TRADE' ? NOT_FOUND : REFUSED).send({ reason, text, reports, order });
}
const unknownSymbol = (reply: FastifyReply, symbol: string): FastifyReply =>
  reply.code(NOT_FOUND).send({ reason: 'UNKNOWN_SYMBOL', text: symbol.slice(0, 32) });
