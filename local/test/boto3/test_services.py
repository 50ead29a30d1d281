"""The local services by boto3, each of whose answers is held against the API model. Environment: that of the local AWS."""

import time
import unittest

import boto3
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

ADVERTISER, PUBLISHER = "000000000000", "111111111111"
# An answer of each of these is asked for below.
answered = set()


def check(model, operation_name, response):
    shape = model.operation_model(operation_name).output_shape
    answered.add(operation_name)
    if shape is not None:
        members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        report = ParamValidator().validate(members, shape)
        if report.has_errors():
            raise AssertionError(f"{operation_name} was answered with what the model does not have: {report.generate_report()}")


def client(service, account):
    made = boto3.client(service, aws_access_key_id=account, aws_secret_access_key="local")

    def after_call(http_response, parsed, model, **_):
        if http_response.status_code < 300:
            check(made.meta.service_model, model.name, parsed)

    made.meta.events.register("after-call", after_call)
    return made


FIELDS = [{"fieldName": "id", "type": "UNIQUE_ID"}, {"fieldName": "email", "type": "EMAIL_ADDRESS", "matchKey": "email"}]


def table(account, name):
    return f"arn:aws:glue:us-east-1:{account}:table/crm/{name}"


def role(account):
    return f"arn:aws:iam::{account}:role/entityresolution"


def namespace_arn(account, name):
    return f"arn:aws:entityresolution:us-east-1:{account}:idnamespace/{name}"


def make_namespace(entity_resolution, account, name, type_, user):
    entity_resolution.create_schema_mapping(schemaName=name, mappedInputFields=FIELDS)
    inputs = [{"inputSourceARN": table(account, name), "schemaName": name}]
    if type_ == "TARGET":
        arn = entity_resolution.create_matching_workflow(
            workflowName=name, roleArn=role(account), inputSourceConfig=inputs, outputSourceConfig=[{"outputS3Path": "s3://output/", "output": [{"name": "id"}]}],
            resolutionTechniques={
                "resolutionType": "RULE_MATCHING", "ruleBasedProperties": {"rules": RULES["rules"], "attributeMatchingModel": "ONE_TO_ONE"}},
        )["workflowArn"]
        inputs = [{"inputSourceARN": arn}]
    entity_resolution.create_id_namespace(
        idNamespaceName=name, type=type_, roleArn=role(account), inputSourceConfig=inputs, idMappingWorkflowProperties=[{
            "idMappingType": "RULE_BASED",
            "ruleBasedProperties": {
                "ruleDefinitionTypes": ["SOURCE"], "attributeMatchingModel": "ONE_TO_ONE", "recordMatchingModels": ["ONE_SOURCE_TO_ONE_TARGET"]},
        }])
    entity_resolution.add_policy_statement(
        arn=namespace_arn(account, name), statementId="Use", effect="Allow", principal=[user],
        action=["entityresolution:GetIdNamespace", "entityresolution:UseIdNamespace"])


def ended(jobs):
    while jobs()["jobs"][0]["status"] in ("QUEUED", "RUNNING"):
        time.sleep(0.02)


RULES = {
    "ruleDefinitionType": "SOURCE", "rules": [{"ruleName": "email", "matchingKeys": ["email"]}],
    "attributeMatchingModel": "ONE_TO_ONE", "recordMatchingModel": "ONE_SOURCE_TO_ONE_TARGET",
}


