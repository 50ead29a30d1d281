"""The AWS::EntityResolution types of MiniStack's CloudFormation.

Each resource is made, changed and removed over the wire by the Entity Resolution server
(AWS_ENDPOINT_URL_ENTITYRESOLUTION), in the account and Region that is deploying.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners, stacks


@dataclass(frozen=True)
class Type:
    noun: str  # of the API's operations: CreateSchemaMapping
    name: str  # the property that Ref returns, create-only
    attributes: tuple  # for GetAtt, the ARN first
    renamed: dict = field(default_factory=dict)  # the API's member -> the property, where more than the first letter differs


TYPES = {
    "AWS::EntityResolution::SchemaMapping": Type(
        "SchemaMapping", "SchemaName", ("SchemaArn", "CreatedAt", "UpdatedAt", "HasWorkflows"),
    ),
    "AWS::EntityResolution::MatchingWorkflow": Type(
        "MatchingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        {"schemaName": "SchemaArn"},
    ),
    "AWS::EntityResolution::IdMappingWorkflow": Type(
        "IdMappingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        {"schemaName": "SchemaArn", "incrementalRunConfig": "IdMappingIncrementalRunConfig"},
    ),
}


def register():
    for name, type_ in TYPES.items():
        provisioners._RESOURCE_HANDLERS[name] = handlers(type_)
        provisioners._REPLACING_PROPERTIES[name] = (type_.name,)
        provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")
    # The server may call MiniStack while it answers, so MiniStack's event loop must stay free.
    runs_on_worker_thread = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda name: name in TYPES or runs_on_worker_thread(name)


def handlers(type_):
    name_member = member_name(type_.name)

    def call(verb, request):
        return client_call(f"{verb}{type_.noun}", request)

    def to_request(properties):
        shape = client().meta.service_model.operation_model(f"Create{type_.noun}").input_shape
        return to_api(shape, properties, "#", type_.renamed)

    def attributes(name):
        current = call("Get", {name_member: name})
        return {attribute: to_text(current[member_name(attribute)]) for attribute in type_.attributes}

    def create(logical_id, properties, stack_name):
        request = to_request(properties)
        call("Create", request)
        return request[name_member], attributes(request[name_member])

    def update(name, old_properties, new_properties, stack_name):
        old, new = to_request(old_properties), to_request(new_properties)
        old_tags, new_tags = old.pop("tags", {}), new.pop("tags", {})
        if old != new:
            call("Update", new)
        result = attributes(name)
        arn = result[type_.attributes[0]]
        if removed := sorted(old_tags.keys() - new_tags.keys()):
            client_call("UntagResource", {"resourceArn": arn, "tagKeys": removed})
        if old_tags != new_tags and new_tags:
            client_call("TagResource", {"resourceArn": arn, "tags": new_tags})
        return name, result

    def delete(name, properties):
        try:
            call("Delete", {name_member: name})
        except HandlerError as error:
            if error.code != "ResourceNotFoundException":
                raise

    return {"create": create, "update": update, "delete": delete}


def to_api(shape, value, path, renamed):
    """A template's value in the API's shape, refusing what the shape does not have."""
    if shape.type_name == "structure" and not shape.is_document_type:
        expect(value, dict, "object", path)
        members = {renamed.get(member, member[0].upper() + member[1:]): member for member in shape.members}
        for key in value:
            if key not in members:
                raise ValueError(
                    f"Model validation failed ({path}: extraneous key [{key}] is not permitted, allowed: {', '.join(sorted(members))})")
        return {
            members[key]: item.rsplit("/", 1)[-1] if key == "SchemaArn" else to_api(shape.members[members[key]], item, f"{path}/{key}", renamed)
            for key, item in value.items()
        }
    if shape.type_name == "list":
        expect(value, list, "array", path)
        return [to_api(shape.member, item, f"{path}/{index}", renamed) for index, item in enumerate(value)]
    if shape.type_name == "map":
        expect(value, list, "array", path)
        return {tag["Key"]: tag["Value"] for tag in value}
    if shape.type_name == "boolean" and value in ("true", "false"):
        return value == "true"
    if shape.type_name == "string" and isinstance(value, (bool, int, float)):
        return to_text(value)
    return value


def expect(value, type_, type_name, path):
    if not isinstance(value, type_):
        raise ValueError(f"Model validation failed ({path}: expected type: {type_name}, found: {value!r})")


def member_name(property_name):
    return property_name[0].lower() + property_name[1:]


def to_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


class HandlerError(Exception):
    def __init__(self, error):
        self.code = error.response["Error"]["Code"]
        metadata = error.response["ResponseMetadata"]
        super().__init__(
            f'Resource handler returned message: "{error.response["Error"]["Message"]} (Service: EntityResolution, '
            f'Status Code: {metadata["HTTPStatusCode"]}, Request ID: {metadata.get("RequestId")})" (HandlerErrorCode: {self.code})')


def client_call(operation, request):
    try:
        return getattr(client(), xform_name(operation))(**request)
    except ClientError as error:
        raise HandlerError(error) from error


def client():
    return client_of(get_account_id(), get_region())


@lru_cache(maxsize=None)
def client_of(account, region):
    # A session is not safe to share between threads, a client is. MiniStack takes an access key id of 12 digits as the account.
    return botocore.session.Session().create_client(
        "entityresolution", region_name=region, aws_access_key_id=account, aws_secret_access_key="local")
