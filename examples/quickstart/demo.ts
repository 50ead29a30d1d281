import { EntityResolutionClient, GetIdMappingJobCommand, GetIdMappingJobOutput } from '@aws-sdk/client-entityresolution';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { LocalAws } from 'id-mapping-local';
import { Demonstration, percent, runCdk } from '../demonstration';
import { Febrl, febrl, isSamePerson } from '../febrl';
import { stackOutputs } from '../stack-outputs';
import { upload } from '../upload';

const DATA_BUCKET = 'febrl-data';
const CONTEXT = ['--context', `dataBucket=${DATA_BUCKET}`];
const ROWS_SHOWN = 5;

/** What the steps hand on. */
interface Demo {
  aws: LocalAws;
  data: Febrl;
  job: GetIdMappingJobOutput;
  outputObject: string;
  mapping: Pair[];
}

interface Pair {
  readonly sourceId: string;
  readonly targetId: string;
  readonly ruleName: string;
}

const demonstration = new Demonstration<Demo>()
  .step('Get the FEBRL data sets', async (demo) => {
    demo.data = await febrl();
  })
  .step('Upload them', async ({ data }) => {
    await upload(DATA_BUCKET, { 'crm/customers.csv': data.duplicates, 'loyalty/members.csv': data.originals });
  })
  .step('cdk bootstrap', async (_demo, tell) => {
    await runCdk(__dirname, tell, 'bootstrap', ...CONTEXT);
  })
  .step('cdk deploy: define the workflow, run its job, wait for it', async (_demo, tell) => {
    await runCdk(__dirname, tell, 'deploy', '--require-approval', 'never', ...CONTEXT);
  })
  .step('Read what came out', async (demo) => {
    const { WorkflowName, JobId, OutputBucket } = await stackOutputs('Quickstart');
    demo.job = await new EntityResolutionClient({}).send(new GetIdMappingJobCommand({ workflowName: WorkflowName, jobId: JobId }));

    const s3 = new S3Client({});
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: OutputBucket, Prefix: `${WorkflowName}/${JobId}/success/` }));
    const [{ Key }] = Contents!;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: OutputBucket, Key }));
    demo.outputObject = `s3://${OutputBucket}/${Key}`;
    demo.mapping = parse(await Body!.transformToString());
  });

function parse(csv: string): Pair[] {
  const [, ...rows] = csv.trimEnd().split('\n');
  // A job writes its pairs in no order.
  return rows.sort().map((row) => {
    const [sourceId, targetId, ruleName] = row.split(',');
    return { sourceId, targetId, ruleName };
  });
}

function report({ data, job, mapping, outputObject }: Demo): void {
  const correct = mapping.filter(({ sourceId, targetId }) => isSamePerson(sourceId, targetId)).length;
  const people = data.originals.trimEnd().split('\n').length - 1;

  console.log(`\nJob ${job.jobId}: ${job.status}`);
  console.table(job.metrics);
  console.log(`The first ${ROWS_SHOWN} of ${mapping.length} mapped pairs:`);
  console.table(mapping.slice(0, ROWS_SHOWN));
  console.log(`Precision: ${percent(correct, mapping.length)}`);
  console.log(`Recall:    ${percent(correct, people)}`);
  console.log(`Output:    ${outputObject} (gone with the local AWS)`);
  if (mapping.length !== job.metrics?.totalMappedRecords) {
    throw new Error(`the output holds ${mapping.length} pairs, the job says ${job.metrics?.totalMappedRecords}`);
  }
}

void demonstration.show(report);
