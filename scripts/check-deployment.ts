/** `npm run check-deployment`: docker-compose.yml and the Kubernetes manifests against their official schemas, without an engine. */
import { Command } from 'commander';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { isExecutable } from '../src/temporal/server-binary';
import { cacheFolder, withCacheLock } from '../src/temporal/server-cache';
import { goInstall } from '../src/temporal/server-fetch';
import { say } from './say';

const ROOT = join(__dirname, '..');
const COMPOSE_SCHEMA = 'github.com/compose-spec/compose-go/v2@v2.9.0';
const KUSTOMIZE_VERSION = '5.7.1';
/** The package's version is that of the newest Kubernetes whose schemas it holds. */
const KUBERNETES_VALIDATE_VERSION = '1.37.0';
const OVERLAY = join('deploy', 'kubernetes', 'overlays', 'example');
/** The oldest and newest Kubernetes that the manifests are for. */
const KUBERNETES = ['1.31.0', '1.37.0'] as const;
/** Faults as people make them; a check that lets one pass checks nothing. */
const PLANTED = {
  compose: [
    ['restart: unless-stopped', 'restarts: unless-stopped'],
    ['condition: service_healthy', 'condition: healthy'],
  ],
  kubernetes: [
    ['readOnlyRootFilesystem:', 'readOnlyRootFileSystem:'],
    ['maxUnavailable: 1', 'maxUnavailable: true'],
    ['scaleTargetRef:', 'scaleTarget:'],
  ],
} as const;

type Verdict = 'fits' | { readonly problems: string };
type Validate = (text: string) => Promise<Verdict>;
const run = promisify(execFile);

async function main(): Promise<void> {
  new Command('check-deployment')
    .description('Check docker-compose.yml and deploy/kubernetes against their schemas; needs Go and Python 3.')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse();
  const scratch = await mkdtemp(join(tmpdir(), 'oms-deployment-'));
  try {
    const python = await validatePython();
    const compose = await composeValidator(python, scratch);
    const file = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
    await check('docker-compose.yml', file, PLANTED.compose, compose);
    const { stdout } = await run(await kustomize(), ['build', join(ROOT, OVERLAY)]);
    for (const version of KUBERNETES)
      await check(
        `${OVERLAY} for Kubernetes ${version}`,
        stdout,
        PLANTED.kubernetes,
        manifests(python, scratch, version),
      );
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The text must fit its schema, and must not with any planted fault in it. */
async function check(
  name: string,
  text: string,
  faults: readonly (readonly [from: string, to: string])[],
  validate: Validate,
): Promise<void> {
  const verdict = await validate(text);
  if (verdict !== 'fits') throw new Error(`${name} does not fit its schema:\n${verdict.problems}`);
  for (const [from, to] of faults) {
    if (!text.includes(from)) throw new Error(`${name} has no "${from}" to plant a fault in`);
    if ((await validate(text.replace(from, to))) === 'fits')
      throw new Error(`${name}: "${to}" in place of "${from}" is not noticed`);
  }
  say(`${name} fits its schema; ${String(faults.length)} planted faults were noticed`);
}

async function composeValidator(python: string, scratch: string): Promise<Validate> {
  const { stdout } = await run('go', ['mod', 'download', '-json', COMPOSE_SCHEMA], { cwd: scratch });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const document = join(scratch, 'compose.json');
  const program =
    'import json, sys, jsonschema; jsonschema.validate(*[json.load(open(path)) for path in sys.argv[1:]])';
  return async (text) => {
    await writeFile(document, JSON.stringify(interpolated(parse(text, { merge: true }))));
    return verdictOf(run(python, ['-c', program, document, join(Dir, 'schema', 'compose-spec.json')]));
  };
}

/** Numbers that come from variables are texts in the file and numbers when the engine reads it. */
function interpolated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(interpolated);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolated(inner)]));
  const fallback = typeof value === 'string' ? /^\$\{[A-Z_]+:-(\d+)\}$/.exec(value)?.[1] : undefined;
  return fallback === undefined ? value : Number(fallback);
}

function manifests(python: string, scratch: string, version: string): Validate {
  const document = join(scratch, 'manifests.yaml');
  const program = join(python, '..', 'kubernetes-validate');
  return async (text) => {
    await writeFile(document, text);
    return verdictOf(run(program, ['--strict', '--quiet', '--kubernetes-version', version, document]));
  };
}

async function verdictOf(validation: Promise<unknown>): Promise<Verdict> {
  try {
    await validation;
    return 'fits';
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout?: string; stderr?: string; code?: unknown };
    // A program that could not be run has found nothing.
    if (typeof code !== 'number') throw error;
    return { problems: `${stdout ?? ''}${stderr ?? ''}`.slice(-3_000) };
  }
}

async function kustomize(): Promise<string> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, `kustomize-${KUSTOMIZE_VERSION}`);
  const program = join(folder, 'kustomize');
  if (await isExecutable(program)) return program;
  const modules = [`sigs.k8s.io/kustomize/kustomize/v5@v${KUSTOMIZE_VERSION}`];
  await withCacheLock(cache, () =>
    goInstall({ modules, what: 'kustomize', minutes: '1 to 4', folder }, { cache, env: process.env, log: say }),
  );
  return program;
}

/** The Python of an environment of its own in the cache, with the validator in it. */
async function validatePython(): Promise<string> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, `kubernetes-validate-${KUBERNETES_VALIDATE_VERSION}`);
  const python = join(folder, 'bin', 'python');
  if (await isExecutable(join(folder, 'bin', 'kubernetes-validate'))) return python;
  await mkdir(cache, { recursive: true });
  await withCacheLock(cache, async () => {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', `kubernetes-validate==${KUBERNETES_VALIDATE_VERSION}`]);
  });
  return python;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
