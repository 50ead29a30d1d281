import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EMAIL_RULE, givenInput, givenStack } from './given';
import * as mapping from '../../src';

const { IdMappingTechnique, IdMappingWorkflowProperties, IdNamespaceType, InputSource, ResolutionTechnique, SchemaInputAttribute } = mapping;

/** A stack with every construct of Entity Resolution and, taken together, every property of theirs. */
export function completeStack(app?: App): Stack {
  const stack = givenStack(app);
  const tags = [{ key: 'team', value: 'crm' }];
  const outputBucket = s3.Bucket.fromBucketName(stack, 'Output', 'results');
  const outputKey = new kms.Key(stack, 'Key');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') });
  const provider = mapping.ProviderService.of('LiveRamp', 'Transcoding', {
    intermediateAccounts: [mapping.ProviderService.LIVERAMP_ACCOUNT],
    dataExchangeAsset: { dataSetId: 'set', revisionId: 'revision', assetId: 'asset' },
  });
  const providerConfiguration = { clientId: 'me' };

  new mapping.SchemaMapping(stack, 'Schema', {
    description: 'The customers of the CRM',
    tags,
    mappedInputFields: [
      SchemaInputAttribute.uniqueId('id'),
      SchemaInputAttribute.emailAddress('work_email', { matchKey: 'email', groupName: 'e-mails', subType: 'work', hashed: true }),
      SchemaInputAttribute.deleteColumn(),
    ],
  });

  const loyalty = new mapping.MatchingWorkflow(stack, 'Loyalty', {
    description: 'Finds the members',
    tags,
    inputSources: [givenInput(stack, 'loyalty')],
    technique: ResolutionTechnique.ruleBased({ rules: [EMAIL_RULE], matchPurpose: mapping.MatchPurpose.INDEXING }),
    incrementalRun: true,
    output: [{ name: 'email', hashed: true }],
    normalizeOutput: true,
    outputBucket,
    outputPrefix: 'loyalty/',
    outputKey,
    role,
  });
  new mapping.MatchingWorkflow(stack, 'Conditions', {
    inputSources: [givenInput(stack, 'shop')],
    technique: ResolutionTechnique.ruleConditions({
      rules: [{ ruleName: 'alike', condition: 'Cosine(email, 10)' }], enableTransitiveMatching: true, enableRealTimeMatching: true,
    }),
  });
  new mapping.MatchingWorkflow(stack, 'Learning', { inputSources: [givenInput(stack, 'web')], technique: ResolutionTechnique.machineLearning() });
  new mapping.MatchingWorkflow(stack, 'Provided', {
    inputSources: [givenInput(stack, 'app')],
    technique: ResolutionTechnique.provider(provider, { providerConfiguration, intermediatePrefix: 'staged/' }),
  });

  const source = new mapping.IdNamespace(stack, 'Source', {
    type: IdNamespaceType.SOURCE,
    description: 'The customers',
    tags,
    inputSources: [givenInput(stack, 'crm')],
    idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({
      rules: [EMAIL_RULE],
      ruleDefinitionTypes: [mapping.RuleDefinitionType.SOURCE, mapping.RuleDefinitionType.TARGET],
      recordMatchingModels: [mapping.RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET],
      attributeMatchingModel: mapping.AttributeMatchingModel.MANY_TO_MANY,
    }),
  });
  source.grants.use('444455556666');
  source.grants.cleanRooms();
  const target = new mapping.IdNamespace(stack, 'Target', { type: IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(loyalty)] });
  new mapping.IdNamespace(stack, 'ProvidedTarget', {
    type: IdNamespaceType.TARGET,
    idMappingWorkflowProperties: IdMappingWorkflowProperties.provider(provider, { providerConfiguration }),
  });

  new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    description: 'Maps customers to members',
    tags,
    sources: [givenInput(stack, 'customers'), InputSource.idNamespace(source)],
    target: InputSource.idNamespace(target),
    technique: IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE], normalizationVersion: '2' }),
    incrementalRun: true,
    trustOnlyThisAccount: true,
  });
  new mapping.IdMappingWorkflow(stack, 'Translation', {
    sources: [givenInput(stack, 'ids')],
    technique: IdMappingTechnique.provider(provider, { providerConfiguration, intermediateBucket: new s3.Bucket(stack, 'Staging') }),
    writesOutput: false,
  });
  return stack;
}
