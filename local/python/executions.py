"""Step Functions' StartExecution by AWS's rules: which names (of state machines, too) and inputs it takes, and that starting the same twice starts it once.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

import json
import re

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions

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
        return start(data)

    def start_sync_execution(data):
        refusal = refusal_of(data.get("name"), data.get("input", "{}"))
        return error_response_json(*refusal, 400) if refusal else start_sync(data)

    def create_state_machine(data):
        refusal = refusal_of(data.get("name", ""), "{}")
        return error_response_json(*refusal, 400) if refusal else create(data)

    stepfunctions._start_execution = start_execution
    stepfunctions._start_sync_execution = start_sync_execution
    stepfunctions._create_state_machine = create_state_machine


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
