"""CSV files as districts have them: UTF-8 with or without BOM, else GB18030; rows and cells as they stand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.rawtable import RawTable, from_records
from rotation_planner.data.safetext import restore

MOST_BYTES = 300_000_000


def read_csv(path: Path, key: str) -> tuple[RawTable | None, list[Problem]]:
    """The table ``key`` from a CSV file; no table when the file is blank or cannot be read at all.

    Rows are counted as a spreadsheet does, so a line break inside quotes does not count.
    """
    text, problems = _decode(path)
    if text is None:
        return None, problems
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records.extend(reader)
    except csv.Error:
        return None, [_error("csv_broken", path, len(records) + 1, line=reader.line_num)]
    header = next((r for r in records if any(r)), [])
    title = any(len(record) > 2 for record in records[:10])  # what stands alone above many cells
    if len(header) == 1 and not title and any(mark in header[0] for mark in "\t;，；|"):
        return None, [_error("csv_delimiter", path, records.index(header) + 1)]
    restored = [[restore(c) if c[:1] == "'" else c for c in record] for record in records]
    table, found = from_records(key, path.name, restored)
    return table, problems + found


def _decode(path: Path) -> tuple[str | None, list[Problem]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None, [_error("file_too_large", path, None, limit=MOST_BYTES // 1_000_000)]
        data = path.read_bytes()
    except OSError as error:
        return None, [_error("file_unreadable", path, None, reason=error.strerror or str(error))]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (data[:2000].count(0) * 3 > len(data[:2000])):
        return None, [_error("csv_encoding", path, None)]
    if b"\0" in data:
        return None, [_error("csv_nul", path, data[: data.index(b"\0")].count(b"\n") + 1)]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, []
    return None, [_error("csv_encoding", path, None)]


def _error(code: str, path: Path, row: int | None, **values: object) -> Problem:
    return Problem(Severity.ERROR, code, path.name, row, None, None, values)
