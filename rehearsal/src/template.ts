import { checkFields, GlueTable, tableFormat } from './glue-table';
import { DataSet, Field } from './matching/data-set';
import { IdMapping, Rule } from './matching/id-mapping';
import { UsageError } from './matching/usage-error';
import { RehearsedMapping } from './rehearsed-mapping';
import { mappingRules } from './rules';
import { array, Found, object, Properties, SynthesizedApp, Value } from './synthesized-app';

const WORKFLOW = 'AWS::EntityResolution::IdMappingWorkflow';
const NAMESPACE = 'AWS::EntityResolution::IdNamespace';
const INPUTS_WITH_INPUTS = ['AWS::EntityResolution::MatchingWorkflow', NAMESPACE];

/**
 * Reads an ID mapping from a synthesized CDK app. The inputs are named after their Glue tables; they have no files.
 * @param folder the folder that `cdk synth` writes
 * @param workflow a construct's id or path, a logical id or the workflow's name
 * @throws UsageError when the workflow or what it refers to is not in the app's templates
 */
export async function readTemplate(folder: string, workflow: string): Promise<RehearsedMapping> {
  const app = await SynthesizedApp.read(folder);
  const workflows = app.ofType(WORKFLOW);
  const found = workflows.filter(({ logicalId, path, properties }) =>
    [logicalId, properties.WorkflowName].includes(workflow) || path === workflow || path.endsWith(`/${workflow}`));
  if (found.length !== 1) {
    throw new UsageError(`--workflow ${workflow}: ${folder} has ${found.length === 0 ? 'no such ID mapping workflow' : `${found.length} of them`}; ` +
      `it has: ${workflows.map(({ path }) => path).join(', ') || 'none'}; one that is only imported is not in it`);
  }
  return mappingOf(found[0], app);
}

function mappingOf(workflow: Found, app: SynthesizedApp): RehearsedMapping {
  const { path, properties } = workflow;
  const technique = object(object(properties.IdMappingTechniques).RuleBasedProperties);
  if (Object.keys(technique).length === 0) {
    throw new UsageError(`the ID mapping workflow ${path} is not RULE_BASED: there are no rules to rehearse`);
  }
  const inputs = array(properties.InputSourceConfig).map(object);
  const typeOf = ({ Type, InputSourceARN }: Properties) => Type ?? app.referred(InputSourceARN, [NAMESPACE], workflow.template)?.properties.Type;
  const sideOf = (type: string) => inputs.filter((input) => typeOf(input) === type);
  const [sources, targets] = ['SOURCE', 'TARGET'].map((type) => sideOf(type).flatMap((input) => dataSets(input, workflow, app)));
  return {
    name: path,
    sources,
    targets,
    rules: mappingRules(rules(technique, workflow, app), technique.RuleDefinitionType, (side) =>
      sideOf(side).flatMap((input) => rulesOfInput(input, workflow, app))),
    attributeMatchingModel: technique.AttributeMatchingModel as IdMapping['attributeMatchingModel'],
    recordMatchingModel: technique.RecordMatchingModel as IdMapping['recordMatchingModel'],
  };
}

function rules(ruleBased: Properties, { path, template }: Found, app: SynthesizedApp): Rule[] {
  return array(ruleBased.Rules).map(object).map(({ RuleName, MatchingKeys }, index) => ({
    ruleName: app.text(RuleName, `the name of the rule ${index + 1} of ${path}`, template),
    matchingKeys: array(MatchingKeys).map((key) => app.text(key, `a match key of the rule ${index + 1} of ${path}`, template)),
  }));
}

/** The rules of an input: an ID namespace has its own, not those of the matching workflow behind it. */
function rulesOfInput({ InputSourceARN }: Properties, { template }: Found, app: SynthesizedApp): Rule[] {
  const source = app.referred(InputSourceARN, INPUTS_WITH_INPUTS, template);
  if (!source) {
    return [];
  }
  const { ResolutionTechniques, IdMappingWorkflowProperties } = source.properties;
  return rules(object(object(ResolutionTechniques ?? array(IdMappingWorkflowProperties)[0]).RuleBasedProperties), source, app);
}

/** The tables that an input stands for: a matching workflow and an ID namespace are those of their own inputs. */
function dataSets({ InputSourceARN, SchemaArn, SchemaName }: Properties, { template }: Found, app: SynthesizedApp): DataSet[] {
  const source = app.referred(InputSourceARN, INPUTS_WITH_INPUTS, template);
  if (source) {
    return array(source.properties.InputSourceConfig).map(object).flatMap((input) => dataSets(input, source, app));
  }
  const arn = app.rendered(InputSourceARN, template);
  const schema = app.referred(SchemaArn ?? SchemaName, ['AWS::EntityResolution::SchemaMapping'], template);
  if (!schema) {
    throw new UsageError(`the input ${arn} refers to what is not in its app, such as what another account has or what is imported: rehearse it from a YAML file`);
  }
  const name = arn.split('/').at(-1)!;
  const table = app.referred(name, ['AWS::Glue::Table'], template) ??
    app.ofType('AWS::Glue::Table', template).find(({ properties }) => object(properties.TableInput).Name === name);
  const ownName = table && app.rendered(object(table.properties.TableInput).Name, table.template);
  const shownName = ownName && !ownName.includes('${') ? ownName : table?.logicalId ?? name;
  return [{ ...table ? ownFormat(table, shownName, fields(schema, app), app) : { separator: ',' }, name: shownName, files: [], fields: fields(schema, app) }];
}

/** How the objects of a table of the app are read. */
function ownFormat({ properties, template }: Found, name: string, schema: readonly Field[], app: SynthesizedApp): ReturnType<typeof tableFormat> {
  const table = app.renderedMembers(properties.TableInput, template) as GlueTable;
  // A crawler may add the columns later.
  if (table.StorageDescriptor?.Columns?.length) {
    checkFields(table, name, schema);
  }
  return tableFormat(table, name);
}

function fields({ path, properties, template }: Found, app: SynthesizedApp): Field[] {
  return array(properties.MappedInputFields).map(object).map(({ FieldName, Type, MatchKey, GroupName, SubType, Hashed }, index) => {
    const text = (value: Value, member: string) => app.text(value, `the ${member} of the field ${index + 1} of ${path}`, template);
    return {
      fieldName: text(FieldName, 'FieldName'),
      type: text(Type, 'Type'),
      ...MatchKey !== undefined && { matchKey: text(MatchKey, 'MatchKey') },
      ...GroupName !== undefined && { groupName: text(GroupName, 'GroupName') },
      ...SubType !== undefined && { subType: text(SubType, 'SubType') },
      ...Hashed !== undefined && { hashed: Hashed === true },
    };
  });
}
