/** Faults that people make: wrong deploys, histories that grow too long, orders sent twice, workflows ended by hand. */
import { Connection } from '@temporalio/client';
import { Client } from '@temporalio/client';
import { OmsClient } from '../../../src/client/oms-client';
import type { OrderId } from '../../../src/domain/ids';
import { isTerminal } from '../../../src/domain/order';
import { dec } from '../../../src/domain/money';
import { pause, persistently } from '../persistently';
import type { Fault, Stage } from '../fault';

/** More than a history may hold before it goes on in a new run. */
const FLOOD = 1_500;
const AT_ONCE = 100;

export const PEOPLES_FAULTS: readonly Fault[] = [
  {
    id: 'F16',
    title: 'a deploy of code that open orders cannot go on with, taken back',
    forms: 1,
    alone: true,
    async play({ system, load, scaled, turn }) {
      const { worker, client, orders } = system;
      const orderId = await restingOrder(system, load, `wrong-${String(turn)}`);
      // An order that began with the wrong code could not go on with the right one: that is not what is played.
      load.hold();
      try {
        await pause(3_000);
        await worker.stop();
        await worker.start({ wrongCode: true });
        await orders.signalModify(orderId, { quantity: dec('6') }, `wrong-${String(turn)}`);
        await persistently('an order that cannot go on has failed a task', async () => {
          const { events } = await client.workflow.getHandle(`order/${orderId}`).fetchHistory();
          if (events?.some((event) => event.workflowTaskFailedEventAttributes) !== true) throw new Error('it has not');
        });
        await pause(scaled(20_000));
        await worker.kill();
        await worker.start();
      } finally {
        load.release();
      }
      return 1;
    },
  },
  {
    id: 'F17',
    title: 'a history that is too long, with commands while the next run begins',
    forms: 1,
    async play({ system: { client, orders }, load, turn }) {
      const id = `long-${String(turn)}-${String(Date.now())}`;
      const orderId = await load.submit(load.request(id, { quantity: dec('5'), limitPrice: dec('70') }));
      const handle = client.workflow.getHandle(`order/${orderId}`);
      for (let sent = 0; sent < FLOOD; sent += AT_ONCE) {
        await persistently('a flood of signals is taken', () =>
          Promise.all(
            Array.from({ length: AT_ONCE }, () => handle.signal('marketTrigger', { price: '1', marketTimeMs: 1 })),
          ),
        );
        await orders.signalModify(orderId, { quantity: dec(String(5 + sent / AT_ONCE)) }, `${id}-${String(sent)}`);
      }
      return 1;
    },
  },
  {
    id: 'F20',
    title: 'two callers start one order, and one of them dies before the answer',
    forms: 1,
    formsInProduction: 1,
    async play({ system, load, turn, random }) {
      const request = load.request(`twin-${String(turn)}-${String(Date.now())}`, { limitPrice: dec('101') });
      if (turn > 0) {
        // The processes that the load comes from, with whatever they are sending.
        const sending = [load.submit(request), load.submit(request)];
        await pause(random.whole(0, 20));
        await system.clients?.killOne(random.whole(0, 1));
        await Promise.all(sending);
        return 1;
      }
      const connection = await Connection.connect({ address: system.address });
      const other = new OmsClient({ client: new Client({ connection, namespace: 'default' }) });
      const dying = other.submit(request).catch(() => undefined);
      const [first, second] = await Promise.all([load.submit(request), load.submit(request), connection.close()]);
      await dying;
      if (first !== second) throw new Error(`one request became ${first} and ${second}`);
      return 1;
    },
  },
  {
    id: 'F22',
    title: 'an operator ends the workflow of an order that is live at its venue',
    forms: 1,
    async play({ system, load, turn }) {
      const orderId = await restingOrder(system, load, `ended-${String(turn)}`);
      await system.client.workflow.getHandle(`order/${orderId}`).terminate('ended by hand');
      return 1;
    },
  },
];

/** An order far from the market, at its venue. */
async function restingOrder({ orders }: Stage['system'], load: Stage['load'], name: string): Promise<OrderId> {
  const id = `${name}-${String(Date.now())}`;
  const orderId = await load.submit(load.request(id, { quantity: dec('5'), limitPrice: dec('70') }));
  await persistently('the order is at its venue', async () => {
    const order = await orders.get(orderId);
    if (order.submission !== 'ACKNOWLEDGED' && !isTerminal(order.status)) throw new Error(`it is ${order.status}`);
  });
  return orderId;
}
