"""Identities on tags, beside the examples of the standard and a decoder of other people."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_emul.devices.epc import SCHEMES, BadEpc, Epc

with warnings.catch_warnings():  # its sources are compiled anew where nothing is cached, and are of an older taste
    warnings.simplefilter("ignore", DeprecationWarning)
    from epcpy.epc_schemes.giai import GIAI, GIAIFilterValue
    from epcpy.epc_schemes.grai import GRAI, GRAIFilterValue
    from epcpy.epc_schemes.sgln import SGLN, SGLNFilterValue
    from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue

THEIRS = {"sgtin": SGTIN, "sgln": SGLN, "grai": GRAI, "giai": GIAI}
FILTERS = {"sgtin": SGTINFilterValue, "sgln": SGLNFilterValue, "grai": GRAIFilterValue, "giai": GIAIFilterValue}


@st.composite
def identities(draw):
    scheme = SCHEMES[draw(st.sampled_from(sorted(SCHEMES)))]
    partition = draw(st.integers(0, 6))
    company = f"{draw(st.integers(0, 10 ** (12 - partition) - 1)):0{12 - partition}d}"
    if scheme.digits is None:
        _, bits = scheme.bits(partition)
        reference = str(draw(st.integers(0, (1 << bits) - 1)))
    else:
        digits = scheme.digits + partition
        reference = f"{draw(st.integers(0, 10**digits - 1)):0{digits}d}" if digits else ""
    return Epc(
        scheme.name, company, reference, draw(st.integers(0, (1 << scheme.serial_bits) - 1)), draw(st.integers(0, 7))
    )


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (Epc("sgtin", "0614141", "812345", 6789, 3), "3074257BF7194E4000001A85"),
        (Epc("grai", "0614141", "12345", 400, 3), "3374257BF40C0E4000000190"),
        (Epc("giai", "0614141", "5678", 0, 3), "3474257BF40000000000162E"),
        (Epc("sgln", "0614141", "12345", 400, 3), "3274257BF460720000000190"),
    ],
)
def test_examples_of_the_standard(named, code):
    assert named.hex == code
    assert Epc.of_hex(code) == named


@given(identities())
def test_what_is_written_is_read_again_here_and_elsewhere(named):
    assert Epc.of_hex(named.hex) == named
    theirs = THEIRS[named.scheme].from_hex(named.hex)
    assert theirs.epc_uri == named.uri
    coding, filters = THEIRS[named.scheme].BinaryCodingScheme, FILTERS[named.scheme]
    how = {"binary_coding_scheme": coding(f"{named.scheme}-96"), "filter_value": filters(str(named.filter))}
    assert theirs.hex(**how).zfill(24) == named.hex
    assert theirs.tag_uri(**how) == named.tag_uri


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("30", "expected 24 hexadecimal digits"),
        ("G" * 24, "expected 24 hexadecimal digits"),
        ("-" + "0" * 23, "expected 24 hexadecimal digits"),
        ("36" + "0" * 22, "expected one of sgtin-96 (30…), sgln-96 (32…), grai-96 (33…), giai-96 (34…)"),
        ("301C" + "0" * 20, "partition 7; expected 0 to 6"),
        ("3074257BF7FFFFC000001A85", "expected 6 digits after 0614141"),
        ("3017FFFFFFFFFFFFFFFFFFFF", "company prefix"),
    ],
)
def test_what_is_no_identity_is_refused_with_its_reason(code, said):
    with pytest.raises(BadEpc) as told:
        Epc.of_hex(code)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("gtin", "0614141", "812345"), "expected one of sgtin, sgln, grai, giai"),
        (("sgtin", "06141", "812345"), "expected 6 to 12 digits"),
        (("sgtin", "061414x", "812345"), "expected 6 to 12 digits"),
        (("sgtin", "0614141", "12345"), "expected 6 digits after 0614141"),
        (("sgtin", "0614141", "812345", 1 << 38), "expected 0 to 274877906943"),
        (("sgtin", "0614141", "812345", 1, 8), "filter 8; expected 0 to 7"),
        (("giai", "0614141", "007"), "expected a number from 0"),
        (("giai", "0614141", "5", 1), "serial 1; expected 0 to 0"),
        (("grai", "061414100000", "1"), "expected 0 digits after 061414100000"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, said):
    with pytest.raises(BadEpc) as told:
        Epc(*parts)
    assert said in str(told.value)
