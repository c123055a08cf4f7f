/** What the coded reasons mean that venues and this system give; the codes stay beside the words, for machines. */
const REASON_WORDS: Readonly<Record<string, string>> = {
  IOC_REMAINDER: 'the rest of an IOC order',
  FOK_NOT_FILLABLE: 'a FOK order that could not be filled at once',
  OPENING_REMAINDER: 'the rest after the opening',
  TRADE_CHANGED: 'open again by a changed trade, and it could not rest',
  HALTED: 'trading is halted',
  RESUMED: 'trading goes on',
  MARKET_CLOSED: 'the market is closed',
  TOO_LATE: 'it came too late',
  TOO_LATE_TO_ENTER: 'too late for the opening',
  UNKNOWN_ORDER: 'the venue does not know the order',
  POST_ONLY_WOULD_TAKE: 'a post-only order that would have traded at once',
  PARTIAL_DECLINE: 'it takes only a part',
  GT_RENEWAL: 'renewed for the next day',
  GT_CORPORATE_ACTION: 'a corporate action',
};
/** Stands in the journal where a venue gave no reason. */
const UNSPECIFIED = 'UNSPECIFIED';

/** Says whether the words of a coded reason are known. */
export const isKnownReason = (reason: string): boolean => Object.hasOwn(REASON_WORDS, reason);

/** "the rest of an IOC order (IOC_REMAINDER)"; a reason that is no known code is as it is. */
export const inWords = (reason: string): string =>
  isKnownReason(reason) ? `${REASON_WORDS[reason] ?? ''} (${reason})` : reason;

/** A coded reason with the text that came with it; the text tells more than our words do. */
export function reasonWithText(reason: string, text: string): string {
  if (reason === UNSPECIFIED) return text === '' ? 'no reason given' : text;
  return text === '' ? inWords(reason) : `${reason}: ${text}`;
}
