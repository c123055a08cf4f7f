import { violation } from '../violations';
import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** The instrument is open for trading, on the named venue if the order names one. */
export const instrumentTradable: RiskCheck = {
  code: 'INSTRUMENT_NOT_TRADABLE',
  sentence: 'The instrument is open for trading, on the named venue if the order names one.',
  needs: ['instrument'],
  check: (context) =>
    whenKnown(context, ['instrument'], ({ instrument }) => {
      const { symbol, tradable, venues } = instrument;
      const { venue } = context.request;
      if (!tradable)
        return [violation('INSTRUMENT_NOT_TRADABLE', 'symbol', symbol, 'The instrument is closed for trading here.')];
      if (venue === undefined || venues.includes(venue)) return [];
      return [violation('VENUE_NOT_LISTED', 'venue', venue, `${symbol} trades on ${venues.join(', ') || 'no venue'}.`)];
    }),
};
