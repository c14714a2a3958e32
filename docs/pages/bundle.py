"""The page of the bundle and of messages as JSON: members, documents, limits, reasons to refuse."""

import inspect
import json
from typing import Any

from docs.pages.markdown import doc, line, table, title
from policies.deploy import archive, canonical, golden, manifest, members, messages, refusals, schema, statement
from policies.deploy.refusals import Refused

MANIFEST_FIELDS = (
    ("`format`", f"`{manifest.FORMAT}`"),
    ("`name`, `version`", "as in the file's name; the version is a whole number that only grows"),
    ("`twin`, `python`", "the version of the twin and the Python (major.minor) it was recorded with"),
    ("`contract`", "digests of `events` and `commands`: what may be said, not how it is described"),
    (
        "`decisions`",
        (
            "by decision point: `rule`, `requires` (modules), `latency_s` it declares, `soft_s` and `hard_s` of its budget; "
            "a decision point without a rule is not there"
        ),
    ),
    ("`needs`", "distribution → version: what `requires` names and all it needs in turn"),
    ("`wheels`", "members, that of the policies first"),
    ("`pairs`, `answered`", "lines of the golden file; those answered with at least one command"),
)
LINE_FIELDS = (
    ("`event`, `now`", "the observation: what the controller was told, and the minute"),
    ("`commands`", "the decision: what it answered, in that order"),
    ("`observation`, `decision`", "digest of `{event, now}` and of `commands`"),
)


def bundle_page() -> str:
    """What a bundle is, to the byte."""
    return "\n".join(
        [
            title("Bundles", "policies.deploy"),
            (
                "`NAME-VERSION.bundle` is what `twin policy pack` writes and a controller loads: the rules that were chosen, the wheel "
                "they run in, what they decided, why they were chosen, and a signature over all of it "
                "([how to](../how-to/pack-the-winner.md)). The same inputs give the same bytes.\n"
            ),
            "## Members\n",
            table(("member", "what"), ((f"`{name}`", about) for name, about in members.ABOUT.items())),
            (
                f"A zip archive of stored members in the order of their names, dated 1980-01-01, at most {archive.LIMIT_BYTES // 2**20} MiB, "
                f"{archive.MEMBER_LIMIT_BYTES // 2**20} MiB a member and {archive.MEMBERS_LIMIT} members. A file that is not byte for byte "
                "what packing its members gives is refused.\n"
            ),
            "## `manifest.json`\n",
            table(("field", "what"), MANIFEST_FIELDS),
            f"## `{members.GOLDEN}`\n",
            (
                f"At least {golden.LEAST} lines of canonical JSON, from the first event on. A controller made from `{members.OFFICE}` and "
                f"`{members.RULES}` that is told every observation must give every decision's digest.\n"
            ),
            table(("field", "what"), LINE_FIELDS),
            f"## `{members.STATEMENT}`\n",
            (
                f"An in-toto statement (`{statement.TYPE}`), as canonical JSON. `subject` names every member but itself and the attestation "
                f"with its SHA-256; `predicateType` is `{statement.PREDICATE_TYPE}`, and `predicate` has\n"
            ),
            table(("field", "what"), ((f"`{name}`", about) for name, about in statement.EVIDENCE.items())),
            f"## `{members.ATTESTATION}`\n",
            (
                "A DSSE envelope as canonical JSON: `payload` is the statement's bytes, `payloadType` "
                "`application/vnd.in-toto+json`, `signatures` one or more of `keyid` and `sig` (Ed25519). One trusted key is enough. Keys "
                "are PEM files (PKCS 8; SubjectPublicKeyInfo).\n"
            ),
            "## Reasons to refuse\n",
            (
                "`twin policy verify` and `policies.deploy.bundle.open_bundle` look in this order: archive, attestation, signature, members, "
                "manifest, version, contract, documents; then the golden file is replayed. The first that applies is told.\n"
            ),
            table(("reason", "when"), ((f"`{kind.__name__}`", line(kind)) for kind in _reasons())),
            "## Messages as JSON\n",
            f"{doc(messages).split(chr(10) * 2, 2)[2]}\n",
            f"{doc(canonical).split(chr(10) * 2, 1)[1]}\n",
            (
                "A digest is BLAKE2b with 256 bits of the canonical bytes. Schemas (JSON Schema 2020-12): "
                "[events](events.schema.json), [commands](commands.schema.json). A whole number is bounded by the journal's column it goes "
                "to, and by what every reader of JSON keeps (2^53 - 1).\n"
            ),
        ]
    )


def events_schema() -> str:
    """The schema of an event, as a file."""
    return _file(schema.events_schema())


def commands_schema() -> str:
    """The schema of a command, as a file."""
    return _file(schema.commands_schema())


def _reasons() -> list[type]:
    found = [kind for kind in vars(refusals).values() if inspect.isclass(kind) and issubclass(kind, Refused)]
    return [kind for kind in found if kind is not Refused]


def _file(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
