/** Goal: short sales of all accounts together never sell more of a symbol than the firm can borrow. */
import { dec } from '../../src/domain/money';
import { coin, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { accountSetup, fillOf, requestOf, RUN } from './store-fixtures';

describeBackends('the borrow of a decision', (backend) => {
  const ANY = { locateRequired: true };
  /** A desk whose catalog says how much of one symbol can be borrowed. */
  const deskOf = (symbol: string, borrowAvailable?: string) =>
    new RiskDesk(backend().orders, [
      coin(symbol, borrowAvailable === undefined ? {} : { borrowAvailable: dec(borrowAvailable) }),
      coin('ELSE', { borrowAvailable: dec('10') }),
    ]);
  const open = (desk: RiskDesk, ...accounts: string[]) => openDesk(backend().orders, accounts, desk.instruments);
  const short = (account: string, id: string, symbol: string, quantity: string, side = 'SELL_SHORT' as const) =>
    requestOf(account, id, { symbol, side, quantity: dec(quantity) });
  const fill = async (desk: RiskDesk, account: string, id: string, parts: object) => {
    const tape = await desk.approved(account, id, parts);
    const { quantity } = tape.request;
    tape.accepted().filled(fillOf(`${account}-${id}`, { quantity, price: dec('100'), fee: dec('0') }));
    await backend().orders.record(tape.order, tape.events, RUN);
  };

  it('B01 lets short sales reach what can be borrowed, and no more; nothing known denies', async () => {
    const desk = deskOf('B01', '10');
    await open(desk, 'b01');
    expect(await desk.send(ANY, short('b01', '1', 'B01', '11'))).toEqual(['BORROW']);
    expect(await desk.send(ANY, short('b01', '2', 'B01', '10'))).toBe('approved');
    expect(await deskOf('B01').send(ANY, short('b01', '3', 'B01', '1'))).toEqual(['RISK_DATA_MISSING']);
    expect(await deskOf('B01', '0').send(ANY, short('b01', '4', 'B01', '1'))).toEqual(['BORROW']);
  });

  it('B02 subtracts short positions and open short sales of all accounts, of this symbol alone', async () => {
    const desk = deskOf('B02', '10');
    await open(desk, 'b02-a', 'b02-b', 'b02-c');
    await fill(desk, 'b02-a', 'sold', { symbol: 'B02', side: 'SELL_SHORT', quantity: dec('4') });
    await fill(desk, 'b02-a', 'other', { symbol: 'ELSE', side: 'SELL_SHORT', quantity: dec('9') });
    await desk.approved('b02-b', 'open', { symbol: 'B02', side: 'SELL_SHORT', quantity: dec('3') });
    // What is long lends nothing, and selling it borrows nothing.
    await fill(desk, 'b02-c', 'held', { symbol: 'B02', quantity: dec('50') });
    await desk.approved('b02-c', 'sale', { symbol: 'B02', side: 'SELL', quantity: dec('50') });
    expect(await desk.send(ANY, short('b02-b', '1', 'B02', '3.5'))).toContain('BORROW');
    expect(await desk.send(ANY, short('b02-b', '2', 'B02', '4'))).toEqual(['BORROW']);
    expect(await desk.send(ANY, short('b02-b', '3', 'B02', '3'))).toBe('approved');
  });

  it('B03 counts the short leg of a hedging account beside its long one', async () => {
    const desk = deskOf('B03', '10');
    await open(desk, 'b03-b');
    const hedging = { ...accountSetup('b03-a'), positionMode: 'HEDGING', baseCurrency: 'USD' } as const;
    await backend().orders.saveAccounts([hedging]);
    await fill(desk, 'b03-a', 'long', { symbol: 'B03', quantity: dec('20') });
    await fill(desk, 'b03-a', 'short', { symbol: 'B03', side: 'SELL_SHORT', quantity: dec('6') });
    expect(await desk.send(ANY, short('b03-b', '1', 'B03', '5'))).toEqual(['BORROW']);
    expect(await desk.send(ANY, short('b03-b', '2', 'B03', '4'))).toBe('approved');
  });

  it('B04 never lets rivals of different accounts borrow the same shares', async () => {
    const desk = deskOf('B04', '70');
    const accounts = Array.from({ length: 15 }, (_, index) => `b04-${String(index)}`);
    await open(desk, ...accounts);
    const answers = await Promise.all(accounts.map((account) => desk.send(ANY, short(account, '1', 'B04', '10'))));
    expect(answers.filter((answer) => answer === 'approved')).toHaveLength(7);
    expect(answers.filter((answer) => answer !== 'approved')).toEqual(Array.from({ length: 8 }, () => ['BORROW']));
  });
});
