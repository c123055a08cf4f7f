import { FILL_CHECKS } from '../../src/domain/post-trade/fill-checks';
import { DEFAULT_POST_TRADE_SETTINGS } from '../../src/domain/post-trade/settings';
import type { PostTradeSettings } from '../../src/domain/post-trade/settings';
import { DEFAULT_DETECTORS } from '../../src/domain/post-trade/surveillance';

const MEANINGS: Readonly<Record<keyof PostTradeSettings, string>> = {
  maxQuoteAgeMs: 'How much older than a decision or a trade its quote may be, market milliseconds.',
  maxQuoteLeadMs: 'How much newer it may be, market milliseconds.',
  clockToleranceMs: "How far a venue's clock may be from ours, market milliseconds.",
  feeTolerance: "Largest difference of a fee from the venue's terms, in its currency.",
  washWindowMs: 'How far apart a purchase and a sale may be that count as one wash trade, market milliseconds.',
  washPriceToleranceBps: 'Largest difference of their prices, basis points.',
  washQuantityTolerancePercent: 'Largest difference of their quantities, percent.',
  layeringWindowMs:
    'How long before a trade layers are sent, and how long after it they are canceled, market milliseconds.',
  layeringMinOrders: 'Fewest canceled orders that count as layers.',
  layeringMinQuantityRatio: 'Least quantity of all layers together, as a multiple of what was traded.',
  owners: 'Accounts by beneficial owner, such as `{"house": ["alpha", "maker"]}`.',
};

/** Every check of a booked trade. */
export const fillChecksTable = (): string =>
  ['| check | what holds for a trade that is right |', '|---|---|', ...FILL_CHECKS.map(rowOf)].join('\n');

/** Every detector. */
export const detectorsTable = (): string =>
  ['| detector | what it looks for |', '|---|---|', ...DEFAULT_DETECTORS.map(rowOf)].join('\n');

/** Every setting. */
export function postTradeSettingsTable(): string {
  const { owners: _none, ...defaults } = DEFAULT_POST_TRADE_SETTINGS;
  const shown: Readonly<Record<string, string | number>> = { ...defaults, owners: 'all accounts have one owner' };
  const rows = Object.entries(MEANINGS).map(
    ([name, meaning]) => `| \`${name}\` | ${String(shown[name])} | ${meaning} |`,
  );
  return ['| setting | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

const rowOf = ({ code, sentence }: { readonly code: string; readonly sentence: string }): string =>
  `| \`${code}\` | ${sentence} |`;
