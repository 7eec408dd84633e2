"""A plot as a part of a page: without styles of its own, which the policy of a page does not let in."""

from __future__ import annotations

from xml.etree import ElementTree

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_REFERS = ("clip-path",)


def inline_svg(svg: str, name: str, label: str) -> str:
    """Return a plot for a page: styles as attributes, ids that begin with ``name``, nodes as ``data-node``.

    A link whose mark has no words is left to the text beside it, which leads to the same place.
    """
    root = ElementTree.fromstring(svg)
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for each in root.iter():
        _take_style(each)
        _take_names(each, name)
        if each.tag == f"{{{_SVG}}}a":
            _take_link(each)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib |= {"class": "plot", "role": "group", "aria-label": label, "stroke-linejoin": "round"}
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _take_style(each: ElementTree.Element) -> None:
    for said in each.attrib.pop("style", "").split(";"):
        name, colon, value = said.partition(":")
        if colon:
            each.set(name.strip(), value.strip())


def _take_names(each: ElementTree.Element, name: str) -> None:
    own = each.attrib.pop("id", "")
    if own.startswith("https://"):
        each.set("data-node", own)
    elif own:
        each.set("id", f"{name}-{own}")
    for attribute in _REFERS:
        if each.get(attribute, "").startswith("url(#"):
            each.set(attribute, each.attrib[attribute].replace("url(#", f"url(#{name}-", 1))
    if each.tag == f"{{{_SVG}}}use":
        each.set(_HREF, each.attrib[_HREF].replace("#", f"#{name}-", 1))


def _take_link(each: ElementTree.Element) -> None:
    each.attrib.pop("target", None)
    each.set("href", each.attrib.pop(_HREF))
    if not "".join(each.itertext()).strip():
        each.attrib |= {"tabindex": "-1", "aria-hidden": "true"}
