import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RehearsedMapping } from './rehearsed-mapping';
import { UsageError } from './usage-error';
import { DataSet, Field } from '../matching/data-set';
import { IdMapping, Rule } from '../matching/id-mapping';

/** What a template's member may be: literal, or an intrinsic function. */
type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [member: string]: Value };
type Properties = Readonly<Record<string, Value>>;

interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

type Resources = Readonly<Record<string, Resource>>;

/** A resource with its place in the template. */
interface Found {
  readonly logicalId: string;
  readonly path: string;
  readonly properties: Properties;
  /** Of the template that it is in. */
  readonly resources: Resources;
}

const WORKFLOW = 'AWS::EntityResolution::IdMappingWorkflow';

/**
 * Reads an ID mapping from a synthesized CDK app. The inputs are named after their Glue tables; they have no files.
 * @param app the folder that `cdk synth` writes
 * @param workflow a construct's id or path, a logical id or the workflow's name
 * @throws UsageError when the workflow or what it refers to is not in the app's templates
 */
export async function readTemplate(app: string, workflow: string): Promise<RehearsedMapping> {
  const workflows = (await templates(app)).flatMap(resources => ofType(resources, WORKFLOW));
  const found = workflows.filter(({ logicalId, path, properties }) =>
    [logicalId, properties.WorkflowName].includes(workflow) || path === workflow || path.endsWith(`/${workflow}`));
  if (found.length !== 1) {
    throw new UsageError(`--workflow ${workflow}: ${app} has ${found.length === 0 ? 'no such ID mapping workflow' : `${found.length} of them`}; ` +
      `it has: ${workflows.map(({ path }) => path).join(', ') || 'none'}`);
  }
  return mappingOf(found[0]);
}

async function templates(app: string): Promise<Resources[]> {
  const files = await readdir(app, { recursive: true }).catch(() => []);
  const names = files.filter(name => name.endsWith('.template.json')).sort();
  if (names.length === 0) {
    throw new UsageError(`--app ${app}: there is no template; give the folder that \`cdk synth\` writes, such as cdk.out`);
  }
  return Promise.all(names.map(async name => (JSON.parse(await readFile(join(app, name), 'utf8')) as { Resources?: Resources }).Resources ?? {}));
}

function ofType(resources: Resources, type: string): Found[] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type).map(([logicalId, { Properties, Metadata }]) => ({
    logicalId,
    path: Metadata?.['aws:cdk:path']?.replace(/\/Resource$/, '') ?? logicalId,
    properties: Properties ?? {},
    resources,
  }));
}

function mappingOf({ path, properties, resources }: Found): RehearsedMapping {
  const technique = object(object(properties.IdMappingTechniques).RuleBasedProperties);
  if (Object.keys(technique).length === 0) {
    throw new UsageError(`the ID mapping workflow ${path} is not RULE_BASED: there are no rules to rehearse`);
  }
  const inputs = array(properties.InputSourceConfig).map(object);
  const sideOf = (type: string) => inputs.filter(input => input.Type === type);
  const [sources, targets] = ['SOURCE', 'TARGET'].map(type => sideOf(type).flatMap(input => dataSets(input, resources)));
  const ownRules = rules(technique);
  const rulesSide = technique.RuleDefinitionType === 'TARGET' ? 'TARGET' : 'SOURCE';
  return {
    name: path,
    sources,
    targets,
    rules: ownRules.length > 0 ? ownRules : sideOf(rulesSide).flatMap(input => inputRules(input, resources)),
    attributeMatchingModel: technique.AttributeMatchingModel as IdMapping['attributeMatchingModel'],
    recordMatchingModel: technique.RecordMatchingModel as IdMapping['recordMatchingModel'],
  };
}

function rules(ruleBased: Properties): Rule[] {
  return array(ruleBased.Rules).map(object).map(({ RuleName, MatchingKeys }) =>
    ({ ruleName: String(RuleName), matchingKeys: array(MatchingKeys).map(String) }));
}

