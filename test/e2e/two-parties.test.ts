import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BY_NAME_AND_BIRTH, BY_SSN, mapped, people, Person } from './people';
import { febrl } from '../../examples/febrl';

const ROOT = resolve(__dirname, '..', '..');

/** How many customers come, and how many go, before the table is refreshed. */
const LATER = 50;

describe('the example of two parties', () => {
  let output: string;
  let audience: Person[];
  let duplicates: Person[];

  beforeAll(async () => {
    const data = await febrl();
    audience = people(data.originals);
    duplicates = people(data.duplicates);
    const { stdout } = await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'tsx'), [
      '--import', join(__dirname, 'check-logs-at-stop.ts'), join('examples', 'clean-rooms-two-parties', 'demo.ts'),
    ], { cwd: ROOT });
    output = stdout;
  });

  const inAudience = (customers: Person[]) => mapped(customers, audience, [BY_SSN, BY_NAME_AND_BIRTH]);

  /** What is shown of a table under a title: the counts of its job, and how right it is. */
  function shown(title: string): Record<string, number> {
    const [, text] = output.split(`\n${title}\n`);
    const [, right, made, customers] = /^Precision: .* \((\d+) of (\d+)\)\nRecall: .* \(\d+ of (\d+)\)$/m.exec(text)!.map(Number);
    const counts = ['MappedRecords', 'NewMappedRecords', 'RemovedMappedRecords']
      .map((name) => [name, Number(new RegExp(`\\b${name} .*?'(\\d+)'`).exec(text)![1])]);
    return { ...Object.fromEntries(counts), right, made, customers };
  }

  test('fills the table with the customers who are in the audience', () => {
    const customers = duplicates.slice(0, -LATER);
    const expected = inAudience(customers);
    expect(shown('The table, populated first')).toEqual({
      MappedRecords: expected, NewMappedRecords: expected, RemovedMappedRecords: 0, right: expected, made: expected, customers: customers.length,
    });
    expect(expected).toBeGreaterThan(0.95 * customers.length);
  });

  test('maps only what has changed when it is refreshed', () => {
    const expected = inAudience(duplicates.slice(LATER));
    expect(shown('The table, refreshed')).toEqual({
      MappedRecords: expected,
      NewMappedRecords: inAudience(duplicates.slice(-LATER)),
      RemovedMappedRecords: inAudience(duplicates.slice(0, LATER)),
      right: expected,
      made: expected,
      customers: duplicates.length - LATER,
    });
  });

  test('logs no event, URL, credential or record', () => {
    expect(output).toMatch(/^Lines of the runner: [1-9]/m);
  });

  test('deploys the parties in turn, each its own stacks', () => {
    const steps = [...output.matchAll(/^✔ (\d)\. The (\w+) deploys (\w+)|^› \w+_COMPLETE AWS::CloudFormation::Stack (\w+)/gm)];
    expect(steps.map(([, , , step, stack]) => step ?? stack).filter((name) => name !== 'CDKToolkit')).toEqual([
      'Invitation', 'Invitation', 'Publisher', 'Publisher', 'Mapping', 'Mapping', 'Mapping',
    ]);
  });
});
