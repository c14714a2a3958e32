"""The attestation: a DSSE envelope around the statement, signed by Ed25519.

What is signed are the type and the bytes of the payload together (pre-authentication encoding), so
no signature made for something else fits here. The envelope itself must be written canonically:
two files that say the same are the same. Needs the extra ``deploy``.

Source: secure-systems-lab, DSSE 1.0.2 (protocol and envelope).
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.keys import PrivateKey, PublicKey
from policies.deploy.refusals import BadSignature, Malformed, NoSignature, WrongKey
from policies.deploy.strict import Reader, WrongDocument

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
WHAT: Final = "attestation"


def sign(payload: bytes, key: PrivateKey) -> bytes:
    """The envelope of a payload with one signature, as canonical JSON."""
    from securesystemslib.dsse import Envelope

    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(key.signer)
    return canonical.text(envelope.to_dict())


def payload_of(given: bytes, trusted: Sequence[PublicKey]) -> tuple[bytes, str]:
    """The signed payload, and the id of the trusted key that vouches for it.

    Raises
    ------
    Malformed
        If it is no such envelope.
    NoSignature, WrongKey, BadSignature
        If nobody signed, nobody who is trusted, or the signature does not hold.
    """
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError

    plain = _plain(given)
    if not plain["signatures"]:
        raise NoSignature("the attestation bears no signature: nobody vouches for this bundle")
    keys = {key.id: key.key for key in trusted}
    signers = [one["keyid"] for one in plain["signatures"]]
    if not any(signer in keys for signer in signers):
        raise WrongKey(
            f"signed by {_ids(signers)}, trusted is {_ids(keys) or 'nobody'}: give by --key the .pub of whoever signed it, "
            "if you trust them, or have it packed with a key that is trusted"
        )
    try:
        envelope = Envelope.from_dict(plain)
        accepted = envelope.verify(list(keys.values()), threshold=1)
    except (VerificationError, ValueError) as error:
        raise BadSignature(f"the signature of {_ids(s for s in signers if s in keys)} does not hold") from error
    return envelope.payload, next(iter(accepted))


def _plain(given: bytes) -> dict[str, Any]:
    """The envelope as plain values, nothing of it believed yet."""
    reader = Reader(WHAT)
    try:
        plain = canonical.parse(given)
        table = reader.table(plain, "", ("payload", "payloadType", "signatures"))
        signatures = [
            {
                "keyid": reader.text(one.get("keyid", ""), f"{where}.keyid"),
                "sig": _base64(one.get("sig", ""), reader, f"{where}.sig"),
            }
            for where, value in reader.items(table.get("signatures", []), "signatures")
            for one in [reader.table(value, where, ("keyid", "sig"))]
        ]
        _base64(table.get("payload", ""), reader, "payload")
        if table.get("payloadType", PAYLOAD_TYPE) != PAYLOAD_TYPE:
            reader.expected("payloadType", table["payloadType"], repr(PAYLOAD_TYPE))
        reader.done()
        if canonical.text(plain) != given:
            raise Malformed([f"{WHAT}: not written as canonical JSON: it was touched after it was signed"])
    except canonical.NotJson as error:
        raise Malformed([f"{WHAT}: {error}"]) from error
    except WrongDocument as error:
        raise Malformed(error.errors) from error
    return {"payload": table["payload"], "payloadType": PAYLOAD_TYPE, "signatures": signatures}


def _base64(value: Any, reader: Reader, where: str) -> str:
    """Base64 with one way to write it."""
    text = reader.text(value, where)
    try:
        if base64.b64encode(base64.b64decode(text, validate=True)).decode() == text:
            return text
    except (binascii.Error, ValueError):
        pass
    reader.wrong(where, "not base64")
    return ""


def _ids(keys: Any) -> str:
    return ", ".join(sorted(f"key {one[:16]}…" for one in keys))
