/** Goal: an order is not denied as its worker has just begun, and is when a venue's market data stays away. */
import type { Quote } from '../../src/domain/instruments';
import { dec } from '../../src/domain/money';
import { makeLogger } from '../../src/logging';
import { QuoteBoard } from '../../workers/quote-board';
import { COINS, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { requestOf } from './store-fixtures';

/** A venue whose quotes come when the test says so. */
class LateVenue {
  readonly venue = 'SIM';
  tell: (quote: Quote) => void = () => undefined;

  streamQuotes(onQuote: (quote: Quote) => void, signal: AbortSignal): Promise<void> {
    this.tell = onQuote;
    return new Promise((ended) => {
      signal.addEventListener('abort', () => {
        ended();
      });
    });
  }
}

const quoteOf = (symbol: string): Quote => ({
  ...{ symbol, venue: 'SIM', bidPrice: dec('100'), askPrice: dec('100'), lastPrice: dec('100') },
  ...{ bidQuantity: dec('1000'), askQuantity: dec('1000'), marketTimeMs: Date.now(), receivedAtMs: Date.now() },
});
const log = makeLogger({ level: 'silent', readable: false });

describeBackends('the first quotes of a worker', (backend) => {
  /** @param withinMs The time that the first quotes have. */
  async function begin(account: string, withinMs: number) {
    await openDesk(backend().orders, [account]);
    const venue = new LateVenue();
    const board = new QuoteBoard(log, withinMs);
    board.follow(venue);
    const desk = new RiskDesk(backend().orders, COINS, { marketData: board });
    const send = (id: string, symbol = 'ACME') => desk.send({}, requestOf(account, id, { symbol }));
    return { venue, board, send };
  }

  it('Q01 are waited for by the orders of the meantime, each for those of its own symbol', async () => {
    const { venue, board, send } = await begin('q01', 60_000);
    venue.tell(quoteOf('OTHER'));
    let isAnswered = false;
    const sent = send('early').finally(() => (isAnswered = true));
    // Sent after it and judged on the same account: the first one would have its answer by now.
    expect(await send('other', 'OTHER')).toBe('approved');
    expect(isAnswered).toBe(false);
    venue.tell(quoteOf('ACME'));
    expect(await sent).toBe('approved');
    await board.close();
  });

  it('Q02 are missing when the venue keeps them for too long, and nobody waits for them any more', async () => {
    const { board, send } = await begin('q02', 50);
    expect(await send('early')).toEqual(['MARKET_DATA_MISSING']);
    expect(await send('late')).toEqual(['MARKET_DATA_MISSING']);
    await board.close();
  });

  it('Q03 hold up nobody in a worker that ends', async () => {
    const { board, send } = await begin('q03', 60_000);
    const sent = send('early');
    await board.close();
    expect(await sent).toEqual(['MARKET_DATA_MISSING']);
  });
});
