import { App, CfnOutput, CliCredentialsStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../src';

/** What a test changes in the app from one deployment to the next. */
export interface Scenario {
  /** The match keys of the only rule. */
  readonly matchingKeys: string[];

  /** The jobs of the workflow, in the order in which they are run. */
  readonly jobs: { readonly id: string; readonly waitFor: mapping.WaitFor }[];

  /** Whether an ID mapping table is populated with the same people. */
  readonly populates?: boolean;

  /** The workflow's description: a change that must not run anything. */
  readonly description?: string;
}

const { matchingKeys, jobs, populates, description }: Scenario = JSON.parse(process.env.SCENARIO!);

// The other synthesizers publish assets with a role that a local AWS with IAM does not let them have.
const stack = new Stack(new App(), 'E2e', { synthesizer: new CliCredentialsStackSynthesizer() });
const data = s3.Bucket.fromBucketName(stack, 'Data', 'e2e-data');
const database = new glue.CfnDatabase(stack, 'Database', { catalogId: stack.account, databaseInput: { name: 'people' } });
const schema = new mapping.SchemaMapping(stack, 'Schema', {
  mappedInputFields: [
    mapping.SchemaInputAttribute.uniqueId('id'),
    mapping.SchemaInputAttribute.emailAddress('email', { matchKey: 'email' }),
    mapping.SchemaInputAttribute.date('birth', { matchKey: 'birth' }),
  ],
});

function input(name: string): mapping.GlueTableInputSource {
  const table = new glue.CfnTable(stack, name, {
    catalogId: stack.account,
    databaseName: database.ref,
    tableInput: {
      name,
      parameters: { 'classification': 'csv', 'skip.header.line.count': '1' },
      storageDescriptor: {
        location: `s3://${data.bucketName}/${name}/`,
        columns: ['id', 'email', 'birth'].map((column) => ({ name: column, type: 'string' })),
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde', parameters: { separatorChar: ',' } },
      },
    },
  });
  return mapping.InputSource.glueTable(table, { schema, bucket: data, prefix: `${name}/` });
}

const rules = [{ ruleName: 'only rule', matchingKeys }];
const source = input('source');
const targetWorkflow = new mapping.MatchingWorkflow(stack, 'Target', {
  inputSources: [input('target')], technique: mapping.ResolutionTechnique.ruleBased({ rules }),
});
targetWorkflow.runOnDeploy('Index', { waitFor: mapping.WaitFor.SUCCEEDED, pollInterval: Duration.seconds(1) });
const target = mapping.InputSource.matchingWorkflow(targetWorkflow);
const workflow = new mapping.IdMappingWorkflow(stack, 'Workflow', {
  description,
  sources: [source],
  target,
  technique: mapping.IdMappingTechnique.ruleBased({ rules }),
});

let before: mapping.IdMappingJob | undefined;
for (const { id, waitFor } of jobs) {
  const job = new mapping.IdMappingJob(stack, id, { workflow, waitFor, pollInterval: Duration.seconds(1) });
  if (before) job.node.addDependency(before);
  before = job;
  new CfnOutput(stack, `${id}JobId`, { value: job.jobId });
  new CfnOutput(stack, `${id}Status`, { value: job.status });
  new CfnOutput(stack, `${id}Mapped`, { value: job.metrics.totalMappedRecords });
}
if (populates) {
  const membership = new mapping.Membership(stack, 'Membership', {
    collaboration: new mapping.Collaboration(stack, 'Collaboration', {
      collaborationName: 'e2e', description: 'Of one member', creatorDisplayName: 'Advertiser',
    }),
  });
  const namespace = (type: mapping.IdNamespaceType, inputSource: mapping.InputSource) => {
    const idNamespace = new mapping.IdNamespace(stack, `Namespace-${type}`, { type, inputSources: [inputSource] });
    new mapping.IdNamespaceAssociation(stack, `Association-${type}`, { membership, idNamespace });
    return mapping.InputSource.idNamespace(idNamespace);
  };
  const table = new mapping.IdMappingTable(stack, 'Table', {
    membership,
    workflow: new mapping.IdMappingWorkflow(stack, 'TableWorkflow', {
      sources: [namespace(mapping.IdNamespaceType.SOURCE, source)],
      target: namespace(mapping.IdNamespaceType.TARGET, target),
      technique: mapping.IdMappingTechnique.ruleBased(),
      writesOutput: false,
    }),
  });
  const population = table.populateOnDeploy('Population', { waitFor: mapping.WaitFor.SUCCEEDED, pollInterval: Duration.seconds(1) });
  new CfnOutput(stack, 'PopulationStatus', { value: population.status });
  new CfnOutput(stack, 'PopulationMapped', { value: population.metrics.totalMappedRecords });
  new CfnOutput(stack, 'TableId', { value: table.idMappingTableId });
}
new CfnOutput(stack, 'WorkflowName', { value: workflow.workflowName });
new CfnOutput(stack, 'OutputBucket', { value: workflow.outputBucket!.bucketRef.bucketName });
new CfnOutput(stack, 'OutputKey', { value: workflow.outputKey!.keyRef.keyArn });
