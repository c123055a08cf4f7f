import { ASKED_AGAIN } from './asked-again';
import { CORRECTED } from './corrected';
import { FILLED_AND_CANCELED } from './filled-and-canceled';
import { OVER_DAYS } from './over-days';
import { REPLACED } from './replaced';
import { REPLACED_TWICE } from './replaced-twice';
import type { Scenario } from './scenario';
import { UNSOLICITED } from './unsolicited';

/** Every scenario of the FIX 4.4 specification, Appendix D, by its id. */
export const APPENDIX_D: readonly Scenario[] = [
  ...FILLED_AND_CANCELED,
  ...REPLACED,
  ...REPLACED_TWICE,
  ...UNSOLICITED,
  ...ASKED_AGAIN,
  ...OVER_DAYS,
  ...CORRECTED,
].sort((a, b) => a.id.localeCompare(b.id));
