export { adoption } from './adoption';
export { correction } from './correction';
export { killSwitch } from './kill-switch';
export { order } from './order';
export { journalHead, marketWatch, venueSession } from './service';
