"""The benefits of the federal Summary of Benefits and Coverage form, and a sample plan made of them.

Source of the rows: the template form CMS-10146 (45 CFR 147.200), its chart "Common Medical Event" and
"Services You May Need", in the order of the form. The amounts are made up.
"""

import random
import re
from typing import Any, NamedTuple

ORGANIZATION = "example.com"


class Benefit(NamedTuple):
    """One row of the form: the event, the service, the copays to choose from, and whether the deductible applies.

    No copays means that the form shows coinsurance there, so that the cost share carries a deductible alone.
    """

    event: str
    service: str
    copays: tuple[float, ...]
    after_deductible: bool = False


_VISIT = "If you visit a health care provider's office or clinic"
_TEST = "If you have a test"
_DRUGS = "If you need drugs to treat your illness or condition"
_OUTPATIENT = "If you have outpatient surgery"
_URGENT = "If you need immediate medical attention"
_HOSPITAL = "If you have a hospital stay"
_MENTAL = "If you need mental health, behavioral health, or substance abuse services"
_PREGNANT = "If you are pregnant"
_RECOVERY = "If you need help recovering or have other special health needs"
_CHILD = "If your child needs dental or eye care"

BENEFITS = (
    Benefit(_VISIT, "Primary care visit to treat an injury or illness", (20, 25, 30, 35)),
    Benefit(_VISIT, "Specialist visit", (40, 50, 60, 75)),
    Benefit(_VISIT, "Preventive care/screening/immunization", (0,)),
    Benefit(_TEST, "Diagnostic test (x-ray, blood work)", (10, 25, 40)),
    Benefit(_TEST, "Imaging (CT/PET scans, MRIs)", (150, 200, 250), True),
    Benefit(_DRUGS, "Generic drugs", (5, 7.5, 10, 12.5)),
    Benefit(_DRUGS, "Preferred brand drugs", (30, 40, 45)),
    Benefit(_DRUGS, "Non-preferred brand drugs", (60, 75, 90)),
    Benefit(_DRUGS, "Specialty drugs", (150, 250, 300), True),
    Benefit(_OUTPATIENT, "Facility fee (e.g., ambulatory surgery center)", (), True),
    Benefit(_OUTPATIENT, "Physician/surgeon fees (outpatient surgery)", (), True),
    Benefit(_URGENT, "Emergency room care", (250, 300, 350), True),
    Benefit(_URGENT, "Emergency medical transportation", (), True),
    Benefit(_URGENT, "Urgent care", (50, 60, 75)),
    Benefit(_HOSPITAL, "Facility fee (e.g., hospital room)", (), True),
    Benefit(_HOSPITAL, "Physician/surgeon fees (hospital stay)", (), True),
    Benefit(_MENTAL, "Outpatient services (mental/behavioral health)", (20, 25, 30)),
    Benefit(_MENTAL, "Inpatient services (mental/behavioral health)", (), True),
    Benefit(_PREGNANT, "Office visits (pregnancy)", (0,)),
    Benefit(_PREGNANT, "Childbirth/delivery professional services", (), True),
    Benefit(_PREGNANT, "Childbirth/delivery facility services", (), True),
    Benefit(_RECOVERY, "Home health care", (20, 30, 40)),
    Benefit(_RECOVERY, "Rehabilitation services", (25, 35, 45)),
    Benefit(_RECOVERY, "Habilitation services", (25, 35, 45)),
    Benefit(_RECOVERY, "Skilled nursing care", (), True),
    Benefit(_RECOVERY, "Durable medical equipment", (), True),
    Benefit(_RECOVERY, "Hospice services", (0,)),
    Benefit(_CHILD, "Children's eye exam", (0, 15)),
    Benefit(_CHILD, "Children's glasses", (25, 35)),
    Benefit(_CHILD, "Children's dental check-up", (0, 20)),
)


def sample_plan(seed: int) -> dict[str, Any]:
    """A plan in the contract's shape with every benefit of the form; amounts are US dollars, the same for a seed."""
    amounts = random.Random(f"plan {seed}")
    plan_id = f"sbc-plan-{seed}"
    deductible = amounts.choice((1000, 1500, 2000, 2500))
    return {
        "objectId": plan_id,
        "objectType": "plan",
        "planType": "inNetwork",
        "creationDate": "01-01-2026",
        "_org": ORGANIZATION,
        "planCostShares": _cost_share(f"{plan_id}-cost-share", deductible, amounts.choice((20, 23, 30))),
        "linkedPlanServices": [
            _linked_service(plan_id, benefit, deductible if benefit.after_deductible else 0, amounts)
            for benefit in BENEFITS
        ],
    }


def _linked_service(plan_id: str, benefit: Benefit, deductible: int, amounts: random.Random) -> dict[str, Any]:
    slug = re.sub(r"[^a-z0-9]+", "-", benefit.service.lower().replace("'", "")).strip("-")
    copay = amounts.choice(benefit.copays) if benefit.copays else None
    return {
        "objectId": f"{plan_id}-{slug}",
        "objectType": "planservice",
        "_org": ORGANIZATION,
        "commonMedicalEvent": benefit.event,
        "linkedService": {
            "objectId": f"{plan_id}-{slug}-service",
            "objectType": "service",
            "name": benefit.service,
            "_org": ORGANIZATION,
        },
        "planserviceCostShares": _cost_share(f"{plan_id}-{slug}-cost-share", deductible, copay),
    }


def _cost_share(object_id: str, deductible: int, copay: float | None) -> dict[str, Any]:
    share: dict[str, Any] = {"objectId": object_id, "objectType": "membercostshare", "deductible": deductible}
    if copay is not None:
        share["copay"] = copay
    return share | {"_org": ORGANIZATION}
