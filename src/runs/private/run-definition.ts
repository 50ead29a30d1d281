import {
  CfnElement, CfnParameter, CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Lazy, Reference, Stack, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { outermostStack } from './outermost-stack';
import { Definition, DEFINITION_VERSION } from './run-protocol';
import { l1Of } from '../../private/l1';
import { matchingJobsOf } from '../../private/matching-jobs';

type Properties = Record<string, unknown>;

/** What there is to tell of one kind of resource: the values that decide the result of a job that reads it. */
interface Told {
  /** The list of the definition that it is told in. */
  readonly list: string;
  readonly tell: (properties: Properties, isSubject: boolean) => Properties;
}

/** Names, descriptions, tags and roles do not decide what a job results in. */
const TOLD: Record<string, Told> = {
  'AWS::CleanRooms::IdMappingTable': { list: 'IdMappingTable', tell: (properties) => pick(properties, ['InputReferenceConfig']) },
  'AWS::EntityResolution::IdMappingWorkflow': {
    list: 'IdMappingWorkflow',
    tell: (properties, isSubject) => ({
      ...pick(properties, ['InputSourceConfig', 'IdMappingTechniques']), OutputSourceConfig: isSubject ? outputs(properties) : undefined,
    }),
  },
  'AWS::EntityResolution::MatchingWorkflow': {
    list: 'MatchingWorkflow',
    tell: (properties, isSubject) => ({
      ...pick(properties, ['InputSourceConfig', 'ResolutionTechniques']), OutputSourceConfig: isSubject ? outputs(properties) : undefined,
    }),
  },
  'AWS::EntityResolution::IdNamespace': { list: 'IdNamespace', tell: (properties) => pick(properties, ['Type', 'InputSourceConfig', 'IdMappingWorkflowProperties']) },
  'AWS::EntityResolution::SchemaMapping': { list: 'SchemaMapping', tell: (properties) => pick(properties, ['MappedInputFields']) },
  'AWS::Glue::Table': { list: 'Table', tell: glueTable },
};

/** How a resource of another stack is told from one of the same logical id: by the name that it has, where it says one. */
const NAMES: Record<string, (properties: Properties) => unknown> = {
  'AWS::Glue::Database': ({ DatabaseInput }) => (DatabaseInput as Properties | undefined)?.Name,
  'AWS::Glue::Table': ({ TableInput }) => (TableInput as Properties | undefined)?.Name,
  'AWS::S3::Bucket': ({ BucketName }) => BucketName,
};

function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, properties[name]]));
}

/** Where the output goes and what is in it; its key and its role are no part of it. */
function outputs({ OutputSourceConfig }: Properties): unknown {
  return Array.isArray(OutputSourceConfig)
    ? OutputSourceConfig.map((output: Properties) => pick(output, ['OutputS3Path', 'Output', 'ApplyNormalization'])) : OutputSourceConfig;
}

/** How the table's objects are found and read; its comments and its owner are no part of it. */
function glueTable({ DatabaseName, TableInput }: Properties): Properties {
  const { Name, Parameters, PartitionKeys, StorageDescriptor } = (TableInput ?? {}) as Properties;
  const storage = (StorageDescriptor ?? {}) as Properties;
  return {
    DatabaseName,
    Name,
    Parameters,
    PartitionKeys: columns(PartitionKeys),
    ...pick(storage, ['Location', 'AdditionalLocations', 'InputFormat', 'Compressed', 'SerdeInfo']),
    Columns: columns(storage.Columns),
  };
}

function columns(list: unknown): unknown {
  return Array.isArray(list) ? list.map((column: Properties) => pick(column, ['Name', 'Type'])) : list;
}

/**
 * What decides the result of a run: the properties of what is run and of all that it reads, as far as they are defined in this app, with all overrides.
 *
 * CloudFormation resolves them, and the entry function compares old and new values: another text for the same value is no change.
 *
 * @param reader the construct in whose stack the values are told
 * @param subject what is run
 * @returns nothing when nothing of it is defined in this app
 */
export function runDefinition(reader: IConstruct, subject: IConstruct): Definition | undefined {
  if (!tellable(subject)) return undefined;
  return Lazy.uncachedAny({ produce: () => new DefinitionOfRun(reader, subject).tell() }) as unknown as Definition;
}

/** The resources of this app that a run of the subject reads, from near to far. */
export function inputsOf(subject: IConstruct): CfnResource[] {
  return new DefinitionOfRun(subject, subject).inputs();
}

