import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim.field_names import FIELDS, field_of

BLANKS = st.text(alphabet=" _#/\t", max_size=3)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    field = draw(st.sampled_from(FIELDS))
    letters = field.removesuffix("_number") if draw(st.booleans()) else field
    name = "".join(
        draw(BLANKS) + (letter.upper() if draw(st.booleans()) else letter) for letter in letters.replace("_", "")
    )
    return field, name + draw(BLANKS)


@given(spellings())
def test_blanks_case_signs_and_underscores_do_not_matter(spelling: tuple[str, str]) -> None:
    field, name = spelling
    assert field_of(name) == field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (" Service Date ", "service_date"),
        ("Plan/Group #", "plan_group_number"),
        ("Subscriber#", "subscriber_number"),
        ("member coPay", "member_copay"),
        ("MEMBER CO PAY", "member_copay"),
        ("member CoInsurance", "member_coinsurance"),
        ("Provider NPI", "provider_npi"),
    ],
)
def test_the_spellings_of_real_files(name: str, field: str) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize("name", ["", " ", "#", "number", "npi", "service-date", "quadrant number", "net_fee", "id"])
def test_other_names_mean_no_field(name: str) -> None:
    assert field_of(name) is None
