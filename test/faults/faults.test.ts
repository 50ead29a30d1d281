import { readFileSync } from 'node:fs';
import { PromiseCase, Result } from './case';
import { Deployed, LocalRunner } from './local-runner';
import { PopulationWorld } from './population-world';
import { CASES } from './promises';
import { REMOVALS } from './removals';
import { World } from './world';
import { Answered } from '../lambda/cloudformation';

describe('the deployed runner keeps its promises', () => {
  let runner: LocalRunner;
  let deployed: Deployed;
  let cases = 0;
  const table: { promise: string; case: string; jobs: number; answers: string }[] = [];

  beforeAll(async () => {
    runner = await LocalRunner.start();
    await runner.account.createWorkflow('somebodys');
    deployed = await runner.deploy('Runner');
  });

  afterAll(async () => {
    await runner?.stop();
    process.stdout.write(`${table.map((row) => `${row.promise} | ${row.case} | jobs: ${row.jobs} | ${row.answers}`).join('\n')}\n`);
  });

  async function play({ run, populates }: PromiseCase, on = deployed): Promise<Result> {
    const workflowName = `case-${cases++}`;
    const tableIds = populates ? await runner.tables.createTable(workflowName) : await runner.account.createWorkflow(workflowName);
    const world = tableIds ? new PopulationWorld(runner, on, workflowName, tableIds) : new World(runner, on, workflowName);
    await world.begin();
    try {
      const events = await run(world);
      await world.end();
      const jobs = await runner.account.jobIds(workflowName);
      // A worker that was killed between the delivery and the end of its step delivers the same answer again.
      const answers = events.map((event) => [...new Set(runner.answersTo(event).map((answer) => JSON.stringify(answer)))]
        .map((answer) => JSON.parse(answer) as Answered['body'])
        .map(({ Status, Data }) => [Status, Data.Status].filter(Boolean).join(' ')).join(', then '));
      return { jobs: jobs.length - world.foreignJobs, answers };
    } finally {
      await world.leave();
      if (tableIds) await runner.tables.deleteTable(tableIds);
      await runner.account.deleteWorkflow(workflowName);
    }
  }

  test.each(CASES.map((each) => [each.promise, each.name, each] as const))('%s: %s', async (_promise, _name, each) => {
    const result = await play(each);

    table.push({ promise: each.promise, case: each.name, jobs: result.jobs, answers: result.answers.join(', ') });
    expect(result).toEqual(each.expected);
  });

  test.each(REMOVALS.map((each) => [each.protection, each] as const))('only because: %s', async (_protection, { changes, caseName, populates, without, protection }) => {
    const each = CASES.find(({ name, populates: ofPopulation }) => name === caseName && ofPopulation === populates)!;
    const weakened = await runner.deploy(`Without-${REMOVALS.findIndex((other) => other.protection === protection)}`, changes);

    // Some of what a case expects it expects on its way.
    const result = await play(each, weakened).catch(({ message }: Error) => ({ failed: message }));

    expect(result).toMatchObject(without);
    expect(result).not.toEqual(each.expected);
  });

  test('no URL, credential or record value is in any log', async () => {
    const log = readFileSync(runner.logFile, 'utf8');

    expect(log).toContain('Runner');
    for (const secret of ['X-Amz-Signature', 'ResponseURL', 'responseUrl', 'ann@example.com', runner.cloudFormation.url]) {
      expect(log).not.toContain(secret);
    }
  });
});
