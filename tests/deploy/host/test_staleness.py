"""A host says what was found about its evidence, and nothing where nobody looked."""

import json

import pytest

from policies.deploy.host.staleness import drift
from policies.deploy.host.told import lines_of

REPORT = {
    "before": None, "breakers": {}, "canary": None, "decides": {"name": "night-crew", "version": 7}, "gone_back": "",
    "last": 9, "shadow": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "since", "said"),
    [
        ("stale", "2025-10-01", "its evidence is stale since 2025-10-01, by the days through 2025-10-29 beside as_is"),
        ("current", None, "its evidence is current, by the days through 2025-10-29 beside as_is"),
    ],
)
def test_what_was_found_is_said(tmp_path, state, since, said):
    data = {"state": state, "since": since, "to": "2025-10-29", "scenario": "as_is", "days": 45}
    (tmp_path / "drift.json").write_text(json.dumps({"schema": "twin/policy-drift@1", "ok": False, "data": data}))
    assert said in list(lines_of({**REPORT, "drift": drift(tmp_path)}))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not JSON"),
        ("[]", "the file: [], expected an object"),
        ('{"ok": true}', "data: None, expected an object"),
        ('{"data": null}', "data: None, expected an object"),
        ('{"data": {"state": "stale"}}', "data.since: None, expected a text"),
        ('{"data": {"state": 1, "since": null, "to": "2025-10-29", "scenario": "as_is"}}', "data.state: 1, expected a text"),
    ],
)  # fmt: skip
def test_what_is_no_verdict_is_said_and_not_taken_for_none(tmp_path, content, why):
    (tmp_path / "drift.json").write_text(content)
    said = [line for line in lines_of({**REPORT, "drift": drift(tmp_path)}) if "drift" in line]
    assert len(said) == 1
    assert said[0].startswith(f"unreadable drift verdict: {tmp_path / 'drift.json'}: ")
    assert why in said[0]


def test_a_verdict_that_may_not_be_read_is_said(tmp_path):
    (tmp_path / "drift.json").mkdir()
    assert drift(tmp_path) == {"unreadable": f"{tmp_path / 'drift.json'}: Is a directory"}


def test_where_nobody_looked_nothing_is_said(tmp_path):
    assert drift(tmp_path) is None
    assert not any("evidence" in line for line in lines_of({**REPORT, "drift": None}))
