import { Annotations, CfnTag, IResource, Resource, Stack, Stage, Token } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { IdMappingTableGrants } from './id-mapping-table-grants';
import { IdNamespaceAssociation } from './id-namespace-association';
import { IdMappingWorkflow } from '../entity-resolution/id-mapping-workflow';
import { digest } from '../private/digest';
import { generatedNameInMembership, nameInEnvironment } from '../private/generated-name';
import { addToKeyPolicy } from '../private/key-policy';
import { l1Of } from '../private/l1';
import { hasChangedSinceLastSynthesis, TemplateProperty } from '../private/last-synthesis';
import { splitMembershipArn } from './private/membership-arn';
import { policyStatementsOf } from '../private/policy-statements';
import { checkDescription, checkIdentifier, fail } from '../private/validation';
import { IdMappingTablePopulation, IdMappingTablePopulationOptions } from '../runs/id-mapping-table-population';

const ID_MAPPING_TABLE_SYMBOL = Symbol.for('cdk-id-mapping.IdMappingTable');

/**
 * An ID mapping table: it tells a collaboration which IDs of one member are which of another.
 */
export interface IIdMappingTable extends IResource, cr.IIdMappingTableRef {
  /**
   * The identifier of the table, a UUID.
   *
   * @attribute IdMappingTableIdentifier
   */
  readonly idMappingTableId: string;

  /**
   * The ARN of the table.
   *
   * @attribute Arn
   */
  readonly idMappingTableArn: string;

  /**
   * The identifier of the membership that the table belongs to, a UUID.
   */
  readonly membershipId: string;

  /**
   * The ARN of the collaboration; unknown for a table that was imported without it.
   *
   * @attribute
   */
  readonly collaborationArn?: string;

  /**
   * The ID mapping workflow that populates the table; unknown for a table that was imported without it.
   */
  readonly workflow?: er.IIdMappingWorkflowRef;

  /**
   * What an identity may be allowed to do with the table.
   */
  readonly grants: IdMappingTableGrants;
}

/**
 * What is known of an ID mapping table that was not defined here.
 */
export interface IdMappingTableAttributes {
  /**
   * The identifier of the table, a UUID.
   */
  readonly idMappingTableId: string;

  /**
   * The membership that the table belongs to.
   */
  readonly membership: cr.IMembershipRef;

  /**
   * The collaboration.
   *
   * @default - unknown: whoever looks whether the table was populated has to be allowed separately to see its schema
   */
  readonly collaboration?: cr.ICollaborationRef;

  /**
   * The ID mapping workflow that populates the table.
   *
   * @default - unknown: the jobs of the workflow can't be looked at
   */
  readonly workflow?: er.IIdMappingWorkflowRef;
}

abstract class IdMappingTableBase extends Resource implements IIdMappingTable {
  public abstract readonly idMappingTableId: string;
  public abstract readonly idMappingTableArn: string;
  public abstract readonly membershipId: string;
  public abstract readonly collaborationArn?: string;
  public abstract readonly workflow?: er.IIdMappingWorkflowRef;

  /** What an identity may be allowed to do with the table. */
  public readonly grants = IdMappingTableGrants.fromIdMappingTable(this);

  public get idMappingTableRef(): cr.IdMappingTableReference {
    return {
      idMappingTableIdentifier: this.idMappingTableId,
      membershipIdentifier: this.membershipId,
      idMappingTableArn: this.idMappingTableArn,
    };
  }
}

/**
 * Properties of an `IdMappingTable`.
 */
export interface IdMappingTableProps {
  /**
   * The membership of the account that owns the workflow. Another membership makes another table, which is empty.
   */
  readonly membership: cr.IMembershipRef;

  /**
   * The ID mapping workflow that populates the table: it maps one ID namespace, a source, to another one, a target, both of which are associated with
   * the collaboration. Another workflow makes another table, which is empty.
   */
  readonly workflow: er.IIdMappingWorkflowRef;

  /**
   * The key that encrypts the table.
   *
   * A `Key` that this app defines gets the statement that Clean Rooms needs; any other is left alone, with a warning. Clean Rooms takes no alias.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-id-mapping-table.html
   * @default - a key that AWS manages
   */
  readonly kmsKey?: kms.IKeyRef;

  /**
   * The name of the table, by which queries know it: at most 128 letters, digits, underscores, spaces and hyphens. A hyphen is neither among the first
   * two characters nor the last one, nor beside another hyphen. Another name makes another table, which is empty.
   *
   * With a name of your own, change it together with the membership or the workflow: the new table is made before the old one is deleted.
   *
   * @default - a generated name, which changes with the membership and the workflow
   */
  readonly idMappingTableName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Whether Clean Rooms writes the policy that it needs to run the workflow, and removes it again. A change makes another table, which is empty.
   *
   * Otherwise the owner of the workflow does, by `workflow.grants.cleanRooms()`.
   *
   * @default true
   */
  readonly manageResourcePolicies?: boolean;

