import { OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

describe('one order from start to end', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  test('a limit order fills, is recorded, and its trade settles', async () => {
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    const order = await system.orders.get(orderId);
    expect(order).toMatchObject({
      status: 'FILLED',
      filledQuantity: '10',
      leavesQuantity: '0',
      averagePrice: '101',
      finalized: true,
    });
    expect(await system.booked(order)).toHaveLength(1);
    const events = (await system.oms.deps.orders.events(orderId)).map((event) => event.type);
    expect(events).toEqual([
      'OrderCreated',
      'OrderApproved',
      'SubmissionStarted',
      'OrderAccepted',
      'OrderFilled',
      'TradeSettled',
    ]);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });

  test('a resting order is canceled at the venue', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    const answer = await system.orders.cancel(orderId, 'changed my mind');
    expect(answer).toMatchObject({ accepted: true });
    const order = await system.until(orderId, (now) => {
      expect(now.finalized).toBe(true);
    });
    expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '0', unfilledAtEnd: '10' });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
  });
});
