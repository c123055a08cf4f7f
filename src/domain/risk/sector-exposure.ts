import { exposureCheck } from './exposure-check';

/** The money at stake in one sector stays within its limit; what is in no known sector counts as being in it. */
export const sectorExposure = exposureCheck({
  code: 'SECTOR_EXPOSURE',
  limit: 'maxSectorExposure',
  sentence: 'With this and every open order filled, the gross exposure in the sector stays within its limit.',
  field: 'sector',
  shownOf: ({ sector }) => sector,
  over: 'sector',
});
