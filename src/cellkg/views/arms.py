"""The arms of a study, each as one source describes it, with what is given."""

from __future__ import annotations

from cellkg.projection import facts
from cellkg.vocabulary import CELLKG as C

from .keys import REGISTRY, key_of
from .parts import Fact
from .study_records import Arm, Given, Product
from .told import Told, facts_of


def arms_of(told: Told, study: str) -> tuple[Arm, ...]:
    """Return the arms of all sources; a manufacturing study has what it makes, as an arm without name."""
    arms = [_arm(told, said.value, said.source) for said in told.of(study, C.hasArm)]
    uses = [said.value for said in told.of(study, C.hasIntendedUse)]
    later = tuple(each for use in uses for each in _given_facts(told, use, "intended later"))
    for said in told.of(study, C.makesProduct):
        made = Given(products=(_product(told, said.value),), facts=later)
        arms.append(Arm(iri=said.value, name="", source=said.source, role="makes", given=(made,)))
    return tuple(arms)


def _arm(told: Told, node: str, source: str) -> Arm:
    def words(*properties: str) -> list[str]:
        return [told.word(said) for said in told.of(node, *properties)]

    given = [_administration(told, said.value) for said in told.of(node, C.hasAdministration)]
    return Arm(
        iri=node,
        name=" / ".join(words(C.name)),
        source=source,
        role=" / ".join(words(C.groupRole) or words(REGISTRY.armType)),
        description=" ".join(words(REGISTRY.description)),
        given=tuple(each for each in given if each.products or each.facts),
        interventions=tuple(told.word(said) for said in told.along(node, REGISTRY.usesIntervention, C.name)),
        facts=facts_of(facts.procedure_facts(told, node)),
    )


def _administration(told: Told, node: str) -> Given:
    named = (said.value for said in told.of(node, C.ofProduct))
    products = tuple(_product(told, each) for each in named if told.is_a(each, C.CellProduct))
    return Given(products=products, facts=_given_facts(told, node))


def _given_facts(told: Told, node: str, what: str = "") -> tuple[Fact, ...]:
    return facts_of((node, each) for each in facts.administration_facts(told, node, what))


def _product(told: Told, node: str) -> Product:
    types = told.of(node, C.productType)
    return Product(
        type=" / ".join(dict.fromkeys(map(told.word, types))),
        key=key_of(types[0].value) if types else "",
        facts=facts_of(facts.product_facts(told, node)),
    )
