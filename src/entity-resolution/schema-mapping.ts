import { Annotations, ArnFormat, CfnTag, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct, IConstruct } from 'constructs';
import { SchemaInputAttribute } from './schema-input-attribute';
import { digest } from '../private/digest';
import { isGeneratedIfNeeded, resourceName } from '../private/generated-name';
import { checkAttributeName, checkCount, checkDescription, checkResourceName, fail } from '../private/validation';

const SCHEMA_MAPPING_SYMBOL = Symbol.for('cdk-id-mapping.SchemaMapping');

/**
 * A schema mapping: it tells Entity Resolution what the columns of an input table mean.
 */
export interface ISchemaMapping extends IResource, er.ISchemaMappingRef {
  /**
   * The name of the schema mapping.
   *
   * @attribute
   */
  readonly schemaName: string;

  /**
   * The ARN of the schema mapping.
   *
   * @attribute
   */
  readonly schemaArn: string;
}

abstract class SchemaMappingBase extends Resource implements ISchemaMapping {
  public abstract readonly schemaName: string;
  public abstract readonly schemaArn: string;

  public get schemaMappingRef(): er.SchemaMappingReference {
    return { schemaName: this.schemaName };
  }
}

/**
 * Properties of a `SchemaMapping`.
 */
export interface SchemaMappingProps {
  /**
   * The columns of the input table: 2 to 35, exactly one of them the `uniqueId`.
   */
  readonly mappedInputFields: SchemaInputAttribute[];

  /**
   * The name of the schema mapping: 1 to 255 letters, digits, hyphens or underscores.
   *
   * A schema mapping that a workflow uses can't be changed. A generated name changes with the fields and the description, so that the change makes
   * a new schema mapping and the deployment passes; with a name of your own the service refuses the change, of which a warning tells.
   *
   * @default - a generated name with a digest of the fields and the description
   */
  readonly schemaName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Tags of the schema mapping.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * A schema mapping of AWS Entity Resolution.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-schema-mapping.html
 * @resource AWS::EntityResolution::SchemaMapping
 */
export class SchemaMapping extends SchemaMappingBase {
  /**
   * Whether the value is a schema mapping that is defined in this app.
   *
   * @param x any construct
   */
  public static isSchemaMapping(x: IConstruct): x is SchemaMapping {
    return SCHEMA_MAPPING_SYMBOL in x;
  }

  /**
   * A schema mapping of this account and Region that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param schemaName the name of the schema mapping
   */
  public static fromSchemaMappingName(scope: Construct, id: string, schemaName: string): ISchemaMapping {
    return SchemaMapping.fromSchemaMappingArn(scope, id, Stack.of(scope).formatArn({
      service: 'entityresolution', resource: 'schemamapping', resourceName: schemaName,
    }));
  }

  /**
   * A schema mapping that was not defined here, perhaps of another account or Region.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param schemaArn the ARN of the schema mapping
   */
  public static fromSchemaMappingArn(scope: Construct, id: string, schemaArn: string): ISchemaMapping {
    class Import extends SchemaMappingBase {
      public readonly schemaArn = schemaArn;
      public readonly schemaName = Stack.of(scope).splitArn(schemaArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    }
    return new Import(scope, id, { environmentFromArn: schemaArn });
  }

  public readonly schemaName: string;
  public readonly schemaArn: string;

  /** The columns of the input table. */
  public readonly mappedInputFields: SchemaInputAttribute[];

  constructor(scope: Construct, id: string, props: SchemaMappingProps) {
    super(scope, id, { physicalName: props.schemaName });
    Object.defineProperty(this, SCHEMA_MAPPING_SYMBOL, { value: true });

    this.mappedInputFields = [...props.mappedInputFields];
    checkResourceName(this, 'schemaName', props.schemaName);
    checkDescription(this, props.description);
    this.validateFields();
    if (props.schemaName !== undefined && !isGeneratedIfNeeded(props.schemaName)) {
      Annotations.of(this).addWarningV2('cdk-id-mapping:schemaNameGiven',
        "'schemaName' is given: once a workflow uses the schema mapping, Entity Resolution refuses to change its fields and the deployment fails; "
        + 'leave the name out, or change it together with the fields');
    }

    const mappedInputFields = this.mappedInputFields.map((field) => field._render());
    const resource = new er.CfnSchemaMapping(this, 'Resource', {
      schemaName: resourceName(this, props.schemaName, this.physicalName, `-${digest(this.stack.resolve([...mappedInputFields, ...(props.description ? [props.description] : [])]))}`),
      description: props.description,
      mappedInputFields,
      tags: props.tags,
    });

    this.schemaName = this.getResourceNameAttribute(resource.ref);
    this.schemaArn = this.getResourceArnAttribute(resource.attrSchemaArn, {
      service: 'entityresolution', resource: 'schemamapping', resourceName: this.physicalName,
    });
  }

  /** The match keys that rules can name. */
  public get matchKeys(): string[] {
    return [...new Set(this.mappedInputFields.flatMap((field) => field.matchKey ?? []))];
  }

  private validateFields(): void {
    const fields = this.mappedInputFields;
    checkCount(this, 'mappedInputFields', fields, 2, 35);
    for (const field of fields) {
      checkAttributeName(this, 'fieldName', field.fieldName);
      checkAttributeName(this, 'matchKey', field.matchKey);
      checkAttributeName(this, 'groupName', field.groupName);
      checkAttributeName(this, 'subType', field.subType);
    }

    const uniqueIds = fields.filter((field) => field.type === 'UNIQUE_ID').map((field) => field.fieldName);
    if (uniqueIds.length !== 1) {
      fail(this, `'mappedInputFields' must have exactly one 'SchemaInputAttribute.uniqueId(...)', got: ${JSON.stringify(uniqueIds)}`);
    }

    const names = fields.map((field) => field.fieldName);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) {
      fail(this, `'mappedInputFields' must name each column once, got twice: ${JSON.stringify(repeated)}`);
    }
  }
}
