/** A strategy's process: sends orders and commands with the client library, until it is killed. */
import { Client, Connection } from '@temporalio/client';
import { OmsClient } from '../../src/client/oms-client';
import { isAnswer } from './answers';
import { chaosReference } from './catalog';
import type { Command, FromClient, ToClient } from './client-messages';

let orders: OmsClient | undefined;

process.on('message', (message: ToClient) => {
  if (message.kind === 'stop') process.exit(0);
  if (message.kind === 'setup')
    void begin(message).catch((error: unknown) => {
      tell({ kind: 'failed', why: String(error) });
      process.exit(1);
    });
  else void obey(message.nth, message.command);
});
// Nobody is left to be judged by.
process.on('disconnect', () => process.exit(0));

async function begin({ address, namespace }: Extract<ToClient, { kind: 'setup' }>): Promise<void> {
  const connection = await Connection.connect({ address });
  orders = new OmsClient({ client: new Client({ connection, namespace }), reference: chaosReference() });
  tell({ kind: 'ready' });
}

async function obey(nth: number, command: Command): Promise<void> {
  try {
    tell({ kind: 'done', nth, ...(await perform(command)) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell({ kind: 'refused', nth, why, isAnswer: isAnswer(error) });
  }
}

async function perform(command: Command) {
  if (orders === undefined) throw new Error('no connection yet');
  switch (command.verb) {
    case 'submit':
      return { orderId: (await orders.submit(command.request)).orderId };
    case 'cancel': {
      const { orderId, reason, commandId, way } = command;
      await (way === 'update'
        ? orders.cancel(orderId, reason, commandId)
        : orders.signalCancel(orderId, reason, commandId));
      return {};
    }
    case 'modify': {
      const { orderId, change, commandId, way } = command;
      await (way === 'update'
        ? orders.modify(orderId, change, commandId)
        : orders.signalModify(orderId, change, commandId));
      return {};
    }
  }
}

function tell(message: FromClient): void {
  process.send?.(message);
}
