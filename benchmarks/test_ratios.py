"""The ratios promised in the issue, from one interleaved run in fresh processes."""

from benchmarks import ratios


def test_the_promised_ratios_hold(reference, capsys):
    with capsys.disabled():
        print()
        missed = ratios.main(["--campus", str(reference[0]), "--path", str(reference[1]), "--rounds", "5", "--scale16"])
    assert not missed
