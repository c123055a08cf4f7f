import { rm } from 'node:fs/promises';
import type { EmbeddedServer } from '../../src/temporal/embedded-server';

/** Where the start leaves the server for the stop; both run in jest's own process. */
export type TestTemporalServer = typeof globalThis & {
  omsTestTemporal?: { readonly server: EmbeddedServer; readonly stateDir: string };
};

/** Stops the server of the jest run and removes its data. */
export default async function stopTestServer(): Promise<void> {
  const running = (globalThis as TestTemporalServer).omsTestTemporal;
  if (running === undefined) return;
  await running.server.stop();
  await rm(running.stateDir, { recursive: true, force: true });
}
