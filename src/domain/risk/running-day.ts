import type { Violation } from '../order-request';
import { dataMissing, withData } from './configured';
import type { RiskContext } from './risk-context';
import type { DayFigures } from './risk-data';

/** Runs `check` with the figures of the running market day; those of another day are as good as none. */
export function withDay(context: RiskContext, check: (day: DayFigures) => readonly Violation[]): readonly Violation[] {
  const { marketTimeMs } = context;
  return withData(context, 'day', (day) =>
    marketTimeMs >= day.fromMs && marketTimeMs < day.toMs
      ? check(day)
      : [dataMissing('day', `${String(day.fromMs)} to ${String(day.toMs)}`)],
  );
}
