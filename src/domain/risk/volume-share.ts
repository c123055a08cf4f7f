import { amountOf, isAboveZero, isAtMost, times } from '../amounts';
import { dec } from '../money';
import { violation } from '../violations';
import { dataMissing, whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));

/** The order is small beside what the symbol trades in a day: against fat fingers. */
export const volumeShare: RiskCheck = {
  code: 'VOLUME_SHARE',
  sentence: "The whole quantity is a small enough share of the symbol's average daily volume.",
  overridable: true,
  limits: ['maxVolumePercent'],
  needs: ['reference'],
  check: (context) =>
    whenSet(context, 'maxVolumePercent', (limit) =>
      withData(context, 'reference', ({ averageDailyVolume: volume }) => {
        const { quantity } = context.request;
        if (volume === undefined || !isAboveZero(volume)) return [dataMissing('reference', volume)];
        if (isAtMost(times(quantity, HUNDRED), times(limit.value, volume))) return [];
        const rule = `At most ${limit.value} % of the average daily volume ${volume} ${limitOf(limit)}.`;
        return [violation('VOLUME_SHARE', 'quantity', quantity, rule)];
      }),
    ),
};
