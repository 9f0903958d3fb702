"""Tables of text from files and data frames, before anything is decided about their meaning."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.grids import Grid, below_titles, is_number, is_text
from mechdesign.io.json_tables import parse_json_lines, parse_json_table
from mechdesign.io.markdown_and_excel import markdown_records, read_excel, without_markup
from mechdesign.model.reading import is_missing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "cell_of",
    "frame_columns",
    "is_frame",
    "parquet_chunks",
    "parquet_columns",
    "read_frame",
    "read_grid",
    "read_text",
]

_DELIMITERS = {".csv": ",;\t", ".tsv": "\t", ".tab": "\t"}
_COLUMNAR = {".parquet", ".pq", ".feather", ".arrow"}
_EXCEL = {".xlsx", ".xlsm"}
_JSON = {".json": parse_json_table, ".jsonl": parse_json_lines, ".ndjson": parse_json_lines}


def read_grid(path: str | PathLike[str], *, delimiter: str | None = None) -> Grid:
    """Read a CSV, TSV, Markdown, JSON, JSON lines, Excel, parquet or feather file.

    Parameters
    ----------
    path : path
        UTF-8 (with or without byte order mark), UTF-16 or Windows-1252 text, or a columnar file.
    delimiter : str, optional
        One character; by default guessed from the name and the first lines.

    Raises
    ------
    InvalidInputError
        If the file is missing, a folder, empty, not text, or its rows do not fit its header.
    """
    file = as_path(path)
    suffix = file.suffix.lower()
    if suffix in _COLUMNAR and file.is_file():
        return _read_columnar(file)
    raw = read_bytes(path)
    if suffix in _EXCEL:
        return read_excel(raw, file.name)
    if suffix in _JSON:
        return _JSON[suffix](raw, file.name)
    text, told = decode(raw, file.name)
    grid = read_text(text, source=file.name, delimiter=delimiter, suffix=suffix)
    return replace(grid, decisions=told + grid.decisions)


def read_text(
    text: str, *, source: str = "table", delimiter: str | None = None, suffix: str = ""
) -> Grid:
    r"""Read the text of a delimited table.

    Examples
    --------
    >>> read_text("system,task\nA,1\nB,2\n").rows
    (('A', '1'), ('B', '2'))
    """
    if not text.strip():
        raise InvalidInputError("path", "be a table, not an empty file", source)
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1):
        raise InvalidInputError("delimiter", "be one character", delimiter)
    told: list[str] = []
    table = markdown_records(text) if delimiter is None else None
    if table is not None:
        records, lines, others = table
        delimiter = "|"
        told.append("read as a Markdown table")
        if others:
            where = ", ".join(map(str, others[:5])) + (" ..." if others[5:] else "")
            told.append(f"only the first of {len(others) + 1} tables was read: not line {where}")
    else:
        if delimiter is None:
            delimiter = _guess(text, source, suffix)
        records, lines = _parse(text, delimiter, source)
    if not records:
        raise InvalidInputError("path", "be a table, not empty cells", source)
    if table is None:
        records, lines = below_titles(records, lines, told)
    header = [cell.strip() for cell in records[0]]
    body, numbers = records[1:], lines[1:]
    if not body:
        raise InvalidInputError("path", "have rows below its header", source)
    header, body = _fit(header, body, numbers, source, told)
    rows = tuple(tuple(cell.strip() for cell in row) for row in body)
    if table is not None:
        header, rows = without_markup(header, rows)
    return Grid(tuple(header), rows, source, tuple(numbers), tuple(told), delimiter)


def read_frame(frame: Any) -> Grid:
    """Read a pandas, polars or other data frame that narwhals knows.

    Raises
    ------
    InvalidInputError
        If the frame is empty.
    SolverUnavailableError
        If narwhals is not installed.
    """
    read = frame_columns(frame)
    columns, cells = list(read), list(read.values())
    told: list[str] = []
    index = getattr(frame, "index", None)
    # A pandas index of text is where many users keep the names of their systems.
    if index is not None and getattr(index, "dtype", None) is not None and len(index):
        labels = [" / ".join(map(str, x)) if isinstance(x, tuple) else x for x in index]
        if all(isinstance(label, str) for label in labels):
            columns.insert(0, str(index.name) if index.name is not None else "system")
            cells.insert(0, labels)
            told.append("the index of the data frame holds the names of the systems")
    if not columns or not cells[0]:
        raise InvalidInputError("data", "be a data frame with rows and columns", frame.shape)
    rows = tuple(tuple(cell_of(c) for c in row) for row in zip(*cells, strict=True))
    return Grid(tuple(columns), rows, "data frame", (), tuple(told))


def frame_columns(frame: Any) -> dict[str, list[Any]]:
    """The columns of a data frame, with the cells as they are."""
    try:
        import narwhals as nw
    except ImportError:
        raise SolverUnavailableError("narwhals", "frames", "reading data frames") from None
    try:
        table = nw.from_native(frame, eager_only=True)
    except Exception as error:  # narwhals raises what it and its backends do
        said = " ".join(str(error).split())
        raise InvalidInputError("data", f"be a data frame ({said})", type(frame)) from None
    names: list[Any] = list(table.columns)
    labels = [
        " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)
        for name in ("" if is_missing(name) else name for name in names)
    ]
    if len(set(labels)) != len(labels):
        raise InvalidInputError("columns", "have distinct names", labels, owner="data frame")
    columns = (column.to_list() for column in table.iter_columns())
    return dict(zip(labels, columns, strict=True))


def is_frame(data: object) -> bool:
    """Whether `data` looks like a data frame (has named columns and is no mapping)."""
    return (
        hasattr(data, "columns")
        and hasattr(data, "shape")
        and not isinstance(data, (Mapping, Sequence))
    )


def cell_of(value: object) -> Any:
    """A cell of a data frame as tables hold it: None for what is missing, text without margins."""
    if isinstance(value, str):
        return value.strip()
    if is_missing(value):
        return None
    return value.item() if hasattr(value, "item") else value


def parquet_columns(file: Path) -> list[str]:
    """The names of the columns of a parquet file."""
    return [str(name) for name in _parquet(file).schema_arrow.names]


def parquet_chunks(file: Path, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
    """Some columns of a parquet file, a million rows at a time."""
    for batch in _parquet(file).iter_batches(1 << 20, columns=list(columns)):
        yield [batch.column(name).to_pylist() for name in columns]


def _parquet(file: Path) -> Any:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise SolverUnavailableError("pyarrow", "frames", "reading parquet files") from None
    try:
        return ParquetFile(file)
    except (ArrowException, OSError) as error:
        raise InvalidInputError("path", f"be a parquet file ({error})", file.name) from None


def _read_columnar(file: Path) -> Grid:
    try:
        if file.suffix.lower() in {".parquet", ".pq"}:
            import pyarrow.parquet as reader

            table = reader.read_table(file)
        else:
            import pyarrow.feather as feather

            table = feather.read_table(file)
    except ImportError:
        raise SolverUnavailableError("pyarrow", "frames", "reading parquet files") from None
    except Exception as error:  # pyarrow raises its own kinds, all meaning the same to the user
        raise InvalidInputError("path", f"be a {file.suffix} file ({error})", file.name) from None
    cells = [table.column(k).to_pylist() for k in range(table.num_columns)]
    if not cells or not table.num_rows:
        raise InvalidInputError("path", "be a table with rows", file.name)
    rows = tuple(tuple(cell_of(c) for c in row) for row in zip(*cells, strict=True))
    return Grid(tuple(str(n) for n in table.column_names), rows, file.name)


def _guess(text: str, source: str, suffix: str) -> str:
    """The delimiter that gives the most rows of one length, then the most numbers."""
    head = "\n".join(text.splitlines()[:200])
    best: tuple[tuple[float, bool, int, int], str] | None = None
    for candidate in _DELIMITERS.get(suffix, ",\t;|"):
        try:
            records, _ = _parse(head, candidate, source)
        except InvalidInputError:
            continue
        if not records:
            continue
        widths = [len(record) for record in records[1:]] or [len(records[0])]
        usual = max(sorted(set(widths)), key=widths.count)
        regular = widths.count(usual) / len(widths) if usual > 1 else 0.0
        # Of two regular readings the one in which more cells are numbers is meant.
        numbers = sum(is_number(cell) for record in records[1:50] for cell in record)
        # So is one whose header is as long as its rows.
        fits = len(records[0]) == usual > 1
        quality = (round(regular, 1), fits, numbers, usual)
        if best is None or quality > best[0]:
            best = quality, candidate
    if best is None:
        return ","
    return best[1]


def _parse(text: str, delimiter: str, source: str) -> tuple[list[list[str]], list[int]]:
    import csv

    csv.field_size_limit(1 << 24)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    records: list[list[str]] = []
    lines: list[int] = []
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append(record)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InvalidInputError(
            "path", f"be a well-formed table ({error} in line {reader.line_num})", source
        ) from None
    return records, lines


def _fit(
    header: list[str],
    body: list[list[str]],
    lines: Iterable[int],
    source: str,
    told: list[str],
) -> tuple[list[str], list[list[str]]]:
    """Make header and rows the same length where all rows differ from it alike."""
    width = len(header)
    widths = {len(row) for row in body}
    if widths == {width}:
        return header, body
    if len(widths) == 1:
        (given,) = widths
        empty = [k for k in range(given) if not any(row[k].strip() for row in body)]
        if given > width and len(empty) == given - width:
            told.append(
                f"each row has {given} fields, the header {width}: field "
                f"{', '.join(str(k + 1) for k in empty)} is empty in every row and was left out"
            )
            return header, [[c for k, c in enumerate(row) if k not in empty] for row in body]
        if given == width + 1 and all(is_text(row[0]) for row in body):
            told.append("the header lacks a name for the first column: taken as the system names")
            return ["system", *header], body
        if given == width - 1 and not header[-1]:
            return header[:-1], body
    usual = max(sorted(widths), key=[len(row) for row in body].count)
    for row, line in zip(body, lines, strict=True):
        if len(row) != width:
            raise InvalidInputError(
                "path",
                f"have rows as long as its header ({width} fields)",
                f"{len(row)} fields in line {line} of {source}"
                + (f" (most rows have {usual})" if usual not in (width, len(row)) else ""),
            )
    return header, body
