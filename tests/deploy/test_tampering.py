"""A bundle that was touched is refused, by the name of what was done to it. Real bundles, real bytes."""

import io
import random
import stat
import zipfile

import pytest

from policies.deploy import archive, canonical, refusals
from policies.deploy.bundle import bundle_of, open_bundle
from policies.deploy.keys import generate, read_private, read_public
from policies.deploy.members import ATTESTATION, GOLDEN, MANIFEST, OFFICE, RULES, STATEMENT
from policies.deploy.packing import seal


def zipped(members, change=lambda entry: None, compression=zipfile.ZIP_STORED):
    """What somebody makes who knows zip and not how bundles are written: (name, bytes) in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in members:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = archive.PLAIN_FILE
            entry.compress_type = compression
            change(entry)
            file.writestr(entry, content)
    return out.getvalue()


def refused(content, trusted, installed=None):
    with pytest.raises(refusals.Refused) as caught:
        bundle_of(content, trusted, installed)
    return type(caught.value).__name__, str(caught.value)


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def wheel_of(members):
    return next(name for name in members if name.endswith(".whl"))


def sealed(made, change):
    """Signed again by the rightful owner after a change: what only a document's own rules can catch."""
    members = {name: content for name, content in made.members.items() if name not in (STATEMENT, ATTESTATION)}
    change(members)
    return seal(members, made.opened().statement.predicate, made.key)


def test_a_bundle_nobody_touched_opens(made):
    bundle = made.opened()
    assert (bundle.manifest.name, bundle.manifest.version) == ("night-crew", 7)
    assert len(bundle.pairs) >= 500
    assert bundle.signed_by == made.trusted[0].id
    assert bundle.settings.rules["dispatch"].name == "skill_place_load"


@pytest.mark.parametrize("member", ["wheel", RULES, OFFICE, GOLDEN, MANIFEST, STATEMENT])
def test_a_flipped_byte_is_refused_by_the_name_of_its_member(made, member):
    name = wheel_of(made.members) if member == "wheel" else member
    content = made.members[name]
    at = made.content.index(content) + len(content) // 2
    assert refused(flipped(made.content, at), made.trusted) == (
        "MemberChanged", f"member {name!r} was changed: its checksum does not hold",
    )  # fmt: skip


