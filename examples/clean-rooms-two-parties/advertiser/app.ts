import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  Collaboration, IdMappingTable, IdMappingTechnique, IdMappingWorkflow, IdNamespace, IdNamespaceAssociation, IdNamespaceType, InputSource,
  MemberAbility, Membership, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables } from '../../febrl-tables';

const app = new App();
const env = { account: app.node.getContext('advertiserAccount'), region: app.node.getContext('region') };

/** First the advertiser invites the publisher. The publisher needs the id of the collaboration to join it. */
const invitation = new Stack(app, 'Invitation', { env });
const collaboration = new Collaboration(invitation, 'Collaboration', {
  collaborationName: 'campaign',
  description: 'Which customers of the advertiser does the publisher reach?',
  creatorDisplayName: 'Advertiser',
  creatorMemberAbilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS],
  members: [{ accountId: app.node.getContext('publisherAccount'), displayName: 'Publisher' }],
});
const membership = new Membership(invitation, 'Membership', { collaboration });
new CfnOutput(invitation, 'CollaborationId', { value: collaboration.collaborationId });
// For the stack that comes later.
invitation.exportValue(membership.membershipId);

/** Then, when the publisher has associated its audience, the advertiser maps its customers to it. */
const publisherNamespaceArn: string | undefined = app.node.tryGetContext('publisherNamespaceArn');
if (publisherNamespaceArn) {
  const stack = new Stack(app, 'Mapping', { env });
  const customers = new IdNamespace(stack, 'Customers', {
    type: IdNamespaceType.SOURCE,
    inputSources: [new FebrlTables(stack, 'Tables').input('customers')],
  });
  new IdNamespaceAssociation(stack, 'Association', { membership, idNamespace: customers });
  const workflow = new IdMappingWorkflow(stack, 'CustomersToAudience', {
    sources: [InputSource.idNamespace(customers)],
    target: InputSource.idNamespace(IdNamespace.fromIdNamespaceArn(stack, 'Audience', publisherNamespaceArn)),
    technique: IdMappingTechnique.ruleBased(),
    incrementalRun: true,
    // The mapping is for queries of the collaboration only: nobody gets it as a file.
    writesOutput: false,
  });
  const table = new IdMappingTable(stack, 'Table', { membership, workflow });
  const population = table.populateOnDeploy('Population', {
    waitFor: WaitFor.SUCCEEDED,
    // A population may take hours.
    timeout: Duration.hours(6),
    // Another version of the customers' data populates the table again, with what has changed.
    runTrigger: app.node.tryGetContext('dataVersion'),
  });

  new CfnOutput(stack, 'IdMappingTableId', { value: table.idMappingTableId });
  new CfnOutput(stack, 'MappedRecords', { value: population.metrics.totalMappedRecords });
  new CfnOutput(stack, 'NewMappedRecords', { value: population.metrics.newMappedRecords });
  new CfnOutput(stack, 'RemovedMappedRecords', { value: population.metrics.mappedRecordsRemoved });
}
