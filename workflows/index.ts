export { adoption } from './adoption';
export { correction } from './correction';
export { order } from './order';
export { journalHead, marketWatch, venueSession } from './service';