function inputRules({ InputSourceARN }: Properties, resources: Resources): Rule[] {
  const source = referred(InputSourceARN, ['AWS::EntityResolution::MatchingWorkflow', 'AWS::EntityResolution::IdNamespace'], resources);
  const technique = object(source?.properties.ResolutionTechniques ?? array(source?.properties.IdMappingWorkflowProperties)[0]);
  return rules(object(technique.RuleBasedProperties));
}

/** The tables that an input stands for: a matching workflow and an ID namespace are those of their own inputs. */
function dataSets({ InputSourceARN, SchemaArn }: Properties, resources: Resources): DataSet[] {
  const source = referred(InputSourceARN, ['AWS::EntityResolution::MatchingWorkflow', 'AWS::EntityResolution::IdNamespace'], resources);
  if (source) {
    return array(source.properties.InputSourceConfig).map(object).flatMap(input => dataSets(input, resources));
  }
  const arn = rendered(InputSourceARN);
  const schema = referred(SchemaArn, ['AWS::EntityResolution::SchemaMapping'], resources);
  if (!schema) {
    throw new UsageError(`the input ${arn} refers to what is not in its template: rehearse it from a YAML file`);
  }
  const table = arn.split('/').at(-1)!;
  const definition = object(ofType(resources, 'AWS::Glue::Table')
    .find(({ logicalId, properties }) => table === `\${${logicalId}}` || object(properties.TableInput).Name === table)?.properties.TableInput);
  return [{ ...glueTable(definition), name: rendered(definition.Name ?? table), files: [], fields: fields(schema) }];
}

/** How a table's objects are to be read. */
function glueTable({ Name, Parameters, StorageDescriptor }: Properties): Pick<DataSet, 'format' | 'separator' | 'columns'> {
  const storage = object(StorageDescriptor);
  const serde = object(storage.SerdeInfo);
  const parameters: Properties = { ...object(Parameters), ...object(storage.Parameters), ...object(serde.Parameters) };
  const parquet = `${rendered(parameters.classification)} ${rendered(serde.SerializationLibrary)}`.toLowerCase().includes('parquet');
  const header = Name === undefined || rendered(parameters['skip.header.line.count']) === '1';
  return {
    separator: rendered(parameters.separatorChar ?? parameters['field.delim'] ?? ','),
    ...parquet && { format: 'PARQUET' as const },
    ...!header && { columns: array(storage.Columns).map(column => rendered(object(column).Name)) },
  };
}

function fields({ properties }: Found): Field[] {
  return array(properties.MappedInputFields).map(object).map(({ FieldName, Type, MatchKey, GroupName, SubType, Hashed }) => ({
    fieldName: String(FieldName),
    type: String(Type),
    ...MatchKey !== undefined && { matchKey: String(MatchKey) },
    ...GroupName !== undefined && { groupName: String(GroupName) },
    ...SubType !== undefined && { subType: String(SubType) },
    ...Hashed !== undefined && { hashed: Hashed === true },
  }));
}

/** The resource that an ARN or a name refers to. */
function referred(reference: Value, types: readonly string[], resources: Resources): Found | undefined {
  const name = rendered(reference).split(/[/:]/).at(-1)!;
  return types.flatMap(type => ofType(resources, type)).find(({ logicalId, properties }) =>
    [`\${${logicalId}}`, properties.WorkflowName, properties.SchemaName, properties.IdNamespaceName].includes(name));
}

/** The text of a value: a reference becomes `${logical id}`, whichever attribute it names. */
function rendered(value: Value): string {
  const { Ref, 'Fn::GetAtt': getAtt, 'Fn::Join': joined, 'Fn::Sub': sub } = object(value);
  if (typeof Ref === 'string') {
    return `\${${Ref}}`;
  }
  if (getAtt !== undefined) {
    return `\${${typeof getAtt === 'string' ? getAtt.split('.')[0] : array(getAtt).map(String)[0]}}`;
  }
  if (joined !== undefined) {
    const [separator, parts] = array(joined);
    return array(parts).map(rendered).join(String(separator));
  }
  return String(sub ?? value ?? '');
}

function object(value: Value): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Properties : {};
}

function array(value: Value): readonly Value[] {
  return Array.isArray(value) ? value as readonly Value[] : [];
}