/** What an L1 reads that it knows by names only, as its L2 says. */
function namedInputsOf(l1: CfnResource): readonly IConstruct[] {
  const { scope } = l1.node;
  return (scope?.node.defaultChild === l1 && (scope as { _inputs?: readonly IConstruct[] })._inputs) || [];
}

class DefinitionOfRun {
  private readonly places = new Map<CfnResource, number>();
  private readonly lists: Record<string, unknown[]> = {};
  private readonly rendering = new Rendering();

  constructor(private readonly reader: IConstruct, private readonly subject: IConstruct) {}

  public tell(): Definition {
    this.visit(this.subject, true);
    return { version: DEFINITION_VERSION, ...this.lists };
  }

  public inputs(): CfnResource[] {
    this.visit(this.subject, true);
    return [...this.places.keys()].filter((l1) => l1 !== l1Of(this.subject));
  }

  /**
   * Tells a resource once, and what it reads after it.
   *
   * @returns its place in its list, if there is anything to tell of it
   */
  private visit(construct: IConstruct, isSubject = false): number | undefined {
    const l1 = tellable(construct);
    if (!l1) return undefined;
    const known = this.places.get(l1);
    if (known !== undefined) return known;

    const { list, tell } = TOLD[l1.cfnResourceType];
    const told = tell(this.rendering.propertiesOf(l1), isSubject);
    const place = (this.lists[list] ??= []).push(undefined) - 1;
    this.places.set(l1, place);
    this.lists[list][place] = {
      ...this.rendering.forReader(this.withPlacesOfSchemas(told), Stack.of(l1), Stack.of(this.reader)) as Properties,
      ...(isSubject ? {} : { runTriggers: this.runTriggersOf(l1) }),
    };
    [...namedInputsOf(l1), ...this.rendering.referencedIn(told)].forEach((input) => this.visit(input));
    return place;
  }

  /** New data of a matching workflow are told by what runs its jobs again. */
  private runTriggersOf(l1: CfnResource): unknown {
    const runTriggers = matchingJobsOf(l1).filter(({ runTrigger }) => runTrigger !== undefined)
      .map(({ job, runTrigger }) => this.rendering.forReader(this.rendering.render(runTrigger, job), Stack.of(job), Stack.of(this.reader)));
    return runTriggers.length > 0 ? runTriggers : undefined;
  }

  /** A schema mapping that is told here has a name that may change when nothing else does. */
  private withPlacesOfSchemas(told: Properties): Properties {
    const { InputSourceConfig } = told;
    if (!Array.isArray(InputSourceConfig)) return told;
    return {
      ...told,
      InputSourceConfig: InputSourceConfig.map(({ SchemaArn, SchemaName, ...input }: Properties) => {
        const [SchemaMapping] = this.rendering.referencedIn([SchemaArn, SchemaName]).flatMap((target) => this.visit(target) ?? []);
        return SchemaMapping === undefined ? { ...input, SchemaArn, SchemaName } : { ...input, SchemaMapping };
      }),
    };
  }
}

/** The L1 of what there is to tell of a construct. */
function tellable(construct: IConstruct): CfnResource | undefined {
  const l1 = l1Of(construct);
  return l1 && Object.hasOwn(TOLD, l1.cfnResourceType) ? l1 : undefined;
}

/** What stands for a reference while properties are rendered: shaped like an intrinsic function, so that the L1 takes it. */
const REFERENCE = 'Fn::RunDefinitionReference';

/** Properties of L1s in which references are kept, to be said again in another stack. */
class Rendering {
  private readonly references: Reference[] = [];

  /** The properties as the template has them, overrides included. */
  public propertiesOf(l1: CfnResource): Properties {
    // It is internal, and the only way to see what `addPropertyOverride` does.
    const template = (l1 as unknown as { _toCloudFormation(): object })._toCloudFormation();
    const { Resources } = this.render(template, l1) as { Resources: Record<string, { Properties?: Properties }> };
    return Object.values(Resources)[0].Properties ?? {};
  }

  /** A value as the scope's stack has it. */
  public render(value: unknown, scope: IConstruct): unknown {
    return Tokenization.resolve(value, { scope, resolver: new KeepReferences(this.references), preparing: false });
  }

  /** What the references in a value refer to. */
  public referencedIn(value: unknown): IConstruct[] {
    if (Array.isArray(value)) return value.flatMap((item) => this.referencedIn(item));
    if (!isRecord(value)) return [];
    return REFERENCE in value
      ? [this.references[value[REFERENCE] as number].target]
      : Object.values(value).flatMap((member) => this.referencedIn(member));
  }

