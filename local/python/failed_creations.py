"""What is left of a resource of MiniStack's CloudFormation whose creation has failed: a rollback, or the deletion of the stack, deletes it.

MiniStack forgets such a resource. That is right for those whose creation leaves nothing, not for custom resources and nested stacks.
"""

import contextvars

from ministack.core.responses import new_uuid, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import custom_resource, handlers, provisioners, stacks

CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
# The wait of a custom resource for its answer, which has the physical id also when it says FAILED.
_pending = contextvars.ContextVar("pending_custom_resource")


def keep(stack_name, logical_id, resource_type, physical_id, properties):
    cloudformation._stacks[stack_name]["_resources"][logical_id] = {
        "PhysicalResourceId": physical_id,
        "ResourceType": resource_type,
        "ResourceStatus": "CREATE_FAILED",
        "LogicalResourceId": logical_id,
        "Properties": properties,
        "Attributes": {},
        "Timestamp": now_iso(),
    }


def register():
    roll_back, create, register_token = stacks._roll_back_operation, provisioners._custom_resource_create, custom_resource.register_token

    async def roll_back_operation(stack_name, stack_id, stack, operation, *arguments, **options):
        failed = [logical_id for logical_id, resource in stack.get("_resources", {}).items() if resource["ResourceStatus"] == "CREATE_FAILED"]
        operation["created"] += [logical_id for logical_id in failed if logical_id not in operation["created"]]
        await roll_back(stack_name, stack_id, stack, operation, *arguments, **options)

    def register_pending(token):
        event = register_token(token)
        _pending.set(custom_resource._pending[token])
        return event

    def create_custom_resource(logical_id, properties, stack_name, resource_type=CUSTOM_RESOURCE):
        try:
            return create(logical_id, properties, stack_name, resource_type)
        except (RuntimeError, TimeoutError):
            answer = _pending.get()["result"] or {}
            physical_id = answer.get("PhysicalResourceId") or f"{stack_name}-{logical_id}-{new_uuid()[:12].upper()}"
            keep(stack_name, logical_id, resource_type, physical_id, properties)
            raise

    stacks._roll_back_operation = handlers._roll_back_operation = roll_back_operation
    custom_resource.register_token = register_pending
    provisioners._custom_resource_create = create_custom_resource
    provisioners._RESOURCE_HANDLERS[CUSTOM_RESOURCE]["create"] = create_custom_resource
