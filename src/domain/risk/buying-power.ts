import { isAtMost, minus, textOf } from '../amounts';
import { violation } from '../violations';
import { whenKnown } from './known-parts';
import { needOf } from './need-of';
import type { RiskCheck } from './risk-context';

/** A buy costs at most the cash that the account has and has not promised. */
export const buyingPower: RiskCheck = {
  code: 'BUYING_POWER',
  sentence: 'A buy costs at most the free cash of the account, fees included.',
  needs: ['account', 'instrument', 'exposure', 'quotes'],
  check: (context) => {
    if (context.request.side !== 'BUY') return [];
    return whenKnown(context, ['account', 'instrument', 'exposure'], (known) =>
      needOf(context, known, ({ cash }) => {
        const free = minus(known.exposure.cash, known.exposure.reservedCash);
        if (isAtMost(cash, free)) return [];
        const { currency } = known.instrument;
        const rule = `Costs up to ${textOf(cash)} ${currency} with fees; ${textOf(free)} is free.`;
        return [violation('BUYING_POWER', 'quantity', context.request.quantity, rule)];
      }),
    );
  },
};