class EntityResolution(unittest.TestCase):
    def setUp(self):
        self.client = client("entityresolution", "333333333333")

    def test_resources_and_jobs(self):
        er, account = self.client, "333333333333"
        er.create_schema_mapping(schemaName="people", mappedInputFields=FIELDS, tags={"team": "crm"})
        er.update_schema_mapping(schemaName="people", mappedInputFields=FIELDS, description="changed")
        self.assertEqual(er.get_schema_mapping(schemaName="people")["description"], "changed")
        workflow = {
            "workflowName": "loyalty", "roleArn": role(account), "inputSourceConfig": [{"inputSourceARN": table(account, "loyalty"), "schemaName": "people"}],
            "outputSourceConfig": [{"outputS3Path": "s3://output/", "output": [{"name": "id"}]}],
            "resolutionTechniques": {
                "resolutionType": "RULE_MATCHING", "ruleBasedProperties": {"rules": RULES["rules"], "attributeMatchingModel": "ONE_TO_ONE"}},
        }
        er.create_matching_workflow(**workflow)
        er.update_matching_workflow(**workflow, description="changed")
        self.assertEqual(er.get_matching_workflow(workflowName="loyalty")["description"], "changed")
        namespace = {
            "idNamespaceName": "people", "roleArn": role(account), "inputSourceConfig": [{"inputSourceARN": table(account, "crm"), "schemaName": "people"}]}
        er.create_id_namespace(**namespace, type="SOURCE")
        er.update_id_namespace(**namespace, description="changed")
        self.assertEqual(er.get_id_namespace(idNamespaceName="people")["description"], "changed")
        mapping = {
            "workflowName": "mapping", "roleArn": role(account), "outputSourceConfig": [{"outputS3Path": "s3://output/"}],
            "inputSourceConfig": [
                {"inputSourceARN": table(account, "crm"), "schemaName": "people", "type": "SOURCE"},
                {"inputSourceARN": f"arn:aws:entityresolution:us-east-1:{account}:matchingworkflow/loyalty", "type": "TARGET"}],
            "idMappingTechniques": {"idMappingType": "RULE_BASED", "ruleBasedProperties": RULES},
        }
        er.create_id_mapping_workflow(**mapping)
        er.update_id_mapping_workflow(**mapping, description="changed")
        arn = er.get_id_mapping_workflow(workflowName="mapping")["workflowArn"]

        job = er.start_id_mapping_job(workflowName="mapping")["jobId"]
        er.get_id_mapping_job(workflowName="mapping", jobId=job)
        job = er.start_matching_job(workflowName="loyalty")["jobId"]
        er.get_matching_job(workflowName="loyalty", jobId=job)
        for operation, arguments in [
            ("list_schema_mappings", {}), ("list_matching_workflows", {}), ("list_id_namespaces", {}), ("list_id_mapping_workflows", {}),
            ("list_id_mapping_jobs", {"workflowName": "mapping"}), ("list_matching_jobs", {"workflowName": "loyalty"}), ("list_provider_services", {}),
        ]:
            pages = list(er.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 15}))
            self.assertEqual(len(pages), 1, operation)
        er.batch_delete_unique_id(workflowName="loyalty", uniqueIds=["1", "a+b"])

        er.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        er.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual(er.list_tags_for_resource(resourceArn=arn)["tags"], {"b": "2"})
        token = er.add_policy_statement(
            arn=arn, statementId="one", effect="Allow", principal=[PUBLISHER], action=["entityresolution:GetIdMappingJob"])["token"]
        er.put_policy(arn=arn, token=token, policy=er.get_policy(arn=arn)["policy"])
        er.delete_policy_statement(arn=arn, statementId="one")

        ended(lambda: er.list_id_mapping_jobs(workflowName="mapping"))
        ended(lambda: er.list_matching_jobs(workflowName="loyalty"))
        er.delete_id_mapping_workflow(workflowName="mapping")
        er.delete_id_namespace(idNamespaceName="people")
        er.delete_matching_workflow(workflowName="loyalty")
        er.delete_schema_mapping(schemaName="people")

    def test_errors(self):
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.get_id_mapping_workflow(workflowName="none")
        with self.assertRaises(self.client.exceptions.ValidationException):
            self.client.create_schema_mapping(schemaName="a b", mappedInputFields=FIELDS)


