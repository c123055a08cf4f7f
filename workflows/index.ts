export { adoption } from './adoption';
export { correction } from './correction';
export { killSwitch } from './kill-switch';
export { order } from './order';
export { reconciliation, scheduledReconciliation } from './reconciliation';
export { journalHead, marketWatch, venueSession } from './service';
