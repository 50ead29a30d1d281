import { setTimeout as wait } from 'node:timers/promises';
import { DeleteCollaborationCommand, DeleteIdMappingTableCommand } from '@aws-sdk/client-cleanrooms';
import { DeletePolicyStatementCommand, GetIdMappingJobCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { answerCloudFormation } from '../../../lambda/worker/answer-cloudformation';
import { pollJob } from '../../../lambda/worker/poll-job';
import { RunState } from '../../../lambda/worker/run-state';
import { JobRun } from '../../../lambda/worker/start-job';
import { takeBackRuns } from '../../../lambda/worker/take-back';
import { ControlClient } from '../../../local/src/rest-json/control-client';
import {
  ADVERTISER, associate, collaborate, createTable, createWorkflow, namespaceArn, NO_ID, Party, partyOf, PUBLISHER, WORKFLOW_ARN,
} from '../../../local/test/clean-rooms/test-collaboration';
import { TestAws } from '../../../local/test/entity-resolution/test-aws';
import { Callback, RunRequests, Settings } from '../../../src/runs/private/run-protocol';
import { Account, startServer } from '../account';
import { CloudFormation } from '../cloudformation';
import { Fault } from '../faults';
import { IdMappingTables, startCleanRooms, TableIds } from '../id-mapping-tables';
import { givenRun } from '../runs';
import { attempt, EXECUTION } from '../starts';
import { StepFunctions } from '../step-functions';

const JOB_ID = '01234567-89ab-cdef-0123-456789abcdef';
const HEX_ID = JOB_ID.replaceAll('-', '');
const LOG = 'Log group: /runner.';

const POPULATE = 'PopulateIdMappingTable';

/** Jobs that outlast their test. */
const LONG_JOB: Fault = { operation: POPULATE, job: { runningSeconds: 600 } };

let cloudFormation: CloudFormation;
let stepFunctions: StepFunctions;

beforeAll(async () => {
  [cloudFormation, stepFunctions] = await Promise.all([CloudFormation.start(), StepFunctions.start()]);
});

beforeEach(() => {
  cloudFormation.reset();
  stepFunctions.reset();
});

afterAll(() => Promise.all([cloudFormation.close(), stepFunctions.close()]));

/** What differs from a plain population. */
interface Changes extends Settings, Pick<Partial<Callback>, 'waitFor' | 'onFailure'> {
  readonly request?: Partial<RunRequests['ID_MAPPING_TABLE_POPULATION']>;
}

/** An account with an ID mapping table, whose populations a runner carries out. */
class World {
  public readonly control: ControlClient;
  public readonly entityResolutionControl: ControlClient;

  constructor(
    public readonly account: Account,
    urls: { cleanRooms: string; entityResolution: string },
    public readonly table: TableIds,
    private readonly workflowArn: string,
  ) {
    this.control = new ControlClient(urls.cleanRooms);
    this.entityResolutionControl = new ControlClient(urls.entityResolution);
  }

  public given({ request, waitFor = 'STARTED', onFailure = 'FAIL', ...settings }: Changes = {}, state: Partial<RunState> = {}): JobRun {
    return givenRun(cloudFormation.url, {
      run: { jobKind: 'ID_MAPPING_TABLE_POPULATION', request: { ...this.table, ...request } },
      settings: { readsJobs: true, ...settings },
      callback: { waitFor, onFailure },
    }, state);
  }

  public start(run: JobRun, secondsSinceAsked = 0): Promise<JobRun> {
    return attempt(run, { account: this.account, cloudFormation, stepFunctions }, secondsSinceAsked);
  }

  public async poll(run: JobRun): Promise<JobRun> {
    return { ...run, ...await pollJob(run, this.account.clients, 0) } as JobRun;
  }

  /** Starts as soon as no other job runs. */
  public async started(run: JobRun, secondsSinceAsked = 0): Promise<JobRun> {
    for (;;) {
      const after = await this.start(run, secondsSinceAsked);
      if (after.outcome !== 'BUSY') return after;
      await wait(50);
    }
  }

  /** Looks until the run has come to its end. */
  public async ended(run: JobRun): Promise<JobRun> {
    for (let after = run; ; await wait(50)) {
      after = await this.poll(after);
      if (after.outcome !== 'RUNNING') return after;
    }
  }

  public jobIds(): Promise<string[]> {
    return this.account.jobIds(this.workflowArn);
  }

  /** Says that the jobs of the table's workflow are nothing that the runner may see. */
  public async hideJobs(): Promise<void> {
    await this.entityResolutionControl.planFaults({
      faults: ['ListIdMappingJobs', 'GetIdMappingJob'].map((operation) => ({ operation, before: 'AccessDeniedException', count: 999 })),
    });
  }
}

async function answered(run: RunState, secondsSinceAsked = 0): Promise<void> {
  await answerCloudFormation(run, stepFunctions.client(), EXECUTION, secondsSinceAsked, '/runner');
}

describe('a population', () => {
  let servers: { close(): Promise<void> }[];
  let urls: { entityResolution: string; cleanRooms: string };
  let tables: IdMappingTables;
  let workflowArn: string;
  let world: World;

  beforeAll(async () => {
    const entityResolution = await startServer();
    const cleanRooms = await startCleanRooms(entityResolution);
    servers = [cleanRooms, entityResolution];
    urls = { entityResolution: entityResolution.url, cleanRooms: cleanRooms.url };
  });

  beforeEach(async () => {
    const account = new Account(urls.entityResolution, undefined, undefined, urls.cleanRooms);
    tables = await IdMappingTables.create(account);
    workflowArn = tables.workflowArn('mapping');
    world = new World(account, urls, await tables.createTable('mapping'), workflowArn);
    await world.control.planFaults({ faults: [LONG_JOB] });
    await world.entityResolutionControl.planFaults({});
  });

  afterAll(() => Promise.all(servers.map((server) => server.close())));

  describe('at its start', () => {
    test('gives back the id of the service, and sends no type when none was asked for', async () => {
      const after = await world.start(world.given());

      expect(after).toMatchObject({ outcome: 'STARTED', waitSeconds: 5, watch: { workflowName: workflowArn, mark: { jobIds: [] } } });
      expect(after.jobId!.replaceAll('-', '')).toBe((await world.jobIds())[0]);
      expect(after.jobId).not.toBe((await world.jobIds())[0]);
      const call = (await world.control.calls()).filter(({ operation }) => operation === POPULATE).at(-1);
      expect([...call!.members].sort()).toEqual(['idMappingTableIdentifier', 'membershipIdentifier']);
    });

    test.each(['BATCH', 'INCREMENTAL', 'DELETE_ONLY'] as const)('sends the type %s that was asked for', async (jobType) => {
      const workflowName = 'incremental';
      await world.control.planFaults({ firstPopulation: 'TAKEN' });
      const { jobId } = await world.start(world.given({ request: { jobType, ...await tables.createTable(workflowName, true) } }));

      const job = await world.account.client.send(new GetIdMappingJobCommand({ workflowName, jobId: jobId!.replaceAll('-', '') }));
      expect(job.jobType).toBe(jobType);
    });

    test.each([
      ['ConflictException', 'ConflictException'], ['ExceedsLimitException', 'ServiceQuotaExceededException'],
    ] as const)('waits while another job runs, which Entity Resolution says as %s and Clean Rooms as %s', async (whenBusy, name) => {
      await world.start(world.given());
      await world.entityResolutionControl.planFaults({ whenBusy });

      expect(await world.start(world.given())).toMatchObject({ outcome: 'BUSY', reason: expect.stringContaining(name) });
      expect(await world.start(world.given({ onBusy: 'FAIL' }))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining(name) });
      expect(await world.jobIds()).toHaveLength(1);
    });

    test('joins a job of the table\'s workflow that runs when it may', async () => {
      const { jobId } = await world.start(world.given());

      const joined = await world.start(world.given({ onBusy: 'JOIN' }));

      expect(joined).toMatchObject({ outcome: 'STARTED', jobId: jobId!.replaceAll('-', '') });
      expect(await world.jobIds()).toEqual([joined.jobId]);
      expect(await world.poll(joined)).toMatchObject({ outcome: 'RUNNING', watch: { workflowName: workflowArn, jobId: joined.jobId } });
    });

    test.each([
      ['ThrottlingException', 0, 'THROTTLED'],
      ['AccessDeniedException', 119, 'NOT_YET_ALLOWED'],
      ['AccessDeniedException', 120, 'FAILED'],
      ['ValidationException', 0, 'FAILED'],
      ['InternalServerException', 0, 'UNKNOWN'],
    ])('that is answered with %s after %i seconds is %s', async (before, seconds, outcome) => {
      await world.control.planFaults({ faults: [{ operation: POPULATE, before }] });

      expect(await world.start(world.given(), seconds)).toMatchObject({ outcome, reason: expect.stringContaining(before) });
      expect(await world.jobIds()).toEqual([]);
    });

    test('fails when the workflow has no such type', async () => {
      expect(await world.start(world.given({ request: { jobType: 'INCREMENTAL' } }))).toMatchObject({
        outcome: 'FAILED', reason: expect.stringContaining('has no incrementalRunConfig'),
      });
    });

    test('comes to nothing while the stack is rolled back', async () => {
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect((await world.start(world.given())).outcome).toBe('NOT_RUN');
      expect(await world.jobIds()).toEqual([]);
    });

    test.each(['DROP', 'NO_ANSWER', 'InternalServerException'])('is found again when the answer is lost (%s)', async (after) => {
      await world.control.planFaults({ faults: [{ ...LONG_JOB, after }] });
      const lost = await world.start(world.given());
      expect(lost).toMatchObject({ outcome: 'UNKNOWN', lostStartAt: expect.any(String) });

      const found = await world.start(lost);

      expect(found).toMatchObject({ outcome: 'STARTED', jobId: expect.any(String) });
      expect(await world.jobIds()).toEqual([found.jobId]);
      expect(await world.poll(found)).toMatchObject({ outcome: 'RUNNING', jobId: found.jobId });
    });

    test('starts again when the answer is lost and no job is there', async () => {
      await world.control.planFaults({ faults: [{ operation: POPULATE, before: 'InternalServerException' }, LONG_JOB] });

      const looked = await world.start(await world.start(world.given()));

      expect((await world.start(looked)).outcome).toBe('STARTED');
      expect(await world.jobIds()).toHaveLength(1);
    });

    test('never starts again when the answer is lost and the jobs can not be read', async () => {
      await world.control.planFaults({ faults: [{ ...LONG_JOB, after: 'DROP' }] });
      const lost = await world.start(world.given({ onBusy: 'JOIN' }));
      await world.hideJobs();

      const unseen = await world.start(lost, 119);
      const failed = await world.start(unseen, 120);

      expect([lost, unseen, failed].map(({ outcome }) => outcome)).toEqual(['UNKNOWN', 'NOT_YET_ALLOWED', 'FAILED']);
      expect(failed.lostStartAt).toBe(lost.lostStartAt);
      await answered(failed, 120);
      expect(cloudFormation.answers[0].body).toMatchObject({
        Status: 'FAILED',
        Reason: `A job of ID mapping table ${world.table.idMappingTableIdentifier} (membership ${world.table.membershipIdentifier}) may have been started at `
          + `${lost.lostStartAt}, but the answer was lost and no job was found since: AccessDeniedException: AccessDeniedException, as asked for through `
          + '/_control/faults. Before you deploy again, look for it with: aws cleanrooms get-id-mapping-table '
          + `--membership-identifier ${world.table.membershipIdentifier} --id-mapping-table-identifier ${world.table.idMappingTableIdentifier}. ${LOG}`,
      });
      await world.entityResolutionControl.planFaults({});
      expect(await world.jobIds()).toHaveLength(1);
    });

    test.each<[string, () => Promise<unknown>, Changes['request'], string]>([
      ['the table is gone', () => world.account.clients.cleanRooms.send(new DeleteIdMappingTableCommand(world.table)), {}, 'ResourceNotFoundException: the membership has no ID mapping table'],
      ['the membership is gone', async () => {}, { membershipIdentifier: NO_ID }, 'ResourceNotFoundException: there is no membership'],
      ['the collaboration is deleted',
        () => world.account.clients.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier: tables.collaborationIdentifier })), {},
        'the membership is COLLABORATION_DELETED, and only an active member of a collaboration may populate its tables'],
    ])('fails at once when %s', async (_what, happen, request, reason) => {
      await happen();

      expect(await world.start(world.given({ request }))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining(reason) });
      expect(await world.jobIds()).toEqual([]);
    });
  });

  describe('whose jobs can not be read', () => {
    beforeEach(() => world.hideJobs());

    test.each([[true, 119, 'NOT_YET_ALLOWED'], [true, 120, 'STARTED'], [undefined, 0, 'STARTED']])(
      'although it may be about to be allowed (%s) comes after %i seconds to %s', async (readsJobs, seconds, outcome) => {
        expect((await world.start(world.given({ readsJobs }), seconds)).outcome).toBe(outcome);
      });

    test('runs until the schema of its table says otherwise, when the table was empty', async () => {
      const after = await world.start(world.given({ onBusy: 'JOIN' }), 120);

      expect(after).toMatchObject({
        outcome: 'STARTED', watch: { schema: { collaborationIdentifier: tables.collaborationIdentifier, name: 'mapping', wasEmpty: true } },
      });
      expect(await world.poll(after)).toMatchObject({ outcome: 'RUNNING', reason: 'the job is RUNNING' });
    });

    test('is not watched when the schema can not be read either', async () => {
      await world.control.planFaults({ faults: [{ operation: 'GetSchema', before: 'AccessDeniedException', count: 9 }, LONG_JOB] });

      expect(await world.poll(await world.start(world.given(), 120))).toMatchObject({
        outcome: 'UNWATCHED', reason: 'the jobs of its workflow can not be read, and the table was not known to be empty before',
      });
    });
  });

  describe('when it is looked at', () => {
    test('is the job of its id without hyphens, for which no other has to be seen', async () => {
      const after = await world.start(world.given());
      const [jobId] = await world.jobIds();
      await world.entityResolutionControl.planFaults({ faults: [{ operation: 'ListIdMappingJobs', before: 'AccessDeniedException', count: 9 }] });

      expect(await world.poll(after)).toMatchObject({
        outcome: 'RUNNING', reason: 'the job is RUNNING', jobId: after.jobId, watch: { workflowName: workflowArn, jobId },
      });
    });

    test('is else the job of its workflow and type that has started since', async () => {
      const entityResolution = world.account.clients.entityResolution;
      await world.entityResolutionControl.planFaults({ whenBusy: 'QUEUED', faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 600 } }] });
      const { jobId: older } = await entityResolution.send(new StartIdMappingJobCommand({ workflowName: workflowArn }));
      await world.control.planFaults({ faults: [LONG_JOB], idMappingJobId: 'NOTHING' });
      const after = await world.start(world.given({ request: { jobType: 'BATCH' } }));

      const seen = await world.poll(after);

      const jobId = (await world.jobIds()).find((each) => each !== older);
      expect(after.jobId!.replaceAll('-', '')).not.toBe(jobId);
      expect(seen).toMatchObject({ outcome: 'RUNNING', jobId: after.jobId, watch: { workflowName: workflowArn, jobId } });
      expect(await world.poll(seen)).toEqual({ ...seen, repeats: 2, waitSeconds: expect.any(Number) });
    });

    test('is found among more jobs than one look can list', async () => {
      const { accountId, region } = world.account;
      await world.entityResolutionControl.plantJobs({ workflowName: 'mapping', count: 200, account: accountId, region });
      await world.control.planFaults({ faults: [LONG_JOB], idMappingJobId: 'NOTHING' });
      await world.entityResolutionControl.planFaults({ listOrder: 'ARBITRARY' });
      const older = await world.jobIds();
      let seen = await world.start(world.given());
      // Each page takes longer than a step may.
      let now = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => now += 16_000);

      const reasons = new Set();
      for (let looks = 0; looks < 20 && !seen.watch!.jobId; looks++) {
        seen = await world.poll(seen);
        reasons.add(seen.reason);
      }
      jest.restoreAllMocks();

      expect(reasons).toEqual(new Set(['the job is NOT_LISTED', 'the job is RUNNING']));
      expect(older).not.toContain(seen.watch!.jobId);
      expect(seen.watch!.survey).toBeUndefined();
    });

    test('runs while the service does not show its job yet', async () => {
      const watch = { workflowName: workflowArn, mark: { jobIds: [] } };

      expect(await world.poll(world.given({}, { jobId: JOB_ID, watch }))).toMatchObject({ outcome: 'RUNNING', reason: 'the job is NOT_LISTED', watch });
    });

    test('tells the message of the service when its job failed', async () => {
      await world.control.planFaults({ faults: [{ operation: POPULATE, job: { failure: 'no object at s3://data/crm/' } }] });
      const after = await world.start(world.given());

      expect(await world.ended(after)).toMatchObject({ outcome: 'FAILED', reason: 'no object at s3://data/crm/' });
    });

    test('fails when its table was deleted in the meantime', async () => {
      expect(await world.poll(world.given({ request: { idMappingTableIdentifier: NO_ID } }, { jobId: JOB_ID, inVain: 4 }))).toMatchObject({
        outcome: 'FAILED', reason: expect.stringContaining('ResourceNotFoundException'),
      });
    });
  });

  describe('in the answer to CloudFormation', () => {
    const subject = () => `ID mapping table ${world.table.idMappingTableIdentifier} (membership ${world.table.membershipIdentifier})`;
    const table = () => `--membership-identifier ${world.table.membershipIdentifier} --id-mapping-table-identifier ${world.table.idMappingTableIdentifier}`;
    const watch = { workflowName: WORKFLOW_ARN };
    const schema = { collaborationIdentifier: NO_ID, name: 'id mapping', wasEmpty: false };
    const takesTooLong = 'did not end within 10 minutes. It goes on and is billed; look at it with: aws';

    test.each<[string, Partial<RunState>, () => string]>([
      ['has failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no data' },
        () => `Job ${JOB_ID} of ${subject()} failed: no data. Correct the input or the workflow and deploy again.`],
      ['was not started', { outcome: 'FAILED', reason: 'ResourceNotFoundException: no table' },
        () => `No job of ${subject()} was started: ResourceNotFoundException: no table.`],
      ['can not be watched', { outcome: 'UNWATCHED', jobId: JOB_ID, reason: 'no one may look', watch: { ...watch, schema } },
        () => `Job ${JOB_ID} of ${subject()} was started, but how it ends can not be seen: no one may look. Do not wait for it, or let the runner read the `
          + `jobs of the workflow; before you deploy again, look at it with: aws cleanrooms get-schema --collaboration-identifier ${NO_ID} --name 'id mapping'.`],
      ['takes too long', { outcome: 'RUNNING', jobId: JOB_ID, watch: { ...watch, jobId: HEX_ID } },
        () => `Job ${JOB_ID} of ${subject()} ${takesTooLong} entityresolution get-id-mapping-job --workflow-name ${WORKFLOW_ARN} --job-id ${HEX_ID}.`],
      ['takes too long and was not found', { outcome: 'RUNNING', jobId: JOB_ID, watch },
        () => `Job ${JOB_ID} of ${subject()} ${takesTooLong} entityresolution list-id-mapping-jobs --workflow-name ${WORKFLOW_ARN}.`],
      ['takes too long and was never looked at', { outcome: 'RUNNING', jobId: JOB_ID },
        () => `Job ${JOB_ID} of ${subject()} ${takesTooLong} cleanrooms get-id-mapping-table ${table()}.`],
    ])('says that it %s, and what to do next', async (_what, run, reason) => {
      await answered(world.given({ waitFor: 'SUCCEEDED', timeoutSeconds: 600 }, { goesForward: true, ...run }), 600);

      const { Status, Reason } = cloudFormation.answers[0].body;
      expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: `${reason()} ${LOG}` });
    });

    test('has the status UNWATCHED when that is no more than a warning', async () => {
      await answered(world.given({ waitFor: 'SUCCEEDED', onFailure: 'WARN' }, { goesForward: true, outcome: 'UNWATCHED', jobId: JOB_ID }));

      expect(cloudFormation.answers[0].body).toMatchObject({ Status: 'SUCCESS', Data: { JobId: JOB_ID, Status: 'UNWATCHED' } });
    });
  });

  describe('when its resource is deleted', () => {
    const takeBack = (callback: Partial<Callback>, run = world.given()) => takeBackRuns(
      { ...run, callback: { ...run.callback!, requestType: 'Delete', ...callback } },
      { clients: world.account.clients, executions: stepFunctions.client(), executionName: EXECUTION });

    test('is waited for when its workflow is deleted, too', async () => {
      await world.start(world.given());

      const after = await takeBack({ awaitsJob: true });

      expect(after).toMatchObject({ outcome: 'RUNNING', jobId: (await world.jobIds())[0] });
      expect(await world.poll({ ...world.given(), ...after } as JobRun)).toMatchObject({ outcome: 'RUNNING', reason: 'the job is RUNNING' });
    });

    test('is not waited for when its workflow stays', async () => {
      await world.start(world.given());

      expect(await takeBack({})).toMatchObject({ outcome: 'NOT_RUN', reason: expect.stringContaining((await world.jobIds())[0]) });
    });

    test('does not hinder that when the table is gone', async () => {
      const after = await takeBack({ awaitsJob: true }, world.given({ request: { idMappingTableIdentifier: NO_ID } }));

      expect(after).toMatchObject({ outcome: 'NOT_RUN' });
      expect(after.reason).toBeUndefined();
    });
  });
});