  /**
   * Tags of the table.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * An ID mapping table of AWS Clean Rooms.
 *
 * It is made empty, after the ID namespace associations of the same membership that the app defines. Those of the other members have to be there, too.
 *
 * Another name, membership or workflow makes another table, as another `manageResourcePolicies` does, and what the old one was populated with is
 * lost. The synthesis warns of that when it finds the template of the synthesis before in its output folder, as with the CDK CLI, and only once: the
 * next synthesis compares with the new template. `cdk diff` tells it each time.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-id-mapping-table.html
 * @resource AWS::CleanRooms::IdMappingTable
 */
export class IdMappingTable extends IdMappingTableBase {
  /**
   * Whether the value is an ID mapping table that is defined in this app.
   *
   * @param x any construct
   */
  public static isIdMappingTable(x: IConstruct): x is IdMappingTable {
    return ID_MAPPING_TABLE_SYMBOL in x;
  }

  /**
   * An ID mapping table that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param idMappingTableArn the ARN of the table: it ends with `membership/…/idmappingtable/…`
   */
  public static fromIdMappingTableArn(scope: Construct, id: string, idMappingTableArn: string): IIdMappingTable {
    const { membershipId, resourceId } = splitMembershipArn(scope, 'idmappingtable', idMappingTableArn);
    class Import extends IdMappingTableBase {
      public readonly idMappingTableId = resourceId;
      public readonly idMappingTableArn = idMappingTableArn;
      public readonly membershipId = membershipId;
      public readonly collaborationArn = undefined;
      public readonly workflow = undefined;
    }
    return new Import(scope, id, { environmentFromArn: idMappingTableArn });
  }

  /**
   * An ID mapping table that was not defined here, of which more is known.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param attributes what is known of the table
   */
  public static fromIdMappingTableAttributes(scope: Construct, id: string, attributes: IdMappingTableAttributes): IIdMappingTable {
    const { idMappingTableId, membership, collaboration, workflow } = attributes;
    checkIdentifier(scope, 'idMappingTableId', idMappingTableId);
    class Import extends IdMappingTableBase {
      public readonly idMappingTableId = idMappingTableId;
      public readonly idMappingTableArn = `${membership.membershipRef.membershipArn}/idmappingtable/${idMappingTableId}`;
      public readonly membershipId = membership.membershipRef.membershipIdentifier;
      public readonly collaborationArn = collaboration?.collaborationRef.collaborationArn;
      public readonly workflow = workflow;
    }
    return new Import(scope, id, membership.env);
  }

  public readonly idMappingTableId: string;
  public readonly idMappingTableArn: string;
  public readonly membershipId: string;
  public readonly collaborationArn?: string;
  public readonly workflow?: er.IIdMappingWorkflowRef;

  constructor(scope: Construct, id: string, props: IdMappingTableProps) {
    super(scope, id);
    Object.defineProperty(this, ID_MAPPING_TABLE_SYMBOL, { value: true });

    const { membership, workflow, kmsKey, manageResourcePolicies = true } = props;
    const { membershipIdentifier } = membership.membershipRef;
    this.checkName(props.idMappingTableName);
    checkDescription(this, props.description);
    this.checkWorkflow(workflow);
    if (kmsKey) this.bindKey(kmsKey);

    const inputReferenceConfig = { inputReferenceArn: er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(workflow), manageResourcePolicies };
    const behind = whatIsBehind(membership, workflow);
    const resource = new cr.CfnIdMappingTable(this, 'Resource', {
      membershipIdentifier,
      name: props.idMappingTableName ?? generatedNameInMembership(this, digest([
        this.stack.resolve([
          membershipIdentifier, nameInEnvironment(this, workflow, workflow.idMappingWorkflowRef.workflowName), manageResourcePolicies,
        ]),
        ...behind.map(({ resource: l1, value }) => Stack.of(l1).resolve(value)),
      ])),
      description: props.description,
      inputReferenceConfig,
      kmsKeyArn: kmsKey?.keyRef.keyArn,
      tags: props.tags,
    });
    resource.node.addDependency(this.associations(membershipIdentifier));
    // Clean Rooms needs the workflow's policy, or changes it, too.
    resource.node.addDependency(policyStatementsOf(workflow));

    this.node.addValidation({
      validate: () => {
        this.warnOfReplacement(props, [
          { property: 'idMappingTableName', resource, path: ['Name'], value: resource.name },
          { property: 'membership', resource, path: ['MembershipIdentifier'], value: membershipIdentifier },
          { property: 'workflow', resource, path: ['InputReferenceConfig', 'InputReferenceArn'], value: inputReferenceConfig.inputReferenceArn, compared: nameInArn },
          { property: 'manageResourcePolicies', resource, path: ['InputReferenceConfig', 'ManageResourcePolicies'], value: manageResourcePolicies },
          ...behind,
        ]);
        return [];
      },
    });

    this.workflow = workflow;
    this.membershipId = membershipIdentifier;
    this.idMappingTableId = resource.attrIdMappingTableIdentifier;
    this.idMappingTableArn = resource.attrArn;
    this.collaborationArn = resource.attrCollaborationArn;
  }