class CleanRooms(unittest.TestCase):
    def test_two_parties(self):
        rooms, partners_rooms = client("cleanrooms", ADVERTISER), client("cleanrooms", PUBLISHER)
        er, partners_er = client("entityresolution", ADVERTISER), client("entityresolution", PUBLISHER)
        collaboration = rooms.create_collaboration(
            name="campaign", description="reach", creatorDisplayName="Advertiser", creatorMemberAbilities=["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
            queryLogStatus="DISABLED", members=[{"accountId": PUBLISHER, "displayName": "Publisher", "memberAbilities": []}])["collaboration"]["id"]
        rooms.update_collaboration(collaborationIdentifier=collaboration, description="changed", analyticsEngine="SPARK")
        rooms.get_collaboration(collaborationIdentifier=collaboration)
        membership, partners = (
            each.create_membership(collaborationIdentifier=collaboration, queryLogStatus="DISABLED")["membership"]["id"] for each in (rooms, partners_rooms))
        make_namespace(er, ADVERTISER, "crm", "SOURCE", PUBLISHER)
        make_namespace(partners_er, PUBLISHER, "members", "TARGET", ADVERTISER)

        paid = rooms.update_membership(
            membershipIdentifier=membership, queryLogStatus="ENABLED", jobLogStatus="ENABLED",
            membershipPaymentConfiguration={"queryCompute": {"isResponsible": False}, "jobCompute": {"isResponsible": True}})["membership"]
        self.assertEqual(paid["paymentConfiguration"], {"queryCompute": {"isResponsible": False}, "jobCompute": {"isResponsible": True}})
        self.assertEqual(rooms.get_membership(membershipIdentifier=membership)["membership"], paid)

        associations = [
            each.create_id_namespace_association(
                membershipIdentifier=of, name=name,
                inputReferenceConfig={"inputReferenceArn": namespace_arn(account, name), "manageResourcePolicies": True})["idNamespaceAssociation"]["id"]
            for each, of, account, name in ((rooms, membership, ADVERTISER, "crm"), (partners_rooms, partners, PUBLISHER, "members"))]
        key = {"membershipIdentifier": membership, "idNamespaceAssociationIdentifier": associations[0]}
        rooms.update_id_namespace_association(**key, description="changed")
        rooms.get_id_namespace_association(**key)
        rooms.get_collaboration_id_namespace_association(collaborationIdentifier=collaboration, idNamespaceAssociationIdentifier=associations[1])
        er.create_id_mapping_workflow(
            workflowName="crm-to-members", roleArn=role(ADVERTISER), idMappingTechniques={"idMappingType": "RULE_BASED", "ruleBasedProperties": RULES},
            inputSourceConfig=[{"inputSourceARN": namespace_arn(ADVERTISER, "crm")}, {"inputSourceARN": namespace_arn(PUBLISHER, "members")}])
        table_id = rooms.create_id_mapping_table(
            membershipIdentifier=membership, name="mapping", inputReferenceConfig={
                "inputReferenceArn": f"arn:aws:entityresolution:us-east-1:{ADVERTISER}:idmappingworkflow/crm-to-members", "manageResourcePolicies": True,
            })["idMappingTable"]["id"]
        key = {"membershipIdentifier": membership, "idMappingTableIdentifier": table_id}
        rooms.update_id_mapping_table(**key, description="changed")
        self.assertEqual(rooms.get_id_mapping_table(**key)["idMappingTable"]["description"], "changed")
        rooms.get_schema(collaborationIdentifier=collaboration, name="mapping")
        rooms.batch_get_schema(collaborationIdentifier=collaboration, names=["mapping", "none"])
        rooms.populate_id_mapping_table(**key)

        for operation, arguments in [
            ("list_collaborations", {}), ("list_memberships", {}), ("list_members", {"collaborationIdentifier": collaboration}),
            ("list_id_namespace_associations", {"membershipIdentifier": membership}), ("list_schemas", {"collaborationIdentifier": collaboration}),
            ("list_collaboration_id_namespace_associations", {"collaborationIdentifier": collaboration}),
            ("list_id_mapping_tables", {"membershipIdentifier": membership}),
        ]:
            self.assertGreater(len(list(rooms.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 1}))), 0, operation)
        arn = rooms.get_membership(membershipIdentifier=membership)["membership"]["arn"]
        rooms.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        rooms.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual(rooms.list_tags_for_resource(resourceArn=arn)["tags"], {"b": "2"})

        with self.assertRaises(rooms.exceptions.ConflictException):
            rooms.delete_membership(membershipIdentifier=membership)
        rooms.delete_id_mapping_table(**key)
        rooms.delete_id_namespace_association(membershipIdentifier=membership, idNamespaceAssociationIdentifier=associations[0])
        rooms.delete_membership(membershipIdentifier=membership)
        rooms.delete_collaboration(collaborationIdentifier=collaboration)

        for call in (lambda: rooms.get_id_mapping_table(**key), lambda: rooms.list_tags_for_resource(resourceArn=arn)):
            with self.assertRaises(rooms.exceptions.ResourceNotFoundException) as raised:
                call()
            shape = rooms.meta.service_model.shape_for("ResourceNotFoundException")
            self.assertIn(raised.exception.response["resourceType"], shape.members["resourceType"].enum)
            self.assertTrue(raised.exception.response["resourceId"])


# A call of each service that is answered with the names of what is served.
UNSERVED = {
    "entityresolution": lambda made: made.generate_match_id(
        workflowName="x", records=[{"inputSourceARN": table(ADVERTISER, "crm"), "uniqueId": "1", "recordAttributeMap": {}}]),
    "cleanrooms": lambda made: made.list_configured_tables(),
}


class ZCoverage(unittest.TestCase):
    """Runs last: by its name."""

    def test_every_operation_that_is_served_was_answered(self):
        for service, call in UNSERVED.items():
            with self.assertRaises(ClientError) as raised:
                call(client(service, ADVERTISER))
            served = set(raised.exception.response["Error"]["Message"].partition("it serves: ")[2].split(", "))
            # There is no provider here to get.
            self.assertEqual(served - answered, {"GetProviderService"} & served)
            self.assertGreater(len(served), 20)


if __name__ == "__main__":
    unittest.main()
