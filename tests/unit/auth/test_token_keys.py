import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import example, given
from hypothesis import strategies as st

from auth.tokens.token_keys import raw_signature

NUMBERS = st.integers(min_value=1, max_value=2**256 - 1)


@given(NUMBERS, NUMBERS)
@example(1, 2**256 - 1)
@example(2**255, 2**248 - 1)
def test_a_signature_of_kms_becomes_one_of_es256(r: int, s: int) -> None:
    assert raw_signature(encode_dss_signature(r, s)) == r.to_bytes(32) + s.to_bytes(32)


def test_numbers_that_exceed_p256_are_refused() -> None:
    with pytest.raises(OverflowError):
        raw_signature(encode_dss_signature(2**256, 1))
