import { Stack } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
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
   * Allows to populate the table: on the table and on its membership, which the action asks for both.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscleanrooms.html
   * @param grantee who is allowed
   */
  public populate(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['cleanrooms:PopulateIdMappingTable'],
      resourceArns: [cr.CfnIdMappingTable.arnForIdMappingTable(this.idMappingTable), this.membershipArn()],
    });
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
      ? table.combine(iam.Grant.addToPrincipal({ grantee, actions: ['cleanrooms:GetSchema'], resourceArns: [collaborationArn] }))
      : table;
  }

  private membershipArn(): string {
    const { env, idMappingTableRef } = this.idMappingTable;
    return Stack.of(this.idMappingTable).formatArn({
      service: 'cleanrooms', ...env, resource: 'membership', resourceName: idMappingTableRef.membershipIdentifier,
    });
  }
}
