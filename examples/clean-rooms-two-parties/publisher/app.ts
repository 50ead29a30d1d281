import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  Collaboration, IdNamespace, IdNamespaceAssociation, IdNamespaceType, InputSource, MatchingWorkflow, Membership, ResolutionTechnique, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../../febrl-tables';

const app = new App();
const region = app.node.getContext('region');
const publisherAccount = app.node.getContext('publisherAccount');
const advertiserAccount = app.node.getContext('advertiserAccount');

/** The publisher joins the advertiser's collaboration, and lets its audience be mapped to. */
const stack = new Stack(app, 'Publisher', { env: { account: publisherAccount, region } });
const membership = new Membership(stack, 'Membership', {
  collaboration: Collaboration.fromCollaborationId(stack, 'Collaboration', app.node.getContext('collaborationId')),
});
const audience = new MatchingWorkflow(stack, 'Audience', {
  inputSources: [new FebrlTables(stack, 'Tables').input('audience')],
  technique: ResolutionTechnique.ruleBased({ rules: RULES }),
});
// The advertiser's mapping reads what a job of it has indexed.
audience.runOnDeploy('Index', { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(3), runTrigger: app.node.tryGetContext('dataVersion') });
const namespace = new IdNamespace(stack, 'Namespace', {
  type: IdNamespaceType.TARGET,
  inputSources: [InputSource.matchingWorkflow(audience)],
});
// The advertiser's workflow names it as its target.
namespace.grants.use(advertiserAccount);
new IdNamespaceAssociation(stack, 'Association', { membership, idNamespace: namespace });

new CfnOutput(stack, 'IdNamespaceArn', { value: namespace.idNamespaceArn });
