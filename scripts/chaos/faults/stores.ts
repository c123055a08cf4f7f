/** Faults of the database and of what is only written there. */
import { pause } from '../persistently';
import type { Fault } from '../fault';

export const STORE_FAULTS: readonly Fault[] = [
  {
    id: 'F4',
    title: 'the database is away; in production its server dies',
    forms: 1,
    formsInProduction: 1,
    async play({ system, scaled, turn }) {
      if (turn > 0) {
        await system.killPostgres('oms', scaled(30_000));
        return 1;
      }
      const { worker } = system;
      worker.tell({ kind: 'database', away: '.' });
      await pause(scaled(30_000));
      worker.tell({ kind: 'database', away: null });
      return 1;
    },
  },
  {
    id: 'F21',
    title: 'settlement, then the risk checks, fail for an hour',
    forms: 2,
    async play({ system: { worker }, scaled, turn }) {
      worker.tell({ kind: 'database', away: turn % 2 === 0 ? 'settle' : 'oms_decide' });
      await pause(Math.min(scaled(3_600_000), 60_000));
      worker.tell({ kind: 'database', away: null });
      return 1;
    },
  },
];
