"""Clients of the Entity Resolution and Clean Rooms servers (AWS_ENDPOINT_URL_ENTITYRESOLUTION, AWS_ENDPOINT_URL_CLEANROOMS)."""

from functools import lru_cache

import botocore.session


@lru_cache(maxsize=None)
def client_of(service, region, access_key_id, secret_access_key="local", session_token=None):
    # A session is not safe to share between threads, a client is. MiniStack takes an access key id of 12 digits as the account.
    return botocore.session.Session().create_client(
        service, region_name=region, aws_access_key_id=access_key_id, aws_secret_access_key=secret_access_key, aws_session_token=session_token)
