import { violation } from '../violations';
import { remainingQuantity, whenKnown } from './known-parts';
import { isReducing } from './reducing';
import type { RiskCheck } from './risk-context';

/** An account that may only reduce sends no order that could open, enlarge or turn a position. */
export const accountReducing: RiskCheck = {
  code: 'ACCOUNT_REDUCING',
  sentence: 'An account that may only reduce sends only orders that bring the position nearer to zero.',
  needs: ['account', 'exposure'],
  check: (context) =>
    whenKnown(context, ['account'], ({ account }) => {
      if (account.status !== 'REDUCING') return [];
      return whenKnown(context, ['exposure'], ({ exposure }) => {
        if (isReducing(context, exposure)) return [];
        const { side } = context.request;
        const rule = `The account only reduces: it holds ${exposure.position}, open orders already reduce a part of it.`;
        return [violation('ACCOUNT_REDUCING', 'side', `${side} ${remainingQuantity(context)}`, rule)];
      });
    }),
};
