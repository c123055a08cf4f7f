/** Goal: a clean checkout installs. Method: package.json against the lock file, without the network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly engines?: { readonly node?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface LockedPackage extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
}

const root = join(__dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const manifest = read('package.json') as Manifest;
const locked = (read('package-lock.json') as { packages: Record<string, LockedPackage> }).packages;

test('this Node is one that package.json allows', () => {
  const [major, minor] = /^>=(\d+)\.(\d+)$/
    .exec(manifest.engines?.node ?? '')!
    .slice(1)
    .map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  expect(ourMajor! > major! || (ourMajor === major && ourMinor! >= minor!)).toBe(true);
});

test('the lock file was made from this package.json', () => {
  const { dependencies, devDependencies } = locked['']!;
  expect({ dependencies, devDependencies }).toEqual({
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
  });
});

test('the lock file holds every optional package, of every platform', () => {
  // A registry that lacked one at the time leaves it out silently, and `npm ci` then refuses the whole file.
  const missing = Object.entries(locked).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no registry but the public one', () => {
  const resolved = Object.values(locked).flatMap((entry) => entry.resolved ?? []);
  expect(resolved.filter((url) => !url.startsWith('https://registry.npmjs.org/'))).toEqual([]);
});

test('all packages of the Temporal SDK have one version', () => {
  const versions = Object.entries(locked).flatMap(([path, entry]) =>
    /^node_modules\/@temporalio\/[^/]+$/.test(path) ? [entry.version] : [],
  );
  expect(new Set(versions).size).toBe(1);
});

function isLocked(path: string, name: string): boolean {
  // As Node looks for it: beside the package, then in each folder above.
  for (let place = path; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    if (`${place === '' ? '' : `${place}/`}node_modules/${name}` in locked) return true;
    if (place === '') return false;
    if (!place.includes('/node_modules/')) place = '';
    if (place === '' && `node_modules/${name}` in locked) return true;
  }
}