@pytest.mark.parametrize("member", ["wheel", RULES, OFFICE, GOLDEN, MANIFEST, STATEMENT])
def test_a_flipped_byte_with_its_checksum_mended_is_refused_all_the_same(made, member):
    members = made.members
    name = wheel_of(members) if member == "wheel" else member
    members[name] = flipped(members[name], len(members[name]) // 2)
    reason, said = refused(archive.write(members), made.trusted)
    assert reason == "MemberChanged"
    assert name in said


def test_a_byte_flipped_anywhere_is_refused(made):
    """Headers, directory, envelope, content: two hundred places, the first and last bytes among them."""
    content = made.content
    places = [*range(40), *range(len(content) - 60, len(content))]
    places += random.Random(7).sample(range(len(content)), 100)
    for at in places:
        with pytest.raises(refusals.Refused):
            bundle_of(flipped(content, at), made.trusted)


def test_a_byte_flipped_in_the_attestation_is_refused(made):
    members = made.members
    envelope = canonical.parse(members[ATTESTATION])
    reasons = set()
    for at in range(0, len(members[ATTESTATION]), 61):
        changed = {**members, ATTESTATION: flipped(members[ATTESTATION], at)}
        reasons.add(refused(archive.write(changed), made.trusted)[0])
    assert reasons <= {"BadSignature", "Malformed", "WrongKey", "MemberChanged"}
    envelope["signatures"][0]["sig"] = envelope["signatures"][0]["sig"][::-1].lstrip("=") + "=="
    changed = {**members, ATTESTATION: canonical.text(envelope)}
    assert refused(archive.write(changed), made.trusted)[0] in {"BadSignature", "Malformed"}


def test_a_file_cut_short_is_refused(made):
    content = made.content
    for length in (0, 1, 21, 1000, len(content) // 2, len(content) - 1):
        reason, said = refused(content[:length], made.trusted)
        assert (reason, "cut short" in said) == ("NotABundle", True)


def test_bytes_before_or_behind_are_refused(made):
    for content in (b"#!/bin/sh\n" + made.content, made.content + b"more"):
        assert refused(content, made.trusted)[0] == "NotABundle"


def test_a_bundle_without_its_attestation_is_refused(made):
    members = made.members
    del members[ATTESTATION]
    reason, said = refused(archive.write(members), made.trusted)
    assert reason == "NoAttestation"
    assert "nothing unsigned is loaded" in said


def test_an_attestation_without_a_signature_is_refused(made):
    members = made.members
    envelope = canonical.parse(members[ATTESTATION])
    envelope["signatures"] = []
    members[ATTESTATION] = canonical.text(envelope)
    assert refused(archive.write(members), made.trusted)[0] == "NoSignature"


def test_an_attestation_of_another_type_or_form_is_refused(made):
    members = made.members
    envelope = canonical.parse(members[ATTESTATION])
    for content, said in (
        (canonical.text({**envelope, "payloadType": "text/plain"}), "payloadType: 'text/plain', expected"),
        (b" " + members[ATTESTATION], "not written as canonical JSON"),
        (canonical.text({**envelope, "note": 1}), "no field 'note'"),
        (b"{", "not JSON"),
    ):
        reason, told = refused(archive.write({**members, ATTESTATION: content}), made.trusted)
        assert (reason, said in told) == ("Malformed", True)


def test_a_key_that_is_not_trusted_is_refused(made, tmp_path):
    private, public, _ = generate(tmp_path, "theirs")
    reason, said = refused(made.content, [read_public(public)])
    assert reason == "WrongKey"
    assert made.trusted[0].id[:16] in said
    assert refused(made.content, [])[0] == "WrongKey"
    theirs = seal(
        {n: c for n, c in made.members.items() if n not in (STATEMENT, ATTESTATION)}, {}, read_private(private)
    )
    assert refused(theirs, made.trusted)[0] == "WrongKey"


def test_a_signature_of_somebody_else_under_a_trusted_name_is_refused(made, tmp_path):
    private, _, _ = generate(tmp_path, "theirs")
    members = {n: c for n, c in made.members.items() if n not in (STATEMENT, ATTESTATION)}
    theirs = archive.read(seal(members, {}, read_private(private)))
    envelope = canonical.parse(theirs[ATTESTATION])
    envelope["signatures"][0]["keyid"] = made.trusted[0].id
    theirs[ATTESTATION] = canonical.text(envelope)
    assert refused(archive.write(theirs), made.trusted)[0] == "BadSignature"


def test_the_attestation_of_another_bundle_is_refused(made):
    other = archive.read(sealed(made, lambda members: members.update({OFFICE: members[OFFICE] + b" "})))
    members = made.members
    members[ATTESTATION] = other[ATTESTATION]
    assert refused(archive.write(members), made.trusted)[0] == "MemberChanged"
    members[STATEMENT] = other[STATEMENT]
    assert refused(archive.write(members), made.trusted) == ("MemberChanged", f"changed after it was signed: {OFFICE}")


@pytest.mark.parametrize("member", ["wheel", RULES, OFFICE, GOLDEN, MANIFEST, STATEMENT])
def test_a_missing_member_is_refused(made, member):
    members = made.members
    name = wheel_of(members) if member == "wheel" else member
    del members[name]
    reason, said = refused(archive.write(members), made.trusted)
    assert reason == "MemberMissing"
    assert name in said


def test_an_extra_member_is_refused(made):
    for name in ("notes.txt", "wheels/other-1.0-py3-none-any.whl", "policies/__init__.py"):
        reason, said = refused(archive.write({**made.members, name: b"x"}), made.trusted)
        assert (reason, name in said) == ("MemberExtra", True)


def test_a_signed_stranger_or_a_signed_gap_is_refused_too(made):
    assert refused(sealed(made, lambda members: members.update({"run.sh": b"x"})), made.trusted)[0] == "MemberExtra"
    assert refused(sealed(made, lambda members: members.pop(GOLDEN)), made.trusted)[0] == "MemberMissing"


def test_a_downgrade_is_refused_and_the_same_version_is_not(made):
    reason, said = refused(made.content, made.trusted, installed=8)
    assert reason == "Downgrade"
    assert "version 7 of 'night-crew' is older than the installed version 8" in said
    for installed in (None, 6, 7):
        assert open_bundle(made.path, made.trusted, installed).manifest.version == 7


def with_manifest(change):
    def changed(members):
        plain = canonical.parse(members[MANIFEST])
        change(plain)
        members[MANIFEST] = canonical.text(plain)

    return changed


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        (lambda m: m.update(version=0), "Malformed", "version: 0, expected a whole number from 1"),
        (lambda m: m.update(format="other@1"), "Malformed", "format: 'other@1'"),
        (lambda m: m.update(vesion=m.pop("version")), "Malformed", "no field 'vesion', did you mean 'version'?"),
        (lambda m: m["decisions"].pop("dispatch"), "Malformed", "decisions are "),
        (lambda m: m.update(wheels=["wheels/x-1-py3-none-any.whl"]), "Malformed", "wheels: "),
        (lambda m: m.update(wheels=[]), "Malformed", "wheels: "),
        (lambda m: m.update(pairs=3), "Malformed", "3 pairs"),
        (lambda m: m["contract"].update(events="0" * 64), "OtherContract", "other events or commands"),
    ],
)  # fmt: skip
def test_a_signed_manifest_that_is_wrong_is_refused(made, change, reason, said):
    found, told = refused(sealed(made, with_manifest(change)), made.trusted)
    assert (found, said in told) == (reason, True), told


def test_a_manifest_that_is_no_json_is_refused(made):
    assert refused(sealed(made, lambda members: members.update({MANIFEST: b"{"})), made.trusted)[0] == "Malformed"


