"""Sample patients and their visits, in the columns of the intake."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

COLUMNS = ["mrn", "first_name", "last_name", "birth_date", "visit_account_number", "visit_date", "reason"]
FIRST_VISIT, DAYS = date(2023, 1, 2), 1000
FIRST_BIRTH, BIRTH_DAYS = date(1934, 1, 1), 32_000

FIRST_NAMES = (
    "José", "Zoë", "Renée", "Łukasz", "Mary", "Anh", "Chloé", "Søren", "Ngozi", "Ana María", "James", "Linda",
    "Björn", "Siobhán", "Dmitri", "Aaliyah", "Wei", "Fatima", "Noah", "Ruth",
)  # fmt: skip
LAST_NAMES = (
    "García-López", "O'Brien", "Müller", "Nguyễn", "Smith", "Rentería", "Åberg", "Kowalczyk", "Johnson", "D'Angelo",
    "Peña", "Okafor", "Núñez", "Van der Berg", "Lee", "Hernández", "Çelik", "Brown", "Faßbender", "Ivanova",
)  # fmt: skip
REASONS = (
    "Annual physical", "Cough, three days", "Follow-up of blood pressure", "Sprained ankle, left", "Flu vaccine",
    "Migraine", 'Says "pressure" in the chest', "Lab results", "Prenatal visit", "Diabetes check", "Rash, both arms",
    "Back pain", "Well child visit", "Déjà vu and dizziness",
)  # fmt: skip


def sample_patients(seed: int, count: int) -> Iterator[list[str]]:
    """The header and then one line a visit of `count` patients, in the order of visits; the same for a seed."""
    yield COLUMNS
    chance = random.Random(f"patients {seed}")
    visits = [visit for number in range(1, count + 1) for visit in _visits(chance, number)]
    chance.shuffle(visits)
    visits.sort(key=lambda visit: visit[5])
    for account, (mrn, first, last, born, _, day, reason) in enumerate(visits, start=1):
        yield [mrn, first, last, born, f"V{seed:03}-{account:06}", day, reason]


def _visits(chance: random.Random, number: int) -> list[list[str]]:
    mrn = f"{number * 7 + chance.randrange(7):08}"
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    born = (FIRST_BIRTH + timedelta(days=chance.randrange(BIRTH_DAYS))).isoformat()
    days = [FIRST_VISIT + timedelta(days=chance.randrange(DAYS)) for _ in range(chance.choice((1, 2, 3, 4, 5, 8)))]
    return [[mrn, first, last, born, "", day.isoformat(), chance.choice(REASONS)] for day in days]
