import { isDue } from '../../../lambda/entry/is-due';
import { DecidedRun } from '../../../src/runs/private/run-protocol';
import { properties } from '../events';

const RUN = properties().Run;
const OUTPUT = { roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://output/' };

function given(changes: object): DecidedRun {
  return { ...RUN, ...changes } as DecidedRun;
}

function definition(values: object, version = '1'): DecidedRun {
  return given({ definition: { version, ...values } });
}

/** In either direction: an update that goes back is as due as the one that it takes back, so that it takes back what waits. */
function bothWays(run: DecidedRun, old: DecidedRun): boolean[] {
  return [isDue(run, old), isDue(old, run)];
}

test.each<[string, DecidedRun, DecidedRun]>([
  ['the kind of job', given({ jobKind: 'MATCHING' }), RUN],
  ['the workflow', given({ request: { workflowName: 'loyalty' } }), RUN],
  ['the type of the job', given({ request: { workflowName: 'crm', jobType: 'BATCH' } }), RUN],
  ['where the output goes',
    given({ request: { workflowName: 'crm', outputSourceConfig: [OUTPUT] } }),
    given({ request: { workflowName: 'crm', outputSourceConfig: [{ ...OUTPUT, outputS3Path: 's3://elsewhere/' }] } })],
  ['the table', given({ request: { membershipIdentifier: 'm', idMappingTableIdentifier: 't' } }), given({ request: { membershipIdentifier: 'm', idMappingTableIdentifier: 'u' } })],
  ['the membership', given({ request: { membershipIdentifier: 'm', idMappingTableIdentifier: 't' } }), given({ request: { membershipIdentifier: 'n', idMappingTableIdentifier: 't' } })],
  ['the account', given({ account: '999999999999' }), RUN],
  ['the Region', given({ region: 'us-east-1' }), RUN],
  ['the trigger', given({ runTrigger: 'v2' }), given({ runTrigger: 'v1' })],
  ['whether there is a trigger', given({ runTrigger: 'v1' }), RUN],
  ['the time of the synthesis', given({ synthesizedAt: '2026-11-24T12:00:00.000Z' }), given({ synthesizedAt: '2026-11-23T12:00:00.000Z' })],
  ['a value deep within the definition', definition({ Table: { input: { location: 's3://data/a/' } } }), definition({ Table: { input: { location: 's3://data/b/' } } })],
  ['the order of rules', definition({ rules: ['email', 'phone'] }), definition({ rules: ['phone', 'email'] })],
  ['one more rule', definition({ rules: ['email', 'phone'] }), definition({ rules: ['email'] })],
  ['what is a list to what is none', definition({ rules: ['email'] }), definition({ rules: { 0: 'email' } })],
  ['what is a text to what is none', definition({ rules: 'email' }), definition({ rules: ['email'] })],
  ['one more resource', definition({ Workflow: {}, Schema: { fields: ['email'] } }), definition({ Workflow: {} })],
  ['the workflow, told by another version', { ...definition({}, '2'), request: { workflowName: 'loyalty' } } as DecidedRun, definition({})],
  ['the trigger, told by another version', { ...definition({}, '2'), runTrigger: 'v2' }, definition({})],
  ['a value that both versions tell', definition({ Workflow: { rule: 'email', retries: '1' } }, '2'), definition({ Workflow: { rule: 'phone' } })],
  ['a value in a list that both versions tell', definition({ rules: [{ name: 'email', weight: '1' }] }, '2'), definition({ rules: [{ name: 'phone' }] })],
  ['the length of a list that both versions tell', definition({ rules: ['email', 'phone'] }, '2'), definition({ rules: ['email'] })],
  ['a value to an object, told by another version', definition({ Workflow: 'email' }, '2'), definition({ Workflow: { rule: 'email' } })],
])('an update is due that changes %s', (_what, run, old) => {
  expect(bothWays(run, old)).toEqual([true, true]);
});

test.each<[string, DecidedRun, DecidedRun]>([
  ['nothing', RUN, structuredClone(RUN)],
  ['the order of keys', definition({ a: { x: '1', y: '2' }, b: '3' }), definition({ b: '3', a: { y: '2', x: '1' } })],
  ['the order of what is told', { region: RUN.region, request: RUN.request, jobKind: RUN.jobKind, account: RUN.account, definition: RUN.definition } as DecidedRun, RUN],
  ['a key to one without a value', given({ runTrigger: undefined, request: { workflowName: 'crm', jobType: undefined } }), RUN],
  ['a key to one without a value, told by another version', { ...definition({ a: undefined }, '2') }, definition({ a: '1' })],
  ['the version only', definition({ Workflow: { rule: 'email' } }, '2'), definition({ Workflow: { rule: 'email' } })],
  ['what only another version tells', definition({ Workflow: { rule: 'email', retries: '1' }, Table: { location: 's3://data/' } }, '2'), definition({ Workflow: { rule: 'email' } })],
  ['what only another version tells, in a list', definition({ rules: [{ name: 'email', weight: '1' }] }, '2'), definition({ rules: [{ name: 'email' }] })],
  ['whether what is run is defined in the app or elsewhere', definition({ Workflow: {} }), given({ definition: undefined })],
])('an update is not due that changes %s', (_what, run, old) => {
  expect(bothWays(run, old)).toEqual([false, false]);
});
