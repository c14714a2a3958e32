"""How-to and tutorial pages do what they say."""

from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.conftest import ROOT
from tests.house import howto

PAGES = sorted([*(ROOT / "docs" / "how-to").glob("*.md"), *(ROOT / "docs" / "tutorial").glob("*.md")])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_a_page_does_what_it_says(page, tmp_path, request):
    text = page.read_text(encoding="utf-8")
    shared = request.getfixturevalue("shared") if howto.NEEDS_SHARED in text else None
    assert howto.run_page(text, tmp_path, shared), "a page of this room shows something to do"


def test_pages_are_found():
    assert PAGES


@pytest.mark.parametrize(
    "page",
    [
        "```console\n$ false\n```\n",
        "```console\n$ true ; exit 2\n```\n",
        "```console\n$ echo one\ntwo\n```\n",
        "```python\nassert 1 == 2\n```\n",
    ],
)
def test_a_page_that_lies_is_noticed(page, tmp_path):
    with pytest.raises(AssertionError):
        howto.run_page(page, tmp_path)


def test_what_a_page_leaves_running_is_ended(tmp_path):
    with pytest.raises(AssertionError):
        howto.run_page("```console\n$ sleep 600 > none 2>&1 & echo $! > pid\n$ false\n```\n", tmp_path)
    ended = int((tmp_path / "pid").read_text())
    state, until = Path(f"/proc/{ended}/stat"), monotonic() + 10.0
    while state.exists() and state.read_text().split()[2] != "Z" and monotonic() < until:
        sleep(0.01)
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_files_commands_and_python_share_the_folder(tmp_path):
    page = (
        "```text file=a/b.txt\nhello\n```\n"
        "```console\n$ cat a/b.txt\nhel...\n$ test -e nowhere ; exit 1\n```\n"
        "```python\nfrom pathlib import Path\nsaid = Path('a/b.txt').read_text()\n```\n"
        "```python\nassert said == 'hello\\n'\n```\n"
    )
    assert howto.run_page(page, tmp_path) == 4
