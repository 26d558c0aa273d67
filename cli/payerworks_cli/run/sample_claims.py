"""Sample dental claims, written as messily as the contract allows."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

PROVIDERS = 40
PROVIDERS_WITH_A_WRONG_CHECK_DIGIT = 6
FIRST_DAY, DAYS = date(2024, 1, 2), 720

SPELLINGS = (
    (" Service Date ", "service date", "SERVICE_DATE", "Service_Date "),
    ("Submitted Procedure", "submitted procedure ", "Submitted_Procedure"),
    ("Quadrant", " quadrant", "QUADRANT "),
    ("Plan/Group #", "plan/group#", "Plan / Group #"),
    ("Subscriber#", "Subscriber #", "subscriber_number"),
    ("Provider NPI", "provider_NPI", "Provider  NPI "),
    ("provider fees", "Provider Fees", "PROVIDER_FEES"),
    ("Allowed Fees", " allowed fees", "Allowed_Fees "),
    ("member CoInsurance", "Member Coinsurance", "member_coInsurance"),
    ("member coPay", "Member Copay ", "MEMBER CO PAY"),
)
QUADRANTS = ("UR", "UL", "LR", "LL", "10", "20", "30", "40")


class Procedure(NamedTuple):
    """A CDT code, its usual fees in whole dollars, the member's share in percent, and whether a quadrant is named."""

    code: str
    lowest_fee: int
    highest_fee: int
    member_percent: int
    names_quadrant: bool


PROCEDURES = (
    Procedure("D0120", 45, 75, 0, False),
    Procedure("D0140", 60, 110, 0, False),
    Procedure("D0150", 70, 130, 0, False),
    Procedure("D0210", 110, 190, 0, False),
    Procedure("D0274", 55, 90, 0, False),
    Procedure("D1110", 85, 140, 0, False),
    Procedure("D1120", 60, 95, 0, False),
    Procedure("D1206", 35, 60, 0, False),
    Procedure("D1351", 45, 75, 20, True),
    Procedure("D2140", 120, 190, 20, True),
    Procedure("D2391", 150, 240, 20, True),
    Procedure("D2740", 1050, 1650, 50, True),
    Procedure("D2950", 220, 330, 50, True),
    Procedure("D3310", 690, 950, 20, True),
    Procedure("D3330", 1000, 1480, 20, True),
    Procedure("D4341", 210, 320, 20, True),
    Procedure("D4910", 120, 180, 20, False),
    Procedure("D5110", 1500, 2400, 50, False),
    Procedure("D6010", 1800, 2900, 50, True),
    Procedure("D7140", 150, 260, 20, True),
    Procedure("D7240", 400, 620, 20, True),
)


def sample_claims(seed: int, count: int) -> Iterator[list[str]]:
    """The header and then `count` claims, each a list of cells; the same for a seed."""
    chance = random.Random(f"claims {seed}")
    yield [chance.choice(spellings) for spellings in SPELLINGS]
    npis = _provider_npis(chance)
    for _ in range(count):
        yield _claim(chance, npis)


def npi_check_digit(first_nine: str) -> int:
    """The tenth digit of an NPI: the Luhn formula over the nine digits led by 80840 (45 CFR 162.406, ISO/IEC 7812)."""
    total = 24  # what the prefix 80840 contributes
    for place, digit in enumerate(reversed(first_nine)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def _provider_npis(chance: random.Random) -> list[str]:
    npis: list[str] = []
    for number in range(PROVIDERS):
        first_nine = f"1{chance.randrange(10**6):06}{number:02}"
        wrong_by = chance.randrange(1, 10) if number < PROVIDERS_WITH_A_WRONG_CHECK_DIGIT else 0
        npis.append(f"{first_nine}{(npi_check_digit(first_nine) + wrong_by) % 10}")
    return npis


def _claim(chance: random.Random, npis: list[str]) -> list[str]:
    procedure = chance.choice(PROCEDURES)
    provider_fee = chance.randrange(procedure.lowest_fee * 100, procedure.highest_fee * 100, 25)
    allowed_fee = provider_fee * chance.randrange(60, 101, 5) // 100
    coinsurance = allowed_fee * procedure.member_percent // 100
    copay = chance.choice((0, 0, 1000, 1500, 2500))
    busy = min(chance.randrange(PROVIDERS), chance.randrange(PROVIDERS))  # some providers file more than others
    return [
        _day(chance, FIRST_DAY + timedelta(days=chance.randrange(DAYS))),
        procedure.code,
        chance.choice(QUADRANTS) if procedure.names_quadrant else "",
        f"GRP-{chance.randrange(1, 25):05}",
        f"SUB{chance.randrange(1, 700):07}",
        npis[-1 - busy],
        *(_money(chance, cents) for cents in (provider_fee, allowed_fee, coinsurance, copay)),
    ]


def _day(chance: random.Random, day: date) -> str:
    us = f"{day.month}/{day.day}"
    return chance.choice((day.isoformat(), day.isoformat(), f"{us}/{day:%y} 0:00", f"{us}/{day:%y}", f"{us}/{day:%Y}"))


def _money(chance: random.Random, cents: int) -> str:
    plain, grouped = f"{cents // 100}.{cents % 100:02}", f"{cents // 100:,}.{cents % 100:02}"
    whole = plain.removesuffix(".00")
    return chance.choice((plain, f"${grouped}", f" ${grouped} ", grouped, whole))
