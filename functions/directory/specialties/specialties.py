"""The specialties of doctors, by name.

The codes are those of the Health Care Provider Taxonomy (NUCC) that fit; the names are our own.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Specialty(NamedTuple):
    """A specialty; `specialty_id` never changes and is never used again."""

    specialty_id: str
    name: str
    code: str


SPECIALTIES: Sequence[Specialty] = (
    Specialty("allergy-immunology", "Allergy and immunology", "207K00000X"),
    Specialty("anesthesiology", "Anesthesiology", "207L00000X"),
    Specialty("cardiology", "Cardiology", "207RC0000X"),
    Specialty("child-psychiatry", "Child and adolescent psychiatry", "2084P0804X"),
    Specialty("clinical-psychology", "Clinical psychology", "103TC0700X"),
    Specialty("colorectal-surgery", "Colorectal surgery", "208C00000X"),
    Specialty("critical-care", "Critical care", "207RC0200X"),
    Specialty("dentistry", "Dentistry", "1223G0001X"),
    Specialty("dermatology", "Dermatology", "207N00000X"),
    Specialty("otolaryngology", "Ear, nose and throat medicine", "207Y00000X"),
    Specialty("emergency-medicine", "Emergency medicine", "207P00000X"),
    Specialty("endocrinology", "Endocrinology and diabetes", "207RE0101X"),
    Specialty("family-medicine", "Family medicine", "207Q00000X"),
    Specialty("gastroenterology", "Gastroenterology", "207RG0100X"),
    Specialty("general-practice", "General practice", "208D00000X"),
    Specialty("general-surgery", "General surgery", "208600000X"),
    Specialty("geriatrics", "Geriatrics", "207RG0300X"),
    Specialty("thoracic-surgery", "Heart and thoracic surgery", "208G00000X"),
    Specialty("hematology-oncology", "Hematology and oncology", "207RH0003X"),
    Specialty("hospital-medicine", "Hospital medicine", "208M00000X"),
    Specialty("infectious-diseases", "Infectious diseases", "207RI0200X"),
    Specialty("internal-medicine", "Internal medicine", "207R00000X"),
    Specialty("medical-genetics", "Medical genetics", "207SG0201X"),
    Specialty("neonatology", "Neonatology", "2080N0001X"),
    Specialty("nephrology", "Nephrology", "207RN0300X"),
    Specialty("neurology", "Neurology", "2084N0400X"),
    Specialty("neurosurgery", "Neurosurgery", "207T00000X"),
    Specialty("nuclear-medicine", "Nuclear medicine", "207U00000X"),
    Specialty("obstetrics-gynecology", "Obstetrics and gynecology", "207V00000X"),
    Specialty("occupational-medicine", "Occupational medicine", "2083X0100X"),
    Specialty("oncology", "Oncology", "207RX0202X"),
    Specialty("ophthalmology", "Ophthalmology", "207W00000X"),
    Specialty("optometry", "Optometry", "152W00000X"),
    Specialty("maxillofacial-surgery", "Oral and maxillofacial surgery", "1223S0112X"),
    Specialty("orthodontics", "Orthodontics", "1223X0400X"),
    Specialty("orthopedic-surgery", "Orthopedic surgery", "207X00000X"),
    Specialty("pain-medicine", "Pain medicine", "208VP0000X"),
    Specialty("palliative-medicine", "Palliative medicine", "207RH0002X"),
    Specialty("pathology", "Pathology", "207ZP0102X"),
    Specialty("pediatrics", "Pediatrics", "208000000X"),
    Specialty("physical-medicine", "Physical and rehabilitation medicine", "208100000X"),
    Specialty("plastic-surgery", "Plastic surgery", "208200000X"),
    Specialty("podiatry", "Podiatry", "213E00000X"),
    Specialty("preventive-medicine", "Preventive medicine and public health", "2083P0901X"),
    Specialty("psychiatry", "Psychiatry", "2084P0800X"),
    Specialty("pulmonology", "Pulmonology", "207RP1001X"),
    Specialty("radiation-oncology", "Radiation oncology", "2085R0001X"),
    Specialty("radiology", "Radiology", "2085R0202X"),
    Specialty("rheumatology", "Rheumatology", "207RR0500X"),
    Specialty("sleep-medicine", "Sleep medicine", "2084S0012X"),
    Specialty("sports-medicine", "Sports medicine", "207QS0010X"),
    Specialty("urology", "Urology", "208800000X"),
    Specialty("vascular-surgery", "Vascular surgery", "2086S0129X"),
)
SPECIALTY_IDS = frozenset(specialty.specialty_id for specialty in SPECIALTIES)
