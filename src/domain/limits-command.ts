/** Commands to the limits desk: what is wrong with one of unknown origin, before anything is done with its document. */
import { ID_PART, ID_PART_RULE } from './ids';
import type { Violation } from './order-request';
import { isPrintable, shown, violation } from './violations';

/** How long a loosening waits when nobody says otherwise: until the same time of the next day. */
export const PROPOSAL_WAIT_MS = 24 * 3_600_000;
const WAIT_MIN_MS = 1_000;
/** Nobody judges after a month what was meant for the desk of then. */
const WAIT_MAX_MS = 30 * PROPOSAL_WAIT_MS;
const TEXT_MAX = 200;
const TEXT_RULE = `1 to ${String(TEXT_MAX)} printable characters.`;

type Fields = Readonly<Record<string, unknown>>;
type Rule = readonly [isRight: (value: unknown) => boolean, rule: string];

const isName = (value: unknown): boolean => typeof value === 'string' && ID_PART.test(value);
const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX && isPrintable(value);
const isWhole = (from: number, to: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

const NAME: Rule = [isName, `${ID_PART_RULE}.`];
const PROPOSE: Readonly<Record<string, Rule>> = {
  proposalId: NAME,
  baseVersion: [isWhole(0, Number.MAX_SAFE_INTEGER), 'The whole number of a version, 0 before the first.'],
  actor: NAME,
  reason: [isText, TEXT_RULE],
  waitMs: [isWhole(WAIT_MIN_MS, WAIT_MAX_MS), `Whole milliseconds, ${String(WAIT_MIN_MS)} to ${String(WAIT_MAX_MS)}.`],
};
const DECIDE: Readonly<Record<string, Rule>> = {
  proposalId: NAME,
  verdict: [
    (value) => value === 'APPROVE' || value === 'REJECT' || value === 'WITHDRAW',
    'One of APPROVE, REJECT, WITHDRAW.',
  ],
  actor: NAME,
  reason: [(value) => value === undefined || isText(value), TEXT_RULE],
};
const READ: Readonly<Record<string, Rule>> = {
  version: [(value) => value === undefined || isWhole(1, Number.MAX_SAFE_INTEGER)(value), 'The number of a version.'],
};

/** What is wrong with a proposal beside its document; empty when nothing is. */
export const checkProposal = (raw: unknown): readonly Violation[] => broken(raw, PROPOSE);
export const checkLimitsDecision = (raw: unknown): readonly Violation[] => broken(raw, DECIDE);
export const checkLimitsQuestion = (raw: unknown): readonly Violation[] => broken(raw, READ);

function broken(raw: unknown, rules: Readonly<Record<string, Rule>>): readonly Violation[] {
  const fields = typeof raw === 'object' && raw !== null ? (raw as Fields) : {};
  return Object.entries(rules).flatMap(([field, [isRight, rule]]) =>
    isRight(fields[field]) ? [] : [violation('COMMAND_INVALID', field, shown(fields[field]), rule)],
  );
}
