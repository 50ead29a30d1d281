"""Nested stacks of MiniStack's CloudFormation, deployed by the engine that deploys their parents.

MiniStack has a shorter copy of that engine for them: what an update does not change loses its attributes, what it replaces or removes is gone before
the parent is known to succeed, a rollback can't bring it back, and exports and deletion policies are ignored.
"""

import asyncio
import contextvars
import copy

import failed_creations
from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, helpers, provisioners, stacks

STACK = "AWS::CloudFormation::Stack"
RESTORED = ("_resources", "_template", "_template_body", "_resolved_params", "_conditions", "Parameters", "Tags", "Outputs")
# Deletions that wait for the outermost stack's update to succeed: calls of MiniStack's _delete_resource.
_cleanup = contextvars.ContextVar("nested_stack_cleanup", default=None)
_is_nested = contextvars.ContextVar("is_nested_stack", default=False)
_rolls_back = contextvars.ContextVar("stack_rolls_back", default=False)

_deploy, _delete_resource = stacks._deploy_stack_async, stacks._delete_resource


def register():
    provisioners._RESOURCE_HANDLERS[STACK] = {"create": create, "update": update, "delete": delete}
    for module in (stacks, handlers, changesets):
        module._deploy_stack_async = deploy_outermost
    stacks._delete_resource = delete_resource
    for name in ("_roll_back_operation", "_continue_update_rollback_async"):
        rolling_back = rolls_back(getattr(stacks, name))
        setattr(stacks, name, rolling_back)
        setattr(handlers, name, rolling_back)


def create(logical_id, properties, parent_name):
    child_name = f"{parent_name}-{logical_id}-{new_uuid()[:12].upper()}"
    child_id = f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stack/{child_name}/{new_uuid()}"
    parent_id = cloudformation._stacks[parent_name]["StackId"]
    child = cloudformation._stacks[child_name] = {
        "StackName": child_name,
        "StackId": child_id,
        "CreationTime": now_iso(),
        "DisableRollback": True,
        "Outputs": [],
        "ParentId": parent_id,
        "RootId": cloudformation._stacks[parent_name].get("RootId", parent_id),
        "_region": get_region(),
        "_parent_stack_name": parent_name,
        "_resources": {},
        **definition(properties, parent_name, {}),
    }
    cloudformation._stack_events[child_id] = []
    deploy(child, "CREATE")
    if child["StackStatus"] != "CREATE_COMPLETE":
        failed_creations.keep(parent_name, logical_id, STACK, child_id, properties)
        raise ValueError(f"Embedded stack {child_id} was not successfully created: {child['StackStatusReason']}")
    return child_id, attributes(child)


def update(child_id, old_properties, new_properties, parent_name):
    child = find(child_id)
    if _rolls_back.get() and "_failed_operation" in child:
        child["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS"
        asyncio.run(stacks._roll_back_operation(child["StackName"], child_id, child, child["_failed_operation"]))
        expect(child, "UPDATE_ROLLBACK_COMPLETE")
        return child_id, attributes(child)
    child.pop("_failed_operation", None)
    previous = {key: copy.deepcopy(child[key]) for key in RESTORED}
    child.update(definition(new_properties, parent_name, previous["_resolved_params"]))
    deploy(child, "UPDATE", is_update=True, previous_stack=previous)
    expect(child, "UPDATE_COMPLETE")
    # An update that has succeeded is rolled back, too, when one of the parent fails later.
    created = [logical_id for logical_id in child["_template"]["Resources"] if logical_id in child["_resources"]]
    child["_failed_operation"] = stacks._failed_operation(
        True, previous, created, None, None, [], False, child["_template"], child["_resolved_params"], False, child["Tags"], previous["Tags"])
    return child_id, attributes(child)


def delete(child_id, properties):
    child = find(child_id)
    if child is None or child["StackStatus"] == "DELETE_COMPLETE":
        return
    asyncio.run(stacks._delete_stack_async(child["StackName"], child_id))
    expect(child, "DELETE_COMPLETE")


def find(child_id):
    return next((stack for stack in cloudformation._stacks.values() if stack["StackId"] == child_id), None)


def definition(properties, parent_name, previous_parameters):
    """What a request to make or change the nested stack says, as MiniStack keeps it."""
    body, error = helpers._resolve_template({"TemplateURL": [properties.get("TemplateURL")]}) if properties.get("TemplateURL") else (None, True)
    if error or not body:
        raise ValueError(f"{STACK} needs the TemplateURL of a template in S3; given: {properties.get('TemplateURL')}")
    given = properties.get("Parameters") or {}
    if not isinstance(given, dict) or any(isinstance(value, (list, dict)) for value in given.values()):
        raise ValueError("Value of property Parameters must be an object with String (or simple type) properties")
    template = engine._parse_template(body)
    provisioners._check_nested_stack_capabilities(parent_name, template)
    parameters = engine._resolve_parameters(
        template, [{"Key": key, "Value": "" if value is None else str(value)} for key, value in given.items()], previous_parameters)
    return {
        "Description": template.get("Description", ""),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value["Value"], "NoEcho": value["NoEcho"]} for key, value in parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in provisioners._tag_map(properties.get("Tags")).items() if not key.startswith("aws:")],
        "Capabilities": provisioners._inherited_capabilities(parent_name),
        "LastUpdatedTime": now_iso(),
        "StackStatusReason": "",
        "_template": template,
        "_template_body": body,
        "_resolved_params": parameters,
        "_conditions": engine._evaluate_conditions(template, parameters),
    }


