import { add, dec } from '../../../src/domain/money';
import { newsFor, REPORTS_TOLD_MAX } from '../../../src/domain/news';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { accepted, fill, fold, report, take } from './order-fixtures';

const STEPS = 400;

/** What a venue says of an order of one share a time: a fill, then a replace, and so on. */
function longLife(): readonly ExecutionReport[] {
  const reports: ExecutionReport[] = [report({ execType: 'NEW', sequence: 1 })];
  for (let step = 1; step <= STEPS; step += 1) {
    const cumQuantity = String(step);
    const place = { clientOrderId: `BASE-${cumQuantity}`, origClientOrderId: `BASE-${String(step - 1)}` };
    const form = { orderQuantity: '1000', limitPrice: cumQuantity, cumQuantity };
    reports.push(
      { ...fill(`F${cumQuantity}`, '1', '9', cumQuantity), orderQuantity: dec('1000'), sequence: step * 10 },
      report({ execType: 'PENDING_REPLACE', ...place, ...form, sequence: step * 10 + 1 }),
      report({ execType: 'REPLACED', ...place, ...form, sequence: step * 10 + 2 }),
    );
  }
  return reports.map((one, at) =>
    at % 3 === 1 && at > 1 ? { ...one, clientOrderId: `BASE-${String((at - 1) / 3)}` } : one,
  );
}
const known = (reports: readonly ExecutionReport[]): ReadonlySet<string> =>
  new Set(reports.map(({ execId }) => execId));
const start = () => fold(accepted({ quantity: dec('1000') }));

describe('what of a long answer an order is told', () => {
  it('makes of it the same order as the whole answer', () => {
    const reports = longLife();
    const heard = reports.slice(0, -60);
    const before = take(start(), ...heard);
    const clientOrderId = `BASE-${String(before.acceptedStep)}`;
    const news = newsFor({ clientOrderId }, known(heard.filter(({ execType }) => execType === 'TRADE')), reports);
    expect(news.length).toBeLessThan(65);
    expect(take(before, ...news)).toEqual(take(before, ...reports));
    expect(take(before, ...news).filledQuantity).toBe(String(STEPS));
  });

  it('is the oldest and the newest of too much, and the rest when it asks again', () => {
    const trades = longLife()
      .filter(({ execType }) => execType === 'TRADE')
      .map((one) => ({ ...one, clientOrderId: 'BASE-0' }));
    const reports = [
      ...trades,
      ...trades.map((one, at) => ({ ...one, execId: `G${String(at)}`, cumQuantity: add(one.cumQuantity, dec('400')) })),
    ];
    let order = start();
    const told: string[] = [];
    for (let asked = 0; asked < 3; asked += 1) {
      const news = newsFor({ clientOrderId: 'BASE-0' }, new Set(told), reports);
      expect(news.length).toBeLessThanOrEqual(REPORTS_TOLD_MAX);
      told.push(...news.map(({ execId }) => execId));
      order = take(order, ...news);
      // It knows at once how much there is, and so that it must ask again.
      expect(order.venueCumQuantity).toBe('800');
    }
    expect(order.filledQuantity).toBe('800');
    expect(new Set(told).size).toBe(800);
  });

  it.each([
    ['a trade that is not recorded', { execType: 'TRADE', execId: 'NEW-ONE' }, true],
    ['a trade that is recorded', { execType: 'TRADE', execId: 'KNOWN' }, false],
    ['a bust of a trade that is recorded', { execType: 'TRADE_CANCEL', execRefId: 'KNOWN' }, true],
    ['a cancel that was refused under an earlier form', { execType: 'CANCEL_REJECTED' }, true],
    ['an end under an earlier form', { execType: 'CANCELED', reason: 'USER_REQUEST' }, true],
    ['the half of a replace by cancel and new order', { execType: 'CANCELED', reason: 'REPLACED' }, false],
    ['the replace of an earlier form', { execType: 'REPLACED' }, false],
    ['a replace that filled at once', { execType: 'REPLACED', lastQuantity: '1', lastPrice: '9' }, true],
    ['the replace of the working form', { execType: 'REPLACED', clientOrderId: 'BASE-7' }, true],
    ['an acknowledge under an id that is not ours', { execType: 'NEW', clientOrderId: 'THEIRS-1' }, true],
  ] as const)('%s', (_what, change, isTold) => {
    const one = report({ clientOrderId: 'BASE-3', ...change });
    expect(newsFor({ clientOrderId: 'BASE-7' }, new Set(['KNOWN']), [one])).toEqual(isTold ? [one] : []);
  });

  it('is all of an order whose ids have no steps', () => {
    const all = longLife();
    expect(newsFor({ clientOrderId: 'THEIRS' }, new Set(), all.slice(0, 300))).toEqual(all.slice(0, 300));
  });
});
