/** `npm run bench`: measures this product on this machine, each figure beside a baseline of the same run. */
import { Command, InvalidArgumentError } from 'commander';
import { writeFile } from 'node:fs/promises';
import { benchOrders } from './bench/orders/measure';
import {
  CONCURRENCIES,
  PROFILES,
  readConcurrencies,
  readProfile,
  readSections,
  SECTIONS,
} from './bench/orders/options';
import { RISK_SECTIONS } from './bench/risk-sections';
import { benchScale } from './bench/scale/measure';
import type { MeasureSection } from './bench/section';
import { figuresHead } from './figures/head';

interface RiskOptions {
  readonly short: boolean;
  readonly json?: string;
  readonly only?: readonly string[];
}

const program = new Command('bench').description('Measure this product on this machine.').showHelpAfterError();
program
  .command('risk')
  .description(`Measure risk: ${Object.keys(RISK_SECTIONS).join(', ')}.`)
  .option('--short', 'end soon, with less certain figures', false)
  .option('--json <file>', 'write the figures as JSON')
  .option('--only <sections>', `some of ${Object.keys(RISK_SECTIONS).join(', ')}, with commas`, sectionNames)
  .action(benchRisk);
program
  .command('orders')
  .description('Measure whole orders beside the floor of the engine, a plain build and a bare start.')
  .option('--short', 'embedded profile, 1 and 50 at once, fewer orders: ends within 8 minutes', false)
  .option('--json <file>', 'write the figures as JSON, also of a run that is cut short')
  .option('--profile <name>', `${PROFILES.join(', ')} or both`, readProfile)
  .option('--concurrency <numbers>', `orders at once, such as ${CONCURRENCIES.join(',')}`, readConcurrencies)
  .option('--only <sections>', `some of ${SECTIONS.join(', ')}, with commas`, readSections)
  .option('--state <folder>', 'where the run keeps its databases; what it writes there is removed at its end')
  .action(benchOrders);
program
  .command('scale')
  .description(
    'Measure 1, 2 and 4 workers, 1, 64 and 512 shards in the production profile, and the model that tells them.',
  )
  .option('--short', 'two points, one round each: ends within 4 minutes', false)
  .option('--json <file>', 'write the figures as JSON, also of a run that is cut short')
  .option('--state <folder>', 'where the run keeps its databases; what it writes there is removed at its end')
  .action(benchScale);

program.parseAsync().catch((error: unknown) => {
  console.error(error);
  // The SDK's runtime would keep the process for ever.
  process.exit(1);
});

async function benchRisk({ short, json, only }: RiskOptions): Promise<void> {
  const figures: Record<string, object> = {};
  for (const [name, measure] of Object.entries<MeasureSection>(RISK_SECTIONS)) {
    if (only !== undefined && !only.includes(name)) continue;
    figures[name] = await measure({ short, tell: console.log });
  }
  if (json === undefined) return;
  // Sections that need a server or a database bring their own and say which in their figures.
  const head = await figuresHead(undefined, 'embedded', 'each section says');
  await writeFile(json, `${JSON.stringify({ ...head, short, ...figures }, undefined, 2)}\n`);
}

function sectionNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !Object.hasOwn(RISK_SECTIONS, name));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(`${unknown.join(', ')}: must be of ${Object.keys(RISK_SECTIONS).join(', ')}.`);
}
