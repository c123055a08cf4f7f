import { violation } from '../violations';
import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** The account is not halted. */
export const accountActive: RiskCheck = {
  code: 'ACCOUNT_HALTED',
  sentence: 'The account is not halted.',
  needs: ['account'],
  check: (context) =>
    whenKnown(context, ['account'], ({ account }) =>
      // Named positively, so that a status we do not know denies as well.
      account.status === 'ACTIVE' || account.status === 'REDUCING'
        ? []
        : [violation('ACCOUNT_HALTED', 'account', account.account, 'The account is halted: it sends no new order.')],
    ),
};
