import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { IdMappingTechnique, IdMappingWorkflow, ProviderService } from 'cdk-id-mapping';
import { FebrlTables } from '../febrl-tables';

/** Lets a data provider translate IDs. To run it takes a subscription to the provider on AWS Data Exchange, so nothing runs it here. */
const stack = new Stack(new App(), 'Provider');

const workflow = new IdMappingWorkflow(stack, 'Translation', {
  sources: [new FebrlTables(stack, 'Tables').input('crm')],
  // `aws entityresolution list-provider-services` and `get-provider-service` tell the names and IDs.
  technique: IdMappingTechnique.provider(ProviderService.of('LiveRamp', 'Transcoding', {
    intermediateAccounts: [ProviderService.LIVERAMP_ACCOUNT],
    dataExchangeAsset: { dataSetId: 'your-data-set', revisionId: 'your-revision', assetId: 'your-asset' },
  }), { providerConfiguration: { clientIdManagerArn: 'your-client-id-secret', clientSecretManagerArn: 'your-client-secret-secret' } }),
});

new CfnOutput(stack, 'WorkflowName', { value: workflow.workflowName });
