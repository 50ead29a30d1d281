import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  Collaboration, IdNamespace, IdNamespaceAssociation, IdNamespaceType, InputSource, MatchingWorkflow, Membership, ResolutionTechnique,
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
const namespace = new IdNamespace(stack, 'Namespace', {
  type: IdNamespaceType.TARGET,
  inputSources: [InputSource.matchingWorkflow(audience)],
});
// The advertiser's workflow names it as its target.
namespace.grants.use(advertiserAccount);
new IdNamespaceAssociation(stack, 'Association', { membership, idNamespace: namespace });

new CfnOutput(stack, 'IdNamespaceArn', { value: namespace.idNamespaceArn });
