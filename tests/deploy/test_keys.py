"""Keys: the private one is its owner's, nothing is overwritten, and what is no key is told."""

import json
import stat
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from policies.deploy import canonical, envelope
from policies.deploy.keys import KeyProblem, generate, read_private, read_public


def test_only_the_owner_reads_the_private_key(twin, tmp_path):
    done = twin("policy", "keygen", "-o", tmp_path / "new" / "folder", "--name", "night", "--json")
    data = json.loads(done.stdout)["data"]
    private, public = tmp_path / "new/folder/night.key", tmp_path / "new/folder/night.pub"
    assert data == {"private": str(private), "public": str(public), "id": read_public(public).id}
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert read_private(private).public.id == read_public(public).id


@pytest.mark.parametrize("there", ["ours.key", "ours.pub"])
def test_a_key_is_never_overwritten(twin, tmp_path, there):
    (tmp_path / there).write_text("mine")
    done = twin("policy", "keygen", "-o", tmp_path, "--name", "ours")
    assert done.exit_code == 2
    assert "is there already: a key is never overwritten" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_half_a_pair_is_not_left_behind(tmp_path, monkeypatch):
    from policies.deploy import keys

    write = keys._write_new

    def full(path, content, mode):
        if path.suffix == ".pub":
            raise OSError(28, "No space left on device", str(path))
        write(path, content, mode)

    monkeypatch.setattr(keys, "_write_new", full)
    with pytest.raises(KeyProblem, match="No space left on device"):
        generate(tmp_path, "ours")
    assert not list(tmp_path.iterdir())


def test_a_name_is_a_name_of_a_file(tmp_path):
    for name in ("../ours", "", ".ours", "a/b"):
        with pytest.raises(KeyProblem, match="expected letters"):
            generate(tmp_path, name)


def test_a_private_key_that_others_may_read_is_not_used(keys, tmp_path):
    copy = tmp_path / "copy.key"
    copy.write_bytes(keys[0].read_bytes())
    copy.chmod(0o640)
    with pytest.raises(KeyProblem, match="others may read this private key; chmod 600"):
        read_private(copy)


def test_what_is_no_private_key_is_not_told_to_be_locked_up_first(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a key")
    path.chmod(0o644)
    with pytest.raises(
        KeyProblem, match=r"notes.txt is no private key in PEM .*: give NAME\.key of twin policy keygen"
    ):
        read_private(path)


def written(path, content):
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_what_is_no_key_is_told(keys, tmp_path):
    elliptic, ours = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
    pem = (Encoding.PEM, PrivateFormat.PKCS8)
    spki = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    other = written(tmp_path / "a", elliptic.private_bytes(*pem, NoEncryption()))
    locked = written(tmp_path / "b", ours.private_bytes(*pem, BestAvailableEncryption(b"word")))
    public = written(tmp_path / "c", elliptic.public_key().public_bytes(*spki))
    swapped = written(tmp_path / "d", keys[1].read_bytes())
    for path, said in (
        (other, "another kind, expected Ed25519"),
        (locked, "without a password"),
        (swapped, "verifies only"),
    ):
        with pytest.raises(KeyProblem, match=said):
            read_private(path)
    for path, said in (
        (public, "another kind"),
        (keys[0], "give the .pub beside it"),
        (tmp_path / "no", "cannot read"),
    ):
        with pytest.raises(KeyProblem, match=said):
            read_public(path)


def test_a_signature_holds_for_others_who_know_the_standard(keys):
    """Checked by the bare algorithm over the encoding as DSSE writes it down, without the library that signed."""
    import base64

    plain = canonical.parse(envelope.sign(b"{}", read_private(keys[0])))
    said = b"DSSEv1 28 application/vnd.in-toto+json 2 {}"
    public = load_pem_public_key(keys[1].read_bytes())
    public.verify(base64.b64decode(plain["signatures"][0]["sig"]), said)
    assert base64.b64decode(plain["payload"]) == b"{}"


def test_without_the_extra_it_is_said_what_to_install(keys, root):
    code = (
        "import sys\nsys.modules['securesystemslib'] = None\n"
        f"sys.path.insert(0, {str(root)!r})\nsys.argv = ['verify', __import__('os').devnull, '--key', {str(keys[1])!r}]\n"
        "from policies.deploy.verify import main\nsys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'campus-twin[deploy]'" in done.stderr
