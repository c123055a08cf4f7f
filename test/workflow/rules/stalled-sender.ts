/** Sends one order in a process of its own that freezes between its look at the clock and the first byte. */
import type { VenueOrder } from '../../../src/ports/venue';
import { createSimulatedConnector } from '../../../src/venues/simulated/connector';

async function main(baseUrl: string, order: VenueOrder, sendByMs: number): Promise<void> {
  const connector = createSimulatedConnector({ venue: 'SIMX', baseUrl, nativeStops: true, settleTimeMs: 0 });
  const now = Date.now.bind(Date);
  Date.now = () => {
    const readMs = now();
    if (new Error().stack?.includes('simulated/client') !== true) return readMs;
    Date.now = now;
    process.kill(process.pid, 'SIGSTOP');
    return readMs;
  };
  const answer = await connector.submit(order, sendByMs);
  process.stdout.write(JSON.stringify(answer));
  await connector.close();
}

const [baseUrl = '', order = '{}', sendBy = '0'] = process.argv.slice(2);
void main(baseUrl, JSON.parse(order) as VenueOrder, Number(sendBy));
