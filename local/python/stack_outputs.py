"""Outputs of MiniStack's CloudFormation as AWS has them: an export that is in use can't be changed, and a change of outputs alone is a change."""

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, stacks

NO_CHANGES = "The submitted information didn't contain changes."


def register():
    resolve, create_change_set = stacks._resolve_stack_outputs, handlers._ACTION_HANDLERS["CreateChangeSet"]

    def resolve_stack_outputs(definitions, conditions, resources, parameters, mappings, stack_name, stack_id):
        outputs, exports = resolve(definitions, conditions, resources, parameters, mappings, stack_name, stack_id)
        for output in outputs:
            if "ExportName" in output:
                check_export(output, stack_id)
        for name, export in own_exports(stack_id).items():
            users = users_of(name, stack_name)
            if users and exports.get(name, {}).get("Value") != export["Value"]:
                verb = "updated" if name in exports else "deleted"
                raise ValueError(f"Export {name} cannot be {verb} as it is in use by {', '.join(users)}")
        for name in own_exports(stack_id).keys() - exports.keys():
            cloudformation._exports.pop(name)
        return outputs, exports

    def create_change_set_of_outputs(parameters):
        known = set(cloudformation._change_sets)
        answer = create_change_set(parameters)
        for change_set_id in set(cloudformation._change_sets) - known:
            change_set = cloudformation._change_sets[change_set_id]
            stack = cloudformation._stacks[change_set["StackName"]]
            if change_set["StatusReason"].startswith(NO_CHANGES) and outputs_of(change_set) != outputs_of(stack):
                change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
        return answer

    stacks._resolve_stack_outputs = resolve_stack_outputs
    handlers._ACTION_HANDLERS["CreateChangeSet"] = create_change_set_of_outputs


def check_export(output, stack_id):
    name = output["ExportName"]
    if not output["OutputValue"].strip():
        raise ValueError(f"Cannot export output {output['OutputKey']}. Exported values must not be empty or whitespace-only.")
    owner = cloudformation._exports.get(name, {}).get("StackId", stack_id)
    if owner != stack_id:
        raise ValueError(f"Export with name {name} is already exported by stack {owner.split('/')[1]}")


def own_exports(stack_id):
    return {name: export for name, export in cloudformation._exports.items() if export["StackId"] == stack_id}


def users_of(export_name, exporter):
    return sorted(name for name, stack in cloudformation._stacks.items()
                  if name != exporter and not stack["StackStatus"].startswith(("DELETE_COMPLETE", "REVIEW_"))
                  and export_name in handlers._imported_export_names(stack, name))


def outputs_of(record):
    """The outputs of a stack or a change set, with the values of the parameters that they refer to."""
    outputs = record["_template"].get("Outputs", {})
    parameters = {name: value["Value"] for name, value in record["_resolved_params"].items()}
    referred = {name for name, _ in engine._intrinsic_references(outputs)}
    return outputs, {name: value for name, value in parameters.items() if name in referred}
