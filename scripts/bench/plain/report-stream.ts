import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { baseOf } from '../../../src/domain/ids';
import type { VenueConnector } from '../../../src/ports/venue';
import { fillsOf } from './activities';
import { PlainMessage } from './contract';

/** Before a stream that broke is opened again. */
const PAUSE_MS = 250;

/** Follows a stream until it is stopped; one that breaks is opened again. */
export async function untilStopped(signal: AbortSignal, follow: () => Promise<void>): Promise<void> {
  while (!signal.aborted) await follow().catch(() => delay(PAUSE_MS));
}

/** Hands each trade of the venue's stream to its order until it is stopped; an order that is over needs none. */
export async function followReports(
  client: Client,
  connector: VenueConnector,
  venueAccount: string,
  signal: AbortSignal,
): Promise<void> {
  let position = 0;
  const deliver = async (reports: readonly ExecutionReport[]): Promise<void> => {
    const trades = reports.filter(({ execType }) => execType === 'TRADE');
    await Promise.all(trades.map((trade) => tell(client, trade)));
    position = reports.reduce((last, { sequence }) => Math.max(last, sequence), position);
  };
  await untilStopped(signal, () => connector.streamReports(venueAccount, position, deliver, signal));
}

async function tell(client: Client, trade: ExecutionReport): Promise<void> {
  try {
    await client.workflow.getHandle(baseOf(trade.clientOrderId)).signal(PlainMessage.fills, fillsOf([trade]));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
