import type { Connection } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { setTimeout as delay } from 'node:timers/promises';
import { hasGrpcStatus } from './grpc-status';

/** What a namespace must offer before the first order. */
export interface NamespaceRequirements {
  readonly namespace: string;
  /** Names of the Keyword search attributes. */
  readonly searchAttributes: readonly string[];
  /** How long a closed order's history is kept. */
  readonly retention: Duration;
}

/** Which server the namespace is of, and how the namespace was named to us. */
export interface NamespaceOrigin {
  readonly address: string;
  readonly setting: string;
}

/** How many Keyword attributes the dev server's SQLite store has room for; with one more it refuses to start. */
export const KEYWORD_ATTRIBUTES_MAX = 10;

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
// The server's namespace cache is refreshed every 10 s; three rounds of it.
const VISIBLE_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** The two services of either connection of the SDK. */
type Services = Pick<Connection, 'workflowService' | 'operatorService'>;

/** Fails with what to do when a namespace is missing, or lacks what orders need; changes nothing. */
export async function requireNamespace(
  connection: Services,
  { address, setting, ...wanted }: Pick<NamespaceRequirements, 'namespace' | 'searchAttributes'> & NamespaceOrigin,
): Promise<void> {
  const { namespace } = wanted;
  let missing: readonly string[];
  try {
    missing = await missingAttributes(connection, wanted);
  } catch (error) {
    // Cloud namespaces keep this service for their administrators: whoever may not look goes on.
    if (hasGrpcStatus(error, 'permissionDenied') || hasGrpcStatus(error, 'unimplemented')) return;
    if (!hasGrpcStatus(error, 'notFound')) throw error;
    throw new Error(
      `${setting}: the Temporal server at ${address} has no such namespace. Correct it, or make it with \`npm run setup-temporal\`.`,
      { cause: error },
    );
  }
  if (missing.length === 0) return;
  throw new Error(
    `Namespace ${namespace} of the Temporal server at ${address} lacks the search attributes ${missing.join(', ')}, ` +
      'without which no order can be worked on: run `npm run setup-temporal` with the same TEMPORAL_* variables, then start again.',
  );
}

/** Creates the namespace when it is missing, sets its retention and registers the search attributes; safe to repeat. */
export async function prepareNamespace(connection: Services, wanted: NamespaceRequirements): Promise<void> {
  await ensureNamespace(connection, wanted);
  const missing = await missingAttributes(connection, wanted);
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace: wanted.namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
  await untilTrue(
    async () => (await missingAttributes(connection, wanted)).length === 0,
    `search attributes ${missing.join(', ')} of namespace ${wanted.namespace} to appear`,
  );
}

async function ensureNamespace(connection: Services, { namespace, retention }: NamespaceRequirements): Promise<void> {
  const workflowExecutionRetentionTtl = msToTs(retention);
  const found = await connection.workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
    if (hasGrpcStatus(error, 'notFound')) return undefined;
    throw error;
  });
  if (found === undefined) {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: workflowExecutionRetentionTtl,
    });
    // The frontend answers from a cache; a client that comes too early would be told that the namespace is unknown.
    await untilTrue(
      () =>
        // Not describeNamespace, which reads past that cache.
        connection.operatorService.listSearchAttributes({ namespace }).then(
          () => true,
          () => false,
        ),
      `namespace ${namespace} to appear`,
    );
    return;
  }
  const current = found.config?.workflowExecutionRetentionTtl;
  if (current?.seconds?.toString() === workflowExecutionRetentionTtl.seconds?.toString()) return;
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
}

async function missingAttributes(
  connection: Services,
  wanted: Pick<NamespaceRequirements, 'namespace' | 'searchAttributes'>,
): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: wanted.namespace });
  const wrong = wanted.searchAttributes.filter((name) => (customAttributes[name] ?? KEYWORD) !== KEYWORD);
  if (wrong.length > 0) {
    throw new Error(
      `Namespace ${wanted.namespace} has the search attributes ${wrong.join(', ')} with another type than Keyword; ` +
        'use a namespace of its own for the order system.',
    );
  }
  return wanted.searchAttributes.filter((name) => customAttributes[name] === undefined);
}

async function untilTrue(check: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + VISIBLE_TIMEOUT_MS;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${VISIBLE_TIMEOUT_MS / 1000} s in vain for ${what}`);
    await delay(POLL_MS);
  }
}
