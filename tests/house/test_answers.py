"""The committed answers are those of the committed results: made again from the table, without running anything."""

import re

import pytest

from results.answer.table import from_csv
from scenarios.questions.answering import answer_of
from scenarios.questions.reading import read_question, shipped_questions

LARGEST_BYTES = 100_000


@pytest.mark.parametrize("name", shipped_questions())
def test_a_committed_page_is_that_of_its_table(root, name):
    folder, stem = root / "docs" / "studies", name.lower()
    question = read_question(name)
    table = from_csv((folder / f"{stem}.csv").read_text(encoding="utf-8"))
    file = question.file
    assert list(table) == [arm.name for arm in file.arms]
    assert all(sorted(runs) == list(range(file.replications)) for runs in table.values())
    made = answer_of(question, table, f"twin study run {name}", file.seed)
    assert made.page == (folder / f"{stem}.md").read_text(encoding="utf-8"), (
        "run `make studies` and commit docs/studies"
    )
    assert bool(made.figure) == (folder / f"{stem}.svg").is_file()


def test_what_is_committed_is_small(root):
    assert not [p.name for p in (root / "docs" / "studies").iterdir() if p.stat().st_size >= LARGEST_BYTES]


@pytest.mark.parametrize("name", shipped_questions())
def test_no_number_of_a_commentary_is_typed_by_hand(name):
    """What is left when the blanks, ids of figures and clauses of the plan are taken out has no digit."""
    file = read_question(name).file
    for text in (file.about, file.about_zh):
        bare = re.sub(r"\{[^}]*\}|`[^`]*`|K-[A-Z]\d|P90|\b[PTM]\d{1,2}\b", "", text)
        assert not re.findall(r"\d", bare), re.findall(r".{20}\d.{20}", bare)
