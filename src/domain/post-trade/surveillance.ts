/** Runs detectors of suspicious patterns over a window of trades and orders; more can be added. */
import type { SurveillanceDetector, SurveillanceWindow, Suspicion } from './detector';
import { FindingKind } from './findings';
import type { PostTradeFinding } from './findings';
import { layering } from './layering';
import { matchedOwnOrders, washTrades } from './wash-trades';

/** Every detector. */
export const DEFAULT_DETECTORS: readonly SurveillanceDetector[] = [matchedOwnOrders, washTrades, layering];

/** A new list with one more detector behind all; throws when its code is taken. */
export function addDetector(
  detectors: readonly SurveillanceDetector[],
  detector: SurveillanceDetector,
): readonly SurveillanceDetector[] {
  if (detector.code === '') throw new Error('a detector needs a code');
  if (detectors.some(({ code }) => code === detector.code))
    throw new Error(`there is a detector ${detector.code} already: give yours another code`);
  return [...detectors, detector];
}

/** What all detectors see; one that breaks down is a finding itself, as nobody else would notice its silence. */
export function inspect(
  window: SurveillanceWindow,
  detectors: readonly SurveillanceDetector[] = DEFAULT_DETECTORS,
): readonly PostTradeFinding[] {
  return detectors.flatMap((detector) => {
    try {
      return detector.inspect(window).map((suspicion) => findingOf(detector, suspicion));
    } catch (error) {
      return [broken(detector, error, window)];
    }
  });
}

const findingOf = ({ code, sentence }: SurveillanceDetector, suspicion: Suspicion): PostTradeFinding => {
  const { subject, account, symbol, reason, atMs, evidence, seen } = suspicion;
  const kind = FindingKind.SURVEILLANCE;
  return { kind, code, subject, account, symbol, before: { looksFor: sentence }, after: seen, evidence, reason, atMs };
};

function broken(
  { code, sentence }: SurveillanceDetector,
  error: unknown,
  window: SurveillanceWindow,
): PostTradeFinding {
  const why = error instanceof Error ? error.message : String(error);
  return {
    ...{ kind: FindingKind.SURVEILLANCE, code: 'DETECTOR_FAILED', subject: `${code}:${why.slice(0, 80)}` },
    ...{ before: { looksFor: sentence }, after: { error: why } },
    evidence: { orderIds: [], execIds: [], timesMs: [] },
    reason: `The detector ${code} broke down: what it looks for may be there.`,
    atMs: window.trades.at(-1)?.atMs ?? 0,
  };
}
