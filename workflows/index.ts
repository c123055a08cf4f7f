export { adoption } from './adoption';
export { correction } from './correction';
export { killSwitch } from './kill-switch';
export { limitsDesk } from './limits-desk';
export { order } from './order';
export { postTrade, scheduledPostTrade } from './post-trade';
export { reconciliation, scheduledReconciliation } from './reconciliation';
export { journalHead, marketWatch, venueSession } from './service';
