/** The catalog's limits at the start: the first version of a new database, and never more than that. */
import { canonicalJson } from '../src/persistence/canonical-json';
import type { ActivityDependencies } from '../activities/dependencies';
import type { LimitDocument } from '../src/domain/risk/limit-document';

/** Who the first version is by. */
const CONFIG = 'config';

/**
 * Puts the catalog's limits in force where none ever were. Later the database is the truth: a catalog that says something
 * else changes nothing, and people are told how to put it in force.
 */
export async function beginLimits(
  { limits, limitsInForce, log }: Pick<ActivityDependencies, 'limits' | 'limitsInForce' | 'log'>,
  document: LimitDocument | undefined,
): Promise<void> {
  if (document !== undefined && (await limits.version()) === 0) {
    await limits.propose({
      ...{ proposalId: CONFIG, baseVersion: 0, document, loosens: false, waitMs: 0 },
      ...{ actor: CONFIG, reason: 'the limits of the catalog at the first start' },
    });
  }
  const inForce = await limits.stored(await limits.version());
  if (inForce !== undefined && document !== undefined && inForce.document !== canonicalJson(document)) {
    const text =
      `the catalog's riskLimits (${document.version}) are not in force: version ${String(inForce.version)} ` +
      `(${inForce.name}) is, and stays. To put them in force: npm run limits -- propose FILE --actor NAME --reason TEXT`;
    log.warn({ alert: true, code: 'LIMITS_DIFFER', version: inForce.version, name: inForce.name }, text);
  }
  await limitsInForce.newest();
}