def test_a_statement_that_is_wrong_is_refused(made):
    from policies.deploy import envelope

    members = made.members
    for change, said in (
        (lambda s: s.update(_type="other"), "_type: 'other', expected 'https://in-toto.io/Statement/v1'"),
        (lambda s: s.update(predicateType="other"), "predicateType: 'other'"),
        (lambda s: s["subject"][0]["digest"].update(sha256="12"), "'12', expected 64 hexadecimal digits"),
        (lambda s: s["subject"].append(s["subject"][0]), "is a subject twice"),
        (lambda s: s["predicate"].pop("study"), "'study' is missing"),
    ):
        plain = canonical.parse(members[STATEMENT])
        change(plain)
        payload = canonical.text(plain)
        content = archive.write({**members, STATEMENT: payload, ATTESTATION: envelope.sign(payload, made.key)})
        reason, told = refused(content, made.trusted)
        assert (reason, said in told) == ("Malformed", True), told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update({RULES: b"format = 1"}), "format: 1, expected"),
        (lambda m: m.update({RULES: b"= ="}), "controller.toml: "),
        (lambda m: m.update({OFFICE: b"{}"}), "'technicians' is missing"),
        (lambda m: m.update({OFFICE: b"\xff"}), "office.json: not JSON"),
        (lambda m: m.update({GOLDEN: b"".join(m[GOLDEN].splitlines(keepends=True)[:499])}), "499 decisions, expected at least 500"),
        (lambda m: m.update({GOLDEN: m[GOLDEN].replace(b'"on":true', b'"on":false', 1)}), "expected the digest of what stands beside it"),
        (lambda m: m.update({GOLDEN: m[GOLDEN].replace(b'"kind"', b'"knd"')}), "mistakes more"),
    ],
)  # fmt: skip
def test_signed_documents_that_are_wrong_are_refused(made, change, said):
    reason, told = refused(sealed(made, change), made.trusted)
    assert reason == "Malformed"
    assert said in told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../outside", "climbs out"),
        ("wheels/../../outside", "climbs out"),
        ("/etc/passwd", "an absolute path"),
        ("C:/windows/system.ini", "another system"),
        ("wheels\\x", "another system"),
        ("./manifest.json", "letters, digits"),
        ("wheels//x", "letters, digits"),
        ("wheels/", "a folder"),
        ("名.json", "letters, digits"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_read(made, name, said):
    content = zipped([*made.members.items(), (name, b"")])
    reason, told = refused(content, made.trusted)
    assert (reason, said in told) == ("UnsafeMember", True)
    with pytest.raises(ValueError, match=said):
        archive.write({name: b""})


def test_a_name_with_a_nul_is_refused(made):
    content = zipped([*made.members.items(), ("abcdef", b"")]).replace(b"abcdef", b"abc\0ef")
    assert refused(content, made.trusted)[0] == "UnsafeMember"


def test_a_link_is_refused(made):
    def link(entry):
        if entry.filename == RULES:
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    reason, said = refused(zipped(made.members.items(), link), made.trusted)
    assert (reason, "symbolic link" in said) == ("UnsafeMember", True)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused(made):
    for twice in (RULES, RULES.upper()):
        content = zipped([*made.members.items(), (twice, b"evil")])
        reason, said = refused(content, made.trusted)
        assert (reason, "twice" in said) == ("UnsafeMember", True)


def test_a_bomb_is_refused_before_it_is_unpacked(made):
    members = [*made.members.items(), ("wheels/bomb-1-py3-none-any.whl", b"\0" * 30_000_000)]
    reason, said = refused(zipped(members, compression=zipfile.ZIP_DEFLATED), made.trusted)
    assert (reason, "packed" in said) == ("UnsafeMember", True)


def test_what_is_too_large_is_refused_before_it_is_read(made, tmp_path, monkeypatch):
    many = [(f"m{k}", b"") for k in range(archive.MEMBERS_LIMIT + 1)]
    assert refused(zipped(many), made.trusted)[0] == "TooLarge"
    monkeypatch.setattr(archive, "MEMBER_LIMIT_BYTES", 1000)
    assert refused(made.content, made.trusted)[0] == "TooLarge"
    monkeypatch.setattr(archive, "LIMIT_BYTES", 1000)
    assert refused(made.content, made.trusted)[0] == "TooLarge"
    with pytest.raises(refusals.TooLarge):
        open_bundle(made.path, made.trusted)


def test_an_archive_that_says_the_same_in_other_bytes_is_refused(made):
    """Another zip program's header, another order, another date: nobody can hide a bit in them."""
    members = made.members
    assert archive.write(dict(reversed(members.items()))) == made.content
    for content in (
        zipped(sorted(members.items(), reverse=True)),
        zipped(sorted(members.items()), lambda entry: setattr(entry, "comment", b"hidden")),
        zipped(sorted(members.items()), lambda entry: setattr(entry, "date_time", (2025, 9, 1, 0, 0, 0))),
    ):
        assert refused(content, made.trusted)[0] == "NotABundle"


def test_an_archive_is_one_that_others_read(made):
    with zipfile.ZipFile(io.BytesIO(made.content)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == made.members
