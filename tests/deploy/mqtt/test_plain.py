"""What passes a door is written whole and read strictly, and comes back as it was."""

import math
from dataclasses import replace

import pytest

from policies.deploy import canonical
from policies.deploy.doors.plain import decision_of, decision_plain, observations_of, status_of, status_plain
from policies.deploy.service import Observation
from policies.deploy.strict import WrongDocument

EVENT = {"kind": "OnSite", "order": 7, "tech": 3}


def there_and_back(plain):
    return canonical.parse(canonical.text(plain))


def test_a_decision_comes_back_as_it_was(host, day):
    made = [host.decide(Observation(pair.seen["event"], pair.seen["now"], "")) for pair in day[:50]]
    made.append(replace(made[0], fallback={"dispatch": "timeout"}, again=True, id="x"))
    assert [decision_of(there_and_back(decision_plain(one))) for one in made] == made


def test_a_decision_that_lacks_something_or_has_more_is_refused_with_every_mistake(host, day):
    plain = decision_plain(host.decide(Observation(day[0].seen["event"], day[0].seen["now"])))
    wrong = {**plain, "number": 0, "again": "no", "commandos": []}
    del wrong["policy"]
    with pytest.raises(WrongDocument) as caught:
        decision_of(wrong)
    assert len(caught.value.errors) == 4
    assert "did you mean 'commands'?" in str(caught.value)


def test_how_the_host_is_comes_back_as_it_was_whatever_a_newer_host_adds(host):
    status = replace(host.status(), shadow={"name": "next"})
    assert status_of(there_and_back({**status_plain(status), "mood": "good"})) == status
    with pytest.raises(WrongDocument, match="'office' is missing"):
        status_of({key: value for key, value in status_plain(status).items() if key != "office"})
    with pytest.raises(WrongDocument, match="start: 'soon', expected a day as 2025-09-01"):
        status_of({**status_plain(status), "start": "soon"})


def test_one_observation_or_several_are_read():
    one = {"event": EVENT, "now": 5, "id": "a"}
    assert observations_of(one, named=True) == [Observation(EVENT, 5.0, "a")]
    assert observations_of({"event": EVENT}, named=False) == [Observation(EVENT)]
    assert observations_of({"observations": [one, {**one, "id": "b"}]}, named=True) == [
        Observation(EVENT, 5.0, "a"), Observation(EVENT, 5.0, "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        ([], "expected an object"),
        ({"event": EVENT}, "'id' is missing"),
        ({"event": EVENT, "id": ""}, "1 to 200 letters"),
        ({"event": EVENT, "id": "x" * 201}, "1 to 200 letters"),
        ({"event": EVENT, "id": "x", "now": "noon"}, "expected a number"),
        ({"event": EVENT, "id": "x", "now": math.inf}, "expected a number"),
        ({"event": "OnSite", "id": "x"}, "event: 'OnSite', expected an object"),
        ({"events": EVENT, "id": "x"}, "did you mean 'event'"),
        ({"observations": [{"event": EVENT}], "id": "x"}, "no field 'id'"),
        ({"observations": [{"event": EVENT}]}, r"observations\[0\]: 'id' is missing"),
    ],
)
def test_what_is_no_observation_is_refused(plain, why):
    with pytest.raises(WrongDocument, match=why):
        observations_of(plain, named=True)
