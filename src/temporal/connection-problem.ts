/** Says in a sentence why a Temporal server cannot be used, and what to do: the SDK's own words help nobody. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { firstLine } from './server-binary';
import type { ServerAddress } from './server-resolver';

/** Where an address was given, as its giver wrote it, and what he can do when it is of no use. */
export interface AddressOrigin {
  readonly setting: string;
  readonly remedy: string;
  /** The server is the one that `npm start` runs, which has no TLS. */
  readonly isEmbedded?: true;
}

const ANSWER_WITHIN_MS = 5_000;
const TCP_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host, or no name service',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
};

/** The origin of the address where `npm start` runs its server, as the environment of this process has it. */
export function embeddedOrigin(port: number, env: NodeJS.ProcessEnv): AddressOrigin {
  const isGiven = (env['OMS_TEMPORAL_PORT'] ?? '') !== '';
  const whose = isGiven ? '' : ' (its default; neither it nor TEMPORAL_ADDRESS is set)';
  return {
    setting: `OMS_TEMPORAL_PORT=${String(port)}${whose}`,
    remedy:
      '`npm start` must be running on this machine, and OMS_TEMPORAL_PORT be the port of the Temporal server that it ' +
      'prints; for a server of your own set TEMPORAL_ADDRESS.',
    isEmbedded: true,
  };
}

/** Looks again at a server to which a connection failed, and tells what is wrong. */
export async function connectionProblem(server: ServerAddress, origin: AddressOrigin, cause: unknown): Promise<Error> {
  const { setting, remedy, isEmbedded } = origin;
  const options = hostAndPort(server.address);
  const refused = await problemOf(() => connect(options), 'connect');
  if (refused !== undefined) {
    return new Error(`${setting}: no Temporal server answers there (${refused}). ${remedy}`, { cause });
  }
  const tlsGiven = server.tls;
  if (tlsGiven === undefined) {
    const hint = isEmbedded === true ? '' : 'If it wants TLS, set TEMPORAL_TLS=true. ';
    return new Error(
      `${setting}: something listens there, but it does not answer as a Temporal server without TLS${plainReason(cause)}. ` +
        `${hint}${remedy}`,
      { cause },
    );
  }
  const tls = await problemOf(
    () => connectTls({ ...options, ALPNProtocols: ['h2'], ...tlsMaterial(tlsGiven) }),
    'secureConnect',
  );
  const what = tls === undefined ? `does not answer over it${plainReason(cause)}` : `TLS with it fails (${tls})`;
  return new Error(
    `${setting}: something listens there, but ${what}. ` +
      `Set TEMPORAL_TLS=false for a server without TLS, or check the TEMPORAL_TLS_* variables and TEMPORAL_API_KEY. ${remedy}`,
    { cause },
  );
}

/** Undefined when the socket gets as far as the event. */
async function problemOf(open: () => Socket, event: 'connect' | 'secureConnect'): Promise<string | undefined> {
  let socket: Socket | undefined;
  try {
    socket = open();
    await once(socket, event, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return undefined;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return `no answer within ${String(ANSWER_WITHIN_MS / 1000)} s`;
    if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ECONNRESET') return 'it does not speak TLS';
    return TCP_PROBLEMS[code ?? ''] ?? (firstLine(error) || (code ?? 'unknown'));
  } finally {
    // A socket that was given up may still fail.
    socket?.on('error', () => undefined);
    socket?.destroy();
  }
}

function tlsMaterial(tls: NonNullable<ServerAddress['tls']>) {
  if (tls === true) return {};
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls;
  return {
    ...(serverNameOverride === undefined ? {} : { servername: serverNameOverride }),
    ...(serverRootCACertificate === undefined ? {} : { ca: serverRootCACertificate }),
    ...(clientCertPair === undefined ? {} : { cert: clientCertPair.crt, key: clientCertPair.key }),
  };
}

/** The server's own refusal, such as of an API key; not the words of the SDK's transport. */
function plainReason(cause: unknown): string {
  const text = firstLine(cause);
  return text === '' || /^tonic::|before the deadline/.test(text) ? '' : ` (${text})`;
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':');
  const host = at < 0 ? address : address.slice(0, at);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: at < 0 ? 7233 : Number(address.slice(at + 1)) };
}
