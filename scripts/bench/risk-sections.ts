import { measureChecks } from './checks';
import { measureRace } from './race';
import { measureReservation } from './reservation';
import { measureRebuild } from './rebuild';
import { measureReconciliation } from './reconciliation';
import type { MeasureSection } from './section';

/** What `npm run bench -- risk` measures, in this order. */
export const RISK_SECTIONS = {
  checks: measureChecks,
  reservation: measureReservation,
  race: measureRace,
  rebuild: measureRebuild,
  reconciliation: measureReconciliation,
} as const satisfies Readonly<Record<string, MeasureSection>>;
