"""Step Functions' StartExecution by AWS's rules: which names (of state machines, too) and inputs it takes, that starting the same twice starts it once, and,
when IAM is enforced, that the machine's role may use the key that its executions are encrypted with.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
"""

import json
import re

import kms_use
from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import iam, stepfunctions

# No white space, brackets, wildcards, special characters or control characters.
NAME = re.compile(r'[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]{1,80}')
MAX_INPUT_BYTES = 262_144


def register():
    start, start_sync, create = stepfunctions._start_execution, stepfunctions._start_sync_execution, stepfunctions._create_state_machine

    def start_execution(data):
        name, text = data.get("name"), data.get("input", "{}")
        if refusal := refusal_of(name, text):
            return error_response_json(*refusal, 400)
        machine = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", "").split("#")[0])
        running = machine and name and stepfunctions._executions.get(
            f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{stepfunctions._state_machines[machine]['name']}:{name}")
        if running and running["status"] == "RUNNING" and running["input"] == text:
            return json_response({"executionArn": running["executionArn"], "startDate": running["startDate"]})
        refusal = machine and refusal_of_key(stepfunctions._state_machines[machine])
        return error_response_json(*refusal, 400) if refusal else start(data)

    def start_sync_execution(data):
        refusal = refusal_of(data.get("name"), data.get("input", "{}"))
        return error_response_json(*refusal, 400) if refusal else start_sync(data)

    def create_state_machine(data):
        refusal = refusal_of(data.get("name", ""), "{}")
        return error_response_json(*refusal, 400) if refusal else create(data)

    stepfunctions._start_execution = start_execution
    stepfunctions._start_sync_execution = start_sync_execution
    stepfunctions._create_state_machine = create_state_machine


def refusal_of_key(machine):
    """The error when the machine's key can't be used, or not by its role, or None."""
    key_id, account = machine["encryptionConfiguration"].get("kmsKeyId"), get_account_id()
    if not key_id:
        return None
    key, grants = kms_use.of_owner(key_id, account)
    if key is None or key["KeyState"] != "Enabled":
        return "KmsInvalidStateException", f"the key {key_id} is not enabled"
    if not app.AUTH:
        return None
    role = machine["roleArn"].split("/")[-1]
    principal = iam_evaluator.PrincipalInfo(
        arn=f"arn:aws:sts::{account}:assumed-role/{role}/states",
        type="AssumedRole",
        account=account,
        policies=iam_evaluator._gather_role_policies(role, account),
        limits=iam_evaluator._permissions_boundary(iam._roles, role, account),
    )
    context = {"aws:states:stateMachineArn": machine["stateMachineArn"]}
    denials = (kms_use.denial(principal, key, grants, account, operation, "states", context) for operation in ("Decrypt", "GenerateDataKey"))
    denial = next(filter(None, denials), None)
    return denial and ("KmsAccessDeniedException", denial)


def refusal_of(name, text):
    if name is not None and not NAME.fullmatch(name):
        return "InvalidName", f"Invalid Name: '{name}'"
    if len(text.encode()) > MAX_INPUT_BYTES:
        return "ValidationException", f"input: Member must have length less than or equal to {MAX_INPUT_BYTES}"
    try:
        json.loads(text)
    except ValueError:
        return "InvalidExecutionInput", "Invalid State Machine Execution Input: the input is not JSON"
    return None
