import { Stack } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IIdMappingTable } from './id-mapping-table';

/**
 * What an identity may be allowed to do with an ID mapping table.
 */
export class IdMappingTableGrants {
  /**
   * The grants of an ID mapping table.
   *
   * @param idMappingTable the ID mapping table
   */
  public static fromIdMappingTable(idMappingTable: cr.IIdMappingTableRef): IdMappingTableGrants {
    return new IdMappingTableGrants(idMappingTable);
  }

  private constructor(private readonly idMappingTable: cr.IIdMappingTableRef) {}

  /**
   * Allows to populate the table: on the table and on its membership, which the action asks for both, and to see the workflow that populates it.
   *
   * Where the workflow is not known, as for a table that was imported without it, all workflows of the table's account and Region may be seen.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscleanrooms.html
   * @param grantee who is allowed
   */
  public populate(grantee: iam.IGrantable): iam.Grant {
    const populate = iam.Grant.addToPrincipal({
      grantee,
      actions: ['cleanrooms:PopulateIdMappingTable'],
      resourceArns: [cr.CfnIdMappingTable.arnForIdMappingTable(this.idMappingTable), this.membershipArn()],
    });
    const { workflow } = this.idMappingTable as Partial<IIdMappingTable>;
    return populate.combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['entityresolution:GetIdMappingWorkflow'],
      resourceArns: [workflow ? er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(workflow) : this.arnOf('entityresolution', 'idmappingworkflow', '*')],
    }));
  }

  /**
   * Allows to see the table, its membership and, where the collaboration is known, the schema that tells whether it was populated.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscleanrooms.html
   * @param grantee who is allowed
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    const table = iam.Grant.addToPrincipal({
      grantee,
      actions: ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership'],
      resourceArns: [cr.CfnIdMappingTable.arnForIdMappingTable(this.idMappingTable), this.membershipArn()],
    });
    const { collaborationArn } = this.idMappingTable as Partial<IIdMappingTable>;
    return collaborationArn
      ? table.combine(iam.Grant.addToPrincipal({
        grantee,
        actions: ['cleanrooms:GetSchema'],
        // The action asks for both, though the schema of an ID mapping table is that of no configured table.
        resourceArns: [collaborationArn, `${this.membershipArn()}/configuredtableassociation/*`],
      }))
      : table;
  }

  private membershipArn(): string {
    return this.arnOf('cleanrooms', 'membership', this.idMappingTable.idMappingTableRef.membershipIdentifier);
  }

  /** Of something in the account and Region of the table. */
  private arnOf(service: string, resource: string, resourceName: string): string {
    const { account, region } = this.idMappingTable.env;
    return Stack.of(this.idMappingTable).formatArn({ service, account, region, resource, resourceName });
  }
}
