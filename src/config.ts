/** Reads the environment once, at the start of a process, into typed settings. */
import { accessSync, constants, statSync } from 'node:fs';
import { z } from 'zod';
import { ID_PART } from './domain/ids';
import type { DecimalString } from './domain/money';
import { canonical, isDecimalString } from './domain/money';
import { RoutingPolicy } from './domain/order-request';
import { checkRoutingWeights, DEFAULT_ROUTING_WEIGHTS } from './domain/routing';
import type { RoutingWeights } from './domain/routing';
import { printable, shown } from './domain/violations';

/** How a Temporal server that runs already is reached, and the program for one that we start. */
export interface TemporalSettings {
  /** `host:port`; absent means an embedded server. */
  readonly address?: string;
  readonly namespace: string;
  readonly apiKey?: string;
  /** Present as soon as any TEMPORAL_TLS_* variable or an API key is; `false` when TEMPORAL_TLS forbids it. */
  readonly tls?:
    | false
    | {
        readonly clientCertPath?: string;
        readonly clientCertData?: string;
        readonly clientKeyPath?: string;
        readonly clientKeyData?: string;
        readonly serverCaCertPath?: string;
        readonly serverCaCertData?: string;
        readonly serverName?: string;
      };
  readonly cliPath?: string;
}

export interface Config {
  readonly temporal: TemporalSettings;
  /** PostgreSQL; absent means the embedded database under `stateDir`. */
  readonly databaseUrl?: string;
  readonly stateDir: string;
  /** The catalog file. */
  readonly catalogPath: string;
  /** Ports of what we start ourselves; 0 is any free one. */
  readonly temporalPort: number;
  readonly uiPort: number;
  readonly venuePort: number;
  readonly logLevel: LogLevel;
  readonly maxCachedWorkflows: number;
  /** Whether Temporal's UI can show where the code of a workflow waits. */
  readonly callStacks: boolean;
  readonly routingPolicy: RoutingPolicy;
  readonly routingWeights: RoutingWeights;
  /** What a worker process works for, and where it tells its health. */
  readonly worker: WorkerSettings;
  /** Where the simulated venue's own process listens, and whose time its markets keep. */
  readonly venueProcess: { readonly host: string; readonly marketTime: MarketTime };
}

/** Settings of a production worker process. */
export interface WorkerSettings {
  readonly roles: readonly WorkerRole[];
  /** The venues whose task queues are worked on; absent means all of the catalog. */
  readonly venues?: readonly string[];
  /** Base URL of the simulated venues, without a slash at its end. */
  readonly venueUrl?: string;
  readonly healthHost: string;
  /** 0 is any free one. */
  readonly healthPort: number;
  /** Worker Versioning; absent means off. Without a build id the workers take that of their workflow code. */
  readonly deployment?: { readonly name: string; readonly buildId?: string };
}

