import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import type { RiskCheck } from './risk-context';

/** The symbol is not on the restricted list; closing a position there takes whoever keeps the list. */
export const restricted: RiskCheck = {
  code: 'RESTRICTED',
  sentence: 'The symbol is not on the restricted list.',
  limits: ['restricted'],
  check: (context) =>
    whenSet(context, 'restricted', (limit) =>
      limit.value
        ? [violation('RESTRICTED', 'symbol', context.request.symbol, `No order, not even to close ${limitOf(limit)}.`)]
        : [],
    ),
};
