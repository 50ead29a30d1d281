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
    fixed: tuple = ()  # path of a create-only property that is not at the top
    unknown_to_api: tuple = ()  # properties that the template may have and the API's model has not


TYPES = {
    "AWS::EntityResolution::SchemaMapping": Type(
        "SchemaMapping", "SchemaName", ("SchemaArn", "CreatedAt", "UpdatedAt", "HasWorkflows"),
    ),
    "AWS::EntityResolution::MatchingWorkflow": Type(
        "MatchingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        {"schemaName": "SchemaArn"}, ("ResolutionTechniques", "EnableRealTimeMatching"),
    ),
    "AWS::EntityResolution::IdNamespace": Type(
        "IdNamespace", "IdNamespaceName", ("IdNamespaceArn", "CreatedAt", "UpdatedAt"),
    ),
    "AWS::EntityResolution::IdMappingWorkflow": Type(
        "IdMappingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        {"schemaName": "SchemaArn", "incrementalRunConfig": "IdMappingIncrementalRunConfig"},
        unknown_to_api=("NormalizationVersion",),
    ),
}
POLICY_STATEMENT = "AWS::EntityResolution::PolicyStatement"


def register():
    for name, type_ in TYPES.items():
        provisioners._RESOURCE_HANDLERS[name] = handlers(type_)
        provisioners._REPLACING_PROPERTIES[name] = (type_.name,)
        provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")
    provisioners._RESOURCE_HANDLERS[POLICY_STATEMENT] = policy_statement_handlers()
    provisioners._REPLACING_PROPERTIES[POLICY_STATEMENT] = ("Arn", "StatementId")
    # The server may call MiniStack while it answers, so MiniStack's event loop must stay free.
    runs_on_worker_thread = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda name: name in TYPES or name == POLICY_STATEMENT or runs_on_worker_thread(name)


def handlers(type_):
    name_member = member_name(type_.name)

    def call(verb, request):
        return client_call(f"{verb}{type_.noun}", request)

    def to_request(properties):
        return to_api(input_shape(f"Create{type_.noun}"), properties, "#", type_)

    def attributes(name):
        current = call("Get", {name_member: name})
        return {attribute: to_text(current[member_name(attribute)]) for attribute in type_.attributes}

    def create(logical_id, properties, stack_name):
        request = to_request(properties)
        call("Create", request)
        return request[name_member], attributes(request[name_member])

    def update(name, old_properties, new_properties, stack_name):
        if value_at(old_properties, type_.fixed) != value_at(new_properties, type_.fixed):
            raise ValueError("CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                             f"Rename {name} and update the stack again.")
        old, new = to_request(old_properties), to_request(new_properties)
        old_tags, new_tags = old.pop("tags", {}), new.pop("tags", {})
        changeable = input_shape(f"Update{type_.noun}").members
        for member in sorted((old.keys() | new.keys()) - changeable.keys()):
            if old.get(member) != new.get(member):
                raise ValueError(f"{property_name(member)} of {name} can't be changed from {old.get(member)} to {new.get(member)}")
        if old != new:
            call("Update", {member: value for member, value in new.items() if member in changeable})
        result = attributes(name)
        arn = result[type_.attributes[0]]
        if removed := sorted(old_tags.keys() - new_tags.keys()):
            client_call("UntagResource", {"resourceArn": arn, "tagKeys": removed})
        if old_tags != new_tags and new_tags:
            client_call("TagResource", {"resourceArn": arn, "tags": new_tags})
        return name, result

    def delete(name, properties):
        ignore_missing(call, "Delete", {name_member: name})

    return {"create": create, "update": update, "delete": delete}


def policy_statement_handlers():
    """AWS::EntityResolution::PolicyStatement: a statement has no operations to get and to update it."""

    def create(logical_id, properties, stack_name):
        client_call("AddPolicyStatement", to_api(input_shape("AddPolicyStatement"), properties, "#", Type("", "", ())))
        return f'{properties["Arn"]}|{properties["StatementId"]}', {}

    def update(name, old_properties, new_properties, stack_name):
        delete(name, old_properties)
        return create(None, new_properties, stack_name)

    def delete(name, properties):
        arn, statement_id = name.split("|")
        ignore_missing(client_call, "DeletePolicyStatement", {"arn": arn, "statementId": statement_id})

    return {"create": create, "update": update, "delete": delete}


def ignore_missing(call, *arguments):
    try:
        call(*arguments)
    except HandlerError as error:
        if error.code != "ResourceNotFoundException":
            raise


def input_shape(operation):
    return client().meta.service_model.operation_model(operation).input_shape


def to_api(shape, value, path, type_):
    """A template's value in the API's shape, refusing what the shape does not have."""
    if shape.type_name == "structure" and not shape.is_document_type:
        expect(value, dict, "object", path)
        members = {type_.renamed.get(member, property_name(member)): member for member in shape.members}
        value = {key: item for key, item in value.items() if key not in type_.unknown_to_api}
        for key in value:
            if key not in members:
                raise ValueError(
                    f"Model validation failed ({path}: extraneous key [{key}] is not permitted, allowed: {', '.join(sorted(members))})")
        return {
            members[key]: item.rsplit("/", 1)[-1] if key == "SchemaArn" else to_api(shape.members[members[key]], item, f"{path}/{key}", type_)
            for key, item in value.items()
        }
    if shape.type_name == "list":
        expect(value, list, "array", path)
        return [to_api(shape.member, item, f"{path}/{index}", type_) for index, item in enumerate(value)]
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


def value_at(properties, path):
    for key in path:
        properties = properties.get(key, {})
    return to_text(properties) if path else None


def member_name(name):
    return name[0].lower() + name[1:]


def property_name(member):
    return member[0].upper() + member[1:]


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
