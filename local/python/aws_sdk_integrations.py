"""Step Functions' arn:aws:states:::aws-sdk:entityresolution:… and …:cleanrooms:…, called as the state machine's role, handed to the servers.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import contextvars
import datetime

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions
from service_clients import client_of

# What errors begin with.
SERVICES = {"entityresolution": "EntityResolution", "cleanrooms": "CleanRooms"}
_machine = contextvars.ContextVar("state_machine", default=None)


def register():
    run, invoke = stepfunctions._run_execution, stepfunctions._invoke_aws_sdk_integration

    def run_execution(execution_arn):
        execution = stepfunctions._executions.get(execution_arn)
        _machine.set(execution and stepfunctions._state_machines.get(execution["stateMachineArn"]))
        run(execution_arn)

    def invoke_aws_sdk(resource, parameters):
        service, action = resource.split(":")[6:8]
        return call(service, action, parameters or {}) if service in SERVICES else invoke(resource, parameters)

    stepfunctions._run_execution = run_execution
    stepfunctions._invoke_aws_sdk_integration = invoke_aws_sdk


def call(service, action, parameters):
    machine = _machine.get()
    # What a Lambda function of the role would get: MiniStack has nothing of the kind for state machines.
    credentials = lambda_runtime.execution_credentials({
        "FunctionArn": f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{machine['name']}", "FunctionName": machine["name"],
        "Role": machine["roleArn"]})
    client = client_of(service, get_region(), credentials["AWS_ACCESS_KEY_ID"], credentials["AWS_SECRET_ACCESS_KEY"],
                       credentials["AWS_SESSION_TOKEN"] or None)
    operation = action[0].upper() + action[1:]
    model = client.meta.service_model
    if operation not in model.operation_names:
        raise stepfunctions._ExecutionError("States.Runtime", f"The resource aws-sdk:{service}:{action} does not exist")
    shapes = model.operation_model(operation)
    try:
        answer = getattr(client, xform_name(operation))(**to_api(shapes.input_shape, parameters))
    except ParamValidationError as error:
        raise stepfunctions._ExecutionError("States.Runtime", str(error)) from error
    except ClientError as error:
        detail, metadata = error.response["Error"], error.response["ResponseMetadata"]
        name = detail["Code"].removesuffix("Exception")
        raise stepfunctions._ExecutionError(
            f"{SERVICES[service]}.{name}Exception",
            f'{detail["Message"]} (Service: {SERVICES[service]}, Status Code: {metadata["HTTPStatusCode"]}, Request ID: {metadata.get("RequestId")})',
        ) from error
    return from_api(shapes.output_shape, answer)


def title(member):
    return member[0].upper() + member[1:]


def to_api(shape, value):
    """Parameters, whose names begin with a capital letter, in the API's shape; a name that it does not have is left for the client to refuse."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {title(member): member for member in shape.members}
        return {members.get(key, key): to_api(shape.members[members[key]], item) if key in members else item for key, item in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [to_api(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: to_api(shape.value, item) for key, item in value.items()}
    return value


def from_api(shape, value):
    if shape.type_name == "structure":
        return {title(member): from_api(shape.members[member], item) for member, item in value.items() if member in shape.members}
    if shape.type_name == "list":
        return [from_api(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: from_api(shape.value, item) for key, item in value.items()}
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
