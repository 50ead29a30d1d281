"""The AWS::EntityResolution and AWS::CleanRooms types of MiniStack's CloudFormation.

Each resource is made, changed and removed over the wire by the server of its service (AWS_ENDPOINT_URL_ENTITYRESOLUTION,
AWS_ENDPOINT_URL_CLEANROOMS), in the account and Region that is deploying.
"""

from dataclasses import dataclass, field

from botocore import xform_name
from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners, stacks
from service_clients import client_of


@dataclass(frozen=True)
class Type:
    service: str  # botocore's name
    noun: str  # of the API's operations: CreateSchemaMapping
    identifiers: tuple  # the properties that Ref joins with |
    attributes: tuple  # for GetAtt, the ARN first
    replacing: tuple  # create-only properties
    answer: str = None  # the member that holds the resource @default - the answer itself
    renamed: dict = field(default_factory=dict)  # the API's member -> the property, where more than the first letter differs
    fixed: tuple = ()  # path of a create-only property that is not at the top
    unknown_to_api: tuple = ()  # properties that the template may have and the API's model has not
    optional_lists: tuple = ()  # members that the API requires and the template does not
    updated_as: dict = field(default_factory=dict)  # a member -> what the request to update calls it, where that is something else

    @property
    def operations(self):
        return {verb: f"{verb}{self.noun}" for verb in ("Create", "Get", "Update", "Delete")}


def entity_resolution_type(noun, name, attributes, **options):
    return Type("entityresolution", noun, (name,), attributes, (name,), **options)


def clean_rooms_type(noun, identifiers, attributes, replacing, **options):
    return Type("cleanrooms", noun, identifiers, ("Arn", *attributes), replacing, answer=member_name(noun), **options)


def member_name(name):
    return name[0].lower() + name[1:]


def property_name(member):
    return member[0].upper() + member[1:]


TYPES = {
    "AWS::EntityResolution::SchemaMapping": entity_resolution_type(
        "SchemaMapping", "SchemaName", ("SchemaArn", "CreatedAt", "UpdatedAt", "HasWorkflows"),
    ),
    "AWS::EntityResolution::MatchingWorkflow": entity_resolution_type(
        "MatchingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        renamed={"schemaName": "SchemaArn"}, fixed=("ResolutionTechniques", "EnableRealTimeMatching"),
    ),
    "AWS::EntityResolution::IdNamespace": entity_resolution_type(
        "IdNamespace", "IdNamespaceName", ("IdNamespaceArn", "CreatedAt", "UpdatedAt"),
    ),
    "AWS::EntityResolution::IdMappingWorkflow": entity_resolution_type(
        "IdMappingWorkflow", "WorkflowName", ("WorkflowArn", "CreatedAt", "UpdatedAt"),
        renamed={"schemaName": "SchemaArn", "incrementalRunConfig": "IdMappingIncrementalRunConfig"},
        unknown_to_api=("NormalizationVersion",),
    ),
    "AWS::CleanRooms::Collaboration": clean_rooms_type(
        "Collaboration", ("CollaborationIdentifier",), ("CollaborationIdentifier",),
        ("CreatorDisplayName", "CreatorMemberAbilities", "CreatorMLMemberAbilities", "DataEncryptionMetadata", "JobLogStatus", "QueryLogStatus",
         "Members", "CreatorPaymentConfiguration", "AutoApprovedChangeTypes", "AllowedResultRegions"),
        renamed={"autoApprovedChangeRequestTypes": "AutoApprovedChangeTypes", "mlMemberAbilities": "MLMemberAbilities"},
        optional_lists=("members", "creatorMemberAbilities", "memberAbilities"),
    ),
    "AWS::CleanRooms::Membership": clean_rooms_type(
        "Membership", ("MembershipIdentifier",), ("MembershipIdentifier", "CollaborationArn", "CollaborationCreatorAccountId"),
        ("CollaborationIdentifier",), updated_as={"paymentConfiguration": "membershipPaymentConfiguration"},
    ),
    "AWS::CleanRooms::IdNamespaceAssociation": clean_rooms_type(
        "IdNamespaceAssociation", ("IdNamespaceAssociationIdentifier", "MembershipIdentifier"),
        ("IdNamespaceAssociationIdentifier", "MembershipArn", "CollaborationArn", "CollaborationIdentifier"),
        ("MembershipIdentifier", "InputReferenceConfig"),
    ),
    "AWS::CleanRooms::IdMappingTable": clean_rooms_type(
        "IdMappingTable", ("IdMappingTableIdentifier", "MembershipIdentifier"),
        ("IdMappingTableIdentifier", "MembershipArn", "CollaborationArn", "CollaborationIdentifier"),
        ("MembershipIdentifier", "Name", "InputReferenceConfig"),
    ),
}
POLICY_STATEMENT = "AWS::EntityResolution::PolicyStatement"


