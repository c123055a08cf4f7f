import { ConfigError, readConfig } from '../../src/config';

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
  return [];
}

test('nothing set is the embedded system with its defaults', () => {
  expect(readConfig({ PATH: '/bin', OMS_UI_PORT: ' ' })).toStrictEqual({
    temporal: { namespace: 'default' },
    stateDir: '.oms',
    catalogPath: 'config/oms.json',
    temporalPort: 7233,
    uiPort: 8233,
    venuePort: 7400,
    logLevel: 'info',
    maxCachedWorkflows: 1000,
    callStacks: false,
    routingPolicy: 'WEIGHTED',
    routingWeights: { liquidity: '0.4', fee: '0.3', latency: '0.2', regulatory: '0.1' },
    worker: { roles: ['orders', 'sessions', 'venues'], healthHost: '127.0.0.1', healthPort: 8090 },
    venueProcess: { host: '127.0.0.1', marketTime: 'wall' },
  });
});

test('every variable is read', () => {
  const config = readConfig({
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_NAMESPACE: 'oms.prod',
    TEMPORAL_API_KEY: 'secret',
    TEMPORAL_TLS_SERVER_NAME: 'inner',
    TEMPORAL_CLI_PATH: process.execPath,
    DATABASE_URL: 'postgres://u:p@db/oms',
    OMS_STATE_DIR: '/var/oms',
    OMS_CATALOG: 'my.json',
    OMS_TEMPORAL_PORT: '0',
    OMS_UI_PORT: '1',
    OMS_VENUE_PORT: '65535',
    OMS_LOG_LEVEL: 'debug',
    OMS_CALL_STACKS: 'true',
    OMS_MAX_CACHED_WORKFLOWS: '50',
    OMS_ROUTING_POLICY: 'FASTEST',
    OMS_ROUTING_WEIGHTS: 'fee=0.50, liquidity=0.5,latency=0,regulatory=0',
    OMS_ROLES: 'venues, orders',
    OMS_VENUES: 'SIMY, SIMX',
    OMS_VENUE_URL: 'http://venue:7400/',
    OMS_HEALTH_HOST: '0.0.0.0',
    OMS_HEALTH_PORT: '0',
    OMS_DEPLOYMENT: 'desk',
    OMS_BUILD_ID: 'r-17',
    OMS_VENUE_HOST: '::1',
    OMS_MARKET_TIME: 'replayed',
  });
  expect(config).toStrictEqual({
    temporal: {
      namespace: 'oms.prod',
      address: 'temporal.example:7233',
      apiKey: 'secret',
      cliPath: process.execPath,
      tls: { serverName: 'inner' },
    },
    databaseUrl: 'postgres://u:p@db/oms',
    stateDir: '/var/oms',
    catalogPath: 'my.json',
    temporalPort: 0,
    uiPort: 1,
    venuePort: 65535,
    logLevel: 'debug',
    maxCachedWorkflows: 50,
    callStacks: true,
    routingPolicy: 'FASTEST',
    routingWeights: { liquidity: '0.5', fee: '0.5', latency: '0', regulatory: '0' },
    worker: {
      roles: ['orders', 'venues'],
      venues: ['SIMY', 'SIMX'],
      venueUrl: 'http://venue:7400',
      healthHost: '0.0.0.0',
      healthPort: 0,
      deployment: { name: 'desk', buildId: 'r-17' },
    },
    venueProcess: { host: '::1', marketTime: 'replayed' },
  });
});

test.each([
  [{}, undefined],
  [{ TEMPORAL_TLS: 'true' }, {}],
  [{ TEMPORAL_API_KEY: 'k', TEMPORAL_ADDRESS: 'a:1' }, {}],
  [{ TEMPORAL_API_KEY: 'k', TEMPORAL_ADDRESS: 'a:1', TEMPORAL_TLS: 'false' }, false],
  [
    { TEMPORAL_TLS_CLIENT_CERT_PATH: 'c', TEMPORAL_TLS_CLIENT_KEY_DATA: 'k' },
    { clientCertPath: 'c', clientKeyData: 'k' },
  ],
])('TLS of %j', (environment, tls) => {
  expect(readConfig(environment).temporal.tls).toEqual(tls);
});

