"""SSE-KMS of MiniStack's S3 as on AWS: an object is written and read with the key, so the key has to be there and enabled, and, when IAM is enforced, the
caller has to be allowed to use it: by its policies and the key's (kms:ViaService included), or by a grant.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

import contextvars

import kms_use
from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id
from ministack.services import s3

# (method, bucket, key, access key id) of the request that S3 is answering
_request = contextvars.ContextVar("s3_request", default=None)


def register():
    handle, write_headers, check_read, check_copy = (
        s3.handle_request, s3._resolve_sse_write_headers, s3._check_sse_read_headers, s3._check_sse_c_copy_source)

    async def handle_request(method, path, headers, body, query_params, *arguments, **options):
        bucket, key = s3._parse_bucket_key(path, headers)
        token = _request.set((method, bucket, key, extract_access_key_id(headers, query_params)))
        try:
            # The parts of an upload are decrypted when it is completed.
            upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
            error = upload and method in ("PUT", "POST") and refusal(upload["preserved_headers"], "Decrypt")
            return error or await handle(method, path, headers, body, query_params, *arguments, **options)
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
    key, grants = kms_use.of_owner(key_id, owner)
    if key is None:
        return s3._error("KMS.NotFoundException", f"Key '{key_id}' does not exist", 400)
    if key["KeyState"] == "Disabled":
        return s3._error("KMS.DisabledException", f"{key['Arn']} is disabled.", 400)
    if key["KeyState"] != "Enabled":
        return s3._error("KMS.KMSInvalidStateException", f"{key['Arn']} is pending deletion.", 400)
    _, bucket, object_key, access_key_id = request
    principal = iam_evaluator.resolve_principal(access_key_id, get_account_id()) if app.AUTH else None
    if isinstance(principal, iam_evaluator.AuthError):
        return s3._error("AccessDenied", principal.message, 403)
    reason = principal and kms_use.denial(principal, key, grants, owner, operation, "s3", {"aws:s3:arn": f"arn:aws:s3:::{bucket}/{object_key}"})
    return s3._error("AccessDenied", reason, 403) if reason else None
