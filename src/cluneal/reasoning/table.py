"""The model as tables, and the SQL that scores people with them: the portable definition, and a second oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frozen import frozen
from .evidence import nearer_pairs

if TYPE_CHECKING:
    from .model import Model

Row = tuple[str | float | bool | None, ...]


@frozen
class Tables:
    """Relations by name; `columns` are their column names. `weights` leaves out rows of weight 0.

    `settles` says which answer a present finding makes certain, so that it isn't counted again.
    """

    weights: list[tuple[str, bool, str, float]]
    states: list[tuple[str, float]]
    members: list[tuple[str, str]]
    findings: list[tuple[str, str, float]]
    settles: list[tuple[str, str, bool]]

    @property
    def columns(self) -> dict[str, str]:
        """Column definitions by relation, in SQL."""
        return {
            "weights": "finding text, value boolean, state text, log_weight double precision",
            "states": "state text, log_prior double precision",
            "members": "state text, outcome text",
            "findings": "finding text, correlation_group text, correlation double precision",
            "settles": "finding text, other text, value boolean",
        }


def to_table(model: Model) -> Tables:
    """The model as relations. `weights` holds power x log ratio where it is not 0."""
    vocabulary, groups = model.knowledge.findings, model.knowledge.groups
    return Tables(
        weights=[
            (name, present, model.states[i].id, ratio * model.power)
            for name, ratios in model.ratios.items()
            for present in (True, False)
            for i, ratio in ratios.of(present)
            if ratio
        ],
        states=[(state.id, state.log_prior) for state in model.states],
        members=[(state.id, outcome) for state in model.states for outcome in (state.causes or ("cannot_tell",))],
        findings=[
            (
                name,
                vocabulary[name].group,
                groups[vocabulary[name].group].correlation,
            )
            for name in model.ratios
        ],
        settles=[
            *((name, other, False) for name in model.ratios for other in vocabulary[name].implies_absent),
            *((name, other, True) for name, other in nearer_pairs(vocabulary, model.ratios)),
        ],
    )


# Reads a relation `answers (person, finding, value)` and the relations above; one row a person and outcome.
POSTERIOR_SQL = """
with known as (
    select a.person, a.finding, a.value, f.correlation_group, f.correlation
    from answers a join findings f using (finding)
),
counted as (
    select k.* from known k
    where not exists (
        select 1 from known p join settles s on s.finding = p.finding
        where p.person = k.person and p.value and s.other = k.finding and s.value = k.value
    )
),
shared as (
    select *, 1 / (1 + correlation * (count(*) over (partition by person, correlation_group, value) - 1)) as share
    from counted
),
spoken as (
    select s.person, w.state, sum(s.share * w.log_weight) as log_likelihood
    from shared s join weights w using (finding, value)
    group by s.person, w.state
),
logs as (
    select p.person, st.state, st.log_prior + coalesce(sp.log_likelihood, 0) as log_weight
    from (select distinct person from answers) p
    cross join states st
    left join spoken sp on sp.person = p.person and sp.state = st.state
),
scaled as (
    select person, state, exp(log_weight - max(log_weight) over (partition by person)) as weight from logs
),
normal as (
    select person, state, weight / sum(weight) over (partition by person) as probability from scaled
)
select n.person, m.outcome, sum(n.probability) as probability
from normal n join members m using (state)
group by n.person, m.outcome
order by n.person, m.outcome
"""
