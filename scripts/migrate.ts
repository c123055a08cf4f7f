/** `npm run migrate`: brings the schema of DATABASE_URL up to date; every worker does so at its start, too. */
import { Command } from 'commander';
import { ConfigError, readConfig } from '../src/config';
import { openDatabase } from '../src/persistence/open-database';

async function main(): Promise<void> {
  new Command('migrate')
    .description('Bring the schema of the PostgreSQL that DATABASE_URL names up to date; safe to repeat.')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse();
  const { databaseUrl } = readConfig(process.env);
  if (databaseUrl === undefined)
    throw new ConfigError(['DATABASE_URL = (not set): must be a URL such as postgres://user:password@host:5432/oms']);
  const database = await openDatabase({ databaseUrl });
  console.log(`the schema of ${database.description} is up to date`);
  await database.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