describe('a population with data', () => {
  let aws: TestAws;
  let publisher: Party;
  let collaborationId: string;
  let world: World;
  const ANN = { sourceId: 'c1', targetId: 'm1' };
  const rows = () => world.control.idMappingTable(world.table.idMappingTableIdentifier);

  beforeAll(async () => {
    aws = await TestAws.start();
    const publisherAws = await aws.otherAccount(PUBLISHER);
    await aws.createTable('crm');
    await aws.putObject('crm/1.csv', 'id,email,name\nc1,ann@example.com,\nc2,bob@example.com,\n');
    await publisherAws.createTable('members');
    await publisherAws.putObject('members/1.csv', 'id,email,name\nm1,ann@example.com,\nm2,cy@example.com,\n');

    const urls = { cleanRooms: aws.local.cleanRoomsUrl, entityResolution: aws.local.entityResolutionUrl };
    const advertiser = partyOf(ADVERTISER, urls);
    publisher = partyOf(PUBLISHER, urls);
    const ids = await collaborate(advertiser, publisher);
    await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });
    await publisherAws.index('members');
    await associate(advertiser, ADVERTISER, ids.advertiserMembershipId, { name: 'crm', type: 'SOURCE' });
    await createWorkflow(advertiser);
    ({ collaborationId } = ids);
    const membershipIdentifier = ids.advertiserMembershipId;
    const table = { membershipIdentifier, idMappingTableIdentifier: await createTable(advertiser, membershipIdentifier) };
    world = new World(new Account(urls.entityResolution, ADVERTISER, 'us-east-1', urls.cleanRooms), urls, table, WORKFLOW_ARN);
  });

  afterAll(() => aws.stop());

  test('is seen to succeed by its table\'s schema, when its jobs can not be read', async () => {
    await world.control.planFaults({ faults: [{ operation: POPULATE, job: { runningSeconds: 0.2 } }] });
    await world.hideJobs();

    const after = await world.ended(await world.start(world.given({ readsJobs: undefined })));

    expect(after).toMatchObject({ outcome: 'SUCCEEDED', jobId: expect.stringContaining('-') });
    expect(after.metrics).toBeUndefined();
    expect(await rows()).toEqual([ANN]);
  });

  test('is not said to succeed by the schema of a table that was populated before', async () => {
    await world.hideJobs();

    expect(await world.poll(await world.start(world.given({ readsJobs: undefined })))).toMatchObject({ outcome: 'UNWATCHED' });
  });

  test.each(['JOB', 'NOTHING'] as const)('is seen to succeed by its job, whether its id names that or not (%s)', async (idMappingJobId) => {
    await world.entityResolutionControl.planFaults({});
    await world.control.planFaults({ idMappingJobId });

    expect(await world.ended(await world.started(world.given()))).toMatchObject({
      outcome: 'SUCCEEDED', jobId: expect.stringContaining('-'), metrics: { inputRecords: 4, totalMappedRecords: 1 },
    });
  });

  test('that fails leaves the table as it was', async () => {
    await world.control.planFaults({ faults: [{ operation: POPULATE, count: 99, job: { failure: 'no data' } }] });

    expect(await world.ended(await world.started(world.given()))).toMatchObject({ outcome: 'FAILED', reason: 'no data' });
    expect(await rows()).toEqual([ANN]);
  });

  test('that is refused, because the policy of an ID namespace was withdrawn, leaves the table as it was', async () => {
    await publisher.entityResolution.send(new DeletePolicyStatementCommand({ arn: namespaceArn(PUBLISHER, 'members'), statementId: 'Use' }));

    expect((await world.started(world.given(), 119)).outcome).toBe('NOT_YET_ALLOWED');
    expect(await world.started(world.given(), 120)).toMatchObject({
      outcome: 'FAILED', reason: expect.stringContaining(`entityresolution:UseIdNamespace on resource: ${namespaceArn(PUBLISHER, 'members')}`),
    });
    expect(await rows()).toEqual([ANN]);
  });

  test('that is refused, because the collaboration was deleted, leaves the table as it was', async () => {
    await world.account.clients.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier: collaborationId }));

    expect((await world.start(world.given())).outcome).toBe('FAILED');
    expect(await rows()).toEqual([ANN]);
  });
});
