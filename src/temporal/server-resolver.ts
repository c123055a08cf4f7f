import { readFile } from 'node:fs/promises';
import { findOnPath, firstLine, isExecutable, probeServerBinary, type ServerBinary } from './server-binary';
import { cacheFolder, cachedBinaryPath, withCacheLock } from './server-cache';
import {
  buildWithGo,
  downloadBySdk,
  GO_INSTALL_VERSION,
  SDK_DOWNLOAD_VERSION,
  type FetchOptions,
} from './server-fetch';

/** How to reach a Temporal server that somebody else runs. */
export interface ServerAddress {
  readonly address: string;
  readonly namespace: string;
  readonly tls?: ServerTls | true;
  readonly apiKey?: string;
}

/** TLS material in the shape that both connections of the SDK take. */
export interface ServerTls {
  readonly serverNameOverride?: string;
  readonly serverRootCACertificate?: Buffer;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
}

/** Where the search ended: an address to connect to, or a program to start. */
export type TemporalServer =
  | { readonly kind: 'address'; readonly server: ServerAddress }
  | { readonly kind: 'binary'; readonly binary: ServerBinary };

/** What the search may use; everything has a default but the log. */
export interface ResolveOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly downloadCommand?: readonly string[];
  readonly firstByteTimeoutMs?: number;
}

/** The namespace where none is named. */
export const DEFAULT_NAMESPACE = 'default';

/**
 * Finds a Temporal server: the address in `TEMPORAL_ADDRESS`, else the first program that works.
 *
 * An address is binding and never replaced by a local server when it does not answer: orders sent to another server
 * than the one that was named would be lost to their owner.
 */
export async function resolveTemporalServer(options: ResolveOptions): Promise<TemporalServer> {
  const server = await serverAddress(options.env ?? process.env);
  if (server !== undefined) return { kind: 'address', server };
  return { kind: 'binary', binary: await findServerBinary(options) };
}

/** Finds a Temporal server program to start; without one, the error tells each way that was tried and why it failed. */
export async function findServerBinary(options: ResolveOptions): Promise<ServerBinary> {
  const env = options.env ?? process.env;
  const fetching: FetchOptions = { ...options, env, cache: cacheFolder(env) };
  const failures: string[] = [];
  const attempt = async (way: string, find: () => Promise<string>): Promise<ServerBinary | undefined> => {
    try {
      return await probeServerBinary(await find());
    } catch (error) {
      failures.push(`${way}: ${firstLine(error)}`);
      return undefined;
    }
  };
  const cached = () => attempt(`cached binary under ${fetching.cache}`, () => findCached(fetching.cache));

  const named = await attempt('TEMPORAL_CLI_PATH', () => namedBinary(env));
  if (named !== undefined) return named;
  if (isSet(env['TEMPORAL_CLI_PATH'])) options.log(`warning: ${failures[0] ?? ''}; looking elsewhere`);
  const local = (await attempt('temporal on PATH', () => binaryOnPath(env))) ?? (await cached());
  if (local !== undefined) return local;

  options.log('no Temporal server on this machine yet; fetching one into the cache');
  const fetched = await withCacheLock(fetching.cache, async () => {
    // Another process may have fetched it while this one waited for the lock; its reason to fail is known already.
    const meanwhile = await findCached(fetching.cache)
      .then(probeServerBinary)
      .catch(() => undefined);
    return (
      meanwhile ??
      (await attempt("the SDK's own download", () => downloadBySdk(fetching))) ??
      (await attempt(`go install, version ${GO_INSTALL_VERSION}`, () => buildWithGo(fetching)))
    );
  }).catch((error: unknown) => {
    failures.push(`fetching one into the cache ${fetching.cache}: ${firstLine(error)}`);
    return undefined;
  });
  if (fetched !== undefined) return fetched;
  throw new Error(noServerMessage(failures));
}

/** Reads the address of a running server from the environment, under the names that Temporal's own tools use. */
export async function serverAddress(env: NodeJS.ProcessEnv): Promise<ServerAddress | undefined> {
  const address = env['TEMPORAL_ADDRESS'];
  if (!isSet(address)) return undefined;
  const namespace = env['TEMPORAL_NAMESPACE'];
  const tls = await serverTls(env);
  const apiKey = env['TEMPORAL_API_KEY'];
  return {
    address,
    namespace: isSet(namespace) ? namespace : DEFAULT_NAMESPACE,
    // An API key travels in clear text without TLS, so it implies TLS, as it does for Temporal's own tools.
    ...(tls === undefined ? (isSet(apiKey) ? { tls: true } : {}) : { tls }),
    ...(isSet(apiKey) ? { apiKey } : {}),
  };
}

async function serverTls(env: NodeJS.ProcessEnv): Promise<ServerTls | true | undefined> {
  if (env['TEMPORAL_TLS'] === 'false') return undefined;
  const crt = await pathOrData(env, 'TEMPORAL_TLS_CLIENT_CERT');
  const key = await pathOrData(env, 'TEMPORAL_TLS_CLIENT_KEY');
  const serverRootCACertificate = await pathOrData(env, 'TEMPORAL_TLS_SERVER_CA_CERT');
  const serverNameOverride = env['TEMPORAL_TLS_SERVER_NAME'];
  if ((crt === undefined) !== (key === undefined)) {
    throw new Error('TEMPORAL_TLS_CLIENT_CERT_* and TEMPORAL_TLS_CLIENT_KEY_* go together: set both or none');
  }
  const tls: ServerTls = {
    ...(crt !== undefined && key !== undefined ? { clientCertPair: { crt, key } } : {}),
    ...(serverRootCACertificate === undefined ? {} : { serverRootCACertificate }),
    ...(isSet(serverNameOverride) ? { serverNameOverride } : {}),
  };
  if (Object.keys(tls).length > 0) return tls;
  return env['TEMPORAL_TLS'] === 'true' ? true : undefined;
}

async function pathOrData(env: NodeJS.ProcessEnv, name: string): Promise<Buffer | undefined> {
  const data = env[`${name}_DATA`];
  if (isSet(data)) return Buffer.from(data);
  const path = env[`${name}_PATH`];
  if (!isSet(path)) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`${name}_PATH: ${firstLine(cause)}`, { cause });
  }
}

async function namedBinary(env: NodeJS.ProcessEnv): Promise<string> {
  const path = env['TEMPORAL_CLI_PATH'];
  if (!isSet(path)) throw new Error('not set');
  if (!(await isExecutable(path))) throw new Error(`${path} is not there or may not be run`);
  return path;
}

async function binaryOnPath(env: NodeJS.ProcessEnv): Promise<string> {
  const path = await findOnPath('temporal', env['PATH']);
  if (path === undefined) throw new Error('not found');
  return path;
}

async function findCached(cache: string): Promise<string> {
  for (const version of [SDK_DOWNLOAD_VERSION, GO_INSTALL_VERSION]) {
    const path = cachedBinaryPath(cache, version);
    if (await isExecutable(path)) return path;
  }
  throw new Error('nothing there yet');
}

function noServerMessage(failures: readonly string[]): string {
  return [
    'No Temporal server found. Tried, in this order:',
    '  - TEMPORAL_ADDRESS: not set',
    ...failures.map((failure) => `  - ${failure}`),
    'Do one of these: set TEMPORAL_ADDRESS to a running server, install the Temporal CLI',
    '(https://docs.temporal.io/cli) or set TEMPORAL_CLI_PATH to its binary, allow access to https://temporal.download,',
    'or install Go 1.25 or newer (https://go.dev/dl/).',
  ].join('\n');
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
