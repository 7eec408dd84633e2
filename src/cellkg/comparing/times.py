"""When a posted value was taken: by the normal form of its class, else by that of the time frame of its measure."""

from __future__ import annotations

from cellkg.effects.records import Measure, Posted, Time

from .records import When

_KINDS = {"At": "at", "UpTo": "up to", "OnAverage": "on average", "AtLeast": "at least"}


def when_of(measure: Measure, posted: Posted) -> When:
    """Return the time of a posted value; where several may be meant, only the words of the record.

    A class that names a time speaks first. Without one, a time frame with a single time after baseline gives it.
    """
    named = _after_baseline(posted.times)
    if posted.is_baseline:
        return When(written=posted.class_title or measure.time_frame or "", is_baseline=True)
    if len(named) == 1:
        return _when(named[0], posted.class_title or "")
    if not posted.times:
        framed = _after_baseline(measure.times)
        if len(framed) == 1:
            return _when(framed[0], measure.time_frame or "")
    return When(written=(posted.class_title if posted.times else measure.time_frame) or "")


def _after_baseline(times: tuple[Time, ...]) -> list[Time]:
    return [time for time in times if not time.is_baseline]


def _when(time: Time, written: str) -> When:
    return When(
        written=written,
        duration=time.duration,
        days=time.days,
        kind=_word(time.kind),
        anchor=_word(time.anchor),
        from_baseline=time.from_baseline,
    )


def _word(iri: str | None) -> str | None:
    """Return the word of a kind or an anchor by the name of its node.

    >>> _word("https://w3id.org/cellkg/vocab/TimeUpTo"), _word("https://w3id.org/cellkg/vocab/AnchorRandomisation")
    ('up to', 'randomisation')
    """
    if iri is None:
        return None
    name = iri.rpartition("/")[2].removeprefix("Time").removeprefix("Anchor")
    return _KINDS.get(name) or "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