def register():
    for name, type_ in TYPES.items():
        provisioners._RESOURCE_HANDLERS[name] = handlers(type_)
        provisioners._REPLACING_PROPERTIES[name] = type_.replacing
        provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")
    provisioners._RESOURCE_HANDLERS[POLICY_STATEMENT] = policy_statement_handlers()
    provisioners._REPLACING_PROPERTIES[POLICY_STATEMENT] = ("Arn", "StatementId")
    # The server may call MiniStack while it answers, so MiniStack's event loop must stay free.
    runs_on_worker_thread = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda name: name in TYPES or name == POLICY_STATEMENT or runs_on_worker_thread(name)


def handlers(type_):
    def call(verb, request):
        answer = client_call(type_.service, type_.operations[verb], request)
        return answer.get(type_.answer, answer)

    def to_request(properties):
        return to_api(input_shape(type_.service, type_.operations["Create"]), properties, "#", type_)

    def identity(physical_id):
        return dict(zip(map(member_name, type_.identifiers), physical_id.split("|")))

    def value_of(resource, name):
        """What GetAtt returns: the identifier of Clean Rooms' own resource is its id, of another one xId."""
        if type_.service == "cleanrooms" and name.endswith("Identifier"):
            return resource["id" if name == type_.identifiers[0] else member_name(name.replace("Identifier", "Id"))]
        return to_text(resource[member_name(name)])

    def attributes(physical_id):
        resource = call("Get", identity(physical_id))
        return {name: value_of(resource, name) for name in type_.attributes}

    def create(logical_id, properties, stack_name):
        resource = call("Create", to_request(properties))
        physical_id = "|".join(value_of(resource, name) for name in type_.identifiers)
        return physical_id, attributes(physical_id)

    def update(physical_id, old_properties, new_properties, stack_name):
        if value_at(old_properties, type_.fixed) != value_at(new_properties, type_.fixed):
            raise ValueError("CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                             f"Rename {physical_id} and update the stack again.")
        old, new = to_request(old_properties), to_request(new_properties)
        old_tags, new_tags = old.pop("tags", {}), new.pop("tags", {})
        old, new = ({type_.updated_as.get(member, member): value for member, value in request.items()} for request in (old, new))
        changeable = input_shape(type_.service, type_.operations["Update"]).members
        for member in sorted((old.keys() | new.keys()) - changeable.keys()):
            if old.get(member) != new.get(member):
                raise ValueError(f"{property_name(member)} of {physical_id} can't be changed from {old.get(member)} to {new.get(member)}")
        if old != new:
            call("Update", {**identity(physical_id), **{member: value for member, value in new.items() if member in changeable}})
        result = attributes(physical_id)
        arn = result[type_.attributes[0]]
        if removed := sorted(old_tags.keys() - new_tags.keys()):
            client_call(type_.service, "UntagResource", {"resourceArn": arn, "tagKeys": removed})
        if old_tags != new_tags and new_tags:
            client_call(type_.service, "TagResource", {"resourceArn": arn, "tags": new_tags})
        return physical_id, result

    def delete(physical_id, properties):
        ignore_missing(call, "Delete", identity(physical_id))

    return {"create": create, "update": update, "delete": delete}


def policy_statement_handlers():
    """AWS::EntityResolution::PolicyStatement: a statement has no operations to get and to update it."""
    service = "entityresolution"

    def create(logical_id, properties, stack_name):
        request = to_api(input_shape(service, "AddPolicyStatement"), properties, "#", Type(service, "PolicyStatement", (), (), ()))
        client_call(service, "AddPolicyStatement", request)
        return f'{properties["Arn"]}|{properties["StatementId"]}', {}

    def update(name, old_properties, new_properties, stack_name):
        delete(name, old_properties)
        return create(None, new_properties, stack_name)

    def delete(name, properties):
        arn, statement_id = name.split("|")
        ignore_missing(client_call, service, "DeletePolicyStatement", {"arn": arn, "statementId": statement_id})

    return {"create": create, "update": update, "delete": delete}


def ignore_missing(call, *arguments):
    try:
        call(*arguments)
    except HandlerError as error:
        if error.code != "ResourceNotFoundException":
            raise


def input_shape(service, operation):
    return client(service).meta.service_model.operation_model(operation).input_shape


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
        defaults = {member: [] for member in type_.optional_lists if member in shape.required_members}
        return defaults | {
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


def to_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


class HandlerError(Exception):
    def __init__(self, service, error):
        self.code = error.response["Error"]["Code"]
        metadata = error.response["ResponseMetadata"]
        super().__init__(
            f'Resource handler returned message: "{error.response["Error"]["Message"]} (Service: {service}, '
            f'Status Code: {metadata["HTTPStatusCode"]}, Request ID: {metadata.get("RequestId")})" (HandlerErrorCode: {self.code})')


def client_call(service, operation, request):
    try:
        return getattr(client(service), xform_name(operation))(**request)
    except ClientError as error:
        raise HandlerError(client(service).meta.service_model.service_id, error) from error


def client(service):
    return client_of(service, get_region(), get_account_id())
