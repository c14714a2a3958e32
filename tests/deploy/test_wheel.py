"""The packed wheel is the one the build backend makes, whether from the source tree or from an installed package."""

import csv
import io
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from email.parser import Parser
from hashlib import sha256

from hatchling.builders.wheel import WheelBuilder

from policies.deploy.wheel import policies_wheel


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def built(project, folder):
    made = next(WheelBuilder(str(project)).build(directory=str(folder), versions=["standard"]))
    with open(made, "rb") as file:  # noqa: PTH123
        return file.read()


def part(files, name):
    return next(content for path, content in files.items() if path.endswith(f".dist-info/{name}"))


def test_it_is_what_the_build_backend_makes(root, tmp_path):
    name, content = policies_wheel()
    ours, theirs = opened(content), opened(built(root / "policies", tmp_path))
    assert (
        name
        == f"campus_twin_policies-{part(ours, 'METADATA').split(b'Version: ')[2].split()[0].decode()}-py3-none-any.whl"
    )
    assert {n: c for n, c in ours.items() if ".dist-info/" not in n} == {
        n: c for n, c in theirs.items() if ".dist-info/" not in n
    }
    assert {n.split("/")[0] for n in ours} == {n.split("/")[0] for n in theirs}
    assert sorted(part(ours, "entry_points.txt").split()) == sorted(part(theirs, "entry_points.txt").split())
    for field in (
        "Name",
        "Version",
        "Summary",
        "Requires-Python",
        "License-Expression",
        "Provides-Extra",
        "Requires-Dist",
    ):
        said, wanted = (Parser().parsestr(part(files, "METADATA").decode()).get_all(field) for files in (ours, theirs))
        assert sorted(s.replace('"', "'") for s in said) == sorted(w.replace('"', "'") for w in wanted)


def test_its_record_is_true():
    files = opened(policies_wheel()[1])
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(part(files, "RECORD").decode()))}
    assert rows.keys() == files.keys()
    for name, content in files.items():
        if not name.endswith("/RECORD"):
            digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            assert rows[name] == [f"sha256={digest}", str(len(content))]


def test_an_installed_twin_packs_the_same_wheel_without_source_tree_or_network(root, tmp_path):
    installed = tmp_path / "site"
    with zipfile.ZipFile(io.BytesIO(built(root, tmp_path))) as file:
        file.extractall(installed, [n for n in file.namelist() if n.startswith("policies/") or ".dist-info/" in n])
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "from policies.deploy.wheel import policies_wheel\nsys.stdout.buffer.write(policies_wheel()[1])"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == policies_wheel()[1]


def test_pip_takes_it(tmp_path):
    name, content = policies_wheel()
    (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--target"]
    done = subprocess.run([*command, tmp_path / "there", tmp_path / name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "policies" / "deploy" / "bundle.py").is_file()
