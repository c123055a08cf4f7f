import type { OrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import type { VenueCancel, VenueConnector, VenueOrder, VenueReplace } from '../../src/ports/venue';
import { OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

/** Our ids are 20 characters, a dash and the step: the first ten steps fit into 22. */
const MAX_LENGTH = 22;

/**
 * Goal: no client order id reaches a venue that is longer than the venue takes.
 * Method: a connector that declares a bound and notes every id that goes through it to the real venue.
 */
describe('a venue of short client order ids', () => {
  const sent: string[] = [];
  let maxLength = MAX_LENGTH;
  const short = (inner: VenueConnector): VenueConnector =>
    new Proxy(inner, {
      get: (target, name) => {
        if (name === 'capabilities') return { ...target.capabilities, clientOrderIdMaxLength: maxLength };
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          const [request] = args as readonly (VenueOrder | VenueReplace | VenueCancel)[];
          if (name === 'submit' || name === 'replace') sent.push(String(request?.clientOrderId));
          return Reflect.apply(value, target, args);
        };
      },
    });
  const system = new OmsUnderTest({ wrap: short });
  beforeAll(() => system.start());
  afterEach(() => {
    maxLength = MAX_LENGTH;
  });
  afterAll(() => system.stop());
  const replace = (orderId: OrderId, price: number) =>
    system.orders.modify(orderId, { limitPrice: dec(String(price)) });

  test('takes no order whose first id does not fit: denied with the reason, and nothing is sent', async () => {
    maxLength = MAX_LENGTH - 1;
    const { order } = await system.orders.submit(system.request(), { wait: 'final' });
    expect(order).toMatchObject({ status: 'DENIED', reasons: [{ code: 'NO_VENUE' }] });
    expect(order?.why).toContain('takes client order ids of at most 21 characters');
    expect(sent).toEqual([]);
  });

  test('takes replaces up to the last step that fits; the next is refused with the reason, and the order works on', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    for (let step = 1; step <= 9; step += 1) {
      await replace(orderId, 80 + step);
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', limitPrice: String(80 + step) });
      });
    }
    await replace(orderId, 99);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', limitPrice: '89' });
      expect(order.pendingReplace).toBeUndefined();
    });
    const { events } = await system.orders.events(orderId);
    expect(events.at(-1)).toMatchObject({
      ...{ type: 'ReplaceRejected', step: 10, reason: 'CLIENT_ORDER_ID_LENGTH' },
      text: expect.stringContaining('at most 22 characters') as string,
    });
    expect(sent.map((id) => id.length)).toEqual(sent.map(() => MAX_LENGTH));
    expect(sent).toHaveLength(10);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
  });
});
