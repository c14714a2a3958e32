"""The stock book of a controller goes to JSON and comes back, and rules of the stores decide the same from a bundle."""

import pytest
from click.testing import CliRunner

from policies.contract.stock import StockItem
from policies.contract.units import NEVER
from policies.deploy import canonical, office
from policies.deploy.strict import WrongDocument
from scenarios.cli import main
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from twin.streams import Streams

STORES = (
    "--set", "campus=campus_small", "--set", "run.start=2025-08-01", "--set", "run.burn_in_days=0", "--set", "run.days=30",
    "--set", "run.run_out_days=0",
)  # fmt: skip


def policy(*words):
    return CliRunner().invoke(main, ["policy", *words])


@pytest.fixture
def settings():
    resolved = resolve("as_is_stores", sets=["campus=campus_small"])
    return settings_of(resolved, campus_of(resolved, Streams(1, 0)))


def test_every_line_comes_back_as_it_went(settings):
    plain = office.to_plain(settings)
    again = office.settings_of(canonical.parse(canonical.text(plain)))
    assert len(again.stock) == len(settings.stock) > 700
    for name in StockItem.__slots__:
        assert [getattr(one, name) for one in again.stock] == [getattr(one, name) for one in settings.stock]


def test_an_office_without_stores_says_nothing_of_them():
    resolved = resolve("as_is", sets=["campus=two_buildings"])
    plain = office.to_plain(settings_of(resolved, campus_of(resolved, Streams(1, 0))))
    assert "stock" not in plain
    assert list(office.settings_of(plain).stock) == []


def test_every_mistake_of_a_stock_book_is_told_at_once(settings):
    plain = office.to_plain(settings)
    lines = plain["stock"] = plain["stock"][:4]
    lines[0]["id"] = 7
    lines[1]["price_cny"] = -1.0
    lines[2]["on_hand"] = -3
    lines[3]["breaks"] = [[0, 0.9]]
    with pytest.raises(WrongDocument) as told:
        office.settings_of(plain)
    said = "\n".join(told.value.errors)
    for where in ("stock[0].id", "stock[1].price_cny", "stock[2].on_hand", "stock[3].breaks[0][0]"):
        assert where in said
    assert len(told.value.errors) == 4


def test_a_book_that_has_begun_is_not_written(settings):
    begun = StockItem(0, 0)
    begun.on_order = 2
    begun.issued_at = 5.0
    assert begun.issued_at != -NEVER
    settings.stock = [begun]
    with pytest.raises(WrongDocument, match=r"stock\[0\].*begun already \(on_order, issued_at set\)"):
        office.to_plain(settings)


def test_rules_of_the_stores_decide_the_same_in_a_bundle_and_on_every_road(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert policy("keygen", "-o", "keys", "--name", "site").exit_code == 0
    packed = policy(
        "pack", "as_is_stores", *STORES, "--without-evidence", "--key", "keys/site.key", "-o", "stores-1.bundle"
    )
    assert packed.exit_code == 0, packed.output
    told = policy("parity", "stores-1.bundle", "as_is_stores", *STORES, "--key", "keys/site.pub", "--days", "20")
    assert told.exit_code == 0, told.output
    assert told.output.count("the same, all of them") == 3
