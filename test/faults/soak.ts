import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createEvent, Event } from './events';
import { LocalRunner } from './local-runner';
import { Fault } from '../lambda/faults';

const SEQUENCES = Number(process.env.SEQUENCES ?? 100_000);
const RUNS = Number(process.env.RUNS ?? 200);
const STACKS = 20;
const PROCESSES = 2;
const MEGABYTE = 1024 * 1024;

/** One start in ten goes wrong, each time in another way. */
function tenPercentFaults(): Fault[] {
  const job = { runningSeconds: 0.1 };
  const wrong: Omit<Fault, 'operation'>[] = [
    { before: 'ThrottlingException' }, { before: 'InternalServerException' }, { after: 'DROP', job }, { after: 'InternalServerException', job },
    { before: 'ExceedsLimitException' },
  ];
  return Array.from({ length: RUNS }, (_, index): Fault[] => [
    { operation: 'StartIdMappingJob', count: 9, job }, { operation: 'StartIdMappingJob', ...wrong[index % wrong.length] },
  ]).flat();
}

/** As many runs as a company might ask for in one night, all at once, for one slot. */
async function soak(): Promise<void> {
  const runner = await LocalRunner.start();
  try {
    const deployed = [];
    for (let stack = 0; stack < STACKS; stack++) deployed.push(await runner.deploy(`Soak-${stack}`));
    await runner.account.createWorkflow('soak');
    await runner.control.planFaults({ faults: tenPercentFaults() });
    global.gc?.();
    const before = process.memoryUsage().heapUsed / MEGABYTE;

    const begin = performance.now();
    const events: Event[] = [];
    for (let run = 0; run < RUNS; run++) {
      // Each has its own output, as runs of different jobs have.
      const request = { workflowName: 'soak', outputSourceConfig: [{ roleArn: 'arn:aws:iam::000000000000:role/output', outputS3Path: `s3://output/${run}/` }] };
      const event = createEvent(runner.cloudFormation.url, { logicalResourceId: `Run${run}`, jobKind: 'ID_MAPPING', request }, { waitFor: 'SUCCEEDED', pollInterval: '5 seconds' });
      events.push(event);
      await runner.send(deployed[run % STACKS], event);
    }
    while (runner.cloudFormation.answers.length < RUNS) {
      await wait(5_000);
      console.log(`${Math.round((performance.now() - begin) / 1000)} s: ${runner.cloudFormation.answers.length} of ${RUNS} runs are answered`);
    }

    const jobIds = events.map((event) => runner.answersTo(event)[0].Data.JobId);
    const failed = events.filter((event) => runner.answersTo(event)[0].Status !== 'SUCCESS').length;
    const started = await runner.account.jobIds('soak');
    global.gc?.();
    console.table({
      'runs asked for': RUNS,
      'runs answered with success': RUNS - failed,
      'jobs started': started.length,
      'jobs of two runs': jobIds.length - new Set(jobIds).size,
      'seconds': Math.round((performance.now() - begin) / 1000),
      'growth of memory in MiB': Math.round(process.memoryUsage().heapUsed / MEGABYTE - before),
    });
    if (failed > 0 || started.length !== RUNS || new Set(jobIds).size !== RUNS) process.exitCode = 1;
  } finally {
    await runner.stop();
  }
}

/** The property test of the suite, longer, on two processors. */
async function sequences(): Promise<void> {
  const begin = performance.now();
  await Promise.all(Array.from({ length: PROCESSES }, async () => {
    const [exitCode] = await once(fork(join(__dirname, 'soak-sequences.ts'), [String(SEQUENCES / PROCESSES)]), 'exit') as [number];
    if (exitCode !== 0) throw new Error('an invariant does not hold');
  }));
  console.log(`${SEQUENCES} sequences of CloudFormation's events hold, ${Math.round((performance.now() - begin) / 1000)} s`);
}

soak().then(sequences).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
