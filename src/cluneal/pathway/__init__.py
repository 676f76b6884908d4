"""What to do: red-flag triage, the block, the treatment ladder, self-care, prevention, referral, questions."""

from .assess import Assessor, assess
from .block import BlockReading, NoBaseline, Verdict, read_block
from .case import BadCase, Block, Case, Reading, Treatment, read_block_data, read_case
from .frequency import Frequency, frequency, in_people
from .ladder import Ladder, Standing, ladder
from .places import Places
from .plan import answers, prevention, referral, self_care, tests_to_settle, visit_questions
from .triage import URGENCIES, Triage, triage

__all__ = [
    "URGENCIES",
    "Assessor",
    "BadCase",
    "Block",
    "BlockReading",
    "Case",
    "Frequency",
    "Ladder",
    "NoBaseline",
    "Places",
    "Reading",
    "Standing",
    "Treatment",
    "Triage",
    "Verdict",
    "answers",
    "assess",
    "frequency",
    "in_people",
    "ladder",
    "prevention",
    "read_block",
    "read_block_data",
    "read_case",
    "referral",
    "self_care",
    "tests_to_settle",
    "triage",
    "visit_questions",
]
