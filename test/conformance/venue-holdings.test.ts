import { ACCOUNT, soon, VenueUnderTest } from './simulated-process';

const venue = new VenueUnderTest();

beforeAll(() => venue.start(), 30_000);
afterAll(() => venue.stop());
beforeEach(() => venue.market());
afterEach(async () => {
  await fetch(venue.url('faults'), { method: 'DELETE' });
});

const SILENT = { kind: 'unavailable' };

describe('positions and balances', () => {
  test('an account that never traded holds nothing, and says so', async () => {
    expect(await venue.lit.positions('nobody')).toEqual({ kind: 'positions', positions: [] });
    expect(await venue.lit.balances('nobody')).toEqual({ kind: 'balances', balances: [] });
  });

  test('they are the sum of all trades in force, busts and corrections included', async () => {
    const symbol = venue.order().symbol;
    const traded = async (change: Parameters<typeof venue.order>[0]): Promise<string> => {
      const answer = await venue.submit(change);
      const trade =
        answer.kind === 'acknowledged' ? answer.reports.find(({ execType }) => execType === 'TRADE') : undefined;
      return trade?.execId ?? 'none';
    };
    const held = async () => [await venue.lit.positions(ACCOUNT), await venue.lit.balances(ACCOUNT)];
    const are = (quantity: string, amount: string) => [
      { kind: 'positions', positions: [{ symbol, quantity }] },
      { kind: 'balances', balances: [expect.objectContaining({ amount })] },
    ];
    // 40 x 101 and a fee of 0.1212; 10 x 101 and 0.0303; sold 10 x 99 for 0.0297.
    await traded({ quantity: '40', limitPrice: '101' });
    expect(await held()).toEqual(are('40', '-4040.1212'));
    const busted = await traded({ quantity: '10', limitPrice: '101' });
    expect(await held()).toEqual(are('50', '-5050.1515'));
    await traded({ side: 'SELL', quantity: '10', limitPrice: '99' });
    expect(await held()).toEqual(are('40', '-4060.1812'));
    // What is open again must not trade at once.
    await venue.market({ bidPrice: '89', askPrice: '120', lastPrice: '100' });
    await fetch(venue.url(`trades/${busted}/bust`), { method: 'POST' });
    expect(await held()).toEqual(are('30', '-3050.1509'));
    // As a maker, with a rebate of 0.0202.
    await venue.market({ bidPrice: '99', askPrice: '101', lastPrice: '100' });
    expect(await held()).toEqual(are('40', '-4060.1307'));
    const wrong = await traded({ quantity: '10', limitPrice: '101' });
    const headers = { 'content-type': 'application/json' };
    await fetch(venue.url(`trades/${wrong}/correct`), { method: 'POST', headers, body: '{"price":"100"}' });
    // Corrected from 1010 with 0.0303 to 1000 with 0.03.
    expect(await held()).toEqual(are('50', '-5060.1607'));
    // They are read from the ledger again.
    await venue.lit.submit(venue.order({ venueAccount: 'other' }), soon());
    expect(await venue.lit.positions('other')).toEqual({ kind: 'positions', positions: [] });
  });

  test.each([
    ['error503BeforeBooking', {}],
    ['tooManyRequests', {}],
    ['garbageAnswer', {}],
    ['dropReplyAfterAccept', {}],
  ])('under %s they are unavailable, never empty', async (fault, settings) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ fault, ...settings, params: { operations: ['query'] } });
    await fetch(venue.url('faults'), { method: 'POST', headers, body });
    expect(await venue.lit.positions('nobody')).toMatchObject(SILENT);
    expect(await venue.lit.balances('nobody')).toMatchObject(SILENT);
  });
});