/** What a worker process works for: order workflows, service workflows, submissions and cancels at venues. */
export const WORKER_ROLES = ['orders', 'sessions', 'venues'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** `wall` is the machine's time; `replayed` begins at the recorded day and is told to every order by its clock. */
const MARKET_TIMES = ['wall', 'replayed'] as const;
export type MarketTime = (typeof MARKET_TIMES)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is wrong with the environment: each line names the variable, its value and what is allowed. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Variables whose values are never shown. */
const SECRET_VARIABLES: readonly string[] = ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_DATA', 'DATABASE_URL'];

/** Reads every variable or throws a {@link ConfigError} with all that is wrong; an empty variable counts as not set. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = variables.safeParse(set);
  if (parsed.success) return configOf(parsed.data);
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      const value = SECRET_VARIABLES.includes(name) && set[name] !== undefined ? '(hidden)' : shown(set[name]);
      return `${name} = ${value}: ${printable(issue.message, 300)}`;
    }),
  );
}

const text = z.string().transform((value) => value.trim());
const address = text.refine(
  (value) => /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]+):\d{1,5}$/.test(value) && portOf(value) <= 65_535,
  'must be host:port, such as localhost:7233',
);
const namespace = text.refine(
  (value) => /^[A-Za-z0-9_.-]{1,255}$/.test(value),
  'must be 1 to 255 of A-Z a-z 0-9 _ . -',
);
const databaseUrl = text.refine(
  (value) => /^postgres(?:ql)?:$/.test(protocolOf(value)),
  'must be a URL such as postgres://user:password@host:5432/database',
);
const webUrl = text
  .refine((value) => /^https?:$/.test(protocolOf(value)), 'must be a URL such as http://venue:7400')
  .transform((value) => value.replace(/\/+$/, ''));
const host = text.refine(
  (value) => /^[A-Za-z0-9:_.-]{1,255}$/.test(value),
  'must be an address or a name to listen on, such as 127.0.0.1 or 0.0.0.0',
);
const deploymentPart = text.refine(
  (value) => /^(?!__)[A-Za-z0-9_-]{1,64}$/.test(value),
  'must be 1 to 64 of A-Z a-z 0-9 _ - and not begin with __',
);
const flag = text.pipe(z.enum(['true', 'false'], 'must be true or false')).transform((value) => value === 'true');
const port = whole(0, 65_535);
const DEFAULT_CACHED_WORKFLOWS = 1_000;
// VENUE is no default: most orders name no venue and would all be denied.
const POLICIES = Object.values(RoutingPolicy).filter((policy) => policy !== RoutingPolicy.VENUE);

const variables = z
  .object({
    TEMPORAL_ADDRESS: address.optional(),
    TEMPORAL_NAMESPACE: namespace.default('default'),
    TEMPORAL_API_KEY: text.optional(),
    TEMPORAL_TLS: flag.optional(),
    TEMPORAL_TLS_CLIENT_CERT_PATH: text.optional(),
    TEMPORAL_TLS_CLIENT_CERT_DATA: text.optional(),
    TEMPORAL_TLS_CLIENT_KEY_PATH: text.optional(),
    TEMPORAL_TLS_CLIENT_KEY_DATA: text.optional(),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: text.optional(),
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: text.optional(),
    TEMPORAL_TLS_SERVER_NAME: text.optional(),
    TEMPORAL_CLI_PATH: text.refine(isProgram, 'must be a program that can be run').optional(),
    DATABASE_URL: databaseUrl.optional(),
    OMS_STATE_DIR: text.default('.oms'),
    OMS_CATALOG: text.default('config/oms.json'),
    OMS_TEMPORAL_PORT: port.default(7233),
    OMS_UI_PORT: port.default(8233),
    OMS_VENUE_PORT: port.default(7400),
    OMS_LOG_LEVEL: text.pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)).default('info'),
    // Each cached workflow costs about a megabyte; below ten the worker replays more than it works.
    OMS_MAX_CACHED_WORKFLOWS: whole(10, 100_000).default(DEFAULT_CACHED_WORKFLOWS),
    OMS_CALL_STACKS: flag.default(false),
    OMS_ROUTING_POLICY: text
      .pipe(z.enum(POLICIES, `must be one of ${POLICIES.join(', ')}`))
      .default(RoutingPolicy.WEIGHTED),
    OMS_ROUTING_WEIGHTS: text.transform(routingWeights).default(DEFAULT_ROUTING_WEIGHTS),
    OMS_ROLES: text.transform(roleList).default([...WORKER_ROLES]),
    OMS_VENUES: text.transform(venueList).optional(),
    OMS_VENUE_URL: webUrl.optional(),
    OMS_HEALTH_HOST: host.default('127.0.0.1'),
    OMS_HEALTH_PORT: port.default(8090),
    OMS_DEPLOYMENT: deploymentPart.optional(),
    OMS_BUILD_ID: deploymentPart.optional(),
    OMS_VENUE_HOST: host.default('127.0.0.1'),
    OMS_MARKET_TIME: text.pipe(z.enum(MARKET_TIMES, `must be one of ${MARKET_TIMES.join(', ')}`)).default('wall'),
  })
  .refine((all) => all.TEMPORAL_API_KEY === undefined || all.TEMPORAL_ADDRESS !== undefined, {
    path: ['TEMPORAL_ADDRESS'],
    message: 'must name the server that TEMPORAL_API_KEY is for; the embedded server has no keys',
  })
  .refine((all) => isGiven(all, 'TEMPORAL_TLS_CLIENT_CERT') === isGiven(all, 'TEMPORAL_TLS_CLIENT_KEY'), {
    path: ['TEMPORAL_TLS_CLIENT_KEY_PATH'],
    message: 'TEMPORAL_TLS_CLIENT_CERT_* and TEMPORAL_TLS_CLIENT_KEY_* go together: set both or none',
  })
  .refine((all) => all.OMS_BUILD_ID === undefined || all.OMS_DEPLOYMENT !== undefined, {
    path: ['OMS_DEPLOYMENT'],
    message: 'must name the deployment that OMS_BUILD_ID is a build of',
  });

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isGiven(all: Readonly<Record<string, unknown>>, name: string): boolean {
  return all[`${name}_PATH`] !== undefined || all[`${name}_DATA`] !== undefined;
}

function configOf(all: z.output<typeof variables>): Config {
  return {
    temporal: temporalOf(all),
    ...present({ databaseUrl: all.DATABASE_URL }),
    stateDir: all.OMS_STATE_DIR,
    catalogPath: all.OMS_CATALOG,
    temporalPort: all.OMS_TEMPORAL_PORT,
    uiPort: all.OMS_UI_PORT,
    venuePort: all.OMS_VENUE_PORT,
    logLevel: all.OMS_LOG_LEVEL,
    maxCachedWorkflows: all.OMS_MAX_CACHED_WORKFLOWS,
    callStacks: all.OMS_CALL_STACKS,
    routingPolicy: all.OMS_ROUTING_POLICY,
    routingWeights: all.OMS_ROUTING_WEIGHTS,
    worker: {
      roles: all.OMS_ROLES,
      healthHost: all.OMS_HEALTH_HOST,
      healthPort: all.OMS_HEALTH_PORT,
      ...present({ venues: all.OMS_VENUES, venueUrl: all.OMS_VENUE_URL, deployment: deploymentOf(all) }),
    },
    venueProcess: { host: all.OMS_VENUE_HOST, marketTime: all.OMS_MARKET_TIME },
  };
}

function temporalOf(all: z.output<typeof variables>): TemporalSettings {
  const files = present({
    clientCertPath: all.TEMPORAL_TLS_CLIENT_CERT_PATH,
    clientCertData: all.TEMPORAL_TLS_CLIENT_CERT_DATA,
    clientKeyPath: all.TEMPORAL_TLS_CLIENT_KEY_PATH,
    clientKeyData: all.TEMPORAL_TLS_CLIENT_KEY_DATA,
    serverCaCertPath: all.TEMPORAL_TLS_SERVER_CA_CERT_PATH,
    serverCaCertData: all.TEMPORAL_TLS_SERVER_CA_CERT_DATA,
    serverName: all.TEMPORAL_TLS_SERVER_NAME,
  });
  // An API key travels in clear text without TLS, so it implies TLS.
  const implied = Object.keys(files).length > 0 || all.TEMPORAL_API_KEY !== undefined;
  const wanted = all.TEMPORAL_TLS ?? (implied ? true : undefined);
  return {
    namespace: all.TEMPORAL_NAMESPACE,
    ...present({ address: all.TEMPORAL_ADDRESS, apiKey: all.TEMPORAL_API_KEY, cliPath: all.TEMPORAL_CLI_PATH }),
    ...(wanted === undefined ? {} : { tls: wanted ? files : false }),
  };
}

function deploymentOf(all: z.output<typeof variables>): WorkerSettings['deployment'] {
  const { OMS_DEPLOYMENT: name, OMS_BUILD_ID: buildId } = all;
  return name === undefined ? undefined : { name, ...present({ buildId }) };
}

/** The fields that are set: `exactOptionalPropertyTypes` tells an absent field from an undefined one. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function whole(least: number, most: number) {
  const rule = `must be a whole number from ${String(least)} to ${String(most)}`;
  return text
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most, rule)
    .transform(Number);
}

function roleList(value: string, context: z.RefinementCtx): readonly WorkerRole[] {
  const names = namesOf(value);
  const roles = WORKER_ROLES.filter((role) => names.includes(role));
  const unknown = names.find((name) => !roles.some((role) => role === name));
  if (unknown === undefined && names.length === roles.length && roles.length > 0) return roles;
  const why = unknown === undefined ? 'one is given twice' : `"${unknown}" is none`;
  context.addIssue({ code: 'custom', message: `must be some of ${WORKER_ROLES.join(',')}: ${why}` });
  return z.NEVER;
}

function venueList(value: string, context: z.RefinementCtx): readonly string[] {
  const names = namesOf(value);
  const wrong = names.find((name, at) => !ID_PART.test(name) || names.indexOf(name) !== at);
  if (wrong === undefined) return names;
  context.addIssue({ code: 'custom', message: `must be venues of the catalog such as SIMX,SIMY: "${wrong}" is wrong` });
  return z.NEVER;
}

const namesOf = (value: string): readonly string[] => value.split(',').map((name) => name.trim());

function routingWeights(value: string, context: z.RefinementCtx): RoutingWeights {
  const refuse = (why: string): never => {
    context.addIssue({
      code: 'custom',
      message: `must be like liquidity=0.4,fee=0.3,latency=0.2,regulatory=0.1: ${why}`,
    });
    return z.NEVER;
  };
  const weights: Partial<Record<keyof RoutingWeights, DecimalString>> = {};
  for (const part of value.split(',')) {
    const [name = '', weight, ...more] = part.split('=').map((piece) => piece.trim());
    if (!isWeightName(name) || more.length > 0 || !isDecimalString(weight))
      return refuse(`"${part}" is no name=weight`);
    if (weights[name] !== undefined) return refuse(`${name} is given twice`);
    weights[name] = canonical(weight);
  }
  const { liquidity, fee, latency, regulatory } = weights;
  if (liquidity === undefined || fee === undefined || latency === undefined || regulatory === undefined) {
    return refuse('each of the four is given once');
  }
  const given = { liquidity, fee, latency, regulatory };
  const [broken] = checkRoutingWeights(given);
  return broken === undefined ? given : refuse(`${broken.rule} (${broken.field} = ${broken.value})`);
}

function isWeightName(name: string): name is keyof RoutingWeights {
  return Object.hasOwn(DEFAULT_ROUTING_WEIGHTS, name);
}

function portOf(value: string): number {
  return Number(value.slice(value.lastIndexOf(':') + 1));
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

/** A variable that is read. */
export type SettingName = keyof z.input<typeof variables>;

/** The variables that are read. */
export const settingNames = (): readonly string[] => Object.keys(variables.shape);
