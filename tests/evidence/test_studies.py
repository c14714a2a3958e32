"""The planners' questions asked again: every run computed anew, the committed answers byte for byte."""

import pytest
from click.testing import CliRunner

from scenarios.cli import main
from scenarios.questions.reading import shipped_questions
from tests.conftest import ROOT
from tests.evidence.kept import jobs

pytestmark = pytest.mark.evidence


@pytest.mark.parametrize("name", shipped_questions())
def test_a_question_asked_again_has_the_same_answer(name, tmp_path):
    words = ["study", "run", name, "-j", str(jobs()), "--hang-after-s", "0"]
    done = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "runs"), "-o", str(tmp_path / "answers")])
    assert done.exit_code == 0, done.output
    made = sorted((tmp_path / "answers").iterdir())
    assert made
    for file in made:
        assert file.read_bytes() == (ROOT / "docs" / "studies" / file.name).read_bytes(), file.name
