"""SSE-KMS of MiniStack's S3 as on AWS: an object is written and read with the key, so the key has to be there and enabled, and, when IAM is enforced, the
caller has to be allowed to use it: by its policies and the key's (kms:ViaService included), or by a grant.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

import contextvars

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id
from ministack.services import kms, s3

# (method, bucket, key, access key id) of the request that S3 is answering
_request = contextvars.ContextVar("s3_request", default=None)


def register():
    handle, write_headers, check_read, check_copy = (
        s3.handle_request, s3._resolve_sse_write_headers, s3._check_sse_read_headers, s3._check_sse_c_copy_source)

    async def handle_request(method, path, headers, body, query_params, *arguments, **options):
        bucket, key = s3._parse_bucket_key(path, headers)
        token = _request.set((method, bucket, key, extract_access_key_id(headers, query_params)))
        try:
            return await handle(method, path, headers, body, query_params, *arguments, **options)
        finally:
            _request.reset(token)

    def resolve_write_headers(headers, bucket_name):
        stored, error = write_headers(headers, bucket_name)
        return stored, error or refusal(stored, "GenerateDataKey")

    def check_read_headers(headers, obj):
        return check_read(headers, obj) or refusal(s3._stored_sse_headers(obj), "Decrypt")

    def check_copy_source(headers, obj):
        return check_copy(headers, obj) or refusal(s3._stored_sse_headers(obj), "Decrypt")

    s3.handle_request = handle_request
    s3._resolve_sse_write_headers = resolve_write_headers
    s3._check_sse_read_headers = check_read_headers
    s3._check_sse_c_copy_source = check_copy_source


def refusal(encryption, operation):
    """S3's error when the key of an object can't be used, else None."""
    key_id, request = encryption.get("x-amz-server-side-encryption-aws-kms-key-id"), _request.get()
    if not key_id or request is None or request[0] == "HEAD":
        return None
    owner = key_id.split(":")[4] if key_id.startswith("arn:") else get_account_id()
    key, grants = of_owner(key_id, owner)
    if key is None:
        return s3._error("KMS.NotFoundException", f"Key '{key_id}' does not exist", 400)
    if key["KeyState"] == "Disabled":
        return s3._error("KMS.DisabledException", f"{key['Arn']} is disabled.", 400)
    if key["KeyState"] != "Enabled":
        return s3._error("KMS.KMSInvalidStateException", f"{key['Arn']} is pending deletion.", 400)
    reason = denial(key, grants, owner, operation, *request[1:]) if app.AUTH else None
    return s3._error("AccessDenied", reason, 403) if reason else None


def of_owner(key_id, owner):
    """The key, and its grants, of the account that has it."""
    def find():
        set_request_account_id(owner)
        if key_id.startswith("arn:"):
            set_request_region(key_id.split(":")[3])
        key = kms._resolve_key(key_id)
        return key, [grant for grant in kms._grants.values() if key and grant["KeyId"] == key["Arn"]]

    return contextvars.copy_context().run(find)


def denial(key, grants, owner, operation, bucket, object_key, access_key_id):
    """Why the caller may not use the key, or None when it may."""
    principal = iam_evaluator.resolve_principal(access_key_id, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return principal.message
    action, context = f"kms:{operation}", {"aws:s3:arn": f"arn:aws:s3:::{bucket}/{object_key}"}
    request = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        principal_keys=principal.keys,
        action=action,
        resource_arn=key["Arn"],
        region=get_region(),
        service_context={
            "kms:viaservice": f"s3.{get_region()}.amazonaws.com",
            "kms:calleraccount": principal.account,
            "kms:encryptioncontextkeys": list(context),
            **{f"kms:encryptioncontext:{name}": value for name, value in context.items()},
        },
    )
    if principal.policies is None:  # the account itself: its key's policy decides
        identity = iam_evaluator.EvalResult("Allow")
    else:
        identity = iam_evaluator.evaluate(request, principal.policies, *principal.limits)
    result = iam_evaluator.combine_resource_policy(identity, request, key.get("Policy") or "", owner, required=True, limits=principal.limits)
    if result.decision == "Allow" or result.decision != "Deny" and any(grants_use(grant, principal.arn, operation, context) for grant in grants):
        return None
    because = "with an explicit deny" if result.decision == "Deny" else "because no identity-based policy, key policy or grant allows the action"
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {key['Arn']} {because}"


def grants_use(grant, principal_arn, operation, context):
    constraints = grant["Constraints"] or {}
    return (operation in grant["Operations"]
            and grant["GranteePrincipal"] in (principal_arn, role_of(principal_arn))
            and constraints.get("EncryptionContextSubset", {}).items() <= context.items()
            and constraints.get("EncryptionContextEquals", context) == context)


def role_of(session_arn):
    """The role of an assumed-role session, or the ARN itself."""
    parts = session_arn.split(":")
    if parts[2] != "sts":
        return session_arn
    return f"arn:aws:iam::{parts[4]}:role/{parts[5].split('/')[1]}"