test.each([
  ['TEMPORAL_ADDRESS', 'localhost', 'must be host:port'],
  ['TEMPORAL_ADDRESS', 'localhost:70000', 'must be host:port'],
  ['TEMPORAL_ADDRESS', 'http://localhost:7233', 'must be host:port'],
  ['TEMPORAL_NAMESPACE', 'a b', 'must be 1 to 255'],
  ['TEMPORAL_TLS', 'yes', 'must be true or false'],
  ['TEMPORAL_CLI_PATH', '/no/such/program', 'must be a program that can be run'],
  ['TEMPORAL_CLI_PATH', '/tmp', 'must be a program that can be run'],
  ['OMS_UI_PORT', '-1', 'must be a whole number from 0 to 65535'],
  ['OMS_UI_PORT', '1e3', 'must be a whole number from 0 to 65535'],
  ['OMS_VENUE_PORT', '65536', 'must be a whole number from 0 to 65535'],
  ['OMS_MAX_CACHED_WORKFLOWS', '9', 'must be a whole number from 10 to 100000'],
  ['OMS_LOG_LEVEL', 'loud', 'must be one of trace, debug, info, warn, error, fatal, silent'],
  ['OMS_ROUTING_POLICY', 'VENUE', 'must be one of BEST_PRICE, LOWEST_COST, FASTEST, ROUND_ROBIN, WEIGHTED'],
  ['OMS_ROUTING_WEIGHTS', 'fee=1', 'each of the four is given once'],
  ['OMS_ROUTING_WEIGHTS', 'fee=0.5,fee=0.5,liquidity=0,latency=0,regulatory=0', 'fee is given twice'],
  ['OMS_ROUTING_WEIGHTS', 'fee=0.5,liquidity=0.4,latency=0,regulatory=0', 'The weights sum to exactly 1.'],
  ['OMS_ROUTING_WEIGHTS', 'fee=1e0,liquidity=0,latency=0,regulatory=0', '"fee=1e0" is no name=weight'],
  ['OMS_ROUTING_WEIGHTS', '__proto__=1', '"__proto__=1" is no name=weight'],
  ['OMS_ROLES', 'orders,api', 'must be some of orders,sessions,venues: "api" is none'],
  ['OMS_ROLES', 'orders,orders', 'one is given twice'],
  ['OMS_VENUES', 'SIMX,', 'must be venues of the catalog such as SIMX,SIMY: "" is wrong'],
  ['OMS_VENUE_URL', 'venue:7400', 'must be a URL such as http://venue:7400'],
  ['OMS_HEALTH_HOST', 'a b', 'must be an address or a name to listen on'],
  ['OMS_DEPLOYMENT', 'desk.1', 'must be 1 to 64 of A-Z a-z 0-9 _ - and not begin with __'],
  ['OMS_DEPLOYMENT', '__desk', 'must be 1 to 64 of A-Z a-z 0-9 _ - and not begin with __'],
  ['OMS_MARKET_TIME', 'utc', 'must be one of wall, replayed'],
])('%s = %s is refused, with its value and what is allowed', (name, value, rule) => {
  expect(problems({ [name]: value })).toEqual([expect.stringContaining(`${name} = ${value}: `)]);
  expect(problems({ [name]: value })[0]).toContain(rule);
});

test('all problems come at once, and secrets stay hidden', () => {
  const found = problems({
    DATABASE_URL: 'mysql://u:hunter2@db',
    OMS_UI_PORT: 'x',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'hunter2',
  }).join('\n');
  expect(found).toContain('DATABASE_URL = (hidden): must be a URL such as postgres://');
  expect(found).toContain('OMS_UI_PORT = x');
  expect(found).not.toContain('hunter2');
});

test('an API key without its server is refused, and not shown', () => {
  expect(problems({ TEMPORAL_API_KEY: 'hunter2' })).toEqual([
    expect.stringMatching(/^TEMPORAL_ADDRESS = .*must name the server that TEMPORAL_API_KEY is for/),
  ]);
});

test('a build id without its deployment is refused', () => {
  expect(problems({ OMS_BUILD_ID: 'r-17' })).toEqual([
    expect.stringMatching(/^OMS_DEPLOYMENT = .*must name the deployment that OMS_BUILD_ID is a build of/),
  ]);
});

test('a client certificate without its key is refused', () => {
  expect(problems({ TEMPORAL_TLS_CLIENT_CERT_PATH: 'c' })).toEqual([expect.stringContaining('go together')]);
});
