from __future__ import annotations

from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from cellkg.identifiers import PREFIXES, THINGS, below, compress, expand, is_curie, mint, read_url, slug, source_iri

any_text = st.text(st.characters(exclude_categories=["Cs"]))
local = st.from_regex(r"[A-Za-z0-9_.-]+", fullmatch=True)


@given(st.sampled_from(sorted(PREFIXES)), local)
def test_a_curie_expands_and_comes_back_to_the_same_iri(prefix: str, name: str) -> None:
    iri = expand(f"{prefix}:{name}")
    assert str(iri) == PREFIXES[prefix] + name
    assert expand(compress(iri)) == iri


@given(any_text)
def test_any_text_is_a_curie_or_refused(text: str) -> None:
    if is_curie(text):
        ox.NamedNode(expand(text))
    else:
        with pytest.raises(ValueError, match="not a CURIE"):
            expand(text)


@given(any_text)
def test_an_iri_that_no_prefix_fits_stays_as_it_is(text: str) -> None:
    assert compress(f"https://example.org/{text}") == f"https://example.org/{text}"


@pytest.mark.parametrize(
    "text", ["CL:0000134\n", "CL:", ":x", "CL:a b", "cl:0000134", "CL:0000134 ", "http://a", "CL:<x>"]
)
def test_what_is_nearly_a_curie_is_none(text: str) -> None:
    assert not is_curie(text)


@given(st.lists(any_text.filter(bool) | st.integers(), min_size=1, max_size=4))
def test_minted_iris_are_valid_whatever_the_steps(steps: list[str | int]) -> None:
    assert ox.NamedNode(mint(*steps)).value.startswith(THINGS)


@given(st.lists(any_text, min_size=2, max_size=2, unique=True))
def test_different_keys_have_different_iris(keys: list[str]) -> None:
    assert len({mint(key) for key in keys}) == len({source_iri(key) for key in keys}) == 2
    one, other = (below(mint("a"), key) for key in keys)
    assert one != other


def test_a_step_never_reaches_into_the_next() -> None:
    assert mint("a/b") != mint("a", "b")
    assert below(mint("a"), "b") == mint("a", "b")
    assert mint("a", 1) == mint("a", "1")


@given(any_text)
def test_a_slug_is_stable_and_has_no_room_for_a_slash(text: str) -> None:
    assert slug(slug(text)) == slug(text)
    assert "/" not in slug(text)
    ox.NamedNode(mint("organisation", slug(text)))


@given(any_text)
def test_an_address_is_an_iri_that_n_quads_takes_or_it_is_refused(text: str) -> None:
    for written in (text, f"https://example.org/{text}"):
        with suppress(ValueError):
            assert ox.NamedNode(read_url(written)).value == written


@pytest.mark.parametrize(
    "address",
    ["http://a b", "https://a/<x>", "javascript:alert(1)", "file:///etc/passwd", "https://", "//a", "", "http://a\n"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        read_url(address)


def test_an_address_keeps_its_letters() -> None:
    assert read_url("https://é.example/ü?x=1#y") == URIRef("https://é.example/ü?x=1#y")
