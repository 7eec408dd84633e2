"""How files are cut into pieces that can be read by themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cellkg.pieces import fingerprint, pieces_of_lines, pieces_of_zip


def test_pieces_of_lines_are_the_file_cut_between_lines(tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    content = b"".join(b"x" * (37 * number % 101) + b"\n" for number in range(200)) + b"no newline at the end"
    file.write_bytes(content)
    for size in (1, 50, 101, 1_000, 10**6):
        pieces = list(pieces_of_lines(file, size))
        parts = [content[piece.first : piece.last] for piece in pieces]
        assert b"".join(parts) == content
        assert all(part.endswith(b"\n") for part in parts[:-1])
        assert [piece.line for piece in pieces] == [1 + content[: piece.first].count(b"\n") for piece in pieces]
        assert all(piece.weight >= size for piece in pieces[:-1])


def test_an_empty_file_has_no_piece(tmp_path: Path) -> None:
    (tmp_path / "none.ndjson").write_bytes(b"")
    assert list(pieces_of_lines(tmp_path / "none.ndjson", 10)) == []


def test_pieces_of_a_zip_hold_each_member_once_and_change_with_it(tmp_path: Path) -> None:
    file = tmp_path / "some.zip"
    seen = set()
    for words in ("a", "b"):
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(20):
                archive.writestr(f"{number:02}.json", words * 10 * number)
        pieces = list(pieces_of_zip(file, 300))
        assert [piece.first for piece in pieces] == [0, *(piece.last for piece in pieces[:-1])]
        assert pieces[-1].last == 20
        seen.add(fingerprint(tuple(pieces)))
    assert len(seen) == 2
