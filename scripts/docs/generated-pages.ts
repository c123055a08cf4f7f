import { faultMatrix, knownBugs } from './chaos-pages';
import { lifecycleDiagram, lifecycleTable, statusNamesTable } from './lifecycle-pages';
import { ordersRatios, ordersResults } from './orders-figures';
import { riskResults } from './performance-pages';
import { detectorsTable, fillChecksTable, postTradeSettingsTable } from './post-trade-pages';
import { codesTable, settingsTable, wireNamesTable } from './reference-pages';
import { chaosFaults, chaosInvariants, chaosResults, reliabilityCharts, soakResults } from './reliability-pages';
import { checksTable, limitsTable } from './risk-pages';
import { scaleBreaks, scaleCharts, scaleCosts, scalePoints, scaleSizing } from './scale-pages';
import { scenarioResultsTable, scenariosTable } from './scenario-pages';
import { faultParamsTable, faultsTable } from './venue-pages';

/** What stands between `<!-- generated:NAME -->` and `<!-- /generated -->`, by page and name. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'ARCHITECTURE.md': {
    diagram: lifecycleDiagram,
    lifecycle: lifecycleTable,
    names: wireNamesTable,
    statuses: statusNamesTable,
  },
  'OPERATIONS.md': { codes: codesTable, settings: settingsTable },
  'docs/CHAOS.md': { matrix: faultMatrix, bugs: knownBugs },
  'docs/PERFORMANCE.md': {
    ...{ orders: ordersResults, ratios: ordersRatios, risk: riskResults },
    ...{ points: scalePoints, costs: scaleCosts, breaks: scaleBreaks, sizing: scaleSizing },
  },
  'docs/POST-TRADE.md': { fills: fillChecksTable, detectors: detectorsTable, settings: postTradeSettingsTable },
  'docs/RELIABILITY.md': {
    ...{ chaos: chaosResults, faults: chaosFaults, invariants: chaosInvariants, soak: soakResults },
  },
  'docs/RISK.md': { checks: checksTable, limits: limitsTable },
  'docs/SCENARIOS.md': { results: scenarioResultsTable, scenarios: scenariosTable },
  'docs/SIMULATED-VENUE.md': { faults: faultsTable, parameters: faultParamsTable },
};

/** Every page with its generated parts made anew. */
export function generatedPages(read: (page: string) => string): readonly (readonly [string, string])[] {
  return Object.entries(PARTS).map(([page, parts]) => [
    page,
    Object.entries(parts).reduce((text, [name, make]) => replacePart(page, text, name, make()), read(page)),
  ]);
}

/** Every drawing with its path, made anew. */
export function generatedDrawings(): readonly (readonly [string, string])[] {
  return Object.entries({ ...reliabilityCharts(), ...scaleCharts() }).map(([name, svg]) => [`docs/${name}`, svg]);
}

function replacePart(page: string, text: string, name: string, made: string): string {
  const begin = `<!-- generated:${name} -->`;
  const end = '<!-- /generated -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${page} has no part ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${made.trim()}\n\n${text.slice(to)}`;
}
