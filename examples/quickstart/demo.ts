import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient, GetIdMappingJobCommand, GetIdMappingJobOutput } from '@aws-sdk/client-entityresolution';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LocalAws } from 'id-mapping-local';
import { Listr, ListrTask } from 'listr2';
import { cdk } from '../cdk';
import { enter } from '../enter';
import { Febrl, febrl, isSamePerson } from '../febrl';

/** As cdk.json tells the app. */
const DATA_BUCKET = 'febrl-data';
const ROWS_SHOWN = 5;

/** What the steps hand on. */
interface Demo {
  aws: LocalAws;
  data: Febrl;
  outputs: Record<string, string>;
  job: GetIdMappingJobOutput;
  outputObject: string;
  mapping: Pair[];
}

interface Pair {
  readonly sourceId: string;
  readonly targetId: string;
  readonly ruleName: string;
}

const seconds: [string, number][] = [];

/** A step whose time is kept for the end. */
function step(title: string, task: (demo: Demo, tell: (line: string) => void) => Promise<void>): ListrTask<Demo> {
  return {
    title,
    task: async (demo, wrapper) => {
      const begin = performance.now();
      await task(demo, (line) => { wrapper.output = line; });
      seconds.push([title, (performance.now() - begin) / 1000]);
    },
  };
}

/** What the CDK CLI says of each resource; the rest of its output is shown when it fails. */
const RESOURCE = /\| (\w+_(?:COMPLETE|FAILED)) +\| (AWS::\S+|Custom::\S+) +\| (\S+)/;

async function runCdk(tell: (line: string) => void, ...args: string[]): Promise<void> {
  const onLine = (line: string) => {
    const [, status, type, name] = RESOURCE.exec(line) ?? [];
    if (status) tell(`${status} ${type} ${name}`);
  };
  const { exitCode, output } = await cdk(__dirname, args, { onLine });
  if (exitCode !== 0) throw new Error(`cdk ${args[0]} ended with ${exitCode}:\n${output}`);
}

const steps = new Listr<Demo>([
  step('Start the local AWS', async (demo) => {
    demo.aws = await LocalAws.start();
    enter(demo.aws);
    // The SDK's remark on the end of Node 20 is not part of the show.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  }),
  step('Get the FEBRL data sets', async (demo) => {
    demo.data = await febrl();
  }),
  step('Upload them', async (demo) => {
    const s3 = new S3Client({});
    await s3.send(new CreateBucketCommand({ Bucket: DATA_BUCKET }));
    await s3.send(new PutObjectCommand({ Bucket: DATA_BUCKET, Key: 'crm/customers.csv', Body: demo.data.duplicates }));
    await s3.send(new PutObjectCommand({ Bucket: DATA_BUCKET, Key: 'loyalty/members.csv', Body: demo.data.originals }));
  }),
  step('cdk bootstrap', async (_demo, tell) => {
    await runCdk(tell, 'bootstrap');
  }),
  step('cdk deploy: define the workflow, run its job, wait for it', async (_demo, tell) => {
    await runCdk(tell, 'deploy', '--require-approval', 'never');
  }),
  step('Read what came out', async (demo) => {
    const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: 'Quickstart' }));
    demo.outputs = Object.fromEntries(Stacks![0].Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
    const { WorkflowName, JobId, OutputBucket } = demo.outputs;
    demo.job = await new EntityResolutionClient({}).send(new GetIdMappingJobCommand({ workflowName: WorkflowName, jobId: JobId }));

    const s3 = new S3Client({});
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: OutputBucket, Prefix: `${WorkflowName}/${JobId}/success/` }));
    const [{ Key }] = Contents!;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: OutputBucket, Key }));
    demo.outputObject = `s3://${OutputBucket}/${Key}`;
    demo.mapping = parse(await Body!.transformToString());
  }),
], { fallbackRenderer: 'simple', rendererOptions: { collapseSubtasks: false } });

function parse(csv: string): Pair[] {
  const [, ...rows] = csv.trimEnd().split('\n');
  return rows.map((row) => {
    const [sourceId, targetId, ruleName] = row.split(',');
    return { sourceId, targetId, ruleName };
  });
}

function report({ data, job, mapping, outputObject }: Demo): void {
  const correct = mapping.filter(({ sourceId, targetId }) => isSamePerson(sourceId, targetId)).length;
  const people = data.originals.trimEnd().split('\n').length - 1;
  const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} % (${part} of ${whole})`;

  console.log(`\nJob ${job.jobId}: ${job.status}`);
  console.table(job.metrics);
  console.log(`The first ${ROWS_SHOWN} of ${mapping.length} mapped pairs:`);
  console.table(mapping.slice(0, ROWS_SHOWN));
  console.log(`Precision: ${percent(correct, mapping.length)}`);
  console.log(`Recall:    ${percent(correct, people)}`);
  console.log(`Output:    ${outputObject} (gone with the local AWS)`);
  console.log('\nSeconds:');
  seconds.forEach(([title, time]) => console.log(`${time.toFixed(1).padStart(6)}  ${title}`));
  console.log('\nThis was emulated: the local AWS follows the documentation of AWS Entity Resolution, it is not the service.');
}

async function main(): Promise<void> {
  const demo = {} as Demo;
  try {
    await steps.run(demo);
    report(demo);
    if (demo.mapping.length !== demo.job.metrics?.totalMappedRecords) {
      throw new Error(`the output holds ${demo.mapping.length} pairs, the job says ${demo.job.metrics?.totalMappedRecords}`);
    }
  } finally {
    await demo.aws?.stop();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
