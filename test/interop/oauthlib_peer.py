"""
Debian's python3-oauthlib as the other side of OAuth 1.0a: signs as a client, and verifies as a server.

Reads one JSON list of tasks, writes one JSON list of answers. Nothing of the library is changed.
"""
import json
import sys

from oauthlib.common import Request
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import signature

FORM = "application/x-www-form-urlencoded"


def sign(task):
    """The request that oauthlib makes: where it goes, with which header and body."""
    client = Client(
        task["consumer_key"],
        client_secret=task.get("consumer_secret"),
        resource_owner_key=task.get("token"),
        resource_owner_secret=task.get("token_secret"),
        callback_uri=task.get("callback"),
        verifier=task.get("verifier"),
        signature_method=task["method_of_signature"],
        signature_type=task["place"],
        rsa_key=task.get("private_key"),
        nonce=task.get("nonce"),
        timestamp=task.get("timestamp"),
    )
    headers = {"Content-Type": task.get("content_type", FORM)} if task.get("form") is not None else {}
    url, headers, body = client.sign(task["url"], http_method=task["method"], body=task.get("form"), headers=headers)
    return {"url": url, "authorization": headers.get("Authorization"), "form": body}


def verify(task):
    """Whether oauthlib finds the signature right. What it cannot read is no signature."""
    try:
        headers = {"Authorization": task["authorization"]} if task.get("authorization") else {}
        parameters = signature.collect_parameters(
            uri_query=task["url"].partition("?")[2],
            body=task.get("form") or [],
            headers=headers,
            exclude_oauth_signature=False,
        )
        request = Request(task["url"], http_method=task["method"])
        request.params = [(name, value) for name, value in parameters if name != "oauth_signature"]
        request.signature = dict(parameters)["oauth_signature"]
        if "public_key" in task:
            return signature.verify_rsa_sha1(request, task["public_key"])
        verifiers = {"HMAC-SHA1": signature.verify_hmac_sha1, "HMAC-SHA256": signature.verify_hmac_sha256}
        return verifiers[task["method_of_signature"]](request, task["consumer_secret"], task["token_secret"])
    except ValueError:
        return False


print(json.dumps([{"sign": sign, "verify": verify}[task["do"]](task) for task in json.load(sys.stdin)]))