  /**
   * Populates the table when the stack deploys.
   *
   * @param id the construct id of the population
   * @param options how
   */
  public populateOnDeploy(id: string, options: IdMappingTablePopulationOptions = {}): IdMappingTablePopulation {
    return new IdMappingTablePopulation(this, id, { table: this, ...options });
  }

  private checkName(name: string | undefined): void {
    if (name === undefined || Token.isUnresolved(name)) return;
    if (name.length > 128 || !/^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/.test(name)) {
      fail(this, "'idMappingTableName' must be 1 to 128 letters, digits, underscores, spaces or hyphens; it begins with neither a space nor a hyphen, "
        + `its second and its last character are no hyphen, and no two hyphens follow each other; got: ${JSON.stringify(name)}`);
    }
  }

  private checkWorkflow(workflow: er.IIdMappingWorkflowRef): void {
    if (IdMappingWorkflow.isIdMappingWorkflow(workflow) && !workflow._mapsIdNamespaces) {
      fail(this, `'workflow' must map one ID namespace to another, ${workflow.node.path} has other inputs: `
        + "give it 'InputSource.idNamespace(...)' as its only source and as its target");
    }
  }

  private bindKey(key: kms.IKeyRef): void {
    if ('aliasName' in key) {
      fail(this, `'kmsKey' must be a key, got the alias ${key.node.path}: Clean Rooms takes the ARN of a key only, `
        + "so give the key itself, by 'kms.Key.fromKeyArn(...)' if it is not defined in this app");
    }
    addToKeyPolicy(this, 'kmsKey', key, new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cleanrooms.amazonaws.com')],
      actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resources: ['*'],
    }));
  }

  /** The associations of the membership, wherever in the stage they are defined, and whether before or after the table. */
  private associations(membershipId: string): IDependable {
    const stage = Stage.of(this)!;
    const dependable = {};
    Dependable.implement(dependable, {
      get dependencyRoots() {
        return stage.node.findAll().filter((construct) => IdNamespaceAssociation.isIdNamespaceAssociation(construct)
          && construct.membershipId === membershipId && Stage.of(construct) === stage);
      },
    });
    return dependable;
  }

  private warnOfReplacement({ idMappingTableName }: IdMappingTableProps, replacing: ReplacingProperty[]): void {
    const changed = [...new Set(replacing.filter(hasChangedSinceLastSynthesis).map(({ property }) => property))];
    // A generated name changes with the others.
    const properties = idMappingTableName !== undefined || changed.length === 1 ? changed : changed.filter((property) => property !== 'idMappingTableName');
    if (properties.length === 0) return;

    const names = properties.map((property) => `'${property}'`).join(' and ');
    const nameIsTaken = idMappingTableName !== undefined && !properties.includes('idMappingTableName');
    Annotations.of(this).addWarningV2('cdk-id-mapping:idMappingTableReplaced',
      `${names} changed since the last synthesis: CloudFormation replaces the ID mapping table, and what it was populated with is lost; `
      + 'an IdMappingTablePopulation populates the new table, which is billed, otherwise it stays empty'
      + (nameIsTaken ? "; the old table has the name until it is deleted: change 'idMappingTableName', too, or leave it out" : ''));
  }
}

/** The name at the end of an ARN. What comes before it reads otherwise when the stack's environment becomes explicit, and is the same. */
function nameInArn(arn: unknown): unknown {
  return JSON.stringify(arn)?.replace(/^.*:idmappingworkflow\//, '');
}

/** A property of the table that makes another table when it changes, and where the template has it. */
interface ReplacingProperty extends TemplateProperty {
  readonly property: string;
}

/** What makes another workflow or membership and with it another table, though the table refers to it in the same words. */
function whatIsBehind(membership: cr.IMembershipRef, workflow: er.IIdMappingWorkflowRef): ReplacingProperty[] {
  const [cfnMembership, cfnWorkflow] = [membership, workflow].map(l1Of) as [cr.CfnMembership | undefined, er.CfnIdMappingWorkflow | undefined];
  return [
    ...(cfnMembership ? [{
      property: 'membership', resource: cfnMembership, path: ['CollaborationIdentifier'], value: cfnMembership.collaborationIdentifier,
    }] : []),
    ...(cfnWorkflow ? [{ property: 'workflow', resource: cfnWorkflow, path: ['WorkflowName'], value: cfnWorkflow.workflowName }] : []),
  ];
}
