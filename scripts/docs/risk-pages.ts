import { DEFAULT_CHECKS } from '../../src/domain/risk/checks';
import { LIMITS } from '../../src/domain/risk/limits';
import type { LimitName } from '../../src/domain/risk/limits';
import type { RiskCheck, RiskPart } from '../../src/domain/risk/risk-context';

/** What a check says without a part that it needs. */
const WITHOUT: Readonly<Record<RiskPart, string>> = {
  account: '`ACCOUNT_UNKNOWN`',
  instrument: '`INSTRUMENT_UNKNOWN`',
  exposure: '`EXPOSURE_UNKNOWN`',
  quotes: '`MARKET_DATA_MISSING` or `MARKET_DATA_STALE`',
  portfolio: '`RISK_DATA_MISSING`',
  firm: '`RISK_DATA_MISSING`',
  day: '`RISK_DATA_MISSING`',
  peakEquity: '`RISK_DATA_MISSING`',
  recent: '`RISK_DATA_MISSING`',
  ownOpenOrders: '`RISK_DATA_MISSING`',
  borrow: '`RISK_DATA_MISSING`',
  reference: '`RISK_DATA_MISSING`',
  tradingStates: '`RISK_DATA_MISSING`',
};
/** Set for every account, by the account itself. */
const ACCOUNT_LIMITS: readonly LimitName[] = [
  'priceCollarPercent',
  'maxOrderValue',
  'maxOpenOrders',
  'maxPosition',
  'maxQuoteAgeMs',
];

/** Every check in its order: what holds for an order that passes, its limits, and what it needs. */
export function checksTable(): string {
  const rows = DEFAULT_CHECKS.map(
    (check) =>
      `| \`${check.code}\` | ${check.sentence ?? ''} | ${names(check.limits ?? [])} | ${judged(check)} | ${check.overridable === true ? 'yes' : '–'} | ${needs(check)} |`,
  );
  return [
    '| check | what holds for an order that passes | limits | judges | override | denies without |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Every limit: its kind, which value counts, what is in force when nobody sets it. */
export function limitsTable(): string {
  const rows = Object.entries(LIMITS).map(([name, rule]) => {
    const strictest = rule.strictest === 'true' ? '`true`' : rule.strictest;
    return `| \`${name}\` | ${rule.kind} | ${strictest} | ${unset(name as LimitName)} | ${rule.meaning} |`;
  });
  return ['| limit | kind | the strictest | where nobody sets it | meaning |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

const names = (limits: readonly string[]): string => limits.map((name) => `\`${name}\``).join(' ') || '–';

function judged({ passesReducing, limits }: RiskCheck): string {
  if (passesReducing === true) return 'all but reducing orders';
  return limits === undefined ? 'always' : 'all orders';
}

function needs({ needs: parts }: RiskCheck): string {
  return (parts ?? []).map((part) => `${part}: ${WITHOUT[part]}`).join('<br>') || '–';
}

function unset(name: LimitName): string {
  const rule = LIMITS[name];
  if ('fallback' in rule) return String(rule.fallback);
  if ('unset' in rule) return 'nothing is granted';
  return ACCOUNT_LIMITS.includes(name) ? "the account's own" : 'nothing is asked';
}