  /** The value as the reader's stack can say it. What only the owner's stack can say becomes a text: a reference would make an export. */
  public forReader(value: unknown, owner: Stack, reader: Stack): unknown {
    if (typeof value === 'string') return withoutDynamicReferences(value, owner === reader ? SECRETS : ALL);
    if (Array.isArray(value)) return value.map((item) => this.forReader(item, owner, reader));
    if (!isRecord(value)) return value;
    if (REFERENCE in value) return this.reference(this.references[value[REFERENCE] as number], reader);
    const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
    if (name === 'Fn::Join' && others.length === 0) return joined(this.forReader(argument, owner, reader) as [string, unknown[]]);
    const isIntrinsic = others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
    if (isIntrinsic && owner !== reader && !isSameEverywhere(value)) return `<${nameOf(owner)}/${JSON.stringify(this.asText(value))}>`;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.forReader(member, owner, reader)]));
  }

  private reference(reference: Reference, reader: Stack): unknown {
    const { target } = reference;
    const stack = Stack.of(target);
    if (!CfnElement.isCfnElement(target)) return this.forReader(stack.resolve(reference), stack, reader);
    // CloudFormation would hand it to the runner as it is.
    const isHidden = target instanceof CfnParameter && target.noEcho;
    return outermostStack(stack) === outermostStack(reader) && !isHidden ? reference : this.textOf(reference);
  }

  /** A resource by its stack, its logical id and, where it says one, its name; a parameter with what it is if nobody says otherwise. */
  private textOf({ target, displayName }: Reference): string {
    const stack = Stack.of(target);
    const id = CfnElement.isCfnElement(target) ? `${stack.resolve(target.logicalId)}.${displayName}` : displayName;
    const detail = target instanceof CfnParameter ? target.default : this.nameIn(target);
    return `<${nameOf(stack)}/${id}${detail === undefined ? '' : `=${JSON.stringify(this.asText(detail))}`}>`;
  }

  /** The value with a text for each reference. */
  private asText(value: unknown): unknown {
    if (typeof value === 'string') return withoutDynamicReferences(value, ALL);
    if (Array.isArray(value)) return value.map((item) => this.asText(item));
    if (!isRecord(value)) return value;
    if (REFERENCE in value) return this.textOf(this.references[value[REFERENCE] as number]);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.asText(member)]));
  }

  private nameIn(target: IConstruct): unknown {
    return CfnResource.isCfnResource(target) ? NAMES[target.cfnResourceType]?.(this.propertiesOf(target)) : undefined;
  }
}

/** The name of a stack, without a reference: that of a nested one is made up when it is deployed. */
function nameOf(stack: Stack): string {
  const { nestedStackParent, nestedStackResource } = stack;
  return nestedStackParent ? `${nameOf(nestedStackParent)}/${nestedStackParent.resolve(nestedStackResource!.logicalId)}` : stack.stackName;
}

class KeepReferences extends DefaultTokenResolver {
  constructor(private readonly references: Reference[]) {
    super(new Concatenation());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    return { [REFERENCE]: this.references.push(token) - 1 };
  }
}

class Concatenation {
  public join(left: unknown, right: unknown): unknown {
    if (left === undefined) return right;
    if (right === undefined) return left;
    return joined(['', [left, right]]);
  }
}

/** Texts that follow each other are one. */
function joined([separator, items]: [string, unknown[]]): unknown {
  if (separator !== '' || !Array.isArray(items)) return { 'Fn::Join': [separator, items] };
  const parts: unknown[] = [];
  for (const item of items.flatMap(partsOf)) {
    if (typeof item === 'string' && typeof parts.at(-1) === 'string') parts.push(`${parts.pop()}${item}`);
    else parts.push(item);
  }
  return parts.length === 1 ? parts[0] : { 'Fn::Join': ['', parts] };
}

function partsOf(item: unknown): unknown[] {
  const join = isRecord(item) ? item['Fn::Join'] as [string, unknown[]] | undefined : undefined;
  return join?.[0] === '' ? join[1] : [item];
}

function isRecord(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Tokenization.isResolvable(value);
}

/** Pseudo parameters that are the same in all stacks of an environment. */
function isSameEverywhere({ Ref }: Properties): boolean {
  return ['AWS::AccountId', 'AWS::Partition', 'AWS::Region', 'AWS::URLSuffix'].includes(Ref as string);
}

/** CloudFormation would hand these themselves to the runner. */
const SECRETS = /\{\{(?=resolve:(ssm-secure|secretsmanager))/g;

/** Those of another stack may have no value here. */
const ALL = /\{\{(?=resolve:)/g;

/** The text with dynamic references that stay what they are. */
function withoutDynamicReferences(text: string, which: RegExp): string {
  return text.replaceAll(which, '{{ ');
}
