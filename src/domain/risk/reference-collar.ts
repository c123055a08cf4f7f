import { amountOf, isAboveZero, isAtMost, magnitude, minus, times } from '../amounts';
import { dec } from '../money';
import { violation } from '../violations';
import { dataMissing, whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import { whenKnown } from './known-parts';
import { eachPrice } from './order-prices';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));

/** Prices lie near the reference price of the day, however far the market has run. */
export const referenceCollar: RiskCheck = {
  code: 'REFERENCE_COLLAR',
  sentence: 'Limit and stop price, or the market price of a market order, lie near the reference price of the day.',
  overridable: true,
  limits: ['referenceCollarPercent'],
  needs: ['account', 'instrument', 'reference'],
  check: (context) =>
    whenSet(context, 'referenceCollarPercent', (limit) =>
      whenKnown(context, ['account', 'instrument'], (known) =>
        withData(context, 'reference', ({ referencePrice: reference }) => {
          if (reference === undefined || !isAboveZero(reference)) return [dataMissing('reference', reference)];
          const farthest = times(limit.value, reference);
          return eachPrice(context, known, ({ field, price }) =>
            // Multiplied out, as a quotient would have to be rounded.
            isAtMost(times(magnitude(minus(price, reference)), HUNDRED), farthest)
              ? []
              : [
                  violation(
                    'REFERENCE_COLLAR',
                    field,
                    price,
                    `Within ${limit.value} % of the reference price ${reference} ${limitOf(limit)}.`,
                  ),
                ],
          );
        }),
      ),
    ),
};
