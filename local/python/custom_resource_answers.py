"""What AWS CloudFormation takes for the answer of a custom resource, where MiniStack takes anything.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json

from ministack.services.cloudformation import custom_resource

MAX_BYTES = 4096
MAX_PHYSICAL_ID_BYTES = 1024


def register():
    deliver = custom_resource.deliver_response

    def deliver_response(token, answer):
        refused = refusal(answer)
        return deliver(token, {**answer, "Status": "FAILED", "Reason": refused} if refused else answer)

    custom_resource.deliver_response = deliver_response


def refusal(answer):
    if len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()) > MAX_BYTES:
        return "Response object is too long."
    if answer.get("Status") not in ("SUCCESS", "FAILED"):
        return f"Invalid Response object: Value {answer.get('Status')} at 'Status' is neither SUCCESS nor FAILED"
    physical_id = answer.get("PhysicalResourceId")
    if answer["Status"] == "SUCCESS" and not (isinstance(physical_id, str) and 0 < len(physical_id.encode()) <= MAX_PHYSICAL_ID_BYTES):
        return "Invalid PhysicalResourceId"
    if answer["Status"] == "FAILED" and not answer.get("Reason"):
        return "Vendor response doesn't contain a Reason"
    if not isinstance(answer.get("Data") or {}, dict):
        return "Vendor response doesn't contain an object as Data"
    return None
