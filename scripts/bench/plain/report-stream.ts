import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { baseOf } from '../../../src/domain/ids';
import type { VenueConnector } from '../../../src/ports/venue';
import { fillsOf } from './activities';
import { PlainMessage } from './contract';

/** Hands each trade of the venue's stream to its order until it is stopped; an order that is over needs none. */
export function followReports(
  client: Client,
  connector: VenueConnector,
  venueAccount: string,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deliver = async (reports: readonly ExecutionReport[]): Promise<void> => {
    const trades = reports.filter(({ execType }) => execType === 'TRADE');
    await Promise.all(
      trades.map((report) =>
        client.workflow
          .getHandle(baseOf(report.clientOrderId))
          .signal(PlainMessage.fills, fillsOf([report]))
          .catch((error: unknown) => {
            if (!(error instanceof WorkflowNotFoundError)) throw error;
          }),
      ),
    );
  };
  const running = connector.streamReports(venueAccount, 0, deliver, stopping.signal);
  // Heard of by `stop`.
  running.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
