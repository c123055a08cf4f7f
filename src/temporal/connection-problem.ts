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
}

const ANSWER_WITHIN_MS = 5_000;
const TCP_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host, or no name service',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
};

/** Looks again at a server to which a connection failed, and tells what is wrong. */
export async function connectionProblem(server: ServerAddress, origin: AddressOrigin, cause: unknown): Promise<Error> {
  const { setting, remedy } = origin;
  const options = hostAndPort(server.address);
  const refused = await problemOf(() => connect(options), 'connect');
  if (refused !== undefined) {
    return new Error(`${setting}: no Temporal server answers there (${refused}). ${remedy}`, { cause });
  }
  const tlsGiven = server.tls;
  if (tlsGiven === undefined) {
    return new Error(
      `${setting}: something listens there, but it does not answer as a Temporal server without TLS${plainReason(cause)}. ` +
        `If it wants TLS, set TEMPORAL_TLS=true. ${remedy}`,
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
