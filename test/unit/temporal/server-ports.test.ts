import { createServer } from 'node:net';
import { claimPort } from '../../../src/temporal/server-ports';

const USE = { purpose: 'the simulated venue', variable: 'OMS_VENUE_PORT' };

test('a busy port is told with the variable that sets it and the way to any free one', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const claim = claimPort(port, USE);
  await expect(claim).rejects.toThrow(
    `Port ${String(port)} on 127.0.0.1, asked for the simulated venue, is in use by another program.`,
  );
  await expect(claim).rejects.toThrow('or set OMS_VENUE_PORT to another port, or to 0 for any free one.');
  other.close();
});

test('without a port asked, it is any free one', async () => {
  expect(await claimPort(undefined, USE)).toBeGreaterThan(0);
});