def deploy(child, verb, **options):
    """Makes or changes what is in the nested stack; a failure is left for the parent to roll back."""
    name, stack_id = child["StackName"], child["StackId"]
    child["StackStatus"] = f"{verb}_IN_PROGRESS"
    stacks._add_event(stack_id, name, name, STACK, child["StackStatus"], physical_id=stack_id)
    token = _is_nested.set(True)
    try:
        asyncio.run(_deploy(name, stack_id, child["_template"], child["_resolved_params"], True, child["Tags"], **options))
    finally:
        _is_nested.reset(token)


def expect(child, status):
    if child["StackStatus"] != status:
        raise ValueError(f"Embedded stack {child['StackId']} was not successfully updated. Currently in {child['StackStatus']} "
                         f"with reason: {child['StackStatusReason']}")


def attributes(child):
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in child["Outputs"]}


async def deploy_outermost(stack_name, stack_id, *arguments, **options):
    """The engine's deployment, after which nested stacks delete what it has replaced or removed in them, if it has succeeded."""
    cleanup = []
    _cleanup.set(cleanup)
    _rolls_back.set(False)
    await _deploy(stack_name, stack_id, *arguments, **options)
    stack = cloudformation._stacks[stack_name]
    if stack["StackStatus"] != "UPDATE_COMPLETE" or not cleanup:
        return
    # Nobody has seen the status yet: nothing was awaited since it was set.
    completed = cloudformation._stack_events[stack_id].pop()
    start_cleanup(stack)
    for resource_type, physical_id, properties, child_name, logical_id in cleanup:
        try:
            await run_reentrant(_delete_resource, resource_type, physical_id, properties, child_name, logical_id)
        except Exception as error:
            child_id = cloudformation._stacks[child_name]["StackId"]
            stacks._add_event(child_id, child_name, logical_id, resource_type, "DELETE_FAILED", str(error), physical_id)
    stack["StackStatus"] = "UPDATE_COMPLETE"
    cloudformation._stack_events[stack_id].append({**completed, "Timestamp": now_iso()})


def delete_resource(resource_type, physical_id, properties, stack_name=None, logical_id=None):
    """Called by the engine for what an update has replaced or removed, in a rollback, and when a stack is deleted."""
    stack = cloudformation._stacks.get(stack_name)
    if stack and stack["StackStatus"] == "UPDATE_IN_PROGRESS":
        if _is_nested.get():
            _cleanup.get().append((resource_type, physical_id, properties, stack_name, logical_id))
            return
        start_cleanup(stack)
    _delete_resource(resource_type, physical_id, properties, stack_name, logical_id)


def start_cleanup(stack):
    name, stack_id = stack["StackName"], stack["StackId"]
    stack["StackStatus"] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    stacks._add_event(stack_id, name, name, STACK, stack["StackStatus"], physical_id=stack_id)


def rolls_back(operation):
    async def rolling_back(*arguments, **options):
        token = _rolls_back.set(True)
        try:
            await operation(*arguments, **options)
        finally:
            _rolls_back.reset(token)

    return rolling_back
