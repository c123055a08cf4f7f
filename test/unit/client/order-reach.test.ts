import { Client, ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { OmsClient } from '../../../src/client/oms-client';
import { orderIdOf } from '../../../src/domain/ids';

// The pauses between the tries take half a minute in life.
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const ORDER = orderIdOf('alpha', 'c1');
/** What the server answers to an update of a workflow whose task has failed three times. */
const busy = () =>
  new ServiceError('Workflow Update failed', {
    cause: new Error('Unable to perform workflow execution update due to Workflow Task in failed state.'),
  });

/** A client of one order that refuses updates as a flooded one does; notes what was sent to it. */
function flooded(updates: (() => unknown)[], ended?: unknown) {
  const sent: unknown[] = [];
  const handle = {
    executeUpdate: async (_update: unknown, { args, updateId }: { args: [object]; updateId: string }) => {
      sent.push({ update: updateId, ...args[0] });
      return (updates.shift() ?? fails(busy()))();
    },
    signal: async (_signal: unknown, payload: { commandId: string }) => {
      sent.push({ signal: payload.commandId, ...payload });
    },
    result: async () => ended,
  };
  const gone = {
    executeUpdate: () => Promise.reject(gone.error),
    result: () => Promise.reject(gone.error),
    error: new WorkflowNotFoundError('gone', 'correction', undefined),
  };
  const client = new Client({ connection: {} as never });
  client.workflow.getHandle = ((id: string) => (id.startsWith('order/') ? handle : gone)) as never;
  return { orders: new OmsClient({ client }), sent };
}
const fails = (error: Error) => () => {
  throw error;
};

describe('a cancel of an order that is flooded', () => {
  test('is left where the order finds it, once, and answered when the flood has a gap', async () => {
    const { orders, sent } = flooded([fails(busy()), fails(busy()), () => ({ accepted: true })]);
    expect(await orders.cancel(ORDER, 'enough', 'k1')).toEqual({ accepted: true });
    const update = { update: 'k1/cancel', commandId: 'k1', reason: 'enough' };
    expect(sent).toEqual([update, { signal: 'k1', commandId: 'k1', reason: 'enough' }, update, update]);
  });

  test('has one id in all its tries, also without one of the caller', async () => {
    const { orders, sent } = flooded([fails(busy()), () => ({ accepted: true })]);
    await orders.cancel(ORDER);
    const ids = sent.map((one) => (one as { commandId: string }).commandId);
    expect(new Set(ids)).toEqual(new Set([expect.stringMatching(/^[0-9a-f-]{36}$/)]));
    expect((sent[0] as { update: string }).update).toBe(`${String(ids[0])}/cancel`);
  });

  test('is accepted when it ended the order before it could be answered', async () => {
    const over = fails(new WorkflowNotFoundError('gone', 'order', undefined));
    const { orders } = flooded([fails(busy()), over], { status: 'CANCELED' });
    expect(await orders.cancel(ORDER)).toEqual({ accepted: true, order: { status: 'CANCELED' } });
  });

  test('of which no answer comes is told as kept', async () => {
    const { orders, sent } = flooded([]);
    await expect(orders.cancel(ORDER)).rejects.toThrow(
      'the order alpha/c1 is under a flood of messages and did not answer: the command is kept and will be carried out',
    );
    expect(sent.filter((one) => 'signal' in (one as object))).toHaveLength(1);
  });
});

test('a command to an order that is just taken up again is sent again until its workflow takes commands', async () => {
  const unready = () =>
    new WorkflowUpdateFailedError('Workflow Update failed', new Error('No registered handler for update: modifyOrder'));
  const { orders, sent } = flooded([fails(unready()), () => ({ accepted: true })]);
  expect(await orders.modify(ORDER, { quantity: '5' as never })).toEqual({ accepted: true });
  expect(sent).toHaveLength(2);
});

test('a modify of a flooded order is told as not taken', async () => {
  const { orders, sent } = flooded([]);
  await expect(orders.modify(ORDER, { quantity: '5' as never })).rejects.toThrow('nothing of the command was taken');
  expect(sent.some((one) => 'signal' in (one as object))).toBe(false);
});
