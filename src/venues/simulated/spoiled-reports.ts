import type { ExecutionReport } from '../../domain/execution-report';
import type { FaultSwitches } from './faults';

/** The ways in which a report can be told so that nobody can read it. */
export const SPOILS = [
  'unknownExecType',
  'negativeFill',
  'zeroPrice',
  'textForNumber',
  'tooManyDecimals',
  'missingField',
  'noSequence',
  'wrongSequence',
  'noObject',
  'noJson',
] as const;
export type Spoil = (typeof SPOILS)[number];

/** Where reports are told: the stream, the query that fills its gaps, the questions for one order, answers to requests. */
export const REPORT_PLACES = ['stream', 'gap', 'find', 'answer'] as const;
export type ReportPlace = (typeof REPORT_PLACES)[number];

/** The text of an answer or message whose `reports` the fault `unreadableReports` may spoil: the newest of them. */
export function textWithReports(
  faults: FaultSwitches,
  place: ReportPlace,
  body: { readonly reports: readonly ExecutionReport[] } & Readonly<Record<string, unknown>>,
): string {
  const whole = JSON.stringify(body);
  const newest = body.reports.at(-1);
  const { how = 'textForNumber', places = ['stream'] } = faults.peek('unreadableReports') ?? { places: [] };
  if (newest === undefined || !places.includes(place)) return whole;
  faults.take('unreadableReports');
  if (how === 'noJson') return whole.slice(0, whole.length / 2);
  return JSON.stringify({ ...body, reports: [...body.reports.slice(0, -1), SPOILED[how](newest)] });
}

const SPOILED: Readonly<Record<Exclude<Spoil, 'noJson'>, (report: ExecutionReport) => unknown>> = {
  unknownExecType: (report) => ({ ...report, execType: 'PENDING_REVIEW' }),
  negativeFill: (report) => ({ ...report, execType: 'TRADE', lastQuantity: '-1', lastPrice: '1' }),
  zeroPrice: (report) => ({ ...report, execType: 'TRADE', lastQuantity: '1', lastPrice: '0' }),
  textForNumber: (report) => ({ ...report, cumQuantity: 'one' }),
  tooManyDecimals: (report) => ({ ...report, cumQuantity: '1.000000000000000000000000000001' }),
  missingField: ({ execId: _execId, ...rest }) => rest,
  noSequence: ({ sequence: _sequence, ...rest }) => rest,
  wrongSequence: (report) => ({ ...report, sequence: report.sequence + 1_000_000 }),
  noObject: () => 'nothing to see here',
};
